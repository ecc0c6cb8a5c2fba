"""Zoom and pan that several pictures share."""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSignal

CLOSEST = 64.0  # largest zoom


class Viewpoint(QObject):
    """What linked pictures look at: `zoom` (1: the whole picture) and `centre`, a share (x, y) of the picture."""

    changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.zoom, self.centre = 1.0, (0.5, 0.5)

    def move(self, zoom: float, centre: tuple[float, float]) -> None:
        zoom = min(max(zoom, 1.0), CLOSEST)
        half = 0.5 / zoom
        x, y = (min(max(value, half), 1.0 - half) for value in centre)
        if (zoom, (x, y)) != (self.zoom, self.centre):
            self.zoom, self.centre = zoom, (x, y)
            self.changed.emit()
