"""The law of one pixel in words, and axes that stay while the curve moves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.gui import builders
from vaediag_gui.resolve.inspector import (
    InspectorState,
    family_words,
    highest,
    percent,
    resolve_inspector,
    steady,
    wanted_x,
    where_observed,
)
from vaediag_gui.state.answers import Answers, Trouble
from vaediag_gui.state.wish import Wish


def resolved(known: dict[str, Any] | None = None, pixel: Any = (1, 2, 0)) -> InspectorState:
    answers: dict[str, Any] = {"model": builders.facts(), "pixel": builders.pixel_law(), **(known or {})}
    return resolve_inspector(Wish(model="toy", pixel=pixel), Answers(**answers))


def numbers(state: InspectorState) -> dict[str, str]:
    return {each.name: each.text.replace("\u00a0", " ") for each in state.numbers}


def test_numbers_in_words():
    state = resolved()
    assert state.title == "pixel (1, 2): p(xᵢ | z), normal"
    assert numbers(state) == {
        "mean": "0.4", "mode": "0.4", "σ": "0.1", "sample": "0.51", "observed": "0.548: above 93 % of p"
    }  # fmt: skip
    assert [(each.name, each.at) for each in state.numbers if each.at is not None] == [
        ("mean", 0.4), ("mode", 0.4), ("sample", 0.51), ("observed", 0.5476)
    ]  # fmt: skip
    assert state.y_words == "density per unit of x"


def test_large_values_have_no_exponent():
    law = builders.pixel_law(mean=1234.5, stddev=-0.25)
    assert [numbers(resolved({"pixel": law}))[name] for name in ("mean", "σ")] == ["1,234", "−0.25"]


def test_masses_are_probabilities():
    state = resolved({"pixel": builders.bernoulli_law(0.25)})
    assert state.title == "pixel (1, 2): p(xᵢ | z), Bernoulli"
    assert numbers(state)["observed"] == "1: 25 % of p"
    assert state.y_words == "probability"


def test_a_number_that_the_law_does_not_have_says_why_and_is_not_marked():
    law = builders.pixel_law(mean=None, stddev=None, notes={"mean": "the law has none", "stddev": "the law has none"})
    state = resolved({"pixel": law})
    assert numbers(state)["mean"] == "the law has none"
    assert "mean" not in {each.name for each in state.numbers if each.at is not None}


def test_without_data_nothing_is_observed():
    state = resolved({"pixel": builders.pixel_law(observed=None, below=None, upto=None)})
    assert "observed" not in numbers(state)


def test_waiting():
    assert resolved(pixel=None).waiting.startswith("Point at a pixel")
    assert resolved({"pixel": None}).waiting == "Asking for this pixel …"
    assert resolved({"model": None}).law is None
    assert resolved({"pixel": builders.pixel_law((1, 2))}).law is None  # of the model before


def test_trouble_stands_above_the_older_law():
    state = resolved({"troubles": {"pixel": Trouble("No law.")}})
    assert state.message is not None
    assert state.message.text == "No law."
    assert state.law is not None
    assert resolved({"pixel": None, "troubles": {"pixel": Trouble("No law.")}}).waiting == ""


def test_channels_have_names():
    model = builders.facts(event=(4, 5, 3))
    state = resolved({"model": model, "pixel": builders.pixel_law((1, 2, 1))})
    assert state.title.startswith("pixel (1, 2), green")
    assert (state.channels, state.channel) == (3, 1)
    flat = resolved({"model": builders.facts(event=(9,)), "pixel": builders.pixel_law((4,))}, pixel=(4,))
    assert flat.title.startswith("feature 4")
    assert flat.channels == 1


@pytest.mark.parametrize(
    ("below", "upto", "words"),
    [(0.93, 0.93, "above 93 % of p"), (0.07, 0.07, "below 93 % of p"), (None, None, ""), (np.nan, np.nan, "")],
)
def test_where_observed(below: float | None, upto: float | None, words: str):
    assert where_observed(builders.pixel_law(below=below, upto=upto)).replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "0 %"), (1.0, "100 %"), (0.5, "50 %"), (0.996, "99.6 %"), (0.9995, "99.95 %"), (1e-6, "under 0.01 %"),
        (1 - 1e-6, "over 99.99 %"), (0.013, "1 %"),
    ],
)  # fmt: skip
def test_percent_never_says_all_or_nothing_of_less(share: float, words: str):
    assert percent(share).replace("\u00a0", " ") == words


def test_an_axis_stays_until_something_is_cut_off_or_gets_tiny():
    first = steady(None, (0.0, 1.0))
    assert first == (-0.25, 1.25)
    assert steady(first, (0.1, 1.1)) == first
    assert steady(first, (0.3, 0.9)) == first
    assert steady(first, (0.5, 1.3)) == pytest.approx((0.3, 1.5))
    assert steady(first, (0.5, 0.6)) == pytest.approx((0.475, 0.625))


def test_the_axis_holds_everything_that_is_marked():
    assert wanted_x(builders.pixel_law(observed=-3.0, sample=2.0)) == (-3.0, 2.0)
    assert wanted_x(builders.pixel_law()) == (0.0, 0.8)


def test_an_infinite_peak_does_not_flatten_the_curve():
    density = np.ones(100)
    density[0], density[1] = np.inf, 1e6
    assert highest(builders.pixel_law(density=density)) == 4.0
    assert highest(builders.pixel_law(density=np.full(3, np.nan))) == 1.0


@pytest.mark.parametrize(
    ("family", "words"),
    [("bernoulli", "Bernoulli"), ("continuous_bernoulli", "continuous Bernoulli"), ("normal", "normal")],
)
def test_family_words(family: str, words: str):
    assert family_words(family) == words
