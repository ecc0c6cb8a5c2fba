"""A row of a list that can be pressed: a name and a quieter line, shortened in the middle where they are long."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QRect, QSize, Qt
from PyQt6.QtGui import QColor, QEnterEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from vaediag_gui.theme.apply import BODY, SMALL, current, font


class ListRow(QAbstractButton):
    """`clicked` by a click, Return or Space. A row that is not enabled is grey, and its second line says why."""

    def __init__(self, name: str, note: str, *, enabled: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._note = name, note
        self.setAccessibleName(f"{name}, {note}" if note else name)
        self.setEnabled(enabled)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if enabled:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(160, 44 if self._note else 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent | None) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent | None) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        del event
        colours, painter = current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colours.accent) if self.hasFocus() else Qt.PenStyle.NoPen)
        lit = self.isEnabled() and (self.underMouse() or self.isDown())
        painter.setBrush(QColor(colours.pressed if self.isDown() else colours.hover) if lit else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 6, 6)
        inner = self.rect().adjusted(8, 4, -8, -4)
        first = QRect(inner.left(), inner.top(), inner.width(), 18 if self._note else inner.height())
        self._line(painter, first, self._name, BODY, colours.text if self.isEnabled() else colours.disabled)
        if self._note:
            second = QRect(inner.left(), inner.top() + 18, inner.width(), inner.height() - 18)
            self._line(painter, second, self._note, SMALL, colours.muted)

    def _line(self, painter: QPainter, place: QRect, text: str, size: int, colour: str) -> None:
        used = font(size)
        painter.setFont(used)
        painter.setPen(QColor(colour))
        shown = QFontMetrics(used).elidedText(text, Qt.TextElideMode.ElideMiddle, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
