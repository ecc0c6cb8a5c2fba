"""Independence of pixels: the map, the neighbours and the price, in words."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.gui.builders import data_facts, facts, shallow
from tests.report.builders import diagnosis, independence
from vaediag.records.finding import Finding
from vaediag_gui.resolve.dependence import coordinates_words, dependence, lag_map, place_words, verdict
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Wish


def found_in(event=(8, 8, 1), **changes):
    return independence(event, np.random.default_rng(0), binary=False, **changes)


def state(made):
    wish = Wish(model=made.model.source, data=made.data.source)
    known = Answers(facts(source=made.model.source), data_facts(source=made.data.source), diagnosis=made)
    return dependence(wish, known, made)


def test_it_is_offered_where_it_was_not_measured() -> None:
    found = state(shallow(diagnosis()))
    assert found.offer is not None
    assert found.offer.command == "diagnose_in_depth"
    assert found.independence is None
    assert state(diagnosis()).offer is None


def test_the_largest_neighbour_is_said_unless_there_is_a_finding() -> None:
    found = found_in(rho=0.4)
    made = diagnosis(independence=found)
    assert "0.4" in verdict(made, found)
    assert "where 0 is exact" in verdict(made, found)
    finding = Finding("dependence", "warning", "independence", "Neighbours are correlated", "", "", "")
    assert verdict(dataclasses.replace(made, findings=(finding,)), found) == "Neighbours are correlated"


def test_a_pixel_with_itself_has_no_colour_and_chance_is_pale() -> None:
    picture = lag_map(found_in())
    assert np.isnan(picture.drawn[7, 7])
    assert picture.raw[7, 7] == 1.0
    assert picture.levels == (-0.1, 0.1)
    matrix = lag_map(found_in((20,)))
    assert np.isnan(np.diag(matrix.drawn)).all()
    assert lag_map(found_in(rho=0.5)).levels[1] >= 0.4


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ((7, 7), "a pixel with itself: 1"),
        ((7, 8), "1 column to the right: "),
        ((9, 7), "2 rows below: "),
        ((6, 4), "1 row above, 3 columns to the left: "),
    ],
)
def test_a_place_is_said_as_a_way(place, words) -> None:
    assert place_words(found_in(), place).startswith(words)


def test_features_are_named_by_their_numbers() -> None:
    found = found_in((100,))
    index = found.coordinates.index
    assert place_words(found, (3, 5)).startswith(f"features {index[3]} and {index[5]}: ")


def test_conditioning_coordinates_and_a_lower_bound_are_said() -> None:
    made = found_in((28, 28, 1), cost=2.5)
    assert coordinates_words(made) == "a patch of 64 of the 784 values"
    assert coordinates_words(found_in((8, 8, 1))) == "all 64 values"
    assert coordinates_words(found_in((100,))) == "a random set of 64 of the 100 values"
    rows = {fact.name: fact for fact in state(diagnosis(independence=made)).facts}
    assert "a patch of 64" in rows["price of independence"].reading
    assert "at least" not in rows["price of independence"].reading
    assert "z from the encoder; 450 images" in rows["measured with"].reading
    assert {"pixel to the right", "pixel below left"} <= set(rows)
    few = dataclasses.replace(made, independence_cost=None)
    reasons = {"independence.independence_cost": "too few images"}
    (price, *_) = state(diagnosis(independence=few, why_not=reasons)).facts
    assert (price.value, price.reading) == ("", "not known: too few images")
    least = dataclasses.replace(made, lower_bound=True, conditioning="corrected")
    rows = {fact.name: fact for fact in state(diagnosis(independence=least)).facts}
    assert "at least this" in rows["price of independence"].reading
    assert "encoder was found wrong" in rows["measured with"].reading
