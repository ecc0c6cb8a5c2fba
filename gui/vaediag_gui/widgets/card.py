"""A card: a surface with a title, a muted line below it, and what it holds."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from vaediag_gui.widgets.text import label

QUIET = "QToolButton { padding: 0px 4px; min-height: 16px; }"


class Card(QFrame):
    """`title` and `note` are labels of plain text.

    `explained(page)`: "What is this?" was pressed, which stands beside the title once `explain` has named a page.
    """

    explained = pyqtSignal(str)

    def __init__(self, title: str = "", note: str = "", *contents: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.title = label(title, "strong", wrap=True, parent=self)
        self.note = label(note, "muted", wrap=True, parent=self)
        self.title.setVisible(bool(title))
        self.note.setVisible(bool(note))
        for each in (self.title, self.note):
            policy = each.sizePolicy()  # as high as the text at this width; replacing the policy would forget that
            policy.setVerticalPolicy(QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            each.setSizePolicy(policy)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(12, 12, 12, 12)
        self.body.setSpacing(8)
        heading = QVBoxLayout()
        heading.setSpacing(2)
        self._first = QHBoxLayout()
        self._first.setSpacing(8)
        self._first.addWidget(self.title, 1)
        heading.addLayout(self._first)
        heading.addWidget(self.note)
        self.body.addLayout(heading)
        self.body.addStretch(1)  # a card that is higher than its contents leaves the room below them
        for content in contents:
            self.add(content)

    def say(self, title: str | None = None, note: str | None = None) -> None:
        for widget, text in ((self.title, title), (self.note, note)):
            if text is not None:
                widget.setText(text)
                widget.setVisible(bool(text))

    def explain(self, page: str) -> None:
        """Offer the page that defines what is shown."""
        button = QToolButton(self)
        button.setText("What is this?")
        button.setProperty("flat", True)
        button.setStyleSheet(QUIET)
        words = page.replace("_", " ")
        button.setToolTip(f"How {words} is defined, and how to read it")
        button.setAccessibleName(f"What is {words}?")
        button.clicked.connect(lambda: self.explained.emit(page))
        self._first.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def add(self, content: QWidget | QLayout) -> None:
        """Below what is there already."""
        place = self.body.count() - 1
        if isinstance(content, QWidget):
            self.body.insertWidget(place, content)
        else:
            self.body.insertLayout(place, content)
