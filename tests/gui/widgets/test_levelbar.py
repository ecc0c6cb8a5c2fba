"""The bar's colours are those of the map, and the mark is where the value is."""

from __future__ import annotations

import pytest

from vaediag_gui.theme.colourmaps import table
from vaediag_gui.widgets.levelbar import LevelBar


@pytest.fixture
def bar(qtbot) -> LevelBar:
    made = LevelBar()
    qtbot.addWidget(made)
    made.resize(200, 18)
    made.show_levels((0.0, 1.0), "spread", "nats")
    return made


def mark(bar: LevelBar) -> set[int]:
    """Columns in which the mark above the strip is drawn."""
    image = bar.grab().toImage()
    background = image.pixelColor(100, 0)
    bar.show_value(None)
    plain = bar.grab().toImage()
    del background
    return {x for x in range(200) if image.pixelColor(x, 3) != plain.pixelColor(x, 3)}


def test_the_strip_goes_from_the_lowest_to_the_highest_colour(bar: LevelBar):
    image = bar.grab().toImage()
    left, right = (image.pixelColor(x, 9).getRgb()[:3] for x in (20, 180))
    dark, bright = (tuple(int(part) for part in table("spread")[at]) for at in (0, 255))
    assert max(abs(a - b) for a, b in zip(left, dark, strict=True)) < 30
    assert max(abs(a - b) for a, b in zip(right, bright, strict=True)) < 30


def test_values_are_marked_and_those_beyond_at_the_ends(bar: LevelBar):
    found = []
    for value in (-5.0, 0.0, 0.5, 1.0, 9.0):
        bar.show_value(value)
        columns = mark(bar)
        found.append(sum(columns) / len(columns))
    assert found == sorted(found)
    assert (found[0], found[3]) == (found[1], found[4])
    assert found[2] == pytest.approx((found[1] + found[3]) / 2, abs=1)


def test_a_screen_reader_hears_the_levels(bar: LevelBar):
    assert bar.accessibleName() == "colours from 0 to 1 nats"


def test_undefined_values_are_not_marked(bar: LevelBar):
    bar.show_value(float("nan"))
    assert mark(bar) == set()
