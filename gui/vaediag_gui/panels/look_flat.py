"""The views of data that are no pictures: curves over the features, in one plot."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QPointF, Qt, pyqtBoundSignal, pyqtSignal
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QToolTip, QVBoxLayout, QWidget

from vaediag.records.columns import FEW_UNNAMED, one_by_one
from vaediag_gui.panels.look_pictures import values_of
from vaediag_gui.resolve.inspector import steady
from vaediag_gui.resolve.look import LookState, Tile
from vaediag_gui.theme.apply import current
from vaediag_gui.widgets.legend import Key, Legend
from vaediag_gui.widgets.plot import Plot
from vaediag_gui.widgets.text import label

LINES = {"line": Qt.PenStyle.SolidLine, "dash": Qt.PenStyle.DashLine, "dot": Qt.PenStyle.DotLine}
# view -> the legend's kind and a colour: told apart without colour
STYLES = {
    "mean": ("line", "blue"),
    "mode": ("dash", "purple"),
    "sample": ("o", "orange"),
    "quantile": ("dot", "green"),
    "data": ("x", "text"),
}
OWN = {"entropy": ("line", "green"), "interval_width": ("dash", "purple"), "residual": ("t", "orange")}  # other units
# columns of a table are no curve: a mark of its own for each value, nothing between them
MARKS = {"mean": "s", "mode": "d", "quantile": "t1", "entropy": "s", "interval_width": "d"}
OTHER = {"entropy": "nats", "interval_width": "units of x", "residual": "σ"}


class FeaturePlot(Plot):
    """Signals: pointed(feature), clicked(feature), painted()."""

    pointed = pyqtSignal(int)
    clicked = pyqtSignal(int)
    painted = pyqtSignal()
    names: tuple[str, ...] = ()  # of the features: that of the one under the pointer is said in full

    def paintEvent(self, ev):
        super().paintEvent(ev)
        self.painted.emit()

    def mouseMoveEvent(self, event):
        super().mouseMoveEvent(event)
        feature = self._feature(event.position())
        if 0 <= feature < len(self.names):
            QToolTip.showText(event.globalPosition().toPoint(), self.names[feature].replace("<", "‹"), self)
        self.pointed.emit(feature)

    def mousePressEvent(self, event):
        super().mousePressEvent(event)
        self.clicked.emit(self._feature(event.position()))

    def _feature(self, position: QPointF) -> int:
        item: pg.PlotItem = self.plotItem  # type: ignore[assignment]
        return round(item.getViewBox().mapSceneToView(self.mapToScene(position.toPoint())).x())


class FlatLook(QWidget):
    """Signals: pointed(index), clicked(index): (feature,); painted(): the newest curves are on the screen."""

    pointed = pyqtSignal(tuple)
    clicked = pyqtSignal(tuple)
    painted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = 0
        self._crowded = False
        self._apart = False  # columns of a table, not places along an axis
        self._drawn: object = None
        self._due = False
        self._ranges: dict[Plot, tuple[float, float] | None] = {}
        self.legend, self.missing = Legend(), label(role="muted", wrap=True)
        self.plot = FeaturePlot("views over the features", x="feature", y="units of x")
        self.other = FeaturePlot("views in other units", x="feature")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.legend)
        layout.addWidget(self.missing)
        layout.addWidget(self.plot, 2)
        layout.addWidget(self.other, 1)
        self.items: dict[str, pg.PlotDataItem] = {}
        for view in (*STYLES, *OWN):
            self.items[view] = pg.PlotDataItem()
        self._edges = (pg.PlotDataItem(), pg.PlotDataItem())
        self.band = pg.FillBetweenItem(*self._edges)
        self.bars = pg.ErrorBarItem(beam=0.25)
        self.plot.painted.connect(self._on_painted)
        self._cursors = (pg.InfiniteLine(angle=90), pg.InfiniteLine(angle=90))
        for plot, cursor in zip((self.plot, self.other), self._cursors, strict=True):
            plot.show_drawing(lambda plot, cursor=cursor: self._draw(plot, cursor))
            plot.pointed.connect(lambda feature: self._emit(self.pointed, feature))
            plot.clicked.connect(lambda feature: self._emit(self.clicked, feature))

    def show_state(self, state: LookState, *, pinned: bool) -> None:
        """Curves of the chosen views; the mean has a band of one σ where σ is chosen."""
        self._due = self._due or state.shown is not self._drawn
        self._drawn = state.shown
        self._size = int(np.prod(state.event_shape)) if state.event_shape else 0
        apart = one_by_one(state.columns or None, state.event_shape)
        crowded = apart and self._size > FEW_UNNAMED  # bars would hide what they belong to
        if (apart, crowded) != (self._apart, self._crowded):
            self._apart, self._crowded = apart, crowded
            self._style()
        for plot in (self.plot, self.other):
            plot.name_places(state.columns)
            if plot.names != state.columns:
                plot.label(x="column" if state.columns else "feature")
            plot.names = state.columns
        arrays = {tile.view: np.ravel(values) for tile in state.tiles if (values := values_of(tile, state)) is not None}
        for view, item in self.items.items():
            item.setVisible(view in arrays)
            if view in arrays:
                item.setData(arrays[view])
        mean, spread = arrays.get("mean"), arrays.get("stddev")
        banded = mean is not None and spread is not None
        bars = apart and not crowded
        self.band.setVisible(banded and not bars)
        if mean is not None and spread is not None:
            self.bars.setData(x=np.arange(mean.size), y=mean, height=2 * spread)
            for sign, edge in zip((-1, 1), self._edges, strict=True):
                edge.setData(mean + sign * spread)
                arrays[f"edge {sign}"] = mean + sign * spread
        self.bars.setVisible(banded and bars)  # whenever it is given data it shows itself
        self._show_words(state.tiles, arrays)
        there = [view for view in OWN if view in arrays]
        if self.other.isHidden() == bool(there):
            self.other.setVisible(bool(there))
        self.other.label(y=" · ".join(dict.fromkeys(OTHER[view] for view in there))) if there else None
        self._keep_range(self.plot, {view: values for view, values in arrays.items() if view not in {*OWN, "stddev"}})
        self._keep_range(self.other, {view: arrays[view] for view in there})
        for cursor in self._cursors:
            cursor.setVisible(state.pixel is not None)
            if state.pixel is not None:
                cursor.setValue(state.pixel[0])
                cursor.setPen(pg.mkPen(QColor(current().orange), width=2 if pinned else 1))

    def _keep_range(self, plot: Plot, arrays: Mapping[str, np.ndarray]) -> None:
        """Axes that stay while z moves."""
        finite = [values[np.isfinite(values)] for values in arrays.values()]
        joined = np.concatenate([values for values in finite if values.size] or [np.array([0.0, 1.0])])
        wanted = steady(self._ranges.get(plot), (float(joined.min()), float(joined.max())))
        if wanted != self._ranges.get(plot):
            self._ranges[plot] = wanted
            plot.setYRange(wanted[0], wanted[1])
        plot.setXRange(-0.5, max(self._size - 0.5, 0.5))

    def _show_words(self, tiles: tuple[Tile, ...], arrays: Mapping[str, np.ndarray]) -> None:
        keys = [
            Key(self._kind(tile.view), {**STYLES, **OWN}[tile.view][1], tile.title, hollow=tile.view == "sample")
            for tile in tiles
            if tile.view in arrays and tile.view in self.items
        ]
        if "edge 1" in arrays:
            keys.append(Key("line" if self._apart and not self._crowded else "band", "blue", "mean ± σ"))
        self.legend.show_keys(tuple(keys))
        missing = [f"{tile.title}: {tile.missing}" for tile in tiles if tile.missing]
        if "stddev" in arrays and "mean" not in arrays:
            missing.append("σ is drawn as a band around the mean: choose the mean too")
        words = " · ".join(missing)
        if words != self.missing.text() or self.missing.isHidden() == bool(words):
            self.missing.setText(words)
            self.missing.setVisible(bool(words))

    def _kind(self, view: str) -> str:
        kind = {**STYLES, **OWN}[view][0]
        return MARKS.get(view, kind) if self._apart else kind

    def _draw(self, plot: Plot, cursor: pg.InfiniteLine) -> None:
        """Put the curves into a plot that was cleared, in the colours of the palette."""
        for view, item in self.items.items():
            if (view in OWN) == (plot is self.other):
                plot.addItem(item)
        plot.addItem(cursor)
        if plot is self.other:
            return
        for edge in self._edges:
            edge.setPen(None)
            plot.addItem(edge)
        plot.addItem(self.band)
        plot.addItem(self.bars)
        self._style()

    def _style(self) -> None:
        """The pens and symbols of the palette, for curves or for values one by one."""
        p = current()
        for view, item in self.items.items():
            kind, paint = self._kind(view), QColor(getattr(p, {**STYLES, **OWN}[view][1]))
            line = kind in LINES
            item.setPen(pg.mkPen(paint, width=1.5, style=LINES[kind]) if line else None)
            item.setSymbol(None if line else kind)  # pyright: ignore[reportArgumentType]  # None: no symbols
            item.setSymbolSize(3 if self._crowded else 7)
            item.setSymbolPen(pg.mkPen(paint, width=1.5))
            item.setSymbolBrush(None if view == "sample" else pg.mkBrush(paint))
        band = QColor(p.blue)
        band.setAlpha(48)
        self.band.setBrush(pg.mkBrush(band))
        shown = self.bars.isVisible()
        self.bars.setData(pen=pg.mkPen(QColor(p.blue), width=1.5))
        self.bars.setVisible(shown)

    def _on_painted(self) -> None:
        if self._due:
            self._due = False
            self.painted.emit()

    def _emit(self, signal: pyqtBoundSignal, feature: int) -> None:
        if 0 <= feature < self._size:
            signal.emit((feature,))
