"""What the encoder pays for each latent against what the decoder makes of it, in four quadrants."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PyQt6.QtGui import QColor, QFontMetrics
from PyQt6.QtWidgets import QWidget

from vaediag.records.collapse import EFFECT_USED, KL_USED, STATUS_MEANING, Collapse
from vaediag.records.estimate import Array, Estimates
from vaediag.report.labels import place
from vaediag_gui.panels.decades import Decades, decades
from vaediag_gui.panels.statuses import look_of
from vaediag_gui.resolve.collapse import NAMED, told
from vaediag_gui.theme.apply import SMALL, current, font
from vaediag_gui.widgets.pick_plot import PickPlot
from vaediag_gui.widgets.plot import Plot, pen

HEIGHT = 400
STRIP = 34 / 330  # share of the frame kept free, above and below, for the names of the quadrants
MARK = 10.0  # pixels
DOT = 96.0  # pixels per inch, in which names are placed


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
        self._name_quadrants(box.width())
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
        marks = np.hstack([inches[others] - reach, inches[others] + reach])
        limits = (np.log10([KL_USED, EFFECT_USED]) - (left, bottom)) / (right - left, top - bottom) * (width, height)
        lines = [(limits[0] - 0.02, 0, limits[0] + 0.02, height), (0, limits[1] - 0.02, width, limits[1] + 0.02)]
        strip = STRIP * height
        spots = place(
            inches[ranks], sizes, within=(0.02, strip, width - 0.02, height - strip), blocked=np.vstack([marks, lines]),
            radius=reach,
            farther=len(self._order) <= NAMED,
        )  # fmt: skip
        for text, rank, spot in zip(texts, ranks, spots, strict=True):
            if spot is None:
                continue
            at = (left + spot[0] / width * (right - left), bottom + spot[1] / height * (top - bottom))
            if spot[2]:
                self._put(pg.PlotDataItem(*zip(self._points[rank], at, strict=True), pen=pen(current().rule, 1)))
            self._write(text, current().text, at, (0.5, 0.5))

    def _name_quadrants(self, width: float) -> None:
        """Words in the corners and limits at the lines; where a quadrant is narrow, its name alone."""
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        limit = math.log10(KL_USED)
        metrics, limit_words = QFontMetrics(font(SMALL - 1)), f"{KL_USED:g} nats"
        share = (limit - left) / (right - left)
        rooms = {"left": share * width, "right": (1 - share) * width}
        for word, side, x, y, anchor in (
            ("noise", "left", left, top, (0, 0)), ("used", "right", right, top, (1, 0)),
            ("collapsed", "left", left, bottom, (0, 1)), ("wasted", "right", right, bottom, (1, 1)),
        ):  # fmt: skip
            taken = metrics.horizontalAdvance(limit_words) + 12 if word == "used" else 0
            roomy = metrics.horizontalAdvance(STATUS_MEANING[word]) + 12 <= rooms[side] - taken
            self._write(f"{word}\n{STATUS_MEANING[word]}" if roomy else word, current().muted, (x, y), anchor)
        self._write(limit_words, current().orange, (limit, top), (0, 0))
        self._write(f"{EFFECT_USED:g} nats", current().orange, (right, math.log10(EFFECT_USED)), (1, 1))

    def _write(self, text: str, colour: str, at: tuple[float, float], anchor: tuple[float, float]) -> None:
        item = pg.TextItem(text, color=colour, anchor=anchor)
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
    _thresholds(plot)
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


def _thresholds(plot: Plot) -> None:
    line = pen(current().orange, 1, dash=True)
    for at, angle in ((math.log10(KL_USED), 90), (math.log10(EFFECT_USED), 0)):
        plot.addItem(pg.InfiniteLine(at, angle=angle, pen=line))


def _spread(numbers: Estimates, order: list[int], at: Array, axis: Decades) -> tuple[Array, Array]:
    """One standard error down and up; of no length where the mark stands for 0 or infinity."""
    value, error = numbers.value[order], np.nan_to_num(numbers.standard_error[order])
    low = np.where(value < 10.0**axis.low, at, axis.at(np.maximum(value - error, 10.0**axis.low)))
    high = np.where(value < 10.0**axis.low, at, axis.at(value + error))
    return at - low, high - at
