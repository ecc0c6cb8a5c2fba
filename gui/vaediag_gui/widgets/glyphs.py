"""Small square buttons with a painted sign: a lock, a row of steps."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QAbstractButton, QWidget

from vaediag_gui.theme.apply import current

SIDE = 24


class GlyphButton(QAbstractButton):
    """`glyph`: "lock" (open until checked) or "steps"."""

    def __init__(self, glyph: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._glyph = glyph
        self.setAccessibleName(name)
        self.setFixedSize(SIDE, SIDE)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def changeEvent(self, e: QEvent | None) -> None:
        super().changeEvent(e)
        self.update()

    def paintEvent(self, e: QPaintEvent | None) -> None:
        p = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.hasFocus() or self.isChecked():
            painter.setPen(QPen(QColor(p.accent), 1))
            painter.setBrush(QColor(p.selection) if self.isChecked() else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 5, 5)
        elif self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(p.pressed))
            painter.drawRoundedRect(box, 5, 5)
        strong = self.isChecked() or self.underMouse() or self.hasFocus()
        colour = QColor(p.text if strong else p.muted)
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        middle = box.center()
        if self._glyph == "lock":
            self._paint_lock(painter, colour, middle)
        else:
            self._paint_steps(painter, colour, middle)
        painter.end()

    def _paint_lock(self, painter: QPainter, colour: QColor, middle: QPointF) -> None:
        lift = 0.0 if self.isChecked() else 2.0
        bow = QRectF(middle.x() - 3, middle.y() - 6 - lift / 2, 6, 7)
        painter.drawArc(bow, 0 if self.isChecked() else 20 * 16, 180 * 16)
        if self.isChecked():
            painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(middle.x() - 4.5, middle.y() - 1.5, 9, 7), 1.5, 1.5)

    def _paint_steps(self, painter: QPainter, colour: QColor, middle: QPointF) -> None:
        painter.setPen(QPen(colour, 1.2))
        for number in range(3):
            box = QRectF(middle.x() - 7.5 + 5.5 * number, middle.y() - 2, 4, 4)
            painter.setBrush(colour if number == 1 else Qt.BrushStyle.NoBrush)
            painter.drawRect(box)
