"""Flat data whose values have no order: one row per feature with its name, the worst first, and all of them below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from vaediag.findings.rules import RULES, errors_allowed
from vaediag.records.columns import column_name
from vaediag.records.estimate import Array
from vaediag.report import style
from vaediag.report.sheet import BODY, Sheet, text_width
from vaediag.report.words import plain, plural

MOST = 30  # features with a row of their own
LONGEST = 26  # letters of a name
ROW, HEAD, GAP = 0.185, 0.4, 0.28  # inches
ALL = 0.95  # height of the panel of all features
AIR = 0.32  # above it


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """One number per feature, `[D]`, NaN where undefined.

    Attributes:
        name, note: what it is; what to make of it.
        error: its standard error over images, or None.
        exact: the value for an exact model.
        rule: name of the rule of the findings that judges it, "" for none.
    """

    name: str
    note: str
    values: Array
    error: Array | None
    exact: float
    rule: str = ""

    @property
    def margin(self) -> float:
        return RULES[self.rule].margin if self.rule else 0.0

    def sides(self) -> Array:
        """+1 certainly above, −1 certainly below what is tolerated, 0 neither; each judged as one of all `[D]`."""
        if self.error is None or not self.rule:
            return np.zeros(len(self.values), int)
        known = np.isfinite(self.values) & np.isfinite(self.error)
        limit = self.margin + errors_allowed(int(known.sum())) * np.where(known, self.error, np.inf)
        gap = np.where(known, self.values - self.exact, 0.0)
        return (gap > limit).astype(int) - (gap < -limit).astype(int)

    def badness(self) -> Array:
        """How far off beyond its error, over the tolerance: what decides which features are shown."""
        error = 0.0 if self.error is None else 2 * np.nan_to_num(self.error)
        gap = np.abs(self.values - self.exact)
        return np.where(np.isfinite(gap), (gap - error) / (self.margin or 1.0), -np.inf)


def worst_first(measures: Sequence[Measure]) -> Array:
    """Indices of all features, by the measures that a rule judges; those of which nothing is known come last."""
    judged = [measure for measure in measures if measure.rule] or measures
    return np.argsort(-np.max([measure.badness() for measure in judged], axis=0), kind="stable")


def names_of(order: Sequence[int] | Array, columns: Sequence[str] | None, longest: int = LONGEST) -> list[str]:
    return [plain(column_name(int(index), columns), longest) for index in order]


def margin_for(names: Sequence[str]) -> float:
    """Inches that names need to the left of their axes."""
    return max((text_width(name, style.SMALL_SIZE) for name in names), default=0.0) + 0.12


def height_for(count: int) -> float:
    """Inches of the body that `draw_rows` fills."""
    shown = min(count, MOST)
    return HEAD + ROW * max(shown, 3) + 0.3 + (AIR + ALL + 0.12 if count > MOST else 0.0)


def draw_rows(sheet: Sheet, measures: Sequence[Measure], columns: Sequence[str] | None) -> None:
    """One panel per measure side by side, on common rows; with more features than rows, all of them below."""
    count = len(measures[0].values)
    order = worst_first(measures)[:MOST]
    names = names_of(order, columns)
    left = margin_for(names)
    wide = (BODY - left - GAP * (len(measures) - 1)) / len(measures)
    high = ROW * max(len(order), 3)
    for place, measure in enumerate(measures):
        start = left + place * (wide + GAP)
        sheet.text(start, 0.0, measure.name, weight="bold")
        sheet.text(start, 0.17, measure.note, size=style.SMALL_SIZE, color=style.MUTED)
        ax = sheet.axes(start, HEAD, wide, high)
        draw_dots(ax, measure, order, names)
        ax.set_xlabel("")
        if place:
            ax.set_yticklabels([])
        if count > MOST:
            every = sheet.axes(start, HEAD + high + AIR, wide, ALL)
            draw_all(every, measure)
            every.set_xlim(ax.get_xlim())
            ax.set_xticklabels([])
            if place:
                every.set_yticklabels([])
                every.set_ylabel("")


def draw_dots(ax: Axes, measure: Measure, order: Array, names: Sequence[str]) -> None:
    """A row per feature: its value with two standard errors beside the tolerance; triangles point to what is off."""
    values = measure.values[order]
    errors = np.zeros(len(order)) if measure.error is None else 2 * np.nan_to_num(measure.error[order])
    ax.axvspan(measure.exact - measure.margin, measure.exact + measure.margin, color=style.band(), lw=0)
    ax.axvline(measure.exact, color=style.ink(), lw=0.9, ls=(0, (4, 2)))
    sides = measure.sides()[order]
    for which, mark, colour in ((0, "o", style.BLUE), (1, ">", style.ORANGE), (-1, "<", style.ORANGE)):
        mine = np.flatnonzero((sides == which) & np.isfinite(values))
        ax.errorbar(values[mine], mine, xerr=errors[mine], fmt=mark, color=colour, ms=4.5, elinewidth=1.0, capsize=0.0)
    ax.set(ylim=(max(len(order), 3) - 0.4, -0.6), xlim=_limits(measure, values, errors), xlabel=measure.name)
    ax.set_yticks(range(len(order)), names)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y")
    ax.xaxis.set_major_locator(MaxNLocator(4))


def _limits(measure: Measure, values: Array, errors: Array) -> tuple[float, float]:
    """All that is shown and nearly all of the rest."""
    known = measure.values[np.isfinite(measure.values)]
    ends = np.concatenate([values - errors, values + errors, np.quantile(known, [0.005, 0.995])]) if known.size else []
    ends = np.asarray(ends)[np.isfinite(ends)]
    far = max(float(np.abs(ends - measure.exact).max(initial=0.0)), 2 * measure.margin, 1e-3)
    low, high = float(ends.min(initial=np.inf)), float(ends.max(initial=-np.inf))
    least = 0.35 * far  # the exact value never stands at the edge
    return min(low, measure.exact - least) - 0.05 * far, max(high, measure.exact + least) + 0.05 * far


def draw_all(ax: Axes, measure: Measure) -> None:
    """The share of all features below each value; shaded is the tolerance."""
    known = np.sort(measure.values[np.isfinite(measure.values)])
    ax.axvspan(measure.exact - measure.margin, measure.exact + measure.margin, color=style.band(), lw=0)
    ax.axvline(measure.exact, color=style.ink(), lw=0.9, ls=(0, (4, 2)))
    ax.step(known, (np.arange(len(known)) + 1) / max(len(known), 1), where="post", color=style.BLUE, lw=1.4)
    ax.set(ylim=(0, 1.02), yticks=[0, 0.5, 1], xlabel=measure.name)
    ax.set_ylabel(f"share of\n{plural(len(measure.values), 'feature')}")
    ax.xaxis.set_major_locator(MaxNLocator(4))


def shown_words(count: int) -> str:
    return f" The worst {MOST} of {count:,}; below, all of them." if count > MOST else ""
