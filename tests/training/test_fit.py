"""The weighing of losses against terms that are known exactly, and the images on which terms vary."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag.training.ask import Answers
from vaediag.training.fit import View
from vaediag.training.recipes import Sizes, weights
from vaediag.training.strange import strange, usable
from vaediag.training.terms import NAMES, Terms


def made(seed, *, images=240, draws=40, calls=6, noise=2.0):
    """Terms of images whose draws have a known variance, and the answers of 0.5 · log loss + 3 · KL."""
    rng = np.random.default_rng(seed)
    level, kl = rng.normal(50, 10, images), rng.normal(9, 2, images)
    drawn = level + noise * rng.standard_normal((draws, images))
    terms = Terms(dict.fromkeys(NAMES, drawn), np.tile(kl, (draws, 1)), dict.fromkeys(NAMES, level), "normal")
    groups = rng.permutation(images).reshape(40, -1)
    parts = np.zeros((40, images))
    np.put_along_axis(parts, groups, 1 / groups.shape[1], 1)
    theirs = level + noise * rng.standard_normal((calls, images))
    values = (0.5 * theirs + 3 * kl) @ parts.T
    sizes = np.full(40, groups.shape[1])
    return Answers(values.mean(0), parts, sizes, values.var(0, ddof=1), calls, per_image=False), terms


@pytest.fixture(scope="module")
def repeated():
    return [View.of(*made(seed), "log_loss", "draw", (False, False)) for seed in range(60)]


def test_weights_lie_within_their_errors(repeated):
    fits = [view.fit((None, None, None)) for view in repeated]
    away = np.array([(fit.weights - (0.5, 3, 0)) / fit.errors for fit in fits])
    assert np.abs(away).max() < 4.5
    assert 0.7 < away.std() < 1.2
    assert np.std([fit.ratio for fit in fits]) == pytest.approx(np.mean([fit.ratio_error for fit in fits]), rel=0.3)


def test_the_misfit_is_one_for_the_truth_and_large_beside_it(repeated):
    assert np.mean([view.fit((0.5, 3.0, 0.0)).misfit for view in repeated]) == pytest.approx(1, abs=0.1)
    assert min(view.fit((0.5, 2.0, 0.0)).misfit for view in repeated) > 20
    assert min(view.fit((0.5, 3.0, 1.0)).misfit for view in repeated) > 5


def test_a_sum_over_images_scales_terms_and_noise():
    answers, terms = made(0)
    mean = View.of(answers, terms, "log_loss", "draw", (False, False))
    total = View.of(answers, terms, "log_loss", "draw", (True, True))
    np.testing.assert_allclose(total.columns, 6 * mean.columns * [1, 1, 1])
    np.testing.assert_allclose(total.spread, 36 * mean.spread)


def test_a_loss_without_a_draw_of_its_own_is_exact():
    answers, terms = made(0)
    fixed = Answers(answers.losses, answers.weights, answers.sizes, np.zeros(40), 6, per_image=False)
    assert fixed.repeats
    assert not answers.repeats
    centre = View.of(fixed, terms, "log_loss", "mean", (False, False))
    assert centre.variance(np.array(0.5), np.array(3.0)).max() < 0.1**2


@pytest.mark.parametrize(("event", "names"), [((28, 28), 1), ((784,), 0), ((8, 8, 1), 0), ((8, 8, 3), 2)])
def test_what_a_term_can_be_averaged_over(event, names):
    found = {name for _, _, mistakes in weights("log_loss", Sizes(event, 4)) for name in mistakes}
    assert ("mean_over_last_axis" in found) == (names > 0)
    assert "mean_over_values" in found


def test_strange_images_are_made_of_the_same_values():
    x = (np.random.default_rng(0).random((20, 6, 6, 1)) < 0.3).astype(np.float32)
    forms = strange(x)
    assert forms.shape == (180, 6, 6, 1)
    assert set(np.unique(forms)) == {0.0, 1.0}
    moved = np.abs(forms.reshape(9, 20, -1) - x.reshape(20, -1)).mean((1, 2))
    assert (np.diff(moved[[0, 3, 6]]) > 0).all()  # the larger the share, the stranger
    np.testing.assert_array_equal(strange(x), forms)


def test_images_far_outside_are_left_out_but_no_real_one():
    log_loss = np.array([10.0, 12.0, 11.0, 13.0, 500.0, np.nan])
    assert usable(log_loss, np.ones(6), 3).tolist() == [0, 1, 2, 3]
    assert usable(np.array([10.0, 900.0, 950.0]), np.ones(3), 2).tolist() == [0, 1, 2]
