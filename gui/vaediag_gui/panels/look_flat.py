"""The views of data that are no pictures: curves over the features, in one plot."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, QPointF, Qt, pyqtBoundSignal, pyqtSignal
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from vaediag_gui.panels.look_pictures import values_of
from vaediag_gui.resolve.look import LookState
from vaediag_gui.theme.apply import current
from vaediag_gui.widgets.plot import Plot
from vaediag_gui.widgets.text import label

# view -> colour, symbol, line: told apart without colour
STYLES = {
    "mean": ("blue", None, Qt.PenStyle.SolidLine),
    "mode": ("purple", None, Qt.PenStyle.DashLine),
    "sample": ("orange", "o", Qt.PenStyle.NoPen),
    "quantile": ("green", None, Qt.PenStyle.DotLine),
    "data": ("text", "x", Qt.PenStyle.NoPen),
}
OWN = ("entropy", "interval_width", "residual")  # in other units: a plot of their own


class FeaturePlot(Plot):
    """Signals: pointed(feature), clicked(feature)."""

    pointed = pyqtSignal(int)
    clicked = pyqtSignal(int)

    def mouseMoveEvent(self, event):  # noqa: N802
        super().mouseMoveEvent(event)
        self.pointed.emit(self._feature(event.position()))

    def mousePressEvent(self, event):  # noqa: N802
        super().mousePressEvent(event)
        self.clicked.emit(self._feature(event.position()))

    def _feature(self, position: QPointF) -> int:
        item: pg.PlotItem = self.plotItem  # type: ignore[assignment]
        return round(item.getViewBox().mapSceneToView(self.mapToScene(position.toPoint())).x())


class FlatLook(QWidget):
    """Signals: pointed(index), clicked(index): (feature,)."""

    pointed = pyqtSignal(tuple)
    clicked = pyqtSignal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = 0
        self._state: LookState | None = None
        self.words = label(role="muted", wrap=True)
        self.plot = FeaturePlot("views over the features", x="feature", y="units of x")
        self.other = FeaturePlot("views in other units", x="feature")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.words)
        layout.addWidget(self.plot, 2)
        layout.addWidget(self.other, 1)
        self._items: dict[str, pg.PlotDataItem] = {}
        for view in (*STYLES, *OWN):
            self._items[view] = pg.PlotDataItem()
            (self.other if view in OWN else self.plot).addItem(self._items[view])
        self._edges = (pg.PlotDataItem(), pg.PlotDataItem())
        self._band = pg.FillBetweenItem(*self._edges)
        for item in (*self._edges, self._band):
            self.plot.addItem(item)
        self._cursor = pg.InfiniteLine(angle=90)
        self.plot.addItem(self._cursor)
        self._restyle()
        for plot in (self.plot, self.other):
            plot.pointed.connect(lambda feature: self._emit(self.pointed, feature))
            plot.clicked.connect(lambda feature: self._emit(self.clicked, feature))

    def show_state(self, state: LookState, *, pinned: bool) -> None:
        """Curves of the chosen views; the mean's with a band of one σ where σ is chosen."""
        self._state = state
        self._size = int(np.prod(state.event_shape)) if state.event_shape else 0
        arrays = {tile.view: values_of(tile, state) for tile in state.tiles}
        for view, item in self._items.items():
            values = arrays.get(view)
            item.setVisible(values is not None)
            if values is not None:
                item.setData(np.ravel(values))
        mean, spread = arrays.get("mean"), arrays.get("stddev")
        there = mean is not None and spread is not None
        self._band.setVisible(there)
        if mean is not None and spread is not None:
            for sign, edge in zip((-1, 1), self._edges, strict=True):
                edge.setData(np.ravel(mean) + sign * np.ravel(spread))
        self.other.setVisible(any(arrays.get(view) is not None for view in OWN))
        self.words.setText(" · ".join(_words(tile.view, tile.title, tile.missing) for tile in state.tiles))
        self._cursor.setVisible(state.pixel is not None)
        if state.pixel is not None:
            self._cursor.setValue(state.pixel[0])
            self._cursor.setPen(pg.mkPen(QColor(current().orange), width=2 if pinned else 1))

    def changeEvent(self, a0: QEvent | None) -> None:  # noqa: N802
        super().changeEvent(a0)
        if a0 is not None and a0.type() == QEvent.Type.PaletteChange and hasattr(self, "_band"):
            self._restyle()

    def _restyle(self) -> None:
        p = current()
        for view, item in self._items.items():
            colour, symbol, line = STYLES.get(view, ("purple", "t", Qt.PenStyle.SolidLine))
            paint = QColor(getattr(p, colour))
            item.setPen(pg.mkPen(paint, width=1.5, style=line) if line != Qt.PenStyle.NoPen else None)
            item.setSymbol(symbol)
            item.setSymbolSize(7)
            item.setSymbolPen(pg.mkPen(paint, width=1.5))
            item.setSymbolBrush(None if symbol == "o" else pg.mkBrush(paint))
        band = QColor(p.blue)
        band.setAlpha(48)
        self._band.setBrush(pg.mkBrush(band))
        for edge in self._edges:
            edge.setPen(None)

    def _emit(self, signal: pyqtBoundSignal, feature: int) -> None:
        if 0 <= feature < self._size:
            signal.emit((feature,))


def _words(view: str, title: str, missing: str) -> str:
    if missing:
        return f"{title}: {missing[0].lower()}{missing[1:]}"
    marks = {
        "mean": "line", "mode": "dashed line", "quantile": "dotted line", "sample": "circles", "data": "crosses",
        "stddev": "band around the mean",
    }  # fmt: skip
    return f"{title} ({marks.get(view, 'lower plot')})"
