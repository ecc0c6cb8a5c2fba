"""What the colours of a picture mean: a strip between its two levels, with the value under the cursor marked."""

from __future__ import annotations

import math

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QSizePolicy, QWidget

from vaediag_gui.theme.apply import SMALL, current, font
from vaediag_gui.theme.colourmaps import table


class LevelBar(QWidget):
    """One line: lowest level, strip, highest level."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._levels, self._map = (0.0, 1.0), "grey"
        self._value: float | None = None
        self._strip = QImage()

    def sizeHint(self) -> QSize:
        return QSize(96, 18)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, 18)

    def show_levels(self, levels: tuple[float, float], colours: str, unit: str = "") -> None:
        if (levels, colours) != (self._levels, self._map) or self._strip.isNull():
            self._levels, self._map = levels, colours
            pixels = bytes(table(colours).tobytes())
            self._strip = QImage(pixels, 256, 1, 768, QImage.Format.Format_RGB888).copy()
            self.update()
        self.setAccessibleName(f"colours from {levels[0]:.3g} to {levels[1]:.3g} {unit}".strip())

    def show_value(self, value: float | None) -> None:
        """Mark one value; None marks nothing."""
        if value != self._value:
            self._value = value
            self.update()

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(SMALL - 1))
        painter.setPen(QColor(current().muted))
        low, high = (f"{level:.3g}".replace("-", "−") for level in self._levels)
        metrics, box = painter.fontMetrics(), QRectF(self.rect())
        left, right = metrics.horizontalAdvance(low) + 6, metrics.horizontalAdvance(high) + 6
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), low)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), high)
        strip = QRectF(left, box.center().y() - 3, max(8.0, box.width() - left - right), 6)
        painter.drawImage(strip, self._strip)
        painter.setPen(QPen(QColor(current().rule), 1))
        painter.drawRect(strip)
        if self._value is not None and math.isfinite(self._value):
            span = (self._levels[1] - self._levels[0]) or 1.0
            share = min(max((self._value - self._levels[0]) / span, 0.0), 1.0)
            x = strip.left() + share * strip.width()
            painter.setPen(QPen(QColor(current().surface), 1))
            painter.setBrush(QColor(current().text))
            top = strip.top() - 1
            painter.drawPolygon(QPolygonF([QPointF(x - 4, top - 6), QPointF(x + 4, top - 6), QPointF(x, top + 1)]))
        painter.end()
