"""Dispersion over time with the band in which nothing is reported, and the shape beside it."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from vaediag.findings.rules import RULES
from vaediag.records.history import History
from vaediag.records.history_facts import at, discrete
from vaediag.report import style
from vaediag.report.history.timeline import LEFT, RIGHT, HistoryPanel, band, stamp_of, time_axis
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.words import short

HEIGHT, SMALL, SPACE = 1.9, 0.85, 0.16
MORE = (
    ("miscalibration_area", "miscalibration\narea", style.PURPLE),
    ("tail_weight", "tail weight", style.AMBER),
)


def title(history: History) -> str:
    """On which side of 1 it is now, and since when it has been right."""
    value = history.dispersion.value
    known = np.flatnonzero(np.isfinite(value))
    if not len(known):
        return "The calibration is not known"
    margin, errors = RULES[_rule(history)].margin, np.nan_to_num(history.dispersion.standard_error)
    right = np.abs(value - 1) <= margin + 3 * errors
    last = known[-1]
    number = f"dispersion {short(float(value[last]))}"
    tails, error = history.tail_weight.value[last], history.tail_weight.standard_error[last]
    if np.isfinite(error) and tails - 3 * error > RULES["tail_weight"].margin:  # a spread says little about such x
        return f"The residuals have heavier tails than p(x | z): tail weight {short(float(tails))}, {number}"
    if right[last] and abs(value[last] - 1) + 2 * errors[last] > 3 * margin:
        return f"Whether the spread of p(x | z) is right cannot be told: {number} ± {short(float(errors[last]))}"
    if right[last]:
        wrong = [t for t in known if not right[t]]
        since = next(t for t in known if not wrong or t > wrong[-1])
        if len(known) == 1 or since == known[0]:
            return f"The spread of p(x | z) is right: {number}"
        return f"The spread of p(x | z) has been right since epoch {at(history.epoch[since])}: {number}"
    side = "too narrow (over-confident)" if value[last] > 1 else "too wide (under-confident)"
    return f"p(x | z) is {side} after epoch {at(history.epoch[last])}: {number}"


@style.styled
def draw(history: History) -> Figure | None:
    """None where no diagnosis has numbers."""
    if not np.isfinite(history.dispersion.value).any():
        return None
    more = [each for each in MORE if np.isfinite(getattr(history, each[0]).value).any()]
    tops = [0.1 + HEIGHT + SPACE + i * (SMALL + SPACE) for i in range(len(more))]
    margin = RULES[_rule(history)].margin
    formula = "4 · mean of (a − ½)² + (a − ½)(b − ½) + (b − ½)², a = F(x⁻ | z), b = F(x | z)"
    formula = formula if discrete(history) else "12 · mean of (u − ½)², u = F(x | z)"
    sheet = Sheet(
        title(history),
        f"Dispersion: {formula}, z drawn from q(z | x); 1 is exact. Grey: the tolerance{_kind(history)}, ± "
        f"{short(margin)}; what is beyond it by three standard errors is reported. Shaded: two standard errors over "
        "the images.",
        stamp_of(history),
        height=(tops[-1] + SMALL if more else 0.1 + HEIGHT) + 0.42,
    )
    ax = sheet.axes(LEFT, 0.1, BODY - LEFT - RIGHT, HEIGHT)
    time_axis(ax, history, named=not more)
    ax.axhspan(1 - margin, 1 + margin, color=style.RULE, alpha=0.55, lw=0)
    ax.axhline(1.0, color=style.INK, lw=0.8)
    band(ax, history, history.dispersion, style.BLUE)
    _include(ax, 1 - 3 * margin, 1 + 3 * margin)
    _label(ax, "dispersion")
    for (name, words, colour), top in zip(more, tops, strict=True):
        small = sheet.axes(LEFT, top, BODY - LEFT - RIGHT, SMALL)
        time_axis(small, history, named=name == more[-1][0])
        small.axhline(0.0, color=style.INK, lw=0.8)
        band(small, history, getattr(history, name), colour)
        _include(small, 0.0, 0.02)
        _label(small, words)
        small.yaxis.set_major_locator(MaxNLocator(3))
    return sheet.figure


def _rule(history: History) -> str:
    """By which rule of the findings the dispersion is judged."""
    return "dispersion.discrete" if discrete(history) else "dispersion"


def _kind(history: History) -> str:
    return " for discrete x" if discrete(history) else ""


def _include(ax: Axes, low: float, high: float) -> None:
    bottom, top = ax.get_ylim()
    ax.set_ylim(min(bottom, low), max(top, high))


def _label(ax: Axes, words: str) -> None:
    ax.set_ylabel(words)
    ax.yaxis.set_label_coords(-LEFT / (BODY - LEFT - RIGHT) + (0.03 if "\n" in words else 0.015), 0.5)
    ax.grid(axis="y")


READING = """
Above 1 the data lie farther out than p(x | z) says: it is over-confident, its σ too small. Below 1 it is wider than it
needs to be. With z from q(z | x) a model in the middle of its training is judged together with its encoder: what stays
wrong at the end is worth a whole diagnosis with its probes, which tells them apart. Miscalibration area and tail weight
are 0 for an exact model of many images; the area is never quite 0 for few.
"""

PANEL = HistoryPanel(
    "calibration", "Does x behave like a draw from p(x | z)?", draw, READING, "no diagnosis has numbers"
)
