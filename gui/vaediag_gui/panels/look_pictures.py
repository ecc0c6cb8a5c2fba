"""The views as pictures side by side: one zoom, one cursor."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from vaediag.report.event import cells, kind, strongest
from vaediag_gui.resolve.look import LookState, Tile
from vaediag_gui.widgets.tiles import TileArea
from vaediag_gui.widgets.viewtile import LINE, ViewTile


class LookPictures(QWidget):
    """Signals: pointed(index), clicked(index): an index into the event; painted(): all new values are on the screen."""

    pointed = pyqtSignal(tuple)
    clicked = pyqtSignal(tuple)
    painted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles: dict[str, ViewTile] = {}
        self._drawn: dict[str, tuple[object, Tile]] = {}  # view -> array and words that are on it
        self._event_shape: tuple[int, ...] = ()
        self._due: set[str] = set()
        self.area = TileArea(ViewTile.around)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.area)

    def show_state(self, state: LookState, *, pinned: bool) -> None:
        """Only what changed is drawn."""
        self._event_shape = state.event_shape
        self._due &= {tile.view for tile in state.tiles}  # what is not shown any more is not waited for
        note = any(tile.note for tile in state.tiles)
        for tile in state.tiles:
            self._show(tile, values_of(tile, state), note=note)
        height, width = state.event_shape[0], state.event_shape[1]
        self.area.show_tiles(
            [self.tiles[tile.view] for tile in state.tiles], aspect=height / width, extra=LINE if note else 0
        )
        place = None if state.pixel is None or len(state.pixel) < 2 else (state.pixel[0], state.pixel[1])
        for tile in state.tiles:
            shown = self.tiles[tile.view]
            shown.picture.show_cursor(place, pinned=pinned)
            values = self._drawn[tile.view][0]
            shown.bar.show_value(_value_at(values, state.pixel))

    def _show(self, tile: Tile, values: np.ndarray | None, *, note: bool) -> None:
        drawn = self._drawn.get(tile.view)
        if tile.view not in self.tiles:
            self._make(tile.view)
        self._drawn[tile.view] = (values, tile)
        made = self.tiles[tile.view]
        made.show_words(tile.title, tile.says, tile.unit, tile.note, tile.missing, short=tile.short, room=note)
        if values is not None and (drawn is None or drawn[0] is not values or drawn[1].levels != tile.levels):
            made.show_values(self._picture(values, tile), tile.levels, tile.colours)
            if made.isVisible():
                self._due.add(tile.view)

    def _make(self, view: str) -> None:
        made = ViewTile(view)
        if self.tiles:
            made.picture.link(next(iter(self.tiles.values())).picture)
        self.tiles[view] = made
        made.picture.pointed.connect(lambda row, column: self.pointed.emit(self._index(row, column)))
        made.picture.clicked.connect(lambda row, column: self.clicked.emit(self._index(row, column)))
        made.picture.painted.connect(lambda: self._on_painted(view))

    def _on_painted(self, view: str) -> None:
        if view in self._due:
            self._due.discard(view)
            if not self._due:
                self.painted.emit()

    def _picture(self, values: np.ndarray, tile: Tile) -> np.ndarray:
        """`[H, W]`, or `[H, W, 3]` of colours for views in units of x that are colours."""
        shape = self._event_shape
        if kind(shape) == "colour" and tile.colours == "grey":
            return values
        return strongest(values, shape) if tile.view == "residual" else cells(values, shape)

    def _index(self, row: int, column: int) -> tuple[int, ...]:
        return (row, column, 0)[: len(self._event_shape)]


def values_of(tile: Tile, state: LookState) -> np.ndarray | None:
    """The array of a view, `[*event]`; None where there is none."""
    if tile.missing:
        return None
    if tile.view == "data":
        return state.anchor.x if state.anchor is not None else None
    return state.shown.views.get(tile.view) if state.shown is not None else None


def _value_at(values: object, index: tuple[int, ...] | None) -> float | None:
    if not isinstance(values, np.ndarray) or index is None or len(index) != values.ndim:
        return None
    inside = all(0 <= i < n for i, n in zip(index, values.shape, strict=True))
    return float(values[index]) if inside else None
