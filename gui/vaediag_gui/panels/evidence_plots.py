"""Drawings of evidence: the ladder from the ELBO to log p(x), the histogram of k-hat, AIS image by image."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QBrush, QColor

from vaediag.records.evidence import Ais, Iwae
from vaediag_gui.resolve.evidence import LEAST, MOST, STEP, Tails, above_elbo
from vaediag_gui.resolve.words import short
from vaediag_gui.theme.apply import SMALL, current, font
from vaediag_gui.widgets.pick_plot import PickPlot
from vaediag_gui.widgets.plot import Plot, pen

MARK = 9


def draw_ladder(plot: Plot, iwae: Iwae | None, ais: Ais | None) -> None:
    """Nats above the ELBO for each K, and at the right end log p(x) by AIS."""
    ticks, top, low, count = [], 0.0, 0.0, 0
    plot.addItem(pg.InfiniteLine(0.0, angle=0, pen=pen(current().text, 1.2, dash=True)))
    if iwae is not None:
        gain, error = np.asarray(iwae.gain, float), 2 * np.nan_to_num(np.asarray(iwae.gain_error, float))
        place = np.arange(len(gain), dtype=float)
        count = len(gain)
        plot.addItem(pg.ErrorBarItem(x=place, y=gain, height=2 * error, beam=0.12, pen=pen(current().blue, 1)))
        line = pg.PlotDataItem(
            place, gain, pen=pen(current().blue, 1.5), symbol="o", symbolSize=MARK - 2, symbolBrush=current().blue,
            symbolPen=None,
        )  # fmt: skip
        plot.addItem(line)
        ticks += [(float(at), f"{k:d}") for at, k in zip(place, iwae.k, strict=True)]
        top, low = float((gain + error).max()), float((gain - error).min())
    if ais is not None:
        at, error, gap = count + 0.5, 2 * (ais.gap.standard_error or 0.0), np.array([ais.gap.value])
        ink = current().orange
        plot.addItem(pg.ErrorBarItem(x=np.array([at]), y=gap, height=2 * error, beam=0.12, pen=pen(ink, 1)))
        plot.addItem(pg.ScatterPlotItem(x=[at], y=gap, symbol="d", size=MARK + 2, brush=ink, pen=None))
        ticks.append((at, "AIS"))
        top, low = max(top, ais.gap.value + error), min(low, ais.gap.value - error)
        count += 1
    plot.getAxis("bottom").setTicks([ticks, []])
    room = 0.08 * max(top - min(low, 0.0), 0.05)
    plot.getViewBox().setRange(xRange=(-0.5, count), yRange=(min(low, 0.0) - room, max(top, 0.05) + room), padding=0)


def draw_tails(plot: Plot, tails: Tails) -> None:
    """Images by k-hat; those above the threshold hatched, those with an exact q in a bar of their own at the left."""
    middle = (tails.edges[:-1] + tails.edges[1:]) / 2
    over = middle > tails.threshold
    for mine, colour, pattern in (
        (~over, "blue", Qt.BrushStyle.SolidPattern), (over, "orange", Qt.BrushStyle.BDiagPattern)
    ):  # fmt: skip
        paint = QColor(getattr(current(), colour))
        bars = pg.BarGraphItem(
            x=middle[mine], height=tails.counts[mine], width=0.9 * STEP, brush=QBrush(paint, pattern),
            pen=pg.mkPen(paint, width=1),
        )  # fmt: skip
        plot.addItem(bars)
    left = LEAST - 4 * STEP
    if tails.exact:
        paint = QColor(current().good)
        plot.addItem(pg.BarGraphItem(x=[left], height=[tails.exact], width=0.9 * STEP, brush=None, pen=pg.mkPen(paint)))
    plot.addItem(pg.InfiniteLine(tails.threshold, angle=90, pen=pen(current().orange, 1.5, dash=True)))
    top = 1.16 * max(float(tails.counts.max(initial=0)), float(tails.exact), 1.0)
    words = pg.TextItem(f"{short(tails.threshold)}", color=current().orange, anchor=(0, 0))
    words.setFont(font(SMALL - 1))
    words.setPos(tails.threshold, top)
    plot.add_note(words)
    ends = [(LEAST, short(LEAST)), (0.0, "0"), (0.5, "0.5"), (1.0, "1"), (MOST, f"≥ {short(MOST)}")]
    plot.getAxis("bottom").setTicks([[*([(left, "exact")] if tails.exact else []), *ends], []])
    start = left - 2 * STEP if tails.exact else LEAST - STEP
    plot.getViewBox().setRange(xRange=(start, MOST + 2.5 * STEP), yRange=(0, top), padding=0)


def draw_annealed(plot: Plot, ais: Ais, numbers: tuple[int, ...]) -> None:
    """Image by image: log p(x) by AIS with one standard error, and the IWAE as a ring, above the ELBO."""
    above, error, iwae = above_elbo(ais)
    place = np.arange(len(above), dtype=float)
    error = np.nan_to_num(error)
    plot.addItem(pg.InfiniteLine(0.0, angle=0, pen=pen(current().text, 1.2, dash=True)))
    ring = pg.mkPen(current().blue, width=1.5)
    known = np.isfinite(iwae)
    plot.addItem(pg.ScatterPlotItem(x=place[known], y=iwae[known], symbol="o", size=MARK + 3, brush=None, pen=ring))
    plot.addItem(pg.ErrorBarItem(x=place, y=above, height=2 * error, beam=0.15, pen=pen(current().orange, 1)))
    plot.addItem(pg.ScatterPlotItem(x=place, y=above, symbol="d", size=MARK, brush=current().orange, pen=None))
    step = -(-len(numbers) // 12)
    plot.getAxis("bottom").setTicks([[(float(at), str(n)) for at, n in enumerate(numbers) if at % step == 0], []])
    ends = np.concatenate([above + error, above - error, iwae[known], [0.0]])
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    room = 0.1 * max(high - low, 0.05)
    plot.getViewBox().setRange(xRange=(-0.7, len(above) - 0.3), yRange=(low - room, high + room), padding=0)
    if isinstance(plot, PickPlot):
        said = [
            f"image {number}: log p(x) {short(float(ais.log_evidence[at]))} nats, ELBO + {short(float(above[at]))}"
            for at, number in enumerate(numbers)
        ]
        plot.offer(np.stack([place, above], 1), tuple(range(len(numbers))), lambda at: said[at], columns=True)
