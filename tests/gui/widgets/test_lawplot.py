"""The curve is where its numbers say, and its marks can be told apart."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtGui import QColor

from vaediag_gui.theme.apply import current
from vaediag_gui.widgets.lawplot import BOTTOM, LEFT, MARKS, RIGHT, TOP, LawPlot, ticks


@pytest.fixture
def plot(qtbot) -> LawPlot:
    made = LawPlot("law")
    qtbot.addWidget(made)
    made.resize(LEFT + 200 + RIGHT, TOP + 100 + BOTTOM)
    made.show()
    return made


def at(plot: LawPlot, x: float, y: float) -> QColor:
    """The colour at a share (x, y) of the axes' box, from its lower left corner."""
    return plot.grab().toImage().pixelColor(round(LEFT + 200 * x), round(TOP + 100 * (1 - y)))


def test_a_flat_density_fills_the_plot_up_to_its_height(plot: LawPlot):
    plot.show_law(
        np.linspace(0, 1, 50), np.full(50, 1.0), ((0.0, 1.0), (0.0, 2.0)), bars=False, marks=(), band=None
    )  # fmt: skip
    assert at(plot, 0.53, 0.3) != at(plot, 0.53, 0.8)


def test_bars_stand_on_their_values(plot: LawPlot):
    plot.show_law(
        np.array([0.0, 1.0]), np.array([0.2, 0.8]), ((-0.5, 1.5), (0.0, 1.0)), bars=True, marks=(), band=None,
        labels=("20 %", "80 %"),
    )  # fmt: skip
    empty = at(plot, 0.5, 0.4)
    assert at(plot, 0.75, 0.4) != empty
    assert at(plot, 0.25, 0.4) == empty
    assert at(plot, 0.25, 0.1) != empty


def test_marks_have_lines_at_their_values(plot: LawPlot):
    plot.show_law(
        np.array([0.0, 1.0]), np.zeros(2), ((0.0, 1.0), (0.0, 1.0)), bars=False,
        marks=(("mean", 0.25), ("observed", float("nan"))), band=None,
    )  # fmt: skip
    line = at(plot, 0.25, 0.55)
    assert line.blue() > line.red()
    assert at(plot, 0.35, 0.55) == QColor(current().window)


def test_marks_differ_in_line_and_in_shape():
    assert len({line for _, line, _ in MARKS.values()}) == len(MARKS)
    assert len({shape for _, _, shape in MARKS.values()}) == len(MARKS)


def test_numbers_that_are_not_finite_are_left_out(plot: LawPlot):
    plot.show_law(
        np.linspace(0, 1, 4), np.array([np.nan, np.inf, 1.0, 1.0]), ((0.0, 1.0), (0.0, 2.0)), bars=False, marks=(),
        band=None,
    )  # fmt: skip
    assert not plot.grab().isNull()
    plot.show_law(np.zeros(1), np.array([np.nan]), ((0.0, 0.0), (0.0, 0.0)), bars=True, marks=(), band=None)
    assert not plot.grab().isNull()


@pytest.mark.parametrize(
    ("low", "high", "count", "words"),
    [
        (0.0, 1.0, 4, ["0.0", "0.5", "1.0"]),
        (-1.0, 1.0, 4, ["−1.0", "−0.5", "0.0", "0.5", "1.0"]),
        (0.0, 0.03, 3, ["0.00", "0.01", "0.02", "0.03"]),
        (0.0, 250.0, 5, ["0", "50", "100", "150", "200", "250"]),
        (0.0, 0.0, 3, []),
        (0.0, float("inf"), 3, []),
    ],
)
def test_ticks_are_round(low: float, high: float, count: int, words: list[str]):
    assert [word for _, word in ticks(low, high, count)] == words
