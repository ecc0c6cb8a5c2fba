"""One finding as a card that can be reached and opened by keyboard."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PyQt6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from vaediag_gui.resolve.findings import FindingCard
from vaediag_gui.theme.apply import current
from vaediag_gui.widgets.text import label


class FindingView(QFrame):
    """`chosen()`: focused or clicked; `opened()`: its picture is wanted; `moved(step)`: to another card.

    `explained()`: what was measured is to be explained.
    """

    chosen = pyqtSignal()
    opened = pyqtSignal()
    explained = pyqtSignal()
    moved = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._card: FindingCard | None = None
        self._look: tuple[str, bool, str] | None = None
        self.title = label(role="title", wrap=True, parent=self)
        self._rows = [(label(name, "muted", parent=self), label(wrap=True, parent=self)) for name in _NAMES]
        self.button = QPushButton("Show the picture", self)
        self.button.clicked.connect(self.opened)
        self.button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.what = QToolButton(self)
        self.what.setText("What is this?")
        self.what.setProperty("flat", True)
        self.what.clicked.connect(self.explained)
        beside = QHBoxLayout()
        beside.setSpacing(8)
        beside.addWidget(self.button)
        beside.addWidget(self.what)
        beside.addStretch(1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, (name, text) in enumerate(self._rows):
            name.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(name, row, 0)
            grid.addWidget(text, row, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(self.title)
        layout.addLayout(grid)
        layout.addLayout(beside)

    def show_card(self, card: FindingCard) -> None:
        """Nothing is emitted."""
        if card != self._card:
            self._card = card
            self.title.setText(card.heading)
            for (_, text), words in zip(self._rows, (card.evidence, card.meaning, card.advice), strict=True):
                text.setText(words)
            self.button.setVisible(card.tab is not None)
            self.button.setToolTip(f"Go to {card.tab}" if card.tab is not None else "")
            self.what.setVisible(bool(card.page))
            self.what.setToolTip(f"How {card.page.replace('_', ' ')} is defined, and how to read it")
            self.setAccessibleName(card.heading)
            self.setAccessibleDescription(f"{card.evidence} {card.meaning} Try: {card.advice}")
        self._restyle()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # Qt's names
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key())) if event is not None else None
        if step is not None:
            self.moved.emit(step)
        elif event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self._card is not None and self._card.tab is not None:
                self.opened.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        if event is not None and event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.chosen.emit()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        super().mousePressEvent(event)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange and self._card is not None:
            self._restyle()

    def _restyle(self) -> None:
        """The heading in the colour of its severity, a frame around the chosen card."""
        card = self._card
        look = None if card is None else (card.severity, card.chosen, current().name)
        if card is None or look == self._look:
            return
        self._look = look
        self.title.setStyleSheet(f"color: {getattr(current(), card.severity, current().text)};")
        edge = current().accent if card.chosen else current().rule
        self.setStyleSheet(f"FindingView {{ border: 1px solid {edge}; }}")


_NAMES = ("Evidence", "Meaning", "Try")
