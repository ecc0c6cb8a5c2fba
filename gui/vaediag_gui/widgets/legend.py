"""What the lines, bands and symbols of a plot mean: swatches with words, in the palette's colours."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget
from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols

from vaediag_gui.theme.apply import SMALL, current, font

SWATCH, GAP, BETWEEN, LINE = 18, 6, 16, 18


@dataclass(frozen=True, slots=True)
class Key:
    """`kind`: "line", "dash", "dot", "band", or a pyqtgraph symbol, filled unless `hollow`.

    `colour` is the name of a palette colour.
    """

    kind: str
    colour: str
    text: str
    hollow: bool = False


class Legend(QWidget):
    """Keys in a row, wrapped where the width ends."""

    def __init__(self, *keys: Key, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(font(SMALL))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._keys: tuple[Key, ...] = ()
        self.show_keys(keys)

    def show_keys(self, keys: tuple[Key, ...]) -> None:
        if keys != self._keys:
            self._keys = keys
            self.setAccessibleName("Legend: " + "; ".join(key.text for key in keys))
            self.updateGeometry()
            self.update()

    def hasHeightForWidth(self) -> bool:  # Qt's names
        return True

    def heightForWidth(self, width: int) -> int:
        return LINE * (self._places(width)[-1][1] + 1) if self._keys else 0

    def sizeHint(self) -> QSize:
        width = max((self._width(key) for key in self._keys), default=0)
        return QSize(width, self.heightForWidth(max(self.width(), width)))

    def minimumSizeHint(self) -> QSize:
        return QSize(max((self._width(key) for key in self._keys), default=0), LINE if self._keys else 0)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for key, (x, line) in zip(self._keys, self._places(self.width()), strict=True):
            area = QRectF(x, line * LINE, SWATCH, LINE)
            _swatch(painter, key, area)
            painter.setPen(QColor(current().muted))
            painter.drawText(
                QRectF(x + SWATCH + GAP, line * LINE, self.width(), LINE), Qt.AlignmentFlag.AlignVCenter, key.text
            )

    def _width(self, key: Key) -> int:
        return SWATCH + GAP + self.fontMetrics().horizontalAdvance(key.text)

    def _places(self, width: int) -> list[tuple[int, int]]:
        """x and line of each key."""
        x, line, found = 0, 0, []
        for key in self._keys:
            if x and x + self._width(key) > width:
                x, line = 0, line + 1
            found.append((x, line))
            x += self._width(key) + BETWEEN
        return found


def _swatch(painter: QPainter, key: Key, area: QRectF) -> None:
    colour = QColor(getattr(current(), key.colour))
    middle = area.center()
    styles = {"line": Qt.PenStyle.SolidLine, "dash": Qt.PenStyle.DashLine, "dot": Qt.PenStyle.DotLine}
    if key.kind == "band":
        colour.setAlphaF(0.25)
        painter.fillRect(area.adjusted(0, 4, 0, -4), colour)
    elif key.kind in styles:
        painter.setPen(QPen(colour, 2, styles[key.kind]))
        painter.drawLine(QPointF(area.left(), middle.y()), QPointF(area.right(), middle.y()))
    else:
        draw_symbol(painter, key.kind, middle, 10.0, colour, hollow=key.hollow)


def draw_symbol(
    painter: QPainter, symbol: str, middle: QPointF, size: float, colour: QColor, *, hollow: bool = False
) -> None:
    """A pyqtgraph symbol, as its scatter plots draw it."""
    path = Symbols[symbol]
    painter.save()
    painter.translate(middle)
    painter.scale(size, size)
    pen = QPen(colour, 1.5 / size)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush if hollow else colour)
    painter.drawPath(path)
    painter.restore()
