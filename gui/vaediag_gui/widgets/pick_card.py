"""A card to choose: a button with a title, a sentence and a quiet line, in plain text."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QEnterEvent, QImage, QKeyEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from vaediag_gui.theme.apply import SMALL, current
from vaediag_gui.widgets.text import label
from vaediag_gui.widgets.tile_row import TileRow

ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class PickCard(QAbstractButton):
    """Chosen by a click, Return or Space (`clicked`). `tag` is a short word in the corner.

    `strip` is an optional row of small pictures above the title.
    """

    def __init__(
        self, title: str, sentence: str, facts: str, *, strip: QImage | None = None, strip_meaning: str = "",
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._name = ". ".join(part.rstrip(".") for part in (title, sentence, facts) if part)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._tag = label()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(_wrapped(title, "strong"), 1)
        head.addWidget(self._tag, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(4)
        if strip is not None:
            layout.addWidget(TileRow(strip, strip_meaning))
            layout.addSpacing(4)
        layout.addLayout(head)
        layout.addWidget(_wrapped(sentence))
        layout.addStretch(1)
        layout.addWidget(_wrapped(facts, "muted"))
        self.show_tag("")

    def show_tag(self, tag: str) -> None:
        self._tag.setText(tag)
        self._tag.setVisible(bool(tag))
        self.setAccessibleName(f"{self._name}. {tag}" if tag else self._name)
        self._restyle()

    def tag(self) -> str:
        return self._tag.text()

    def sizeHint(self) -> QSize:  # a bare button has none
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event is not None and event.key() in ARROWS:
            event.ignore()  # whoever arranges the cards knows which is beside this one
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent | None) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent | None) -> None:
        super().leaveEvent(event)
        self.update()

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange and hasattr(self, "_tag"):
            self._restyle()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        del event
        colours, strong = current(), self.hasFocus()
        fill = colours.pressed if self.isDown() else colours.hover if self.underMouse() else colours.surface
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(fill))
        painter.setPen(QPen(QColor(colours.accent if strong else colours.rule), 2 if strong else 1))
        inset = 1.0 if strong else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 8, 8)

    def _restyle(self) -> None:
        self._tag.setStyleSheet(
            f"color: {current().accent}; background: {current().selection}; border-radius: 4px;"
            f" padding: 1px 6px; font-size: {SMALL}px; font-weight: 500;"
        )


def _wrapped(text: str, role: str = "") -> QLabel:
    made = label(text, role, wrap=True)
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)  # spare room belongs below the words
    return made
