"""Only the visible rows exist, and each shows the right position."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLineEdit

from vaediag_gui.widgets.recycled import RecycledRows


class Rows(RecycledRows[QLineEdit]):
    def __init__(self) -> None:
        self.bound: list[int] = []
        super().__init__(QLineEdit, self._fill)

    def _fill(self, row: QLineEdit, at: int) -> None:
        self.bound.append(at)
        row.setText(str(at))


@pytest.fixture
def rows(qtbot) -> Rows:
    made = Rows()
    qtbot.addWidget(made)
    made.resize(200, 405)
    made.show()
    qtbot.waitExposed(made)
    made.show_rows(512, 40)
    return made


def visible(rows: Rows) -> list[tuple[int, int]]:
    """(position, top) of the rows on the screen; each widget must show what it says."""
    for at, row in rows.shown().items():
        assert row.text() == str(at)
        assert row.isVisible()
    return sorted((at, row.y()) for at, row in rows.shown().items())


def test_few_widgets_for_many_rows(rows: Rows):
    assert len(rows.rows) == 12
    assert [at for at, _ in visible(rows)] == list(range(11))


def test_scrolling_shows_the_right_rows(rows: Rows):
    bar = rows.verticalScrollBar()
    bar.setValue(40 * 100 + 15)
    assert visible(rows)[0] == (100, -15)
    assert [at for at, _ in visible(rows)] == list(range(100, 111))
    bar.setValue(bar.maximum())
    assert visible(rows)[-1] == (511, 365)
    assert len(rows.rows) == 12


def test_scrolling_by_one_row_fills_one_widget(rows: Rows):
    rows.verticalScrollBar().setValue(20)
    rows.bound.clear()
    rows.verticalScrollBar().setValue(60)
    assert rows.bound == [11]


def test_fewer_rows_hide_the_others(rows: Rows):
    rows.verticalScrollBar().setValue(4000)
    rows.show_rows(3, 40)
    assert [at for at, _ in visible(rows)] == [0, 1, 2]
    assert sum(row.isVisible() for row in rows.rows) == 3
    rows.show_rows(0, 40)
    assert visible(rows) == []


def test_other_heights_move_the_rows(rows: Rows):
    rows.show_rows(512, 60)
    assert visible(rows)[:3] == [(0, 0), (1, 60), (2, 120)]


def test_a_larger_window_gets_more_rows(rows: Rows):
    rows.resize(200, 805)
    assert [at for at, _ in visible(rows)] == list(range(21))


def test_keys_go_from_row_to_row(qtbot, rows: Rows):
    rows.focus_row(0)
    for key, at in (
        (Qt.Key.Key_Down, 1), (Qt.Key.Key_Down, 2), (Qt.Key.Key_Up, 1), (Qt.Key.Key_PageDown, 10),
        (Qt.Key.Key_PageDown, 19), (Qt.Key.Key_PageUp, 10), (Qt.Key.Key_PageUp, 1), (Qt.Key.Key_PageUp, 0),
        (Qt.Key.Key_Up, 0),
    ):  # fmt: skip
        qtbot.keyClick(rows, key)
        assert rows.window().focusWidget() is rows.shown()[at], at
        assert 0 <= rows.shown()[at].y() <= 365


def test_a_row_scrolled_away_does_not_keep_the_keyboard(rows: Rows):
    rows.focus_row(0)
    rows.verticalScrollBar().setValue(4000)
    assert rows.window().focusWidget() not in rows.rows


def test_refresh_fills_only_what_is_visible(rows: Rows):
    rows.bound.clear()
    rows.refresh()
    assert sorted(rows.bound) == list(range(11))
