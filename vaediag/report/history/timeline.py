"""What all pictures over time share: the axis, lines with their error bands, and where there are no numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from vaediag.records.estimate import Array
from vaediag.records.history import History, Series
from vaediag.records.history_facts import measured
from vaediag.report import style
from vaediag.report.stamp import Stamp
from vaediag.report.words import plain, plural

MARKED = 40  # diagnoses, up to which each has a mark
AIR = 0.015  # of the time, at either end of the axis
LEFT, RIGHT = 0.72, 0.06  # inches beside the axes


@dataclass(frozen=True, slots=True)
class HistoryPanel:
    """One picture of a training's report: as `Panel`, of a history."""

    id: str
    question: str
    draw: Callable[[History], Figure | None]
    reading: str
    missing: str  # why there can be none


def stamp_of(history: History) -> Stamp:
    model = f"{plain(history.model, 48)} ({plain(history.likelihood, 48)})"
    return Stamp(model, plain(f"{history.data}, {plural(history.count, 'image')}", 90), history.seed)


def time_axis(ax: Axes, history: History, *, named: bool = True) -> None:
    """Epochs, with hatched stretches where a diagnosis has no numbers."""
    first, last = limits(history)
    ax.set_xlim(first, last)
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=bool((history.epoch % 1 == 0).all()), min_n_ticks=1))
    if named:
        ax.set_xlabel("epoch")
    else:
        ax.tick_params(axis="x", labelbottom=False)
    edges = time_edges(history)
    for t in np.flatnonzero(~measured(history)):
        ax.axvspan(
            edges[t], edges[t + 1], facecolor=style.WASH, hatch="////", hatchcolor=style.RULE, edgecolor="none", lw=0
        )


def limits(history: History) -> tuple[float, float]:
    edges = time_edges(history)
    room = AIR * float(edges[-1] - edges[0])
    return float(edges[0]) - room, float(edges[-1]) + room


def time_edges(history: History) -> Array:
    """`[T + 1]`: half way between diagnoses; from the first to the last, of what lies beyond nothing is known."""
    epoch = np.asarray(history.epoch, float)
    if len(epoch) == 1:
        return np.array([epoch[0] - 0.5, epoch[0] + 0.5])
    middles = (epoch[1:] + epoch[:-1]) / 2
    return np.concatenate([epoch[:1], middles, epoch[-1:]])


def line(ax: Axes, history: History, values: Array, colour: str, **options: Any) -> None:
    """One number over time; a single one among gaps still shows."""
    look: dict[str, Any] = {"lw": 1.4, "marker": "o" if len(history) <= MARKED else "", "ms": 3.2, **options}
    alone = _alone(values)
    ax.plot(history.epoch, values, color=colour, **look)
    if not look["marker"] and alone.any():
        ax.plot(history.epoch[alone], values[alone], color=colour, ls="", marker="o", ms=look["ms"])


def band(ax: Axes, history: History, series: Series, colour: str) -> None:
    """The line with two standard errors either side."""
    value, error = series.value, np.nan_to_num(series.standard_error)
    ax.fill_between(history.epoch, value - 2 * error, value + 2 * error, color=colour, alpha=0.2, lw=0)
    alone = _alone(value)
    if alone.any():
        ax.errorbar(
            history.epoch[alone], value[alone], yerr=2 * error[alone], color=colour, alpha=0.5, ls="", lw=1.2, capsize=2
        )
    line(ax, history, value, colour)


def log_axis(axis: Any) -> None:
    """Numbers as people write them, at 1, 2 and 5 of each decade where there are few."""
    low, high = sorted(axis.get_view_interval())
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if high / low < 200 else (1.0,)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_locator(NullLocator())


def _alone(values: Array) -> Array:
    """Numbers without a number before or after them: a line cannot show them."""
    known = np.isfinite(np.asarray(values, float))
    padded = np.concatenate([[False], known, [False]])
    return known & ~padded[:-2] & ~padded[2:]
