"""Plots of a training: curves over the diagnoses, the KL of every latent as a map, findings that came and went."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent
from PyQt6.QtWidgets import QWidget

from vaediag.records.history import Series
from vaediag_gui.panels.curves import log_ticks
from vaediag_gui.resolve.story import Story, frame
from vaediag_gui.theme.apply import SMALL, current, font
from vaediag_gui.theme.colourmaps import coloured
from vaediag_gui.widgets.plot import Plot, pen

CELLS = 1024  # columns of the map where diagnoses are not evenly spaced
DOTS = 40  # up to so many diagnoses each has a mark of its own
ROW, LEAST, MOST = 15, 84, 380  # pixels: of a latent, and of all of them
SIGNS = {"problem": ("s", "problem"), "warning": ("t1", "warning"), "info": ("o", "info")}
STEPS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}

Draw = Callable[[Plot], None]


class StoryPlot(Plot):
    """Something over the diagnoses. `pointed(moment, row)`: under the pointer or reached by keys; `left()`: none.

    `rows` of a map count from above; of curves there is one.
    """

    pointed = pyqtSignal(int, int)
    left = pyqtSignal()

    def __init__(self, name: str, *, x: str = "", y: str = "", parent: QWidget | None = None) -> None:
        self._line: pg.InfiniteLine | None = None
        self._story: Story | None = None
        self._rows = 1
        super().__init__(name, x=x, y=y, parent=parent)
        self.setMouseTracking(True)

    def show_story(self, story: Story, draw: Draw, *, rows: int = 1) -> None:
        self._story, self._rows = story, rows
        self.label(x=story.unit)
        self._line = pg.InfiniteLine(angle=90)
        self._line.hide()
        self.show_drawing(draw)

    def show_drawing(self, draw: Draw | None) -> None:
        super().show_drawing(draw)
        if self._story is not None and self._line is not None:
            edges = self._story.edges
            self.getViewBox().setXRange(float(edges[0]), float(edges[-1]), padding=0)
            self.getAxis("bottom").setTicks([whole_ticks(float(edges[0]), float(edges[-1])), []])
            self._line.setPen(pg.mkPen(QColor(current().accent), width=1))
            self.add_note(self._line)

    def show_moment(self, moment: int | None) -> None:
        """Mark a diagnosis; nothing is emitted."""
        if self._line is None or self._story is None:
            return
        self._line.setVisible(moment is not None)
        if moment is not None:
            self._line.setValue(float(self._story.x[moment]))

    def place_at(self, position: QPointF) -> tuple[int, int] | None:
        """(moment, row) at a place of the widget."""
        if self._story is None:
            return None
        point = self.getViewBox().mapSceneToView(self.mapToScene(position.toPoint()))
        edges = self._story.edges
        if not edges[0] <= point.x() <= edges[-1]:
            return None
        row = int(np.floor(point.y())) if self._rows > 1 else 0
        if not 0 <= row < self._rows:
            return None
        return int(np.searchsorted(edges[1:-1], point.x(), side="right")), row

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # type: ignore[override]  # Qt's names
        super().mouseMoveEvent(event)
        place = self.place_at(event.position()) if event is not None else None
        if place is not None:
            self._at = place
            self.pointed.emit(*place)
        else:
            self.left.emit()

    def leaveEvent(self, event):
        super().leaveEvent(event)
        self.left.emit()

    _at: tuple[int, int] | None = None

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # type: ignore[override]
        step = STEPS.get(Qt.Key(event.key())) if event is not None else None
        if step is None or self._story is None or (step[1] and self._rows == 1):
            super().keyPressEvent(event)
            return
        last = len(self._story.x) - 1
        moment, row = self._at or (last + 1 if step[0] < 0 else last, 0)
        self._at = min(max(moment + step[0], 0), last), min(max(row + step[1], 0), self._rows - 1)
        self.pointed.emit(*self._at)


class LatentMap(StoryPlot):
    """KL of every latent, one row each, the largest on top; a cross where a latent died."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("KL of every latent over the training", parent=parent)

    def show_latents(self, story: Story, top: float) -> None:
        count = len(story.lives)
        self.getViewBox().invertY(True)
        self.setFixedHeight(min(max(ROW * count, LEAST), MOST) + 44)
        self.show_story(story, lambda plot: _draw_latents(plot, story, top), rows=max(count, 1))


class FindingLanes(StoryPlot):
    """One lane per finding, marked where it was found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Findings over the training", parent=parent)

    def show_findings(self, story: Story) -> None:
        count = len(story.findings)
        self.getViewBox().invertY(True)
        self.setFixedHeight(22 * max(count, 1) + 44)
        self.show_story(story, lambda plot: _draw_findings(plot, story), rows=max(count, 1))


def draw_series(
    plot: Plot, story: Story, series: Series, colour: str, *, falls: bool, exact: float | None = None
) -> int:
    """A curve in a band of two standard errors; `exact` is a line to compare with. How many points lie outside."""
    value = np.asarray(series.value, float)
    error = 2 * np.nan_to_num(np.asarray(series.standard_error, float))
    low, top, outside = frame(value - error, value + error, falls=falls)
    if exact is not None:
        low, top = min(low, exact - 0.06 * abs(exact)), max(top, exact + 0.06 * abs(exact))
        plot.addItem(pg.InfiniteLine(exact, angle=0, pen=pen(current().muted, 1.2, dash=True)))
    paint = QColor(getattr(current(), colour))
    _band(plot, story.x, value - error, value + error, paint, 0.22)
    _curve(plot, story.x, value, paint)
    plot.getViewBox().setYRange(low, top, padding=0)
    return outside


def draw_sigma(plot: Plot, story: Story) -> None:
    """Quantiles of σ, logarithmic: the median in the bands of half and of 98 % of all values."""
    sigma = np.asarray(story.history.sigma, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(sigma > 0, np.log10(np.where(sigma > 0, sigma, 1.0)), np.nan)
    paint = QColor(current().purple)
    for inner, strength in (((0, 4), 0.16), ((1, 3), 0.3)):
        _band(plot, story.x, logs[:, inner[0]], logs[:, inner[1]], paint, strength)
    _curve(plot, story.x, logs[:, 2], paint)
    finite = logs[np.isfinite(logs)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (-1.0, 0.0)
    if high - low < 0.2:
        low, high = low - 0.1, high + 0.1
    room = 0.06 * (high - low)
    plot.getAxis("left").setTicks([log_ticks(10.0 ** (low - room), 10.0 ** (high + room), 4), []])
    plot.getViewBox().setYRange(low - room, high + room, padding=0)


def draw_active(plot: Plot, story: Story) -> None:
    """How many latents are in use, as steps."""
    total = story.history.latent_dim
    active = np.asarray(story.history.active, float)
    paint = QColor(current().green)
    if np.isfinite(active).any():
        plot.addItem(pg.PlotDataItem(story.edges, active, stepMode="center", pen=pg.mkPen(paint, width=2)))
    plot.addItem(pg.InfiniteLine(total, angle=0, pen=pen(current().muted, 1.2, dash=True)))
    plot.getAxis("left").setTicks([whole_ticks(0.0, float(total), 4), []])
    plot.getViewBox().setYRange(-0.03 * total, 1.08 * total, padding=0)


def draw_losses(plot: Plot, story: Story, styles: tuple[tuple[str, str], ...]) -> None:
    """What the training loop reported, as it did; `styles` are (colour, "line" or "dash")."""
    ends = []
    for (_, values), (colour, line) in zip(story.history.losses.items(), styles, strict=False):
        values = np.asarray(values, float)
        _curve(plot, story.x, values, QColor(getattr(current(), colour)), dash=line == "dash")
        ends.append(values)
    joined = np.concatenate(ends) if ends else np.zeros(0)
    low, high, _ = frame(joined, joined, falls=True)
    plot.getViewBox().setYRange(low, high, padding=0)


def whole_ticks(low: float, high: float, most: int = 8) -> list[tuple[float, str]]:
    """Whole numbers from `low` to `high`, in steps of 1, 2 or 5 times a power of ten."""
    first, last = int(np.ceil(low)), int(np.floor(high))
    steps = (k * 10**power for power in range(15) for k in (1, 2, 5))
    step = next(each for each in steps if (last - first) / each <= most)
    start = -(-first // step) * step
    return [(float(at), f"{at:,}") for at in range(start, last + 1, step)]


def _curve(plot: Plot, x: np.ndarray, y: np.ndarray, paint: QColor, *, dash: bool = False) -> None:
    if not np.isfinite(y).any():
        return
    style = Qt.PenStyle.DashLine if dash else Qt.PenStyle.SolidLine
    line = pg.mkPen(paint, width=2, style=style)
    if len(x) <= DOTS:
        marks = {"symbol": "o", "symbolSize": 5, "symbolBrush": paint, "symbolPen": None}
        plot.addItem(pg.PlotDataItem(x, y, pen=line, connect="finite", **marks))
    else:
        plot.addItem(pg.PlotDataItem(x, y, pen=line, connect="finite"))


def _band(plot: Plot, x: np.ndarray, low: np.ndarray, high: np.ndarray, paint: QColor, strength: float) -> None:
    """Between two curves, in each stretch where both are numbers."""
    there = np.isfinite(low) & np.isfinite(high)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(np.int8)))
    shade = QColor(paint)
    shade.setAlphaF(strength)
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - start == 1:
            middle, reach = (low[start] + high[start]) / 2, high[start] - low[start]
            bar = pg.ErrorBarItem(x=x[[start]], y=np.array([middle]), height=np.array([reach]), pen=pg.mkPen(paint))
            plot.addItem(bar)
        else:
            ends = [pg.PlotDataItem(x[start:stop], each[start:stop], pen=pg.mkPen(None)) for each in (low, high)]
            plot.addItem(pg.FillBetweenItem(*ends, brush=shade))


def columns(story: Story) -> np.ndarray:
    """Which diagnosis each column of the map shows: one each where they are evenly spaced."""
    widths = np.diff(story.edges)
    if np.allclose(widths, widths[0]):
        return np.arange(len(story.x))
    count = max(CELLS, len(story.x))
    middle = np.linspace(story.edges[0], story.edges[-1], 2 * count + 1)[1::2]
    return np.searchsorted(story.edges[1:-1], middle, side="right")


def _draw_latents(plot: Plot, story: Story, top: float) -> None:
    order, edges = list(story.order), story.edges
    kl = np.asarray(story.history.kl, float)[:, order][columns(story)].T
    cells = coloured(kl, (0.0, top), "spread", current().undefined)
    picture = pg.ImageItem(cells)
    picture.setRect(QRectF(float(edges[0]), 0.0, float(edges[-1] - edges[0]), float(len(order))))
    plot.addItem(picture)
    died = [(story.x[life.died], row + 0.5) for row, k in enumerate(order) if (life := story.lives[k]).died is not None]
    if died:
        size = float(np.clip(MOST / len(order), 4, 9))
        x, y = np.array(died, float).T
        for width, colour in ((3.2, "#000000"), (1.6, "#ffffff")):  # on any colour of the map
            mark = pg.ScatterPlotItem(x=x, y=y, symbol="x", size=size, brush=None, pen=pg.mkPen(colour, width=width))
            plot.addItem(mark)
    step = -(-len(order) // max(1, int(min(MOST, max(ROW * len(order), LEAST)) // 14)))
    ticks = [(row + 0.5, f"z{k}") for row, k in enumerate(order) if row % step == 0]
    plot.getAxis("left").setTicks([ticks, []])
    plot.getViewBox().setYRange(0.0, float(len(order)), padding=0)


def _draw_findings(plot: Plot, story: Story) -> None:
    metrics, rows = QFontMetrics(font(SMALL - 1)), story.findings
    plot.getAxis("left").setWidth(max(metrics.horizontalAdvance(row.words) for row in rows) + 16 if rows else 60)
    plot.getAxis("left").setTicks([[(at + 0.5, row.words) for at, row in enumerate(rows)], []])
    for severity, (symbol, colour) in SIGNS.items():
        paint = QColor(getattr(current(), colour))
        for at, row in enumerate(rows):
            mine = np.array([each == severity for each in row.severity])
            _lane(plot, story, mine, at + 0.5, paint)
            if mine.any():
                begun = mine & ~np.concatenate([[False], mine[:-1]])
                where = np.flatnonzero(mine if len(mine) <= DOTS else begun)
                height = np.full(len(where), at + 0.5)
                edge = pg.mkPen(QColor(current().surface), width=1)
                plot.addItem(
                    pg.ScatterPlotItem(x=story.x[where], y=height, symbol=symbol, size=9, brush=paint, pen=edge)
                )
    plot.getViewBox().setYRange(0.0, float(max(len(rows), 1)), padding=0)


def _lane(plot: Plot, story: Story, mine: np.ndarray, height: float, paint: QColor) -> None:
    """A bar over each stretch of diagnoses."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mine, [False]]).astype(np.int8)))
    starts, stops = story.edges[edges[::2]], story.edges[edges[1::2]]
    if starts.size:
        shade = QColor(paint)
        shade.setAlphaF(0.35)
        plot.addItem(pg.BarGraphItem(x0=starts, x1=stops, y0=height - 0.26, y1=height + 0.26, brush=shade, pen=None))
