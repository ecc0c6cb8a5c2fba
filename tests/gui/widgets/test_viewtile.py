"""A tile says what it shows; where there is no picture, words stand in its place."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint
from PyQt6.QtGui import QFontMetrics, QHelpEvent
from PyQt6.QtWidgets import QApplication, QFrame

from vaediag_gui.theme.apply import font
from vaediag_gui.widgets.viewtile import ViewTile, two_lines


@pytest.fixture
def tile(qtbot) -> ViewTile:
    made = ViewTile("mean")
    qtbot.addWidget(made)
    made.resize(220, 300)
    made.show()
    made.show_words("mean", "the average of p(x | z)", "units of x", "", "")
    made.show_values(np.zeros((4, 4)), (0.0, 1.0), "grey")
    return made


def test_words_instead_of_an_empty_picture(tile: ViewTile):
    assert tile.picture.isVisible()
    tile.show_words("data x", "", "units of x", "", "Choose an image in Data to compare")
    assert not tile.picture.isVisible()
    assert not tile.bar.isVisible()
    assert tile.missing == "Choose an image in Data to compare"


def test_a_screen_reader_hears_title_sentence_and_unit(tile: ViewTile):
    assert tile.picture.accessibleName() == "mean — the average of p(x | z)"
    assert tile.picture.accessibleDescription() == "units of x"
    assert tile.bar.accessibleName() == "colours from 0 to 1 units of x"


def test_new_words_lay_nothing_out_anew_but_room_for_a_note_does(tile: ViewTile):
    before = tile.picture.geometry()
    tile.show_words("mean", "something else altogether", "nats", "", "")
    assert tile.picture.geometry() == before
    tile.show_words("mean", "something else altogether", "nats", "", "", room=True)
    assert tile.picture.height() < before.height()


def test_a_narrow_tile_leaves_its_sentence_to_the_tooltip(tile: ViewTile):
    assert ViewTile.around(100) < ViewTile.around(220)
    assert "the average of p(x | z)" in tile.toolTip()


@pytest.mark.parametrize(("x", "y", "said"), [(110, 16, True), (110, 160, False)])
def test_a_tooltip_beside_the_picture_never_over_it(
    tile: ViewTile, monkeypatch: pytest.MonkeyPatch, x: int, y: int, said: bool
):
    heard = []
    monkeypatch.setattr(QFrame, "event", lambda _, event: heard.append(event.type()) or False)
    widget = tile.childAt(x, y) or tile
    place = QPoint(x, y)
    event = QHelpEvent(QEvent.Type.ToolTip, widget.mapFrom(tile, place), tile.mapToGlobal(place))
    QApplication.sendEvent(widget, event)
    assert (QEvent.Type.ToolTip in heard) == said


@pytest.mark.usefixtures("qapp")
def test_lines_do_not_break_inside_brackets():
    metrics = QFontMetrics(font())
    width = metrics.horizontalAdvance("the average of p(x")
    assert two_lines("the average of p(x | z)", metrics, width) == ["the average of", "p(x | z)"]
    assert two_lines("short", metrics, width) == ["short"]
    assert two_lines("", metrics, width) == []
    assert two_lines("one ( two", metrics, width * 9) == ["one ( two"]
    assert two_lines("word " * 40, metrics, width)[-1].endswith("…")
