"""What the encoder pays for each latent against what the decoder makes of it, in four quadrants."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PyQt6.QtGui import QColor, QFontMetrics
from PyQt6.QtWidgets import QWidget

from vaediag.records.collapse import EFFECT_USED, KL_USED, STATUS_MEANING, Collapse
from vaediag.records.estimate import Array, Estimates
from vaediag.report.labels import place
from vaediag_gui.panels.statuses import look_of
from vaediag_gui.resolve.collapse import NAMED, told
from vaediag_gui.theme.apply import SMALL, current, font
from vaediag_gui.widgets.pick_plot import PickPlot
from vaediag_gui.widgets.plot import Plot, pen

HEIGHT = 400
STRIP = 34 / 330  # share of the frame kept free, above and below, for the names of the quadrants
MARK = 10.0  # pixels
DOT = 96.0  # pixels per inch, in which names are placed
LEAST = -4  # decade below which a number is as good as 0


@dataclass(frozen=True, slots=True)
class Decades:
    """One logarithmic axis (positions are log10): whole decades, one place below for 0 and one above for infinity."""

    low: int
    high: float
    floored: bool
    endless: bool

    @property
    def floor(self) -> float:
        return self.low - 0.6

    @property
    def ceiling(self) -> float:
        return self.high + 0.4

    def at(self, values: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log10(np.maximum(values, 10.0**self.low))
        logs = np.where(values < 10.0**self.low, self.floor, logs)
        return np.where(np.isnan(values), self.ceiling, logs)

    def ticks(self) -> list[tuple[float, str]]:
        names = [(float(decade), f"{10.0**decade:g}") for decade in range(self.low, math.floor(self.high) + 1)]
        below = [(self.floor, f"< {names[0][1]}")] if self.floored else []
        return [*below, *names, *([(self.ceiling, "∞")] if self.endless else [])]

    def ends(self) -> tuple[float, float]:
        """A little room at both ends."""
        bottom = self.floor - 0.15 if self.floored else self.low - 0.1
        return bottom, self.ceiling + 0.15 if self.endless else self.high


def decades(values: Array, threshold: float) -> Decades:
    """Decades that hold all the values and a decade on both sides of the threshold; NaN is infinite."""
    middle = math.log10(threshold)
    known = values[np.isfinite(values)]
    positive = np.log10(known[known > 0])
    low = max(LEAST, math.floor(min([middle - 1, *positive.tolist()])))
    high = max([middle + 1.5, *(positive + 0.3).tolist()])
    return Decades(low, high, bool((known < 10.0**low).any()), bool(np.isnan(values).any()))


class Quadrants(PickPlot):
    """One mark per latent; the names of the most important ones stand where there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("KL against effect", x="KL, nats per image", y="effect, nats per image", parent=parent)
        self.setFixedHeight(HEIGHT)
        self._collapse: Collapse | None = None
        self._order: tuple[int, ...] = ()
        self._points = np.empty((0, 2))
        self._latent: int | None = None
        self._names: list[pg.GraphicsObject] = []
        self.getViewBox().sigResized.connect(self._name)

    def show_latents(self, collapse: Collapse, order: tuple[int, ...], chosen: int | None) -> None:
        """`order`: latents, the most important first. Needs KL and effect."""
        self._collapse, self._order, self._latent = collapse, order, chosen
        self.choose(chosen)
        self.show_drawing(_draw)

    def _take(self, points: Array, across: Decades, up: Decades) -> None:
        collapse = self._collapse
        self._points = points
        left, right = across.ends()
        bottom, top = up.ends()
        strip = (top - bottom) * STRIP / (1 - 2 * STRIP)
        self.getViewBox().setRange(xRange=(left, right), yRange=(bottom - strip, top + strip), padding=0)
        if collapse is not None:
            self.offer(points, self._order, lambda latent: told(collapse, latent))
        self._name()

    def _name(self, *_: object) -> None:
        """Place the names for the size that there is now."""
        for item in self._names:
            self.removeItem(item)
        self._names = []
        if not len(self._points):
            return
        box = self.getViewBox()
        (left, right), (bottom, top) = box.viewRange()
        width, height = box.width() / DOT, box.height() / DOT
        if width <= 0.5 or height <= 1:
            return
        inches = (self._points - (left, bottom)) / (right - left, top - bottom) * (width, height)
        ranks = list(range(len(self._order)))
        if self._latent in self._order:  # the chosen one is always named, and first
            ranks.sort(key=lambda rank: self._order[rank] != self._latent)
        ranks = ranks[:NAMED]
        metrics = QFontMetrics(font(SMALL - 1))
        texts = [f"z{self._order[rank]}" for rank in ranks]
        sizes = np.array([(metrics.horizontalAdvance(text) + 2, 14) for text in texts]) / DOT
        others = np.setdiff1d(np.arange(len(inches)), ranks)
        reach = MARK / 2 / DOT
        lines = np.hstack([inches[others] - reach, inches[others] + reach])
        strip = STRIP * height
        spots = place(
            inches[ranks], sizes, within=(0.02, strip, width - 0.02, height - strip), blocked=lines, radius=reach,
            farther=len(self._order) <= NAMED,
        )  # fmt: skip
        for text, rank, spot in zip(texts, ranks, spots, strict=True):
            if spot is None:
                continue
            at = (left + spot[0] / width * (right - left), bottom + spot[1] / height * (top - bottom))
            if spot[2]:
                self._put(pg.PlotDataItem(*zip(self._points[rank], at, strict=True), pen=pen(current().rule, 1)))
            item = pg.TextItem(text, color=current().text, anchor=(0.5, 0.5))
            item.setFont(font(SMALL - 1))
            item.setPos(*at)
            self._put(item)

    def _put(self, item: pg.GraphicsObject) -> None:
        self._names.append(item)
        self.add_note(item)


def _draw(plot: Plot) -> None:
    collapse = plot._collapse if isinstance(plot, Quadrants) else None
    if collapse is None or not isinstance(plot, Quadrants) or collapse.kl is None or collapse.effect is None:
        return
    order = list(plot._order)
    across, up = decades(collapse.kl.value[order], KL_USED), decades(collapse.effect.value[order], EFFECT_USED)
    points = np.stack([across.at(collapse.kl.value[order]), up.at(collapse.effect.value[order])], 1)
    plot.getAxis("bottom").setTicks([across.ticks(), []])
    plot.getAxis("left").setTicks([up.ticks(), []])
    _frame(plot, across, up)
    left, right = _spread(collapse.kl, order, points[:, 0], across)
    below, above = _spread(collapse.effect, order, points[:, 1], up)
    bars = pg.ErrorBarItem(
        x=points[:, 0], y=points[:, 1], left=left, right=right, bottom=below, top=above, pen=pen(current().muted, 1)
    )
    plot.addItem(bars)
    status = collapse.status or ("used",) * len(collapse.kl)
    for word in dict.fromkeys(status):
        mine = [rank for rank, latent in enumerate(order) if status[latent] == word]
        look = look_of(word)
        fill = QColor(current().surface) if look.hollow else look.paint
        plot.addItem(
            pg.ScatterPlotItem(
                x=points[mine, 0], y=points[mine, 1], symbol=look.symbol, size=MARK, brush=fill,
                pen=pg.mkPen(look.paint if look.hollow else current().surface, width=1.2 if look.hollow else 0.6),
            )
        )  # fmt: skip
    if plot._latent in plot._order:
        x, y = points[plot._order.index(plot._latent)]
        ring = pg.mkPen(current().accent, width=2)
        plot.addItem(pg.ScatterPlotItem(x=[x], y=[y], symbol="o", size=MARK + 8, brush=None, pen=ring))
    plot._take(points, across, up)


def _frame(plot: Plot, across: Decades, up: Decades) -> None:
    """The thresholds and the names of the quadrants."""
    line = pen(current().orange, 1.2, dash=True)
    for at, angle in ((math.log10(KL_USED), 90), (math.log10(EFFECT_USED), 0)):
        plot.addItem(pg.InfiniteLine(at, angle=angle, pen=line))
    left, right = across.ends()
    bottom, top = up.ends()
    strip = (top - bottom) * STRIP / (1 - 2 * STRIP)
    for text, x, y, anchor in (
        (f"{KL_USED:g} nats", math.log10(KL_USED), top + strip, (0, 0)),
        (f"{EFFECT_USED:g} nats", right, math.log10(EFFECT_USED), (1, 1)),
    ):
        limit = pg.TextItem(text, color=current().orange, anchor=anchor)
        limit.setFont(font(SMALL - 1))
        limit.setPos(x, y)
        plot.add_note(limit)
    for word, x, y, anchor in (
        ("noise", left, top + strip, (0, 0)), ("used", right, top + strip, (1, 0)),
        ("collapsed", left, bottom - strip, (0, 1)), ("wasted", right, bottom - strip, (1, 1)),
    ):  # fmt: skip
        text = pg.TextItem(f"{word}\n{STATUS_MEANING[word]}", color=current().muted, anchor=anchor)
        text.setFont(font(SMALL - 1))
        text.setPos(x, y)
        plot.add_note(text)


def _spread(numbers: Estimates, order: list[int], at: Array, axis: Decades) -> tuple[Array, Array]:
    """One standard error down and up; of no length where the mark stands for 0 or infinity."""
    value, error = numbers.value[order], np.nan_to_num(numbers.standard_error[order])
    low = np.where(value < 10.0**axis.low, at, axis.at(np.maximum(value - error, 10.0**axis.low)))
    high = np.where(value < 10.0**axis.low, at, axis.at(value + error))
    return at - low, high - at
