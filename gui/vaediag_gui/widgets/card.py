"""A card: a surface with a title, a muted line below it, and what it holds."""

from __future__ import annotations

from PyQt6.QtWidgets import QFrame, QLayout, QSizePolicy, QVBoxLayout, QWidget

from vaediag_gui.widgets.text import label


class Card(QFrame):
    """`title` and `note` are labels of plain text."""

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
        heading.addWidget(self.title)
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

    def add(self, content: QWidget | QLayout) -> None:
        """Below what is there already."""
        place = self.body.count() - 1
        if isinstance(content, QWidget):
            self.body.insertWidget(place, content)
        else:
            self.body.insertLayout(place, content)
