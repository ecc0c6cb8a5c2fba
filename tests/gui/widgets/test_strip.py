"""The strip chooses by mouse and keys, says so once, and stays silent when it is told."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt

from vaediag_gui.widgets.sheet import Layer, Sheet
from vaediag_gui.widgets.strip import Strip


def sheet(groups: int = 6, columns: int = 5, asked: list[int] | None = None, *, beside: bool = False) -> Sheet:
    def line(group: int) -> np.ndarray:
        if asked is not None:
            asked.append(group)
        return np.zeros((columns, 4, 4))

    return Sheet(
        (Layer("mean", line, (0.0, 1.0)),), tuple((f"z{k}",) for k in range(groups)),
        tuple(str(c) for c in range(columns)), "σ", (4, 4), beside=beside,
    )  # fmt: skip


@pytest.fixture
def strip(qtbot) -> Strip:
    made = Strip("Walk")
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    made.show_sheet(sheet())
    return made


def click(qtbot, strip: Strip, group: int, column: int, *, double: bool = False) -> None:
    middle = strip.place_rect(group, column).center().toPoint()
    (qtbot.mouseDClick if double else qtbot.mouseClick)(
        strip.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(middle.x(), middle.y())
    )


def test_a_click_chooses_and_a_double_click_activates(qtbot, strip: Strip) -> None:
    with qtbot.waitSignal(strip.chosen) as chosen:
        click(qtbot, strip, 2, 3)
    assert chosen.args == [2, 3]
    with qtbot.waitSignal(strip.activated) as activated:
        click(qtbot, strip, 1, 4, double=True)
    assert activated.args == [1, 4]


def test_arrow_keys_move_and_return_activates(qtbot, strip: Strip) -> None:
    qtbot.keyClick(strip, Qt.Key.Key_Down)  # the first key chooses the middle of the first row
    seen: list[tuple[int, int]] = []
    strip.chosen.connect(lambda *place: seen.append(place))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_End, Qt.Key.Key_PageDown):
        qtbot.keyClick(strip, key)
    assert seen == [(0, 3), (1, 3), (0, 3), (0, 4), (5, 4)]  # at the edge nothing changes and nothing is said
    with qtbot.waitSignal(strip.activated) as activated:
        qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert activated.args == [5, 4]


def test_showing_says_nothing(qtbot, strip: Strip) -> None:
    with qtbot.assertNotEmitted(strip.chosen), qtbot.assertNotEmitted(strip.activated):
        strip.show_chosen((1, 1))
        strip.show_sheet(sheet(groups=1))
        strip.show_faded(True)
        strip.show_width(40)


def test_only_visible_rows_are_computed(qtbot) -> None:
    asked: list[int] = []
    strip = Strip("Walk")
    qtbot.addWidget(strip)
    strip.resize(500, 300)
    strip.show_sheet(sheet(groups=512, asked=asked))
    strip.show()
    qtbot.waitExposed(strip)
    strip.grab()
    assert 0 < len(set(asked)) < 12


def test_keys_scroll_to_the_chosen_cell(qtbot) -> None:
    strip = Strip("Walk")
    qtbot.addWidget(strip)
    strip.resize(500, 300)
    strip.show()
    strip.show_sheet(sheet(groups=100))
    strip.show_chosen((50, 2))
    qtbot.keyClick(strip, Qt.Key.Key_Down)
    rect = strip.place_rect(51, 2)
    assert 0 <= rect.top() <= rect.bottom() <= 300


def test_a_smaller_sheet_forgets_a_cell_that_is_gone(qtbot, strip: Strip) -> None:
    strip.show_chosen((5, 4))
    strip.show_sheet(sheet(groups=2))
    with qtbot.assertNotEmitted(strip.activated):
        qtbot.keyClick(strip, Qt.Key.Key_Return)


def test_fitted_cells_change_with_the_width_and_fixed_ones_do_not(strip: Strip) -> None:
    fitted = strip.cell_width
    strip.resize(900, 800)
    assert strip.cell_width > fitted
    strip.show_width(24)
    strip.resize(500, 400)
    assert strip.cell_width == 24


def test_beside_layers_answer_a_click_too(qtbot, strip: Strip) -> None:
    strip.show_sheet(sheet(beside=True))
    with qtbot.waitSignal(strip.chosen) as chosen:
        click(qtbot, strip, 3, 1)
    assert chosen.args == [3, 1]
