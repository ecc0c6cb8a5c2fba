"""The legend's sign for a mark: a piece of its line with its shape."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QSize
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget

from vaediag_gui.theme.apply import current
from vaediag_gui.widgets.lawplot import MARKS, paint_mark


class MarkSign(QWidget):
    """`name`: a mark of `LawPlot`, "σ" for its band, or anything else for nothing."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setFixedSize(28, 16)

    def sizeHint(self) -> QSize:
        return QSize(28, 16)

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y = self.height() / 2
        if self._name in MARKS:
            colour, line, _ = MARKS[self._name]
            painter.setPen(QPen(QColor(getattr(current(), colour)), 1.5, line))
            painter.drawLine(QPointF(2, y), QPointF(26, y))
            paint_mark(painter, self._name, QPointF(14, y))
        elif self._name == "σ":
            painter.setPen(QPen(QColor(current().muted), 2))
            painter.drawLine(QPointF(3, y), QPointF(25, y))
            for x in (3, 25):
                painter.drawLine(QPointF(x, y - 3), QPointF(x, y + 3))
        painter.end()
