"""Widgets flow into lines, and the box is as high as these."""

from __future__ import annotations

import pytest
from PyQt6.QtWidgets import QLabel

from vaediag_gui.widgets.flow import FlowBox


@pytest.fixture
def box(qtbot) -> FlowBox:
    made = FlowBox(spacing=10)
    qtbot.addWidget(made)
    for height in (20, 20, 30, 20):
        label = QLabel()
        label.setFixedSize(100, height)
        made.add(label)
    made.resize(500, 50)
    made.show()
    return made


def places(box: FlowBox) -> list[tuple[int, int]]:
    box.flow.activate()
    return [
        (item.geometry().x(), item.geometry().y()) for at in range(box.flow.count()) if (item := box.flow.itemAt(at))
    ]


def test_one_line_is_centred(box: FlowBox):
    assert places(box) == [(0, 5), (110, 5), (220, 0), (330, 5)]
    assert box.height() == 30


def test_a_narrow_box_grows_by_lines_and_says_so(qtbot, box: FlowBox):
    with qtbot.waitSignal(box.rearranged):
        box.resize(215, 30)
    assert places(box) == [(0, 0), (110, 0), (0, 30), (110, 35)]
    assert box.height() == 60
    assert box.minimumSizeHint().width() == 100


def test_hidden_widgets_take_no_room(qtbot, box: FlowBox):
    box.resize(215, 30)
    third = box.flow.itemAt(2).widget()
    with qtbot.waitSignal(box.rearranged):
        third.hide()
    assert box.height() == 50
