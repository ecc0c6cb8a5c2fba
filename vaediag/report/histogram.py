"""A histogram of one number per image."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from vaediag.records.estimate import Array
from vaediag.report import style

BINS = 40


def draw_histogram(ax: Axes, values: Array, marked: Array, *, low: float, high: float) -> Array:
    """Counts of images in 40 bins; values beyond the ends stand in the first and last one.

    `values` `[n]`, finite; `marked` `[n]` are those that the picture is about: hatched, in another colour.
    Returns the height of the bar that each value stands in, `[n]`.
    """
    inside = np.clip(values, low, high)
    every, edges = np.histogram(inside, BINS, (low, high))
    some, _ = np.histogram(inside[marked], BINS, (low, high))
    look: dict[str, Any] = {"align": "edge", "width": edges[1] - edges[0], "edgecolor": style.paper(), "lw": 0.5}
    for counts, base, colour, hatch in ((some, 0, style.ORANGE, "////"), (every - some, some, style.BLUE, "")):
        ax.bar(edges[:-1], counts, bottom=base, color=colour, hatch=hatch, **look)
    ax.set(xlim=(low, high), ylim=(0, max(1.0, 1.12 * every.max())), ylabel="images")
    ax.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    ax.grid(axis="y")
    return every[np.clip(np.searchsorted(edges, inside, side="right") - 1, 0, BINS - 1)]
