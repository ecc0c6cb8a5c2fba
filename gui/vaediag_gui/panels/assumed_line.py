"""What every number below rests on: one line, shortened where it does not fit."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from vaediag_gui.widgets.card import QUIET
from vaediag_gui.widgets.elided import Elided


class AssumedLine(QWidget):
    """`asked()`: "What is this?" was pressed. Without a line it takes no room."""

    asked = pyqtSignal()

    def __init__(self, *, short: bool = False, parent: QWidget | None = None) -> None:
        """`short`: the button is a question mark."""
        super().__init__(parent)
        self.line = Elided(muted=True)
        self.what = QToolButton()
        self.what.setText("?" if short else "What is this?")
        self.what.setProperty("flat", True)
        self.what.setStyleSheet(QUIET)
        self.what.setToolTip("What is taken for granted about the model and the data, and what hangs on it")
        self.what.setAccessibleName("What is assumed?")
        self.what.clicked.connect(self.asked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.what)
        self.hide()

    def show_line(self, text: str) -> None:
        """Nothing is emitted."""
        self.line.setText(text)
        if self.isHidden() == bool(text):
            self.setVisible(bool(text))
