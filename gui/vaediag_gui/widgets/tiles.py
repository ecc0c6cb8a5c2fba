"""Equal tiles in as many columns as make their pictures largest; where they do not fit, they scroll."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil

from PyQt6.QtCore import QEvent, QSize, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QFrame, QScrollArea, QWidget

GAP = 12


def columns(
    count: int, width: float, height: float, *, around: Callable[[float], float], smallest: float, aspect: float = 1.0
) -> int:
    """How many columns give the largest pictures.

    Args:
        around: height of a tile that is not picture, given its width; smallest: least height of a picture.
        aspect: height of a picture over its width.
    """
    best, found = (-1.0, 0), 1
    for tried in range(1, count + 1):
        rows = ceil(count / tried)
        wide = (width - GAP * (tried - 1)) / tried
        high = max((height - GAP * (rows - 1)) / rows - around(wide), smallest)
        # among equally large pictures, the fewest rows
        score = (round(min(wide, high / aspect), 1), -rows)
        if score > best:
            best, found = score, tried
    return found


class TileArea(QScrollArea):
    """Shows the tiles it is given, all of one size.

    A tile is any widget; `around(width)` is the height that it needs besides its picture, `smallest` that of a picture.
    """

    def __init__(self, around: Callable[[float], float], parent: QWidget | None = None, *, smallest: int = 72) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)  # type: ignore[union-attr]
        self._inside = QWidget()
        self._inside.setAutoFillBackground(False)
        self.setWidget(self._inside)
        self._tiles: tuple[QWidget, ...] = ()
        self.used = 0  # height of all tiles
        self._around, self._aspect, self._extra, self._smallest = around, 1.0, 0, smallest

    def show_tiles(self, tiles: Sequence[QWidget], *, aspect: float, extra: int = 0) -> None:
        """Arrange anew, only if something changed; `extra` is more height that each tile needs."""
        wanted = (tuple(tiles), aspect, extra)
        if wanted == (self._tiles, self._aspect, self._extra):
            return
        for tile in self._tiles:
            if tile not in wanted[0]:
                tile.hide()
        self._tiles, self._aspect, self._extra = wanted
        for before, tile in zip(self._tiles, self._tiles[1:], strict=False):
            QWidget.setTabOrder(before, tile)
        for tile in self._tiles:
            if tile.parentWidget() is not self._inside:
                tile.setParent(self._inside)
            tile.show()
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        return QSize(200, int(self._needs(0)) + self._smallest)  # what does not fit scrolls

    def sizeHint(self) -> QSize:
        return QSize(640, 320)

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        super().resizeEvent(a0)
        self._arrange()

    def event(self, a0: QEvent | None) -> bool:
        handled = super().event(a0)
        if a0 is not None and a0.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return handled

    def _needs(self, width: float) -> float:
        return self._around(width) + self._extra

    def _arrange(self) -> None:
        if not self._tiles or self.width() <= 0:
            return
        across, wide, high = self._size(self.width(), self.height())
        for at, tile in enumerate(self._tiles):
            row, column = divmod(at, across)
            tile.setGeometry(column * (wide + GAP), row * (high + GAP), wide, high)
        self.used = self._height(across, high)
        self._inside.resize(across * (wide + GAP) - GAP, self.used)

    def used_in(self, width: int, height: int) -> int:
        """Height that the tiles would take in a room of this size."""
        if not self._tiles or width <= 0:
            return 0
        across, _, high = self._size(width, height)
        return self._height(across, high)

    def _height(self, across: int, high: int) -> int:
        down = ceil(len(self._tiles) / across)
        return max(down * high + GAP * (down - 1), 1)

    def _size(self, width: int, height: int) -> tuple[int, int, int]:
        """Columns, and width and height of each tile."""
        smallest, count = self._smallest, len(self._tiles)
        across = columns(count, width, height, around=self._needs, smallest=smallest, aspect=self._aspect)
        down = ceil(count / across)
        around = int(self._needs((width - GAP * (across - 1)) / across))
        if down * (around + smallest) + GAP * (down - 1) > height:
            width -= self.verticalScrollBar().sizeHint().width()  # type: ignore[union-attr]
        wide = (width - GAP * (across - 1)) // across
        fits = (height - GAP * (down - 1)) // down
        # no taller than a picture as wide as its tile needs
        return across, wide, max(min(fits, around + round(wide * self._aspect)), around + smallest)
