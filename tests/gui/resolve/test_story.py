"""A training as it can be drawn."""

from __future__ import annotations

import numpy as np
import pytest

from tests.histories import history, series
from vaediag_gui.resolve.story import finding_words, frame, kl_words, latest, story, told


def small(kl: list[list[float]], error: float = 1e-6):
    values = np.array(kl, float)
    return history(len(values), values.shape[1], kl=values, kl_error=np.full(values.shape, error))


def test_latents_live_die_or_never_wake():
    made = story(small([[1.0, 0.5, 0.0, 0.0], [2.0, 0.0, 0.0, 0.3], [2.0, 0.0, 0.0, 0.4]]))
    assert [(life.since, life.died) for life in made.lives] == [(0, None), (0, 1), (None, None), (1, None)]
    assert told(made, 1) == "died at epoch 2"
    assert told(made, 2) == "never in use"
    assert told(made, 3) == "in use since epoch 2"
    assert made.order == (0, 3, 1, 2), "in use by KL, then the dead, then those that never were"


def test_a_latent_that_comes_back_has_not_died():
    made = story(small([[1.0], [0.0], [1.0]]))
    assert made.lives[0].died is None


def test_within_its_error_a_latent_is_not_dead():
    assert story(small([[1.0], [0.005]], error=0.004)).lives[0].alive
    assert not story(small([[1.0], [0.005]], error=0.0001)).lives[0].alive


def test_a_diagnosis_without_numbers_kills_nobody():
    made = story(small([[1.0], [np.nan], [1.0], [np.nan]]))
    assert made.lives[0].alive
    assert "not measured" in kl_words(made, 1, 0)


def test_without_a_kl_per_latent_there_are_no_lives():
    made = story(small([[np.nan, np.nan]]))
    assert made.lives == made.order == ()


def test_moments_are_epochs_or_else_batches():
    assert story(history(4)).unit == "epoch"
    twice = story(history(4, epoch=np.array([0, 0, 1, 1])))
    assert (twice.unit, twice.when(1)) == ("batch", "batch 80")
    again = story(history(3, epoch=np.array([1, 2, 1]), step=np.array([5, 9, 5])))
    assert again.x.tolist() == [1, 2, 3]


def test_edges_lie_half_way():
    made = story(history(3, epoch=np.array([1, 2, 6])))
    assert made.edges.tolist() == [0.5, 1.5, 4.0, 8.0]
    assert story(history(1)).edges.tolist() == [0.5, 1.5]


def test_the_frame_follows_the_better_half():
    value = np.array([-1e6, -1e4, -120.0, -100.0, -95.0, -94.0, -93.0])
    low, high, outside = frame(value, value)
    assert -250 < low < -120
    assert -93 <= high < -80
    assert outside == 2
    falling = frame(-value, -value, falls=True)
    assert falling == pytest.approx((-high, -low, 2))


def test_the_frame_of_nothing_is_a_frame():
    assert frame(np.array([np.nan]), np.array([np.nan])) == (0.0, 1.0, 0)
    low, high, outside = frame(np.array([3.0]), np.array([3.0]))
    assert low < 3 < high
    assert outside == 0


def test_findings_that_are_there_come_first():
    ids = (("gone", "still"), ("still",), ("still", "new"))
    grave = (("problem", "warning"), ("warning",), ("warning", "info"))
    made = story(history(3, findings=ids, severities=grave))
    assert [row.words for row in made.findings] == ["still", "new", "gone"]
    assert made.findings[2].severity == ("problem", "", "")


def test_finding_words_are_plain():
    assert finding_words("scale.region") == "scale: region"
    assert "\n" not in finding_words("a\nb<b>")


def test_latest_with_numbers():
    assert latest(history(4, missing=(3,))) == 2
    assert latest(history(2, elbo=series([np.nan, np.nan]))) is None
