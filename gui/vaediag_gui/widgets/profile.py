"""The values of a vector, one bar per feature: what a map is for images."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QToolTip, QWidget

from vaediag_gui.theme.apply import current
from vaediag_gui.widgets.plot import Plot, pen

FEW = 100  # up to here each feature has a bar of its own
FARTHEST = 40  # features that are shown in the order of their distance, so that their names can be read


class Profile(Plot):
    """Bars from `base`; undefined features stay empty. `pointed(i)`, `clicked(i)`: a feature; `left()`: none."""

    pointed = pyqtSignal(int)
    clicked = pyqtSignal(int)
    left = pyqtSignal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, x="feature", parent=parent)
        self._values = np.empty(0)
        self._base, self._chosen = 0.0, None
        self._names: tuple[str, ...] = ()
        self._sorted = False
        self._order = np.empty(0, int)  # features, as they stand side by side
        self.setMouseTracking(True)

    def show_values(self, values: np.ndarray, base: float, name: str, names: tuple[str, ...] = ()) -> None:
        """`[D]`; `names` of the features."""
        self._values, self._base, self._names = values, base, names
        self.label(y=name)
        self._redraw()

    def sort(self, on: bool) -> None:
        """Those farthest from the base first, as many as can be read; else all in their own order."""
        if on != self._sorted:
            self._sorted = on
            self._redraw()

    def _redraw(self) -> None:
        count = len(self._values)
        away = np.nan_to_num(np.abs(self._values - self._base), nan=-1.0)
        self._order = np.argsort(-away, kind="stable")[:FARTHEST] if self._sorted else np.arange(count)
        said = self._names or (tuple(str(at) for at in range(count)) if self._sorted else ())
        self.name_places(tuple(said[at] for at in self._order) if said else ())
        self.label(x="column" if self._names else "feature")
        self.show_drawing(_draw)
        self._fit()

    def show_chosen(self, feature: int | None) -> None:
        """Mark a feature, without a signal."""
        if feature != self._chosen:
            self._chosen = feature
            self._redraw()

    def _fit(self) -> None:
        finite = self._values[np.isfinite(self._values)] - self._base
        if self._base == 0.0 and finite.size and finite.min() >= 0:
            self.getViewBox().setYRange(0.0, 1.08 * float(finite.max()) or 1.0, padding=0)
        else:
            reach = 1.15 * float(np.abs(finite).max()) if finite.size and np.abs(finite).max() > 0 else 0.5
            self.getViewBox().setYRange(self._base - reach, self._base + reach, padding=0)
        self.getViewBox().setXRange(-0.6, len(self._order) - 0.4, padding=0)

    def mouseMoveEvent(self, event):  # Qt's names
        super().mouseMoveEvent(event)
        feature = self._feature_at(event.position())
        if feature is not None:
            self.pointed.emit(feature)
            if self._names:
                QToolTip.showText(event.globalPosition().toPoint(), self._names[feature].replace("<", "‹"), self)

    def mousePressEvent(self, event):
        super().mousePressEvent(event)
        feature = self._feature_at(event.position())
        if feature is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(feature)

    def leaveEvent(self, event):
        super().leaveEvent(event)
        self.left.emit()

    def keyPressEvent(self, event):
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(event.key())
        if step is None or not len(self._values):
            super().keyPressEvent(event)
            return
        found = np.flatnonzero(self._order == self._chosen) if self._chosen is not None else self._order[:0]
        start = int(found[0]) if found.size else -1 if step > 0 else len(self._order)
        self.clicked.emit(int(self._order[min(max(start + step, 0), len(self._order) - 1)]))

    def _feature_at(self, position) -> int | None:
        point = self.getViewBox().mapSceneToView(self.mapToScene(position.toPoint()))
        place = round(float(point.x()))
        return int(self._order[place]) if 0 <= place < len(self._order) else None


def _draw(plot: Plot) -> None:
    if not isinstance(plot, Profile):
        return
    values, base = plot._values[plot._order], plot._base
    count = len(values)
    colour = QColor(current().blue)
    heights = np.nan_to_num(values - base)
    if count <= FEW:
        plot.addItem(pg.BarGraphItem(x=np.arange(count), y0=base, height=heights, width=0.8, brush=colour, pen=None))
    else:
        edges = np.arange(count + 1) - 0.5
        plot.plot(edges, heights + base, stepMode="center", fillLevel=base, brush=colour, pen=None)
    plot.addItem(pg.InfiniteLine(base, angle=0, pen=pen(current().muted, 1)))
    for place in np.flatnonzero(plot._order == plot._chosen) if plot._chosen is not None else ():
        plot.addItem(pg.InfiniteLine(place, angle=90, pen=pen(current().orange, 1.5)))
