"""A list to choose one of; entries that cannot be chosen now say why, in the list and in the tooltip."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QStandardItemModel
from PyQt6.QtWidgets import QComboBox, QWidget

AROUND = 44  # pixels of a closed list beside its words


class Choices(QComboBox):
    """`picked(value)`: the person chose another entry."""

    picked = pyqtSignal(str)

    def __init__(self, name: str, tip: str, parent: QWidget | None = None, *, most: int = 400) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self._most = most  # width in pixels
        self._entries: tuple[tuple[str, str, str], ...] = ()
        self.activated.connect(self._pick)

    def show_entries(self, entries: Sequence[tuple[str, str, str]], value: str) -> None:
        """(value, words, why it cannot be chosen or "") for each, and which one is chosen; nothing is emitted."""
        if tuple(entries) != self._entries:
            self._entries = tuple(entries)
            self.clear()
            for _, words, why_not in entries:
                self.addItem(f"{words} ({why_not})" if why_not else words)
            self._disable()
            # reasons are read in the open list: they do not widen the closed one
            widest = max((self.fontMetrics().horizontalAdvance(words) for _, words, _ in entries), default=40)
            self.setFixedWidth(min(widest + AROUND, self._most))
        at = next((i for i, (key, _, _) in enumerate(self._entries) if key == value), -1)
        if at != self.currentIndex():
            self.setCurrentIndex(at)

    def _pick(self, index: int) -> None:
        self.picked.emit(self._entries[index][0])

    def _disable(self) -> None:
        model = self.model()
        if not isinstance(model, QStandardItemModel):
            return
        for at, (_, _, why_not) in enumerate(self._entries):
            item = model.item(at)
            if item is not None and why_not:
                item.setEnabled(False)
                item.setToolTip(why_not)
            if item is not None:
                item.setData(self._entries[at][2] or None, Qt.ItemDataRole.AccessibleDescriptionRole)

    def showPopup(self) -> None:
        """Wide enough for the reasons."""
        view = self.view()
        if view is not None:
            view.setMinimumWidth(max(view.sizeHintForColumn(0) + 24, self.width()))
        super().showPopup()
