"""Columns that reflow, and which item is beside which."""

from __future__ import annotations

import pytest
from PyQt6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from vaediag_gui.widgets.grid_flow import GridFlow, columns_for, neighbour


@pytest.mark.parametrize(("width", "columns"), [(0, 1), (99, 1), (209, 1), (210, 2), (319, 2), (320, 3)])
def test_as_many_columns_as_fit(width: int, columns: int) -> None:
    assert columns_for(width, 100, 10) == columns


@pytest.mark.parametrize(
    ("index", "direction", "wanted"),
    [
        (0, "left", 0), (0, "right", 1), (2, "right", 3), (3, "left", 2), (6, "right", 6),
        (0, "up", 0), (4, "up", 1), (1, "down", 4), (3, "down", 6), (4, "down", 6), (6, "down", 6),
    ],
)  # fmt: skip
def test_neighbours_in_seven_items_of_three_columns(index: int, direction: str, wanted: int) -> None:
    assert neighbour(index, 7, 3, direction) == wanted


def test_rows_are_as_high_as_their_tallest_item(qtbot: QtBot) -> None:
    outer = QWidget()
    qtbot.addWidget(outer)
    flow = GridFlow(outer, least=100, gap=10)
    labels = [QLabel("word " * count) for count in (1, 40, 1, 1)]
    for each in labels:
        each.setWordWrap(True)
        flow.addWidget(each)
    outer.resize(210, flow.heightForWidth(210))
    outer.show()
    assert flow.columns() == 2
    assert labels[0].height() == labels[1].height() > labels[2].height() == labels[3].height()
    assert labels[1].height() >= labels[1].heightForWidth(labels[1].width())
    assert labels[3].geometry().bottom() == outer.rect().bottom()
    assert flow.heightForWidth(100) > flow.heightForWidth(210)
    flow.removeWidget(labels[1])
    labels[1].hide()
    assert flow.count() == 3
    outer.close()


def test_nothing_needs_no_height(qtbot: QtBot) -> None:
    outer = QWidget()
    qtbot.addWidget(outer)
    flow = GridFlow(outer, least=100)
    assert flow.heightForWidth(300) == 0
    assert flow.minimumSize().height() == 0
