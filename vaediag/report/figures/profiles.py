"""Reconstructions of vectors: per image x against mean ± σ and the sample, and the residual below."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from vaediag.records.pictures import Reconstructions
from vaediag.report import style
from vaediag.report.event import cells
from vaediag.report.figures.measure import NOTHING, Above, Measure
from vaediag.report.maps import axis_names, feature_axis, linear_up_to, names_height, symlog
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp
from vaediag.report.vectors import draw_law, draw_values

MOST = 8
REACH = 5  # standard deviations: what is beyond is marked, not drawn


@style.styled
def draw_profiles(
    record: Reconstructions,
    event_shape: tuple[int, ...],
    stamp: Stamp,
    heading: str,
    subtitle: str,
    measure: Measure,
    above: Above = NOTHING,
    columns: Sequence[str] | None = None,
) -> Figure:
    """Two panels per image, in two columns, each with its number behind its index; `columns` names the features."""
    count = min(len(record.index), MOST)
    across = min(count, 2)
    rows = -(-count // across)
    gap, high, low_high, block = 0.5, 0.85, 0.5, 1.95
    wide = (BODY - 0.45 - gap * (across - 1)) / across
    start = above.height + 0.3
    names = axis_names(columns, wide)
    threshold = linear_up_to(record.x[:count], record.mean[:count], record.sample[:count])
    if threshold is not None:
        subtitle += f" x: linear up to {threshold:g}, logarithmic above."
    if (np.abs(np.nan_to_num(record.residual[:count])) > REACH).any():
        subtitle += f" Triangles: r beyond ±{REACH}."
    sheet = Sheet(heading, subtitle, stamp, height=start + rows * block + names_height(names))
    above.draw(sheet)
    x, mean, sample, spread = (
        cells(getattr(record, name)[:count], event_shape) for name in ("x", "mean", "sample", "stddev")
    )
    residual = cells(record.residual[:count], event_shape)
    size, place = x.shape[1], np.arange(x.shape[1])
    for item in range(count):
        left, top = 0.45 + (item % across) * (wide + gap), start + (item // across) * block
        words = f"image {record.index[item]} · {measure.name} {measure.words(item)}"
        sheet.text(left, top, words, size=style.SMALL_SIZE, weight="bold")
        ax = sheet.axes(left, top + 0.2, wide, high)
        draw_law(ax, mean[item], spread[item])
        draw_values(ax, sample[item], style.BLUE, "sample", size=3.2, hollow=True)
        draw_values(ax, x[item], style.ORANGE, "x", size=3.2)
        if threshold is None:
            ax.locator_params(axis="y", nbins=4)
        else:
            symlog(ax, threshold, float(max(np.nanmax(x), np.nanmax(mean), np.nanmax(sample))))
        ax.set_xticks([]) if names else ax.set_xticklabels([])
        lower = sheet.axes(left, top + 0.2 + high + 0.08, wide, low_high)
        thick = min(2.5, 130 * wide / 7 / size * 2)
        lower.vlines(place, 0, np.clip(residual[item], -REACH, REACH), color=style.BLUE, lw=thick)
        for side, mark in ((1, "^"), (-1, "v")):
            beyond = np.flatnonzero(side * np.nan_to_num(residual[item]) > REACH)
            lower.plot(beyond, np.full(len(beyond), 0.86 * side * REACH), mark, color=style.ORANGE, ms=3.5, mew=0)
        lower.axhline(0, color=style.INK, lw=0.7)
        lower.set(ylim=(-REACH, REACH), yticks=[-4, 0, 4])
        last = item >= count - across
        feature_axis(lower, size, names if last else ())
        if item % across == 0:
            ax.set_ylabel("x")
            lower.set_ylabel("r")
        if last and not names:
            lower.set_xlabel("feature", labelpad=1)
        if names and not last:
            lower.set_xticks([])
        if item == 0:
            handles, labels = ax.get_legend_handles_labels()
            keys = sheet.bare(0.45, above.height, BODY - 0.45, 0.18)
            keys.legend(handles, labels, loc="center left", ncols=4, borderaxespad=0)
    return sheet.figure
