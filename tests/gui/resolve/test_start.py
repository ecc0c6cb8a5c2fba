"""What the start page says."""

from __future__ import annotations

import dataclasses

import pytest

from tests.gui.builders import facts
from vaediag.registry import Card
from vaediag_gui.resolve.start import LOADING, NO_BREAK, SUGGESTED, RecentFile, model_cards, resolve_start
from vaediag_gui.state.answers import Answers, HelperState, Trouble
from vaediag_gui.state.wish import Wish


def test_the_suggestion_comes_first_and_the_rest_keeps_its_order() -> None:
    cards = model_cards([Card("b", "B.", "x/b"), Card("a", "A.", "x/a"), Card(SUGGESTED, "S.", "x/s")])
    assert [card.address for card in cards] == [SUGGESTED, "b", "a"]
    assert [card.tag for card in cards] == ["Start here", "", ""]


def test_a_card_says_its_data_and_its_elbo_with_the_unit() -> None:
    (card,) = model_cards([Card("m", "64 x 64 pixels.", "x/m", dataset="digits", elbo=-22.403)])
    assert card.facts.replace(NO_BREAK, " ") == "Data: digits · ELBO \N{MINUS SIGN}22.4 nats"
    assert card.sentence == f"64{NO_BREAK}x{NO_BREAK}64 pixels."


@pytest.mark.parametrize("elbo", [float("nan"), float("inf"), None])
def test_what_is_not_known_is_left_out(elbo: float | None) -> None:
    (card,) = model_cards([Card("m", "Words.", "x/m", elbo=elbo)])
    assert card.facts == "Bring your own data"


def test_names_from_other_packages_are_harmless() -> None:
    (card,) = model_cards([Card("<b>a\nb</b>" + "x" * 500, "two\nlines" + "y" * 5000, "x/m", dataset="d\n" * 90)])
    for text in (card.title, card.sentence, card.facts):
        assert "\n" not in text
        assert len(text) <= 240
    assert card.address.startswith("<b>a\nb</b>")


@pytest.mark.parametrize(
    ("phase", "detail", "words"),
    [
        ("starting", "", LOADING),
        ("ready", "", ""),
        ("busy", "", ""),
        ("restarting", "", "again"),
        ("silent", "", "restart"),
        ("given up", "It ended three times.", "It ended three times."),
    ],
)
def test_the_helper_in_words(phase: str, detail: str, words: str) -> None:
    state = resolve_start(Wish(), Answers(viewer=HelperState(phase, detail)))
    assert words in state.helper
    assert bool(words) == bool(state.helper)


def test_opening_open_and_troubled() -> None:
    wish = Wish(model="toy")
    opening = resolve_start(wish, Answers())
    assert opening.tags == (("toy", "Opening …"),)
    assert not opening.can_return
    there = resolve_start(wish, Answers(model=facts()))
    assert there.tags == (("toy", "Open now"),)
    assert there.can_return
    trouble = resolve_start(wish, Answers(troubles={"model": Trouble("model: expected that; got this.")}))
    assert trouble.tags == ()
    assert not trouble.can_return


def test_equal_knowledge_gives_equal_states() -> None:
    recent = (RecentFile("data", "/a", "a", "/a"),)
    known = Answers(model=facts())
    assert resolve_start(Wish(seed=1), known, recent) == resolve_start(Wish(seed=2), dataclasses.replace(known), recent)
