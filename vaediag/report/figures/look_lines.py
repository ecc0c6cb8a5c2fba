"""The views of p(x | z) of a vector: x and the law over the features, then one panel per spread."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vaediag.records.pictures import Look
from vaediag.report import style
from vaediag.report.looks import View, subtitle, title
from vaediag.report.maps import bars, feature_axis
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp
from vaediag.report.vectors import FEW, draw_law, draw_values

LEFT = 0.6
MAIN, PANEL, SPACE = 2.1, 1.0, 0.16


def draw_look_lines(record: Look, views: list[View], event_shape: tuple[int, ...], stamp: Stamp) -> Figure:
    """The first code only."""
    by_id = {view.id: view.values[0] for view in views}
    main = [view for view in views if view.cmap is style.GREY_MAP]
    others = [view for view in views if view.cmap is not style.GREY_MAP]
    heights = [MAIN] * bool(main) + [PANEL] * len(others)
    tops = [0.25 + sum(heights[:line]) + line * SPACE for line in range(len(heights))]
    words = subtitle(record, event_shape, 1)
    sheet = Sheet(title(record, event_shape), words, stamp, height=tops[-1] + heights[-1] + 0.42)
    panels = [sheet.axes(LEFT, top, BODY - LEFT, high) for top, high in zip(tops, heights, strict=True)]
    if main:
        note = next((f", {view.note}" for view in main if view.id == "quantile" and view.note), "")
        draw_values_of(panels[0], by_id, quantile=f"quantile{note}")
    for view, ax in zip(others, panels[bool(main) :], strict=True):
        _spread(ax, view)
    for ax in panels[:-1]:
        ax.set_xticklabels([])
    panels[-1].set_xlabel("feature")
    return sheet.figure


def draw_values_of(ax: Axes, values: dict[str, np.ndarray], *, quantile: str = "quantile") -> None:
    """mean ± σ where both are known, and what else is in units of x."""
    known = next(name for name in ("mean", "mode", "sample", "quantile", "x") if name in values)
    count = len(values[known])
    if "mean" in values:
        draw_law(ax, values["mean"], values.get("stddev", np.zeros(count)), values.get("mode"))
    elif "mode" in values:
        draw_values(ax, values["mode"], style.INK, "mode", size=3.5)
    if "quantile" in values:
        draw_values(ax, values["quantile"], style.GREEN, quantile, size=3.5, hollow=True)
    if "sample" in values:
        draw_values(ax, values["sample"], style.BLUE, "sample", size=3.5)
    if "x" in values:
        place = np.arange(count)
        ax.plot(
            place, values["x"], color=style.ORANGE, ls="" if count <= FEW else "-", lw=0.9,
            marker="D" if count <= FEW else "", ms=3.5, mfc="none", label="x", zorder=4,
        )  # fmt: skip
    ax.set_ylabel("x")
    feature_axis(ax, count)
    handles, labels = ax.get_legend_handles_labels()
    if "stddev" not in values and "mean" in values:  # the bars of no width need no name
        handles, labels = zip(*((h, n) for h, n in zip(handles, labels, strict=True) if "σ" not in n), strict=True)
    ax.legend(handles, labels, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=6, borderaxespad=0.1)


def _spread(ax: Axes, view: View) -> None:
    """One spread, entropy or residual as bars from 0."""
    values = view.values[0]
    if view.id == "residual" or view.id == "entropy":
        bars(ax, values, colours=style.BLUE)
    else:
        ax.stairs(np.nan_to_num(values), np.arange(len(values) + 1) - 0.5, fill=True, color=style.BLUE)
        ax.set_ylim(0, 1.1 * float(np.nanmax(values)) or 1.0)
        feature_axis(ax, len(values))
    unit = {"standard deviations": "std. deviations"}.get(view.unit, view.unit).replace("pixel", "feature")
    ax.set_ylabel(f"{view.short},\n{unit}")
    ax.locator_params(axis="y", nbins=4)
