"""A message in the place where something is missing or went wrong, with what to do about it."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from vaediag_gui.widgets.text import label

SIGNS = {"problem": "■", "warning": "▲", "info": "●", "": ""}


class Notice(QFrame):
    """A sign with a title, a sentence and at most one button. `acted()`: the button was pressed."""

    acted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._title = label(role="strong", wrap=True)
        self._text = label(wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = QPushButton()
        self._button.clicked.connect(self.acted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(6)
        layout.addWidget(self._title)
        layout.addWidget(self._text)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_message(self, title: str, text: str = "", *, severity: str = "info", button: str = "") -> None:
        """Say it; nothing is emitted. An empty title hides the notice."""
        self.setVisible(bool(title))
        self._title.setText(f"{SIGNS[severity]}  {title}".strip())
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._button.setText(button)
        self._button.setToolTip(title.replace("<", "‹"))
        self._button.setVisible(bool(button))
        self.setAccessibleName(f"{severity} {title} {text}".strip())
