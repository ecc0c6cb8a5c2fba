"""Traversals of vectors: one panel per view, one line per step, coloured from dark (first step) to light (last)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from vaediag.records.collapse import Collapse
from vaediag.records.pictures import Traversal
from vaediag.report import style
from vaediag.report.event import cells
from vaediag.report.maps import axis_names, feature_axis, frame, linear_up_to, names_height, symlog
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp
from vaediag.report.walks import LABEL, NAMES, SPREADS, draw_label, event_shape_of, subtitle, title
from vaediag.report.words import plain


@style.styled
def draw_lines(
    walk: Traversal,
    rows: Sequence[int],
    views: Sequence[str],
    stamp: Stamp,
    collapse: Collapse | None,
    columns: Sequence[str] | None = None,
) -> Figure:
    """Panels in a grid: rows are latents, columns are views, on one scale per column; `columns` names the features."""
    high, gap = 0.95, 0.4
    wide = (BODY - LABEL - gap * (len(views) - 1)) / len(views)
    names = axis_names(columns, wide)
    body = 0.75 + len(rows) * (high + 0.2) + 0.3 + names_height(names)
    bent = {view: linear_up_to(walk.views[view][list(rows)]) for view in views}
    far = sorted({threshold for threshold in bent.values() if threshold is not None})
    scales = f" Logarithmic axes are linear up to {' or '.join(f'{each:g}' for each in far)}." if far else ""
    sheet = Sheet(
        title(walk, collapse),
        subtitle(walk, rows, event_shape_of(walk)).replace("Columns", "Lines") + scales,
        stamp,
        height=body,
    )
    ends = float(np.min(walk.positions[list(rows)])), float(np.max(walk.positions[list(rows)]))
    norm = Normalize(*ends) if ends[1] > ends[0] else Normalize(ends[0] - 0.5, ends[0] + 0.5)
    sheet.colour_bar(LABEL, 0.0, 2.3, 0.09, style.STEP_MAP, norm, f"position, {plain(walk.units, 40)}")
    for column, view in enumerate(views):
        left = LABEL + column * (wide + gap)
        sheet.text(left, 0.52, f"{NAMES.get(view, plain(view, 20))}, units of x", weight="bold", size=style.SMALL_SIZE)
        curves = cells(walk.views[view][list(rows)], event_shape_of(walk))
        low, top = float(np.nanmin(curves)), float(np.nanmax(curves))
        pad = 0.06 * (top - low) or 0.5
        for place, row in enumerate(rows):
            ax = sheet.axes(left, 0.75 + place * (high + 0.2), wide, high)
            last = place == len(rows) - 1
            _curves(ax, curves[place], style.STEP_MAP(norm(walk.positions[row])), names if last else [])
            threshold = bent[view]
            if threshold is None:
                ax.set_ylim(low - pad if view not in SPREADS else min(0.0, low), top + pad)
                ax.locator_params(axis="y", nbins=3)
            else:
                symlog(ax, threshold, top)
            if not last:
                ax.set_xticks([]) if names else ax.set_xticklabels([])
            elif not names:
                ax.set_xlabel("feature")
            if not column:
                draw_label(sheet, walk, row, collapse, 0.75 + place * (high + 0.2))
    return sheet.figure


def _curves(ax: Axes, curves: np.ndarray, colours: np.ndarray, names: list[str]) -> None:
    count = curves.shape[-1]
    for curve, colour in zip(curves, colours, strict=True):
        ax.plot(curve, color=colour, lw=1.0, marker="o" if count <= 32 else "", ms=2.5)
    feature_axis(ax, count, names)
    frame(ax)
