"""The page of the Look tab: the pictures, and below them the law of one pixel, which gets what the pictures leave."""

from __future__ import annotations

from PyQt6.QtCore import QByteArray, QEvent, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from vaediag_gui.panels.inspector import InspectorPanel
from vaediag_gui.panels.look import LookPanel

LEAST = 160  # pixels of the lower part
SHARE = 0.3  # of the height that the lower part keeps at least


class LookPage(QSplitter):
    """Divides its height by itself until a person moves the handle; then the handle stays."""

    def __init__(self, look: LookPanel, inspector: InspectorPanel, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._look, self._moved = look, False
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(12, 0, 12, 8)
        column.addWidget(inspector)
        self.addWidget(look)
        self.addWidget(below)
        self.setStretchFactor(0, 1)
        self.setChildrenCollapsible(False)
        self.splitterMoved.connect(self._move)
        look.refitted.connect(self._divide)

    def save(self) -> QByteArray:
        """Where the handle was put; empty as long as nobody has moved it."""
        return self.saveState() if self._moved else QByteArray()

    def restore(self, saved: QByteArray) -> None:
        self._moved = not saved.isEmpty() and self.restoreState(saved)

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        super().resizeEvent(a0)
        self._divide()

    def event(self, a0: QEvent | None) -> bool:
        handled = super().event(a0)
        if a0 is not None and a0.type() == QEvent.Type.Show:
            self._divide()
        return handled

    def _move(self) -> None:
        self._moved = True

    def _divide(self) -> None:
        if self._moved or not self.height():
            return
        room = self.height() - self.handleWidth()
        above = self._look.height_in(room - round(max(LEAST, SHARE * room)))
        if self.sizes()[0] != above:
            self.setSizes([above, room - above])
