"""Images in a row that are a way into Look."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QWidget

from vaediag_gui.widgets.card import Card
from vaediag_gui.widgets.sheet import Sheet
from vaediag_gui.widgets.strip import Strip

ROW = 84  # pixels, at most, of one line of pictures
HOW = "A click opens an image in Look."


class ImageRow(Card):
    """`opened(column)`: clicked, or Return was pressed on it."""

    opened = pyqtSignal(int)

    def __init__(self, title: str, note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title, note, parent=parent)
        self.strip = Strip(title)
        self.strip.setToolTip("Open an image in Look: click it, or choose it with the arrow keys and press Return")
        self.strip.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view = self.strip.viewport()
        if view is not None:
            view.setCursor(Qt.CursorShape.PointingHandCursor)
        self.strip.clicked.connect(lambda _, column: self.opened.emit(column))
        self.strip.activated.connect(lambda _, column: self.opened.emit(column))
        self.add(self.strip)

    def show_sheet(self, sheet: Sheet | None) -> None:
        self.strip.setVisible(sheet is not None)
        self.strip.show_sheet(sheet)
        self.strip.fit(ROW)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # Qt's name
        super().resizeEvent(event)
        self.strip.fit(ROW)
