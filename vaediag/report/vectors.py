"""A vector's law over its features: bars for few features, which have no order; a band for many."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from vaediag.records.estimate import Array
from vaediag.report import style
from vaediag.report.maps import feature_axis

FEW = 64


def draw_law(ax: Axes, mean: Array, spread: Array, mode: Array | None = None) -> None:
    """mean ± σ with the mean (and the mode) marked; `[D]`."""
    count, place = len(mean), np.arange(len(mean))
    if count <= FEW:
        ax.bar(place, 2 * spread, 0.72, bottom=mean - spread, color=style.RULE, label="mean ± σ", zorder=1)
        ax.hlines(mean, place - 0.36, place + 0.36, color=style.INK, lw=1.5, label="mean", zorder=2)
    else:
        ax.fill_between(place, mean - spread, mean + spread, color=style.RULE, lw=0, label="mean ± σ", zorder=1)
        ax.plot(place, mean, color=style.INK, lw=1.2, label="mean", zorder=3)
    if mode is not None:
        if count <= FEW:
            ax.hlines(
                mode, place - 0.36, place + 0.36, color=style.ORANGE, lw=1.3, ls=(0, (2, 1)), label="mode", zorder=2
            )
        else:
            ax.plot(place, mode, color=style.ORANGE, lw=0.9, ls=(0, (3, 1.5)), label="mode", zorder=3)
    ax.use_sticky_edges = False
    feature_axis(ax, count)


def draw_values(ax: Axes, values: Array, colour: str, label: str, *, size: float, hollow: bool = False) -> None:
    """Values of x, `[n, D]` or `[D]`: dots for few features, thin lines for many."""
    values = np.atleast_2d(values)
    few = values.shape[1] <= FEW
    for index, row in enumerate(values):
        ax.plot(
            np.arange(len(row)), row, color=colour, ls="" if few else "-", lw=0.6, marker="o" if few else "", ms=size,
            mfc=style.PAPER if hollow else colour, mew=0.8 if hollow else 0.0,
            label=label if index == 0 else None, zorder=3,
        )  # fmt: skip
