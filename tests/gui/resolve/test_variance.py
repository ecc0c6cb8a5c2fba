"""Variance: verdict, laws and the health of σ."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.report.builders import diagnosis
from vaediag.records.estimate import Estimate
from vaediag.records.finding import Finding
from vaediag.records.variance import ScaleHealth
from vaediag_gui.resolve.variance import VarianceState, resolve_variance, scale_health, verdict
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Maps, Wish

LEVELS = np.array([0.01, 0.25, 0.5, 0.75, 0.99])


def state(made, **maps) -> VarianceState:
    return resolve_variance(
        Wish(model=made.model.source, data=made.data.source, maps=Maps(**maps)), Answers(diagnosis=made)
    )


def with_variance(made, **changes):
    return dataclasses.replace(made, variance=dataclasses.replace(made.variance, **changes))


def test_a_law_that_was_not_measured_cannot_be_chosen_and_says_why() -> None:
    made = with_variance(diagnosis(), prior=None)
    made = dataclasses.replace(made, why_not={"variance.prior": "the prior cannot be sampled"})
    found = state(made, law="prior")
    assert found.law == "aggregate"
    assert [law.why_not for law in found.laws] == ["", "the prior cannot be sampled"]


def test_the_numbers_are_those_of_the_law() -> None:
    made = diagnosis()
    assert made.variance.prior is not None
    prior = dataclasses.replace(made.variance.prior, explained=Estimate(0.123, 0.001))
    made = with_variance(made, prior=prior)
    values = {fact.name: fact.value for fact in state(made, law="prior").facts}
    assert values["explained by z"] == "0.1230 ± 0.0010"
    assert {fact.name: fact.value for fact in state(made).facts}["explained by z"] != values["explained by z"]


def test_equal_states_and_unknown_maps() -> None:
    made = diagnosis()
    assert state(made) == state(made)
    assert state(made, variance="nonsense").map == "ratio"
    assert "grey" in state(made).map_words
    assert "red" not in state(diagnosis((20,), 2)).map_words


def test_only_a_finding_makes_the_verdict_a_judgement() -> None:
    made = diagnosis()
    assert "where 1 is exact" in verdict(made)
    finding = Finding("variance", "warning", "variance.prior", "Images vary 14 % less", "", "", "")
    assert verdict(dataclasses.replace(made, findings=(finding,))) == "Images vary 14 % less"


def test_one_sigma_stands_beside_the_best_one() -> None:
    health = ScaleHealth(0.04, 0.04, LEVELS, np.full(5, 0.04), None, 0.0, 0, 0.04,
                         Estimate(0.135, 0.002, "units of x"), Estimate(0.087, 0.002))  # fmt: skip
    words, facts = scale_health(with_variance(diagnosis(), scale=health))
    assert words == "The decoder states one σ for everything, 0.04; σ* is 0.1350 ± 0.0020."
    assert [fact.name for fact in facts] == ["σ stated", "σ*", "β equivalent"]


def test_a_sigma_at_its_floor_is_said() -> None:
    health = ScaleHealth(0.001, 0.5, LEVELS, np.array([0.001, 0.1, 0.2, 0.3, 0.5]), 0.001, 0.25, 2, None,
                         Estimate(0.2, 0.01), None)  # fmt: skip
    words, facts = scale_health(with_variance(diagnosis(), scale=health))
    assert "25.0 % of the values are at the floor" in words
    rows = {fact.name: fact for fact in facts}
    assert rows["50 % of σ below"].value == "0.2"
    assert "1 % below 0.001" in rows["50 % of σ below"].reading
    assert rows["not finite"].value == "2 images"


@pytest.mark.parametrize("reason", ["the bernoulli family has no scale"])
def test_a_family_without_a_scale_says_so(reason: str) -> None:
    made = dataclasses.replace(diagnosis(binary=True), why_not={"variance.scale": reason})
    assert scale_health(made) == (f"There is no σ to look at: {reason}.", ())
