"""Drawings of what latents are worth and what the rate is spent on."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QBrush, QColor

from vaediag.records.collapse import Collapse
from vaediag.records.estimate import Array
from vaediag_gui.resolve.collapse import FEW, told
from vaediag_gui.resolve.rate_split import Share
from vaediag_gui.resolve.words import short
from vaediag_gui.theme.apply import current
from vaediag_gui.widgets.pick_plot import PickPlot
from vaediag_gui.widgets.plot import Plot, pen

CROWDED = 50.0  # the largest cost over the median one, from which on the axis is logarithmic
NEAR = 0.1  # nats: linear up to here where it is
BAR = 0.56


def draw_prune(plot: Plot, collapse: Collapse, order: tuple[int, ...], chosen: int | None) -> None:
    """Prune costs around zero in the order of KL, those below it hatched; the KL paid as a line across each."""
    cost, kl = collapse.prune_cost, collapse.kl
    if cost is None:
        return
    latents = list(order)
    values, errors = np.asarray(cost.value, float)[latents], np.nan_to_num(np.asarray(cost.standard_error)[latents])
    paid = np.full(len(latents), np.nan) if kl is None else np.asarray(kl.value, float)[latents]
    log = crowded(values)
    ranks, at = np.arange(len(latents)), signed(values) if log else values
    known = np.nan_to_num(at)
    for below, colour, pattern in (
        (False, "blue", Qt.BrushStyle.SolidPattern), (True, "orange", Qt.BrushStyle.BDiagPattern)
    ):  # fmt: skip
        mine, paint = (values < 0) == below, QColor(getattr(current(), colour))
        plot.addItem(
            pg.BarGraphItem(
                x=ranks[mine],
                height=known[mine],
                width=0.72,
                brush=QBrush(paint, pattern),
                pen=pg.mkPen(paint, width=1),
            )
        )
    low, high = (values - errors, values + errors)
    low, high = (signed(low), signed(high)) if log else (low, high)
    if len(latents) <= FEW:
        bars = pg.ErrorBarItem(x=ranks, y=known, top=high - at, bottom=at - low, beam=0.2, pen=pen(current().text, 1))
        plot.addItem(bars)
    spend = signed(paid) if log else paid
    if len(latents) > FEW:
        plot.addItem(pg.PlotDataItem(ranks, spend, pen=pen(current().text, 1.5)))
    else:
        ring = pen(current().text, 1.2)
        plot.addItem(pg.ScatterPlotItem(x=ranks, y=spend, symbol="o", size=7, brush=current().surface, pen=ring))
    plot.addItem(pg.InfiniteLine(0.0, angle=0, pen=pen(current().text, 1)))
    if chosen in order:
        plot.addItem(pg.InfiniteLine(order.index(chosen), angle=90, pen=pen(current().accent, 1.5, dash=True)))
    step = -(-len(order) // 12)
    plot.getAxis("bottom").setTicks([[(float(r), f"z{k}") for r, k in enumerate(order) if r % step == 0], []])
    ends = np.concatenate([low, high, spend, [0.0]])
    bottom, top = float(np.nanmin(ends)), float(np.nanmax(ends))
    plot.getAxis("left").setTicks([signed_ticks(bottom, top), []] if log else None)
    room = 0.07 * max(top - bottom, 0.05)
    plot.getViewBox().setRange(
        xRange=(-0.7, len(order) - 0.3), yRange=(bottom - room * (bottom < 0), top + room), padding=0
    )
    if isinstance(plot, PickPlot):
        places = np.stack([ranks, np.zeros(len(order))], 1)
        plot.offer(places, order, lambda latent: told(collapse, latent), columns=True)


def crowded(values: Array) -> bool:
    size = np.abs(values[np.isfinite(values)])
    return bool(size.size) and float(size.max()) > CROWDED * max(float(np.median(size)), 1e-3)


def signed(values: Array) -> Array:
    """Linear near 0, logarithmic beyond `NEAR` on both sides."""
    return np.sign(values) * np.log10(1 + np.abs(values) / NEAR)


def signed_ticks(bottom: float, top: float) -> list[tuple[float, str]]:
    """Powers of ten between two drawn ends, and 0."""
    most = math.ceil(max(abs(bottom), abs(top))) + 1
    sizes = [10.0**power for power in range(-1, most)]
    every = sorted([0.0, *sizes, *(-size for size in sizes)])
    found = [(float(signed(np.array(nats))), short(nats)) for nats in every]
    return [(at, word) for at, word in found if bottom - 1e-9 <= at <= top + 1e-9]


def draw_split(plot: Plot, parts: tuple[Share, ...]) -> None:
    """The rate and its parts as bars below each other: solid up to the lower bound, hatched up to the upper."""
    ends = [max(part.upper.value, part.lower.value, 0.0) for part in parts]
    most = max(*ends, 0.01)
    for row, part in enumerate(parts):
        paint = QColor(getattr(current(), part.colour))
        low, high = max(part.lower.value, 0.0), ends[row]
        plot.addItem(pg.BarGraphItem(x0=[0.0], y=[-row], width=[low], height=BAR, brush=paint, pen=pg.mkPen(paint)))
        if high > low:
            unsure = QBrush(paint, Qt.BrushStyle.BDiagPattern)
            bar = pg.BarGraphItem(x0=[low], y=[-row], width=[high - low], height=BAR, brush=unsure, pen=pg.mkPen(paint))
            plot.addItem(bar)
        for bound in {id(part.lower): part.lower, id(part.upper): part.upper}.values():
            if bound.standard_error:
                width, ink = 2 * bound.standard_error, pen(current().text, 1.2)
                at = np.array([max(bound.value, 0.0)])
                plot.addItem(pg.ErrorBarItem(x=at, y=np.array([-row]), width=width, beam=0.14, pen=ink))
    plot.getAxis("left").setTicks([[(float(-row), part.name) for row, part in enumerate(parts)], []])
    plot.getViewBox().setRange(xRange=(0, 1.06 * most), yRange=(-len(parts) + 0.5, 0.5), padding=0)
    if isinstance(plot, PickPlot):
        places = np.array([(0.5 * end, -row) for row, end in enumerate(ends)])
        plot.offer(places, tuple(range(len(parts))), lambda row: parts[row].said())
