"""Compare says which model is better and by how much, claims nothing more, and says what is missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.gui import builders
from tests.gui.comparisons import WISH, comparison, diagnosis, difference, known
from vaediag.registry import Card
from vaediag_gui.resolve.compare import errors, model_entries, resolve_compare, summary, table_of
from vaediag_gui.state.answers import Trouble, Work
from vaediag_gui.state.wish import Wish


def test_both_diagnosed_and_an_image_chosen_shows_everything() -> None:
    answers = known(diagnosis=diagnosis("toy"), other=diagnosis("rival"), comparison=comparison(), pair=builders.pair())
    state = resolve_compare(WISH, answers)
    assert (state.message, state.numbers, state.pictures) == (None, None, None)
    assert state.table is not None
    assert state.pair is answers.pair
    assert not state.stale
    assert state.first.about == "Diagnosed on 20 images of toy-data, seed 0."
    assert resolve_compare(WISH, answers) == state


def test_the_better_one_is_named_with_its_standard_errors() -> None:
    assert "rival is better" in summary(comparison())
    assert "10.0 ± 1.0 nats per image, 10.0 standard errors" in summary(comparison())
    worse = comparison(difference("elbo", -80.0, -90.0, better="first"))
    assert "toy is better: its ELBO is higher by 10.0 ± 1.0" in summary(worse)
    same = comparison(difference("elbo", -80.0, -79.0, better=None))
    assert "cannot be told apart: the difference is 1.0 standard errors" in summary(same)
    scales = comparison(difference("elbo", -80.0, -79.0, better=None, judged=""))
    assert "not on one scale" in summary(scales)


def test_headlines_come_first_and_nothing_is_claimed_where_nothing_is_judged() -> None:
    table = table_of(
        comparison(
            difference("posterior_mean.crps", 1.0, 2.0, better=None, judged=""),
            difference("rate", 1.0, 2.0, better=None, judged=""),
            difference("elbo", -90.0, -80.0),
            difference("posterior.bias", 0.1, 0.1, better=None, judged="nearer to 0"),
        )
    )
    assert [row.name for row in table.rows] == [
        "ELBO (nats)", "PIT bias, posterior (nats)", "Rate (nats)", "CRPS, posterior mean (nats)",
    ]  # fmt: skip
    assert table.headlines == 3
    assert [row.verdict for row in table.rows] == [
        "second (10.0)", "neither (0.0)", "does not rank models", "does not rank models",
    ]  # fmt: skip
    assert [row.better for row in table.rows] == ["second", "", "", ""]


@pytest.mark.parametrize(
    ("first", "second", "better", "expected"),
    [(1.1, 1.3, "first", "2.0"), (0.9, 1.2, "first", "more than 3"), (0.9, 1.1, None, "less than 3")],
)
def test_distances_on_either_side_of_an_exact_value_have_no_such_error(
    first: float, second: float, better: str | None, expected: str
) -> None:
    each = difference("posterior.dispersion", first, second, 0.1, better=better, judged="nearer to 1")
    assert errors(each) == expected


def test_one_pair_has_no_standard_error() -> None:
    assert (
        table_of(comparison(difference("elbo", 1.0, 2.0, None, better=None))).rows[0].verdict == "neither (not known)"
    )


@pytest.mark.parametrize(
    ("answers", "words", "command"),
    [
        ({}, "Neither model", "diagnose"),
        ({"diagnosis": diagnosis("toy")}, "The second model", "diagnose_other"),
        ({"other": diagnosis("rival")}, "The first model", "diagnose"),
        ({"diagnosis": diagnosis("toy"), "other": diagnosis("third")}, "The second model", "diagnose_other"),
        ({"data": None}, "Open the data", "open_data"),
        ({"work": Work("Diagnosis", "", 0, 0)}, "", ""),
    ],
)
def test_a_missing_diagnosis_is_said_with_its_button(answers: dict[str, Any], words: str, command: str) -> None:
    state = resolve_compare(WISH, known(**answers))
    assert state.table is None
    assert state.numbers is not None
    assert words in state.numbers.text
    assert state.numbers.command == command


def test_a_diagnosis_without_an_address_is_taken_as_it_is() -> None:
    answers = known(diagnosis=diagnosis("toy"), other=diagnosis("x", None), comparison=comparison())
    assert resolve_compare(WISH, answers).table is not None


def test_why_two_cannot_be_compared_is_said() -> None:
    troubles = {"compare": Trouble("compare: expected two diagnoses of the same images.")}
    answers = known(diagnosis=diagnosis("toy"), other=diagnosis("rival"), troubles=troubles)
    numbers = resolve_compare(WISH, answers).numbers
    assert numbers is not None
    assert (numbers.severity, numbers.text) == ("problem", "compare: expected two diagnoses of the same images.")


def test_without_a_second_model_it_is_asked_for() -> None:
    state = resolve_compare(Wish(model="toy", data="toy-data", image=2), known(pair=builders.pair()))
    assert state.pair is None
    assert state.second.why_not
    assert not state.first.why_not
    assert state.numbers is not None
    assert "Choose a second model" in state.numbers.text


def test_pictures_need_an_image() -> None:
    state = resolve_compare(Wish(model="toy", data="toy-data", other="rival"), known(pair=builders.pair()))
    assert state.pair is None
    assert state.pictures is not None
    assert state.pictures.wish == {"image": 0}


def test_an_older_pair_stays_while_another_is_decoded_or_failed() -> None:
    answers = known(pair=builders.pair(7), troubles={"pair": Trouble("other shape")})
    state = resolve_compare(WISH, answers)
    assert state.pair is answers.pair
    assert state.stale
    assert state.title.startswith("Image 7")
    assert state.pictures is not None
    assert state.pictures.arguments == {"lane": "pair"}


def test_the_pair_of_another_model_does_not_stand_for_one_that_failed() -> None:
    answers = known(pair=builders.pair(second="before"), troubles={"pair": Trouble("other shape")})
    assert resolve_compare(WISH, answers).pair is None
    assert resolve_compare(WISH, known(pair=builders.pair(second="before"))).pair is not None


def test_nothing_can_be_diagnosed_while_something_is() -> None:
    state = resolve_compare(WISH, known(work=Work("Diagnosis of the second model", "", 0, 0)))
    assert state.first.why_not == state.second.why_not == "Diagnosis of the second model is under way"


def test_a_failed_diagnosis_is_said_beside_its_model() -> None:
    state = resolve_compare(WISH, known(troubles={"diagnose_other": Trouble("not enough memory.")}))
    assert state.second.severity == "problem"
    assert "not enough memory" in state.second.about
    assert state.first.severity == ""


def test_models_of_the_same_data_come_first() -> None:
    cards = [Card("far", "", "far", "shapes"), Card("toy", "", "toy", "toy-data"), Card("near", "", "near", "toy-data")]
    state = resolve_compare(WISH, known())
    assert model_entries(cards, state) == (
        ("toy", "toy", "is the first model"), ("near", "near", ""), ("far", "far · shapes", ""), ("rival", "rival", ""),
    )  # fmt: skip
    elsewhere = resolve_compare(Wish(model="toy", data="toy-data", other="/a/b/mine"), known())
    assert model_entries((), elsewhere) == (("/a/b/mine", "mine", ""),)


def test_names_from_files_are_harmless() -> None:
    wicked = "a\n\u202e" + "b" * 500
    state = resolve_compare(WISH, known(diagnosis=diagnosis("toy"), other=diagnosis(wicked, None)))
    assert "\n" not in state.second.name
    assert len(state.second.name) <= 48
    assert np.all([ord(letter) != 0x202E for letter in state.second.name])
