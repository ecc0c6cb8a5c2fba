"""What stands inside a card in place of something that is not there: a sentence, and the button that asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from vaediag_gui.widgets.text import label


class Asked(Protocol):
    """What is said and what its button does; `title` is its tooltip."""

    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def button(self) -> str: ...
    @property
    def command(self) -> str: ...
    @property
    def arguments(self) -> Mapping[str, Any] | None: ...


class Invite(QWidget):
    """`acted(command, arguments)`: the button was pressed."""

    acted = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._command: tuple[str, dict[str, Any]] = ("", {})
        self.text = label(wrap=True)
        self.button = QPushButton()
        self.button.clicked.connect(lambda: self.acted.emit(*self._command))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.text)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_message(self, message: Asked | None) -> None:
        """Say it; nothing is emitted. None hides it."""
        self.setVisible(message is not None)
        if message is not None:
            self._command = (message.command, dict(message.arguments or {}))
            self.text.setText(message.text)
            self.button.setText(message.button)
            self.button.setToolTip(message.title or message.button)
            self.button.setVisible(bool(message.button))
