"""What the Training tab says."""

from __future__ import annotations

import pytest

from tests.histories import history
from vaediag_gui.resolve.training import ago, resolve_training
from vaediag_gui.state.answers import Answers, Watched
from vaediag_gui.state.wish import Wish

FOLDER = "/runs/7"


def state(watched: Watched | None, watch: str | None = FOLDER):
    return resolve_training(Wish(tab="training", watch=watch), Answers(training=watched))


def test_without_a_folder_it_offers_to_watch_one():
    found = state(None, watch=None).standing
    assert found.alone
    assert found.command == "watch"


def test_a_folder_without_a_history_waits_for_the_first_diagnosis():
    for watched in (None, Watched(FOLDER), Watched(FOLDER, history(0)), Watched("/another", history(2))):
        found = state(watched)
        assert found.standing.alone
        assert found.standing.severity == ""
        assert found.story is None


def test_it_says_how_old_the_latest_diagnosis_is():
    found = state(Watched(FOLDER, history(7), written=100.0, now=112.4))
    assert found.age == "7 diagnoses, the latest at epoch 7, 12 s ago"
    assert found.verdict.startswith("Epoch 7: ELBO ")
    assert "1 of 6 latents in use" in found.verdict
    assert found.assumed.startswith("Assumed: p(x | z) normal, one sigma per image; q(z | x)")
    assert state(Watched(FOLDER, history(7, finished=True), written=0.0, now=1e6)).age.startswith("Finished")


def test_what_was_read_before_stays_when_the_folder_goes():
    found = state(Watched(FOLDER, history(3), written=1.0, trouble="The history is gone.", now=2.0))
    assert not found.standing.alone
    assert found.story is not None
    assert "The history is gone." in found.standing.text
    nothing = state(Watched(FOLDER, trouble="broken")).standing
    assert nothing.alone
    assert "broken" in nothing.text


def test_a_diagnosis_without_numbers_is_said():
    found = state(Watched(FOLDER, history(4, missing=(3,)), written=0.0))
    assert found.standing.severity == "problem"
    assert "NaN weights" in found.standing.text
    assert found.verdict.startswith("Epoch 3")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-3, "0 s ago"), (59.9, "59 s ago"), (60, "1 min ago"), (7200, "2 h ago"), (3e5, "3 days ago")],
)
def test_ago(seconds: float, words: str):
    assert ago(seconds) == words
