"""The key of a map: which colour is which value, with pointed ends where values lie beyond."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPolygonF
from PyQt6.QtWidgets import QSizePolicy, QWidget

from vaediag_gui.theme.apply import SMALL, current, font
from vaediag_gui.theme.colourmaps import table

BAR, TIP, PAD = 12, 7, 8


class ColourBar(QWidget):
    """Upright: low values at the bottom."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(font(SMALL - 1))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._map, self._levels = "grey", (0.0, 1.0)
        self._ticks: tuple[tuple[float, str], ...] = ()
        self._below = self._above = False

    def show_scale(
        self, colours: str, levels: tuple[float, float], ticks: tuple[tuple[float, str], ...], *, below: bool = False,
        above: bool = False,
    ) -> None:  # fmt: skip
        """`ticks` are (value, word); `below`, `above`: there are values beyond that end."""
        self._map, self._levels, self._ticks, self._below, self._above = colours, levels, ticks, below, above
        words = ", ".join(word for _, word in ticks)
        self.setAccessibleName(f"Colours from {words}" if words else "Colours")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # Qt's names
        widest = max((self.fontMetrics().horizontalAdvance(word) for _, word in self._ticks), default=0)
        return QSize(BAR + 6 + widest + 2, 120)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), 60)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top, bottom = PAD + TIP, self.height() - PAD - TIP
        gradient = QLinearGradient(0, bottom, 0, top)
        colours = table(self._map)
        for stop in range(0, 256, 15):
            gradient.setColorAt(stop / 255, QColor(*(int(part) for part in colours[stop])))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(QRectF(0, top, BAR, bottom - top), gradient)
        for there, edge, tip, colour in (
            (self._above, top, top - TIP, colours[255]), (self._below, bottom, bottom + TIP, colours[0]),
        ):  # fmt: skip
            if there:
                painter.setBrush(QColor(*(int(part) for part in colour)))
                painter.drawPolygon(QPolygonF([QPointF(0, edge), QPointF(BAR, edge), QPointF(BAR / 2, tip)]))
        low, high = self._levels
        for at, word in self._ticks:
            y = bottom - (at - low) / ((high - low) or 1.0) * (bottom - top)
            painter.setPen(QColor(current().muted))
            painter.drawLine(QPointF(BAR, y), QPointF(BAR + 3, y))
            painter.drawText(QRectF(BAR + 6, y - 8, 80, 16), Qt.AlignmentFlag.AlignVCenter, word)
