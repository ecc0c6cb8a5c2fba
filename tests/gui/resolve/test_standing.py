"""What stands in place of a diagnosis, or above it."""

from __future__ import annotations

import dataclasses

import pytest

from tests.gui.builders import data_facts, facts
from tests.report.builders import diagnosis
from vaediag.records.diagnosis import Diagnosis
from vaediag_gui.resolve.standing import Invitation, Standing, differs, standing
from vaediag_gui.state.answers import Answers, Trouble, Work
from vaediag_gui.state.wish import Wish

ASKED = Invitation("Is σ right?", "You will see it.")
WISH = Wish(model="toy", data="toy-data")
OPEN = {"model": facts(), "data": data_facts(count=20)}


def made_of(model: str | None = "toy", data: str | None = "toy-data", split: str | None = "test") -> Diagnosis:
    made = diagnosis((4, 5, 1), 3)
    return dataclasses.replace(
        made,
        model=dataclasses.replace(made.model, source=model),
        data=dataclasses.replace(made.data, source=data, split=split),
    )


def test_before_a_diagnosis_the_number_of_images_stands_beside_the_button() -> None:
    found = standing(WISH, Answers(**OPEN), ASKED)
    assert (found.alone, found.title, found.command, found.severity) == (True, "Is σ right?", "diagnose", "")
    assert "20 images" in found.text
    limited = standing(dataclasses.replace(WISH, limit=7), Answers(**OPEN), ASKED)
    assert "7 images" in limited.text


@pytest.mark.parametrize(("wish", "command"), [(Wish(), "open_model"), (Wish(model="toy"), "open_data")])
def test_what_is_missing_is_offered(wish: Wish, command: str) -> None:
    found = standing(wish, Answers(), ASKED)
    assert (found.alone, found.command, found.arguments) == (True, command, (("address", None),))


def test_no_button_while_the_model_is_being_opened() -> None:
    assert standing(WISH, Answers(data=data_facts()), ASKED).button == ""


def test_a_model_that_cannot_be_opened_is_said_here_too() -> None:
    found = standing(WISH, Answers(troubles={"model": Trouble("No such bundle.")}), ASKED)
    assert (found.text, found.command, dict(found.arguments)) == ("No such bundle.", "retry", {"lane": "model"})


@pytest.mark.parametrize("there", [False, True])
def test_work_shows_stage_and_time_left_above_an_old_diagnosis_or_alone(there: bool) -> None:
    known = Answers(work=Work("Diagnosis", "prior draws", 30, 120, 40.2), diagnosis=made_of() if there else None)
    found = standing(WISH, known, ASKED)
    assert found.alone is not there
    assert found.progress is not None
    assert found.progress.stage == "Prior draws · 30 of 120 · about 40 s left"
    assert found.command == "cancel"


def test_the_work_for_the_second_model_is_not_ours() -> None:
    known = Answers(work=Work("Diagnosis of the second model", "x", 1, 2), **OPEN)
    assert standing(WISH, known, ASKED).command == "diagnose"


@pytest.mark.parametrize("there", [False, True])
def test_trouble_offers_to_try_again(there: bool) -> None:
    known = Answers(troubles={"diagnose": Trouble("Out of memory.")}, diagnosis=made_of() if there else None, **OPEN)
    found = standing(WISH, known, ASKED)
    assert found.alone is not there
    assert (found.text, found.command, found.severity) == ("Out of memory.", "retry", "problem")


def test_a_fitting_diagnosis_needs_no_words() -> None:
    assert standing(WISH, Answers(diagnosis=made_of(), **OPEN), ASKED) == Standing(alone=False)


def test_a_diagnosis_of_something_else_is_named_and_a_new_one_offered() -> None:
    found = standing(WISH, Answers(diagnosis=made_of("other"), **OPEN), ASKED)
    assert (found.alone, found.command, found.severity) == (False, "diagnose", "warning")
    assert "open now: toy." in found.text


def test_after_a_reload_the_old_numbers_are_marked() -> None:
    known = Answers(diagnosis=made_of(), earlier=True, **OPEN)
    found = standing(WISH, known, ASKED)
    assert (found.alone, found.command, found.severity) == (False, "diagnose", "warning")
    assert "earlier weights" in found.title
    assert "something else" in standing(WISH, dataclasses.replace(known, diagnosis=made_of("other")), ASKED).title


@pytest.mark.parametrize(
    ("wished", "source", "split", "same"),
    [
        ("toy-data", "toy-data", "test", True),
        ("toy-data[test]", "toy-data", "test", True),
        ("toy-data[train]", "toy-data", "test", False),
        ("toy-data", "toy-data[train]", None, False),
        ("toy-data", "elsewhere", "test", False),
        ("a/b.npz", "a/b.npz", None, True),
    ],
)
def test_splits_are_compared_by_what_they_are(wished: str, source: str, split: str | None, same: bool) -> None:
    known = Answers(model=facts(), data=data_facts(source=wished, split="test" if wished == "toy-data" else None))
    assert (differs(Wish(model="toy", data=wished), known, made_of(data=source, split=split)) == "") is same
