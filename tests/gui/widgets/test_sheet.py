"""Cells are drawn from the right column of the right line, and curves keep their extremes."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QColor, QImage, QPainter

from vaediag_gui.widgets.sheet import KEPT, Cells, Layer, Sheet, envelope, runs


def drawn(cells: Cells, group: int, layer: int, column: int) -> QImage:
    image = QImage(8, 8, QImage.Format.Format_RGB888)
    image.fill(QColor("#123456"))
    painter = QPainter(image)
    cells.draw(painter, QRectF(0, 0, 8, 8), group, layer, column)
    painter.end()
    return image


def sheet(line, groups: int = 4, columns: int = 3) -> Sheet:
    layers = (Layer("mean", line, (0.0, 1.0)), Layer("twice", lambda group: line(group) * 2, (0.0, 1.0)))
    return Sheet(layers, (("row",),) * groups, ("c",) * columns, "x", (2, 2))


def grey(group: int) -> np.ndarray:
    """Cell (group, column) has the value (4 column + group) / 40, and a white upper left pixel."""
    values = np.zeros((3, 2, 2)) + (4 * np.arange(3)[:, None, None] + group) / 40
    values[:, 0, 0] = 1.0
    return values


def test_a_cell_shows_its_own_values() -> None:
    cells = Cells(sheet(grey))
    for group in (0, 3):
        for column in range(3):
            image = drawn(cells, group, 0, column)
            assert image.pixelColor(1, 1).red() == 255
            assert image.pixelColor(6, 6).red() == int((4 * column + group) / 40 * 255.999)
            assert drawn(cells, group, 1, column).pixelColor(6, 6).red() == int((4 * column + group) / 20 * 255.999)


def test_colour_is_kept() -> None:
    def line(_: int) -> np.ndarray:
        return np.tile(np.array([1.0, 0.5, 0.0]), (3, 2, 2, 1))

    colour = drawn(Cells(sheet(line)), 0, 0, 1).pixelColor(3, 3)
    assert (colour.red(), colour.green(), colour.blue()) == (255, 127, 0)


def test_lines_are_computed_once_and_not_kept_forever() -> None:
    asked: list[int] = []

    def line(group: int) -> np.ndarray:
        asked.append(group)
        return grey(group % 4)

    cells = Cells(Sheet((Layer("mean", line, (0.0, 1.0)),), (("row",),) * 1000, ("c",) * 3, "x", (2, 2)))
    for _ in range(2):
        drawn(cells, 5, 0, 1)
    assert asked == [5]
    for group in range(KEPT + 50):
        drawn(cells, group, 0, 0)
    assert len(cells._images) == KEPT
    assert len(cells._bytes) == KEPT
    drawn(cells, 0, 0, 2)
    assert asked.count(0) == 2


def test_a_curve_is_drawn_between_its_levels() -> None:
    cells = Cells(Sheet((Layer("mean", lambda _: np.zeros((3, 50)), (0.0, 1.0)),), (("r",),), ("c",) * 3, "x", (8, 8)))
    image = drawn(cells, 0, 0, 0)
    lowest, highest = image.pixelColor(4, 4), image.pixelColor(4, 1)
    assert lowest != highest


def test_long_curves_keep_their_extremes() -> None:
    curve = np.zeros(10_000)
    curve[1234], curve[8000] = 5.0, -3.0
    short = envelope(curve)
    assert len(short) <= 256
    assert (short.max(), short.min()) == (5.0, -3.0)


def test_gaps_interrupt_a_curve() -> None:
    assert runs(np.array([True, True, False, True])) == [slice(0, 2), slice(3, 4)]
    assert runs(np.zeros(3, bool)) == []
