"""The words of the tour, and where its card stands."""

from __future__ import annotations

import pytest

from tests.gui.builders import facts
from vaediag_gui.resolve.tour import NO_MODEL, RUNNING, STEPS, TourState, card_place, resolve_tour, step_words
from vaediag_gui.state.answers import Answers, Work
from vaediag_gui.state.wish import TABS, Wish

INSIDE = (0, 0, 1280, 800)
CARD = (344, 220)


def covers(place: tuple[int, int], box: tuple[int, int, int, int]) -> bool:
    (x, y), (left, top, width, height) = place, box
    return x < left + width and left < x + CARD[0] and y < top + height and top < y + CARD[1]


def test_the_four_steps() -> None:
    assert [step.title for step in STEPS] == [
        "One z, many x", "The mean is not a sample", "Is σ right?", "Which latents live?",
    ]  # fmt: skip
    assert [step_words(k, TourState(True)).place for k in range(4)] == ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]
    assert all(step.tab in TABS for step in STEPS)
    assert all(len(step.text) < 300 for step in STEPS)


def test_without_a_model_nothing_is_framed_and_it_says_what_to_do() -> None:
    for number in range(4):
        words = step_words(number, TourState())
        assert (words.action, words.target, words.tab) == (NO_MODEL, None, None)


def test_what_to_do_follows_the_diagnosis() -> None:
    before, running, after = TourState(True), TourState(True, working=True), TourState(True, diagnosed=True)
    assert [step_words(2, state).action for state in (before, running)] == ["Press Diagnose.", RUNNING]
    assert "dashed line" in step_words(2, after).action
    assert "press Diagnose" in step_words(3, before).action
    assert step_words(3, running).action == RUNNING
    assert "badges: used" in step_words(3, after).action
    assert step_words(0, running).action == step_words(0, after).action == STEPS[0].action


def test_the_ends() -> None:
    assert not step_words(0, TourState(True)).can_go_back
    assert [step_words(k, TourState(True)).onward for k in range(4)] == ["Next", "Next", "Next", "Done"]


def test_what_is_known_becomes_its_state() -> None:
    assert resolve_tour(Wish(), Answers()) == TourState()
    known = Answers(model=facts(), work=Work("Diagnosis", "pass", 1, 9))
    assert resolve_tour(Wish(model="toy"), known) == TourState(model_open=True, working=True)
    assert resolve_tour(Wish(model="another"), known) == TourState(working=True)


def test_the_card_stands_beside_its_target() -> None:
    sliders = (12, 60, 300, 700)
    place = card_place(CARD, sliders, [], INSIDE)
    assert place[0] == 324
    assert not covers(place, sliders)


def test_the_card_keeps_off_what_is_to_be_seen() -> None:
    sliders, pictures = (12, 60, 300, 700), (320, 100, 700, 300)
    place = card_place(CARD, sliders, [pictures], INSIDE)
    assert not covers(place, sliders)
    assert not covers(place, pictures)
    assert place[1] >= 96  # nor over the bar at the top


def test_without_a_target_it_stands_at_the_lower_right() -> None:
    assert card_place(CARD, None, [], INSIDE) == (1280 - 344 - 12, 800 - 28 - 220 - 12)


@pytest.mark.parametrize("inside", [(0, 0, 900, 600), (0, 0, 640, 480), (0, 0, 300, 200)])
@pytest.mark.parametrize("target", [None, (0, 0, 900, 600), (880, 580, 20, 20), (-50, -50, 100, 100), (2000, 9, 5, 5)])
def test_the_card_stays_in_the_window(
    inside: tuple[int, int, int, int], target: tuple[int, int, int, int] | None
) -> None:
    x, y = card_place(CARD, target, [], inside)
    assert (x, y) >= (12, 12)
    assert x + CARD[0] <= inside[2] or x == 12  # a window narrower than the card shows its beginning
    assert y + CARD[1] <= inside[3] or y == 12
