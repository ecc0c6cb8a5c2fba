"""Equal columns that reflow: as many as fit, each row as high as its tallest item."""

from __future__ import annotations

from PyQt6.QtCore import QRect, QSize, Qt
from PyQt6.QtWidgets import QLayout, QLayoutItem, QWidget


def columns_for(width: int, least: int, gap: int) -> int:
    """How many columns of at least `least` pixels fit, at least one."""
    return max(1, (width + gap) // (least + gap))


def neighbour(index: int, count: int, columns: int, direction: str) -> int:
    """The item "left", "right", "up" or "down" of item `index`; itself where there is none.

    Left and right go on in the row above and below, as reading does.
    """
    wanted = index + {"left": -1, "right": 1, "up": -columns, "down": columns}[direction]
    if direction == "down" and wanted >= count and wanted // columns == (count - 1) // columns:
        return count - 1  # the last row is shorter
    return wanted if 0 <= wanted < count else index


class GridFlow(QLayout):
    """Items in reading order, in columns of equal width that are at least `least` pixels wide."""

    def __init__(self, parent: QWidget | None = None, *, least: int, gap: int = 12) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self._items: list[QLayoutItem] = []
        self._least, self._gap = least, gap

    def columns(self) -> int:
        """Columns at the present width."""
        return columns_for(self.contentsRect().width(), self._least, self._gap)

    def addItem(self, a0: QLayoutItem | None) -> None:
        if a0 is not None:
            self._items.append(a0)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, a0: int) -> int:
        rows = self._row_heights(a0)
        return sum(rows) + self._gap * max(0, len(rows) - 1)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """One item: how high all are depends on the width, and `heightForWidth` says so."""
        return QSize(self._least, max((item.minimumSize().height() for item in self._items), default=0))

    def setGeometry(self, a0: QRect) -> None:
        super().setGeometry(a0)
        columns = columns_for(a0.width(), self._least, self._gap)
        width = self._width(a0.width(), columns)
        top = a0.top()
        for row, height in enumerate(self._row_heights(a0.width())):
            for column, item in enumerate(self._items[row * columns : (row + 1) * columns]):
                item.setGeometry(QRect(a0.left() + column * (width + self._gap), top, width, height))
            top += height + self._gap

    def _width(self, inner: int, columns: int) -> int:
        return max(1, (inner - self._gap * (columns - 1)) // columns)

    def _row_heights(self, inner: int) -> list[int]:
        columns = columns_for(inner, self._least, self._gap)
        width = self._width(inner, columns)
        heights = [
            item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height() for item in self._items
        ]
        return [max(heights[at : at + columns]) for at in range(0, len(heights), columns)]
