"""Tiles take as many columns as make their pictures largest, and scroll where they do not fit."""

from __future__ import annotations

import itertools

import pytest
from PyQt6.QtWidgets import QWidget

from vaediag_gui.widgets.tiles import GAP, TileArea, columns


@pytest.mark.parametrize(
    ("count", "width", "height", "expected"),
    [
        (4, 900, 250, 4), (4, 440, 180, 4), (4, 440, 500, 2), (1, 900, 300, 1), (9, 800, 420, 5), (2, 200, 600, 1),
        (0, 100, 100, 1),
    ],
)  # fmt: skip
def test_columns(count: int, width: int, height: int, expected: int):
    assert columns(count, width, height, around=lambda _: 80.0, smallest=72.0) == expected


def test_wide_pictures_stand_below_each_other_sooner():
    assert columns(2, 400, 400, around=lambda _: 0.0, smallest=20.0, aspect=0.25) == 1
    assert columns(2, 400, 400, around=lambda _: 0.0, smallest=20.0, aspect=4.0) == 2


@pytest.fixture
def area(qtbot) -> TileArea:
    made = TileArea(lambda _: 50.0, smallest=100)
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    return made


def test_tiles_are_equal_and_do_not_overlap(area: TileArea):
    tiles = [QWidget() for _ in range(5)]
    area.show_tiles(tiles, aspect=1.0)
    assert len({(tile.width(), tile.height()) for tile in tiles}) == 1
    for before, after in itertools.pairwise(tiles):
        assert after.x() == before.geometry().right() + 1 + GAP or after.y() > before.geometry().bottom()
    assert all(tile.isVisible() for tile in tiles)


def test_what_is_taken_out_is_hidden(area: TileArea):
    tiles = [QWidget() for _ in range(3)]
    area.show_tiles(tiles, aspect=1.0)
    area.show_tiles(tiles[1:], aspect=1.0)
    assert [tile.isVisible() for tile in tiles] == [False, True, True]


def test_many_tiles_scroll_and_keep_their_smallest_size(area: TileArea):
    tiles = [QWidget() for _ in range(12)]
    area.resize(250, 300)
    area.show_tiles(tiles, aspect=1.0)
    assert tiles[0].height() == 150
    assert area.verticalScrollBar().maximum() > 0
    assert tiles[-1].geometry().right() < area.viewport().width()


def test_used_height_is_that_of_the_tiles(area: TileArea):
    tiles = [QWidget() for _ in range(2)]
    area.resize(300, 800)
    area.show_tiles(tiles, aspect=0.5)
    assert area.used == tiles[-1].geometry().bottom() + 1 < 800
