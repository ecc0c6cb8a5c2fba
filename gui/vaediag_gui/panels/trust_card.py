"""A model that holds a program: what that means, and the choice."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from vaediag_gui.legible import last_name, legible
from vaediag_gui.state.answers import Untrusted
from vaediag_gui.widgets.notice import SIGNS
from vaediag_gui.widgets.text import label

MEANS = (
    "Its networks are a SavedModel: a TensorFlow program, which runs when it is opened. It can do on this machine"
    " whatever you can, such as reading and deleting files, and nobody can see from outside what it will do. Open it"
    " only if you trust who made it and how it came to you."
)
REMEMBERED = "Your answer holds for these very files and until the window is closed."


class TrustCard(QFrame):
    """`answered(yes)`: the person has decided."""

    answered = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._asked: Untrusted | None = None
        self._title = label(role="strong", wrap=True)
        self._where = label(role="muted", wrap=True)
        self.yes, self.no = QPushButton("Open it"), QPushButton("Do not open")
        self.yes.setToolTip("Run the program in this model, in this session")
        self.no.setToolTip("Leave it closed; nothing of it is run")
        self.yes.clicked.connect(lambda: self.answered.emit(True))
        self.no.clicked.connect(lambda: self.answered.emit(False))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(6)
        for widget in (self._title, self._where, label(MEANS, wrap=True), label(REMEMBERED, "muted", wrap=True)):
            layout.addWidget(widget)
        layout.addLayout(row)
        self.hide()

    def show_question(self, asked: Untrusted | None) -> None:
        """None hides it; nothing is emitted."""
        if asked == self._asked:
            return
        self._asked = asked
        self.setVisible(asked is not None)
        if asked is not None:
            self._title.setText(f"{SIGNS['warning']}  {last_name(asked.address)} holds a program. Open it?")
            self._where.setText(legible(asked.address, 200))
            self.setAccessibleName(f"{self._title.text()} {MEANS}")
            self.no.setFocus()
