"""The decoder's standard deviations over time, as a fan of quantiles."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vaediag.records.history import SIGMA_LEVELS, History
from vaediag.records.history_facts import at, last_measured
from vaediag.report import style
from vaediag.report.history.timeline import LEFT, HistoryPanel, line, log_axis, stamp_of, time_axis
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.words import percent, short

NAMES = 1.0
HEIGHT = 2.6


def title(history: History) -> str:
    """Where the median went."""
    known = np.flatnonzero(np.isfinite(history.sigma[:, 2]))
    first, last = history.sigma[known[0], 2], history.sigma[known[-1], 2]
    if len(known) == 1:
        return f"Half of the σ are below {short(first)} after epoch {at(history.epoch[known[0]])}"
    if abs(np.log(last / first)) < 0.01:
        return f"The median σ stayed at {short(last)}"
    return f"The median σ {'shrank' if last < first else 'grew'} from {short(first)} to {short(last)}"


@style.styled
def draw(history: History) -> Figure | None:
    """None for families without a scale."""
    sigma = history.sigma
    if not (np.isfinite(sigma).any() and np.nanmin(sigma) > 0):
        return None
    sheet = Sheet(
        title(history),
        "Quantiles of σ = √Var(xᵢ | z) over all values of the held-out images, in units of x. "
        "A fan that is a line: one σ for everything.",
        stamp_of(history),
        height=HEIGHT + 0.52,
    )
    ax = sheet.axes(LEFT, 0.1, BODY - LEFT - NAMES, HEIGHT)
    time_axis(ax, history)
    for outer, opacity in ((0, 0.18), (1, 0.32)):
        ax.fill_between(history.epoch, sigma[:, outer], sigma[:, 4 - outer], color=style.BLUE, alpha=opacity, lw=0)
    for k in (0, 1, 3, 4):
        line(ax, history, sigma[:, k], style.BLUE, lw=0.7, alpha=0.7, ms=2)
    line(ax, history, sigma[:, 2], style.BLUE)
    if np.nanmax(sigma) > 8 * np.nanmin(sigma):
        ax.set_yscale("log")
        log_axis(ax.yaxis)
    else:
        ax.set_ylim(0, 1.08 * float(np.nanmax(sigma)))
    ax.set_ylabel("σ, units of x")
    ax.grid(axis="y")
    _names(ax, history)
    return sheet.figure


def _names(ax: Axes, history: History) -> None:
    """Quantiles by name at the right edge, moved apart where they would touch."""
    last = last_measured(history)
    if last is None or not np.isfinite(history.sigma[last]).all():
        return
    to_axes = ax.transScale + ax.transLimits
    places = [float(to_axes.transform((0, value))[1]) for value in history.sigma[last]]
    apart = 0.16 / HEIGHT
    for k in range(1, len(places)):
        places[k] = max(places[k], places[k - 1] + apart)
    over = max(places[-1] - 1.0, 0.0)
    for level, place in zip(SIGMA_LEVELS, places, strict=True):
        words = "median" if level == 0.5 else percent(level)
        ax.annotate(
            words, (1.0, place - over), (6, 0), xycoords="axes fraction", textcoords="offset points", va="center",
            size=style.SMALL_SIZE, color=style.INK if level == 0.5 else style.MUTED,
        )  # fmt: skip


READING = """
A decoder that states its own σ says how well it knows x. It should shrink while the mean gets better, and settle where
the noise of the data is. A lowest quantile that goes on falling heads for the head's floor: somewhere the decoder
believes that it knows the value exactly, the likelihood runs away there, and all other values pay for it.
"""

PANEL = HistoryPanel("sigma", "How sure is the decoder?", draw, READING, "this family has no scale")
