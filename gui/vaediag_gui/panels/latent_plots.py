"""Drawings of what is known per latent: KL bars, δ(ε), the dispersion of q, where the codes are."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QBrush, QColor
from PyQt6.QtWidgets import QGraphicsEllipseItem

from vaediag.findings.rules import RULES, side
from vaediag.records.collapse import Collapse, EpsilonDelta
from vaediag.records.estimate import Estimates
from vaediag.records.pictures import PosteriorScatter
from vaediag_gui.panels.curves import log_ticks
from vaediag_gui.panels.statuses import STATUSES, UNKNOWN, look_of
from vaediag_gui.resolve.collapse import NAMED, told
from vaediag_gui.resolve.words import value
from vaediag_gui.theme.apply import current
from vaediag_gui.widgets.pick_plot import PickPlot
from vaediag_gui.widgets.plot import Plot, pen

ROOM = 0.04  # below and above the shares 0 and 1


def draw_kl(plot: Plot, collapse: Collapse, order: tuple[int, ...], chosen: int | None) -> None:
    """Bars in order of KL, with one standard error."""
    kl = collapse.kl
    if kl is None:
        return
    values, errors = kl.value[list(order)], np.nan_to_num(kl.standard_error[list(order)])
    ranks = np.arange(len(order))
    words = [None if collapse.status is None else collapse.status[latent] for latent in order]
    for word in dict.fromkeys(words):
        mine = np.array([each == word for each in words])
        look = look_of(word)
        plot.addItem(
            pg.BarGraphItem(
                x=ranks[mine], height=values[mine], width=0.72, brush=QBrush(look.paint, look.pattern),
                pen=pg.mkPen(look.paint, width=1),
            )
        )  # fmt: skip
    if len(order) <= 4 * NAMED:
        plot.addItem(pg.ErrorBarItem(x=ranks, y=values, height=2 * errors, beam=0.2, pen=pen(current().text, 1)))
    if chosen in order:
        plot.addItem(pg.InfiniteLine(order.index(chosen), angle=90, pen=pen(current().accent, 1.5, dash=True)))
    top = 1.1 * float(np.nanmax(values + errors))
    plot.getAxis("bottom").setTicks([_named(order, 12), []])
    plot.getViewBox().setRange(xRange=(-0.7, len(order) - 0.3), yRange=(0, max(top, 0.05)), padding=0)
    if isinstance(plot, PickPlot):
        places = np.stack([ranks, np.zeros(len(order))], 1)
        plot.offer(places, order, lambda latent: told(collapse, latent), columns=True)


def draw_epsilon_delta(plot: Plot, record: EpsilonDelta, collapse: Collapse, chosen: int | None) -> None:
    """One curve δ(ε) per latent; curves of one status are one line with gaps, so that 512 stay quick."""
    thresholds = np.asarray(record.thresholds, dtype=float)
    keep = thresholds > 0
    x = np.log10(thresholds[keep])
    status = collapse.status or (None,) * len(record.collapsed)
    thin = len(status) > NAMED
    low = float(x[0])
    shade = QColor(current().orange)
    shade.setAlphaF(0.25)
    edge = float(np.log10(record.epsilon))
    corner = (0.0, (record.delta + ROOM) / (1 + 2 * ROOM))  # shares of the frame's height
    plot.addItem(pg.LinearRegionItem((low, edge), brush=shade, movable=False, pen=pg.mkPen(None), span=corner))
    plot.addItem(pg.InfiniteLine(edge, angle=90, pen=pen(current().orange, 1.2, dash=True)))
    for word, look in [*STATUSES.items(), (None, UNKNOWN)]:
        mine = [k for k, each in enumerate(status) if each == word and k != chosen]
        if mine:
            curves = np.column_stack([np.asarray(record.curve, float)[mine][:, keep], np.full(len(mine), np.nan)])
            paint = look.paint
            paint.setAlphaF(0.55 if thin else 0.9)
            line = pg.mkPen(paint, width=1 if thin else 1.5, style=look.line)
            plot.addItem(pg.PlotDataItem(np.tile([*x, x[-1]], len(mine)), curves.ravel(), pen=line, connect="finite"))
    if chosen is not None and chosen < len(record.curve):
        plot.addItem(pg.PlotDataItem(x, np.asarray(record.curve, float)[chosen][keep], pen=pen(current().accent, 3)))
    plot.getAxis("bottom").setTicks([log_ticks(float(thresholds[keep][0]), float(thresholds[keep][-1])), []])
    plot.getAxis("left").setTicks([[(0.0, "0"), (0.5, "0.5"), (1.0, "1")], []])
    plot.getViewBox().setRange(xRange=(low, float(x[-1])), yRange=(-ROOM, 1 + ROOM), padding=0)


def draw_dispersion(plot: Plot, dispersion: Estimates, chosen: int | None) -> None:
    """Dispersion of q per latent with two standard errors; triangles point to the side of the fault."""
    total, margin = len(dispersion), RULES["latent_dispersion"].margin
    values, errors = np.asarray(dispersion.value), 2 * np.nan_to_num(np.asarray(dispersion.standard_error))
    sides = np.array([side("latent_dispersion", dispersion[k], cells=total) for k in range(total)])
    shade = QColor(current().grid)
    plot.addItem(
        pg.LinearRegionItem((1 - margin, 1 + margin), "horizontal", brush=shade, movable=False, pen=pg.mkPen(None))
    )
    plot.addItem(pg.InfiniteLine(1.0, angle=0, pen=pen(current().text, 1.2, dash=True)))
    place = np.arange(total)
    many = total > 4 * NAMED
    faint = QColor(current().muted)
    faint.setAlphaF(0.25 if many else 1.0)
    plot.addItem(pg.ErrorBarItem(x=place, y=values, height=2 * errors, pen=pg.mkPen(faint, width=1)))
    for which, symbol, colour in ((0, "o", "blue"), (1, "t1", "orange"), (-1, "t", "orange")):
        mine = sides == which
        if mine.any():
            fill = QColor(getattr(current(), colour))
            size = 4 if many and not which else 9
            marks = {"symbol": symbol, "size": size, "brush": fill, "pen": None}
            plot.addItem(pg.ScatterPlotItem(x=place[mine], y=values[mine], **marks))
    if chosen is not None:
        plot.addItem(pg.InfiniteLine(chosen, angle=90, pen=pen(current().accent, 1.5, dash=True)))
    low = min(1 - 2 * margin, float(np.nanmin(values - errors)) - 0.3 * margin)
    high = max(1 + 2 * margin, float(np.nanmax(values + errors)) + 0.3 * margin)
    plot.getAxis("bottom").setTicks([_named(tuple(range(total)), 8), []])
    plot.getViewBox().setRange(xRange=(-0.7, total - 0.3), yRange=(low, high), padding=0)
    if isinstance(plot, PickPlot):
        places = np.stack([place, values], 1)
        plot.offer(places, tuple(range(total)), lambda k: f"z{k}: dispersion of q {value(dispersion[k])}", columns=True)


def draw_codes(plot: Plot, record: PosteriorScatter, pair: tuple[int, int]) -> None:
    """Posterior means of two latents with their σ, and one and two σ of the prior."""
    first, second = pair
    x, y = record.mean[:, first], record.mean[:, second]
    faint = QColor(current().rule)
    plot.addItem(
        pg.ErrorBarItem(x=x, y=y, width=2 * record.stddev[:, first], height=2 * record.stddev[:, second],
                        pen=pg.mkPen(faint, width=0.6))
    )  # fmt: skip
    fill = QColor(current().blue)
    fill.setAlphaF(0.7)
    plot.addItem(pg.ScatterPlotItem(x=x, y=y, symbol="o", size=5, brush=fill, pen=None))
    prior = record.prior_stddev[[first, second]]
    across, up = (float(each) for each in record.centre[[first, second]])
    for times in (1, 2):
        if np.isfinite(prior).all():
            width, height = 2 * times * prior
            ellipse = QGraphicsEllipseItem(QRectF(across - width / 2, up - height / 2, width, height))
            line = pen(current().text, 1, dash=True)
            line.setCosmetic(True)  # type: ignore[attr-defined]
            ellipse.setPen(line)  # type: ignore[arg-type]
            plot.addItem(ellipse)
    reach = float(np.nanmax(np.abs([x - across, y - up]))) * 1.08 if len(x) else 1.0
    reach = max(reach, 2.15 * float(np.nanmax(prior)) if np.isfinite(prior).any() else 0.0)
    plot.getViewBox().setAspectLocked(True)
    plot.getViewBox().setRange(xRange=(across - reach, across + reach), yRange=(up - reach, up + reach), padding=0)


def _named(order: tuple[int, ...], most: int) -> list[tuple[float, str]]:
    """Ticks for at most `most` of the latents, evenly spread."""
    step = -(-len(order) // most)
    return [(float(rank), f"z{latent}") for rank, latent in enumerate(order) if rank % step == 0]
