"""A plot whose points or columns can be pointed at and picked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PyQt6.QtCore import QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent
from PyQt6.QtWidgets import QToolTip, QWidget

from vaediag_gui.widgets.plot import Plot

REACH = 14.0  # pixels


class PickPlot(Plot):
    """`picked(key)`: an item was clicked, or reached with the arrow keys (left and right)."""

    picked = pyqtSignal(int)

    def __init__(self, name: str, *, x: str = "", y: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name, x=x, y=y, parent=parent)
        self._places, self._keys, self._columns = np.empty((0, 2)), (), False
        self._say: Callable[[int], str] = lambda _: ""
        self._chosen: int | None = None
        self.setMouseTracking(True)

    def offer(
        self, places: np.ndarray, keys: tuple[int, ...], say: Callable[[int], str], *, columns: bool = False
    ) -> None:
        """Items at `places` `[n, 2]` (as drawn), each with its key; with `columns` only the x counts.

        `say` is the line that is shown for a key under the cursor.
        """
        self._places, self._keys, self._say, self._columns = np.asarray(places, float), keys, say, columns

    def choose(self, key: int | None) -> None:
        """Where the arrow keys start; nothing is emitted."""
        self._chosen = key

    def key_at(self, position: QPointF) -> int | None:
        """The item at a place of the widget."""
        if not self._keys:
            return None
        box = self.getViewBox()
        point = box.mapSceneToView(self.mapToScene(position.toPoint()))
        width, height = box.viewPixelSize()
        away = (self._places - (point.x(), point.y())) / (width or 1.0, height or 1.0)
        if self._columns:
            nearest = int(np.nanargmin(np.abs(away[:, 0])))
            return self._keys[nearest] if abs(away[nearest, 0] * width) <= 0.5 else None
        distance = np.hypot(away[:, 0], away[:, 1])
        nearest = int(np.nanargmin(distance))
        return self._keys[nearest] if distance[nearest] <= REACH else None

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # type: ignore[override]  # Qt's names
        super().mouseMoveEvent(event)
        if event is None:
            return
        key = self.key_at(event.position())
        self.setCursor(Qt.CursorShape.ArrowCursor if key is None else Qt.CursorShape.PointingHandCursor)
        if key is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPosition().toPoint(), self._say(key), self)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # type: ignore[override]
        super().mousePressEvent(event)
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            key = self.key_at(event.position())
            if key is not None:
                self.picked.emit(key)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # type: ignore[override]
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key())) if event is not None else None
        if step is None or not self._keys:
            super().keyPressEvent(event)
            return
        at = self._keys.index(self._chosen) if self._chosen in self._keys else -1 if step > 0 else len(self._keys)
        self.picked.emit(self._keys[min(max(at + step, 0), len(self._keys) - 1)])
