"""The small pictures of the start page are there and are rows of squares."""

from __future__ import annotations

from vaediag import registry
from vaediag_gui.resolve.start import SUGGESTED
from vaediag_gui.strips import strips


def test_strips_belong_to_registered_models_and_are_rows_of_squares() -> None:
    found, cards = strips(), registry.models()
    assert SUGGESTED in found
    assert set(found) <= set(cards)
    for name, image in found.items():
        tiles = 5 if cards[name].dataset else 4  # x only where a model brings data
        assert image.width() == tiles * image.height()


def test_in_the_suggested_one_the_samples_are_black_and_white_and_the_mean_is_not() -> None:
    image = strips()[SUGGESTED]
    side = image.height()
    tiles = [
        {image.pixelColor(column, row).lightness() for row in range(side) for column in range(at, at + side)}
        for at in range(0, image.width(), side)
    ]
    assert all(tiles[at] == {0, 255} for at in (0, 2, 3, 4))
    assert len(tiles[1]) > 10
