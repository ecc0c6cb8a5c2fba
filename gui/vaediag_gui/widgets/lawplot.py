"""A density or masses over one axis, with named marks. Painted directly, so that it can move with a slider."""

from __future__ import annotations

import math

import numpy as np
from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QSizePolicy, QWidget

from vaediag_gui.theme.apply import SMALL, current, font

LEFT, TOP, RIGHT, BOTTOM = 44, 14, 12, 36
# mark -> colour, line, shape at its top: told apart without colour
MARKS = {
    "mean": ("blue", Qt.PenStyle.SolidLine, "circle"),
    "mode": ("purple", Qt.PenStyle.DashLine, "diamond"),
    "sample": ("orange", Qt.PenStyle.DotLine, "triangle"),
    "observed": ("text", Qt.PenStyle.DashDotLine, "square"),
}


class LawPlot(QWidget):
    """Curve (`bars=False`) or bars; ranges of the axes are given, so that they can stay."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 96)
        self._x = self._y = np.zeros(0)
        self._bars, self._labels = False, ()
        self._marks: tuple[tuple[str, float], ...] = ()
        self._band: tuple[float, float] | None = None
        self._ranges = ((0.0, 1.0), (0.0, 1.0))
        self._words = ("", "")

    def show_law(
        self,
        x: np.ndarray,
        y: np.ndarray,
        ranges: tuple[tuple[float, float], tuple[float, float]],
        *,
        bars: bool,
        marks: tuple[tuple[str, float], ...],
        band: tuple[float, float] | None,
        labels: tuple[str, ...] = (),
        words: tuple[str, str] = ("", ""),
    ) -> None:
        """`labels` stand over the bars; `band` is drawn on the x axis; `words` name the axes."""
        self._x, self._y, self._ranges, self._bars = x, y, ranges, bars
        self._marks, self._band, self._labels, self._words = marks, band, labels, words
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, 180)

    def changeEvent(self, a0: QEvent | None) -> None:
        super().changeEvent(a0)
        self.update()

    # ---- painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(SMALL - 1))
        box = QRectF(LEFT, TOP, max(self.width() - LEFT - RIGHT, 8), max(self.height() - TOP - BOTTOM, 8))
        self._paint_axes(painter, box)
        painter.save()
        painter.setClipRect(box.adjusted(-1, -TOP, 1, 1))
        if len(self._x):
            (self._paint_bars if self._bars else self._paint_curve)(painter, box)
        if self._band is not None:
            self._paint_band(painter, box)
        self._paint_marks(painter, box)
        painter.restore()
        painter.end()

    def _paint_marks(self, painter: QPainter, box: QRectF) -> None:
        """Lines, then shapes; shapes that would cover each other stand below each other."""
        placed = [(name, self._at_x(value, box)) for name, value in self._marks if math.isfinite(value)]
        for name, x in placed:
            painter.setPen(QPen(QColor(getattr(current(), MARKS[name][0])), 1.5, MARKS[name][1]))
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        taken: list[tuple[float, int]] = []
        for name, x in placed:
            lane = next(
                lane for lane in range(len(MARKS)) if all(abs(x - at) > 10 or lane != other for at, other in taken)
            )
            taken.append((x, lane))
            paint_mark(painter, name, QPointF(x, box.top() - 5 + 12 * lane))

    def _paint_axes(self, painter: QPainter, box: QRectF) -> None:
        p = current()
        left, right = box.left(), box.right()
        for value, words in ticks(*self._ranges[1], 3):
            y = self._at_y(value, box)
            painter.setPen(QPen(QColor(p.grid), 1))
            painter.drawLine(QPointF(left, y), QPointF(right, y))
            painter.setPen(QColor(p.muted))
            flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(QRectF(0, y - 8, LEFT - 6, 16), flags, words)
        painter.setPen(QPen(QColor(p.rule), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.setPen(QColor(p.muted))
        few = self._bars and len(self._x) <= 3
        many = max(3, int(box.width() / 70))
        stops = [(float(x), f"{x:g}") for x in self._x] if few else ticks(*self._ranges[0], many)
        for value, words in stops:
            x = self._at_x(value, box)
            painter.drawText(QRectF(x - 40, box.bottom() + 3, 80, 15), int(Qt.AlignmentFlag.AlignHCenter), words)
        middle = QRectF(left, box.bottom() + 18, box.width(), 16)
        painter.drawText(middle, int(Qt.AlignmentFlag.AlignRight), self._words[0])
        used = sum(painter.fontMetrics().horizontalAdvance(each) for each in self._words)
        if used + 12 <= middle.width():
            painter.drawText(middle, int(Qt.AlignmentFlag.AlignLeft), self._words[1])

    def _paint_curve(self, painter: QPainter, box: QRectF) -> None:
        finite = np.isfinite(self._y)
        x = self._at_x(self._x[finite], box)
        y = np.clip(self._at_y(self._y[finite], box), box.top() - TOP, box.bottom())
        if not len(x):
            return
        points = [QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
        fill = QColor(current().blue)
        fill.setAlpha(36)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        ends = [QPointF(points[-1].x(), box.bottom()), QPointF(points[0].x(), box.bottom())]
        painter.drawPolygon(QPolygonF(points + ends))
        painter.setPen(QPen(QColor(current().blue), 1.6))
        painter.drawPolyline(QPolygonF(points))

    def _paint_bars(self, painter: QPainter, box: QRectF) -> None:
        step = float(np.min(np.diff(self._x))) if len(self._x) > 1 else 1.0
        wide = max(1.0, 0.7 * abs(self._at_x(step, box) - self._at_x(0.0, box)))
        wide = min(wide, 72.0)
        fill = QColor(current().blue)
        fill.setAlpha(110)
        for at, (value, mass) in enumerate(zip(self._x.tolist(), self._y.tolist(), strict=True)):
            if not math.isfinite(mass):
                continue
            x, y = self._at_x(value, box), self._at_y(mass, box)
            painter.setPen(QPen(QColor(current().blue), 1) if wide > 3 else Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRect(QRectF(x - wide / 2, y, wide, box.bottom() - y))
            if at < len(self._labels):
                painter.setPen(QColor(current().text))
                inside = y - 16 < box.top()
                room = QRectF(x - wide / 2 + 4 if inside else x - 40, y + 2 if inside else y - 16, 80, 15)
                painter.drawText(
                    room, int(Qt.AlignmentFlag.AlignLeft if inside else Qt.AlignmentFlag.AlignHCenter), self._labels[at]
                )

    def _paint_band(self, painter: QPainter, box: QRectF) -> None:
        low, high = (self._at_x(end, box) for end in self._band or (0.0, 0.0))
        y = box.bottom() - 4
        painter.setPen(QPen(QColor(current().muted), 2))
        painter.drawLine(QPointF(low, y), QPointF(high, y))
        for x in (low, high):
            painter.drawLine(QPointF(x, y - 3), QPointF(x, y + 3))

    def _at_x(self, value, box: QRectF):
        low, high = self._ranges[0]
        return box.left() + (value - low) / ((high - low) or 1.0) * box.width()

    def _at_y(self, value, box: QRectF):
        low, high = self._ranges[1]
        return box.bottom() - (value - low) / ((high - low) or 1.0) * box.height()


def paint_mark(painter: QPainter, name: str, at: QPointF) -> None:
    """The shape that stands for a mark, 8 pixels wide."""
    colour, _, shape = MARKS[name]
    painter.setPen(QPen(QColor(current().surface), 1))
    painter.setBrush(QColor(getattr(current(), colour)))
    x, y = at.x(), at.y()
    if shape == "circle":
        painter.drawEllipse(at, 4, 4)
    elif shape == "square":
        painter.drawRect(QRectF(x - 4, y - 4, 8, 8))
    elif shape == "diamond":
        painter.drawPolygon(QPolygonF([QPointF(x, y - 5), QPointF(x + 5, y), QPointF(x, y + 5), QPointF(x - 5, y)]))
    else:
        painter.drawPolygon(QPolygonF([QPointF(x - 5, y - 4), QPointF(x + 5, y - 4), QPointF(x, y + 5)]))


def ticks(low: float, high: float, count: int) -> list[tuple[float, str]]:
    """At most about `count` round numbers in [low, high], with their words."""
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return []
    raw = span / max(count, 1)
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= raw * 0.999)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    first = math.ceil(low / step - 1e-9)
    made = []
    for number in range(first, math.floor(high / step + 1e-9) + 1):
        value = number * step
        words = f"{value:.{digits}f}" if 1e-4 <= abs(step) < 1e6 else f"{value:.3g}"
        made.append((value, words.replace("-", "−")))
    return made
