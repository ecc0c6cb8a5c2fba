"""How deep a diagnosis goes, and what is offered where it did not go."""

from __future__ import annotations

import dataclasses

import pytest

from tests.gui.builders import data_facts, facts, shallow
from tests.report.builders import diagnosis
from vaediag_gui.resolve.depth import ALL, DEEP, QUICK, asked_of, include, offer
from vaediag_gui.state.answers import Answers, Work
from vaediag_gui.state.wish import Wish

WISH = Wish(model="toy", data="toy-data")
OPEN = {"model": facts(), "data": data_facts()}


def test_the_choice_beside_the_button_decides() -> None:
    assert include(WISH) == QUICK
    assert include(dataclasses.replace(WISH, deep=True)) == DEEP


def test_annealing_keeps_what_the_diagnosis_on_show_has() -> None:
    assert include(WISH, ais=True) == ("effect", "ais")
    assert include(WISH, shallow(diagnosis()), ais=True) == ("effect", "ais")
    assert include(WISH, diagnosis(), ais=True) == ALL
    assert include(WISH, diagnosis()) == QUICK


def test_a_reason_of_its_own_means_that_it_was_asked_for() -> None:
    made = shallow(diagnosis(why_not={}))
    assert asked_of(made) == ("effect",)
    refused = dataclasses.replace(
        made, why_not={"evidence.iwae": "not requested", "evidence.ais": "the prior is improper"}
    )
    assert asked_of(refused) == ("effect", "ais")
    assert asked_of(diagnosis()) == ALL


@pytest.mark.parametrize("name", ["prune_cost", "iwae", "independence"])
def test_what_was_not_asked_for_is_offered_where_it_would_stand(name: str) -> None:
    made = shallow(diagnosis())
    assert offer(WISH, Answers(diagnosis=diagnosis(), **OPEN), name, "Why?") is None
    found = offer(WISH, Answers(diagnosis=made, **OPEN), name, "Why?")
    assert found is not None
    assert (found.command, found.button) == ("diagnose_in_depth", "Measure in depth")
    busy = offer(WISH, Answers(diagnosis=made, work=Work("Diagnosis", "x", 1, 2), **OPEN), name, "Why?")
    assert busy is not None
    assert busy.button == ""


def test_what_could_not_be_measured_says_why_and_offers_nothing() -> None:
    made = dataclasses.replace(shallow(diagnosis()), why_not={"collapse.prune_cost": "the prior does not factorise"})
    found = offer(WISH, Answers(diagnosis=made, **OPEN), "prune_cost", "Why?")
    assert found is not None
    assert (found.text, found.button) == ("Not measured: the prior does not factorise.", "")
