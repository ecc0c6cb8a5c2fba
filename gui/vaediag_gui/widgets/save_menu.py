"""A small button with a menu of the pictures that can be saved."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QMenu, QPushButton, QWidget


class SaveMenu(QPushButton):
    """`chosen(id)`: a picture was chosen."""

    chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText("Save picture…")
        self.setToolTip("Save a picture of this tab as it stands in the report (PNG or SVG)")
        self.setAccessibleName("Save picture")
        self._entries: tuple[tuple[str, str], ...] | None = None
        self.entries = QMenu(self)
        self.clicked.connect(lambda: self.entries.popup(self.mapToGlobal(self.rect().bottomLeft())))

    def show_entries(self, entries: tuple[tuple[str, str], ...]) -> None:
        """(id, words) of each picture; none hides the button."""
        if entries == self._entries:
            return
        self._entries = entries
        self.entries.clear()
        for identity, words in entries:
            action = self.entries.addAction(words)
            if action is not None:
                action.triggered.connect(lambda _=False, identity=identity: self.chosen.emit(identity))
        self.setVisible(bool(entries))
