"""Drawings of calibration records on plots. They regroup bins and compute nothing else."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PyQt6.QtGui import QColor

from vaediag.records.calibration import Band, ReliabilityCurve, SpreadSkill
from vaediag_gui.theme.apply import current
from vaediag_gui.widgets.plot import Plot, pen

BARS = 20
HALVES = [[(0.0, "0"), (0.5, "½"), (1.0, "1")], []]
SHARES = [[(0.0, "0"), (0.25, ""), (0.5, "0.5"), (0.75, ""), (1.0, "1")], []]

MANTISSAS = ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 5.0, 7.0), tuple(np.arange(1, 10, 0.5)))


def bars_of(histogram: np.ndarray) -> np.ndarray:
    """Stored bins as at most 20 bars, scaled so that 1 is the height of an exact model."""
    bins = np.asarray(histogram, dtype=float)
    bars = bins.reshape(BARS, -1).sum(axis=1) if len(bins) > BARS and len(bins) % BARS == 0 else bins
    return bars * len(bars)


def draw_pit(plot: Plot, histogram: np.ndarray, colour: str, top: float) -> None:
    """A PIT histogram with the line of an exact model; `colour` names a palette colour."""
    bars = bars_of(histogram)
    width = 1 / len(bars)
    fill = QColor(getattr(current(), colour))
    edge = pg.mkPen(QColor(current().surface), width=1)
    plot.addItem(pg.BarGraphItem(x0=np.arange(len(bars)) * width, width=width, height=bars, brush=fill, pen=edge))
    plot.addItem(pg.InfiniteLine(1.0, angle=0, pen=pen(current().text, 1.5, dash=True)))
    _axes(plot, (-0.03, 1.03), (0.0, top), x=HALVES)


def pit_top(*histograms: np.ndarray) -> float:
    """The height that shared axes need; never so low that chance looks like a fault."""
    return max(1.6, *(float(np.nanmax(bars_of(each))) * 1.08 for each in histograms))


def draw_band(plot: Plot, band: Band, colour: str) -> None:
    """A frequency curve in its band, with the diagonal."""
    shade = QColor(getattr(current(), colour))
    shade.setAlphaF(0.22)
    nothing = pg.mkPen(None)
    low = pg.PlotDataItem(band.nominal, band.lower, pen=nothing)
    high = pg.PlotDataItem(band.nominal, band.upper, pen=nothing)
    if np.isfinite(band.lower).any():
        plot.addItem(pg.FillBetweenItem(low, high, brush=shade))
    plot.addItem(pg.PlotDataItem([0, 1], [0, 1], pen=pen(current().text, 1.5, dash=True)))
    plot.addItem(pg.PlotDataItem(band.nominal, band.observed, pen=pen(getattr(current(), colour), 2)))
    _axes(plot, (-0.04, 1.04), (-0.04, 1.04), x=SHARES, y=SHARES)


def draw_reliability(plot: Plot, curve: ReliabilityCurve, colour: str) -> None:
    """Observed frequency against stated probability; a larger symbol stands for more pixels."""
    paint = QColor(getattr(current(), colour))
    plot.addItem(pg.PlotDataItem([0, 1], [0, 1], pen=pen(current().text, 1.5, dash=True)))
    error = np.nan_to_num(curve.standard_error)
    plot.addItem(
        pg.ErrorBarItem(x=curve.forecast, y=curve.observed, height=2 * error, beam=0.012, pen=pg.mkPen(paint, width=1))
    )
    share = np.asarray(curve.count, float) / max(float(np.max(curve.count)), 1.0)
    plot.addItem(
        pg.ScatterPlotItem(
            x=curve.forecast, y=curve.observed, size=5 + 6 * np.sqrt(share), brush=paint, pen=None,
            data=np.asarray(curve.count), hoverable=True, hoverPen=pg.mkPen(current().text), tip=_counted,
        )
    )  # fmt: skip
    _axes(plot, (-0.04, 1.04), (-0.04, 1.04), x=SHARES, y=SHARES)


def _counted(x: float, y: float, data: float) -> str:
    return f"{data:,.0f} pixels: stated {x:.3g}, observed {y:.3g}"


def draw_spread_skill(plot: Plot, record: SpreadSkill, colour: str) -> None:
    """The error made against the spread stated, both logarithmic; the diagonal is exact."""
    keep = np.asarray(record.spread) > 0
    spread, error = np.asarray(record.spread, float)[keep], np.asarray(record.error, float)[keep]
    width = np.nan_to_num(np.asarray(record.standard_error, float)[keep])
    ends = np.concatenate([spread, error + width, error - width])
    ends = ends[np.isfinite(ends) & (ends > 0)]
    low, high = (float(ends.min()) / 1.2, float(ends.max()) * 1.2) if ends.size else (0.5, 2.0)
    paint = QColor(getattr(current(), colour))
    for axis in ("bottom", "left"):
        plot.getAxis(axis).setTicks([log_ticks(low, high), []])
    plot.addItem(pg.PlotDataItem(np.log10([low, high]), np.log10([low, high]), pen=pen(current().text, 1.5, dash=True)))
    bottom, top = np.log10(np.maximum(error - width, low)), np.log10(error + width)
    middle = np.log10(error)
    bars = pg.ErrorBarItem(x=np.log10(spread), y=middle, top=top - middle, bottom=middle - bottom, pen=pg.mkPen(paint))
    plot.addItem(bars)
    plot.addItem(
        pg.PlotDataItem(
            np.log10(spread), middle, pen=pen(paint.name(), 1.5), symbol="o", symbolSize=6, symbolBrush=paint,
            symbolPen=None,
        )
    )  # fmt: skip
    box = plot.getViewBox()
    box.setRange(xRange=np.log10([low, high]), yRange=np.log10([low, high]), padding=0)


def log_ticks(low: float, high: float, most: int = 5) -> list[tuple[float, str]]:
    """Ordinary numbers on a logarithmic axis (positions are log10): 0.05, 0.1, 0.2."""
    inside: list[float] = []
    for mantissas in (
        (1.0,),
        (1.0, 3.0),
        (1.0, 2.0, 5.0),
        (1.0, 1.5, 2.0, 3.0, 5.0, 7.0),
        tuple(np.arange(1, 10, 0.5)),
    ):
        powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
        inside = [float(m * 10.0**e) for e in powers for m in mantissas if low <= m * 10.0**e <= high]
        if len(inside) >= 3:
            break
    step = -(-len(inside) // most) if inside else 1
    return [(float(np.log10(each)), f"{each:g}") for each in inside[::step]]


def _axes(
    plot: Plot, x_range: tuple[float, float], y_range: tuple[float, float], *, x: list | None = None,
    y: list | None = None,
) -> None:  # fmt: skip
    if x is not None:
        plot.getAxis("bottom").setTicks(x)
    if y is not None:
        plot.getAxis("left").setTicks(y)
    plot.getViewBox().setRange(xRange=x_range, yRange=y_range, padding=0)
