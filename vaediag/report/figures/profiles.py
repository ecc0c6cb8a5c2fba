"""Reconstructions of vectors: per image x against mean ± σ and the sample, and the residual below."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from vaediag.records.pictures import Reconstructions
from vaediag.report import style
from vaediag.report.event import cells
from vaediag.report.figures.measure import NOTHING, Above, Measure
from vaediag.report.maps import feature_axis
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp
from vaediag.report.vectors import draw_law, draw_values

MOST = 8


@style.styled
def draw_profiles(
    record: Reconstructions,
    event_shape: tuple[int, ...],
    stamp: Stamp,
    heading: str,
    subtitle: str,
    measure: Measure,
    above: Above = NOTHING,
) -> Figure:
    """Two panels per image, in two columns, each with its number behind its index."""
    count = min(len(record.index), MOST)
    columns = min(count, 2)
    rows = -(-count // columns)
    gap, high, low_high, block = 0.5, 0.85, 0.5, 1.95
    wide = (BODY - 0.45 - gap * (columns - 1)) / columns
    start = above.height + 0.3
    sheet = Sheet(heading, subtitle, stamp, height=start + rows * block)
    above.draw(sheet)
    x, mean, sample, spread = (
        cells(getattr(record, name)[:count], event_shape) for name in ("x", "mean", "sample", "stddev")
    )
    residual = cells(record.residual[:count], event_shape)
    size, place = x.shape[1], np.arange(x.shape[1])
    for item in range(count):
        left, top = 0.45 + (item % columns) * (wide + gap), start + (item // columns) * block
        words = f"image {record.index[item]} · {measure.name} {measure.words(item)}"
        sheet.text(left, top, words, size=style.SMALL_SIZE, weight="bold")
        ax = sheet.axes(left, top + 0.2, wide, high)
        draw_law(ax, mean[item], spread[item])
        draw_values(ax, sample[item], style.BLUE, "sample", size=3.2, hollow=True)
        draw_values(ax, x[item], style.ORANGE, "x", size=3.2)
        ax.locator_params(axis="y", nbins=4)
        ax.set_xticklabels([])
        lower = sheet.axes(left, top + 0.2 + high + 0.08, wide, low_high)
        lower.vlines(place, 0, np.clip(residual[item], -5, 5), color=style.BLUE, lw=min(2.5, 130 * wide / 7 / size * 2))
        lower.axhline(0, color=style.INK, lw=0.7)
        lower.set(ylim=(-5, 5), yticks=[-4, 0, 4])
        feature_axis(lower, size)
        if item % columns == 0:
            ax.set_ylabel("x")
            lower.set_ylabel("r")
        if item >= count - columns:
            lower.set_xlabel("feature", labelpad=1)
        if item == 0:
            handles, labels = ax.get_legend_handles_labels()
            keys = sheet.bare(0.45, above.height, BODY - 0.45, 0.18)
            keys.legend(handles, labels, loc="center left", ncols=4, borderaxespad=0)
    return sheet.figure
