"""Numbers, lists and names as they stand in a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from vaediag.records.calibration import Band
from vaediag.records.columns import column_name
from vaediag.records.estimate import Estimate, number, with_error

_LONGEST = 28  # letters of a column's name


def measured(estimate: Estimate) -> str:
    """`0.031 ± 0.002`, and what an exact model of this size gives where that is not a fixed number."""
    error = estimate.standard_error
    text = number(estimate.value) if error is None else with_error(estimate.value, error)
    if estimate.unit:
        text += f" {estimate.unit}"
    return text if estimate.expected is None else f"{text} (exact model: {estimate.expected:.2g})"


def minus(text: str) -> str:
    """Signs of numbers as minus signs; hyphens inside words stay."""
    return re.sub(r"(?<![\w)\]])-(?=[\d.∞])", "−", text)


def listing(indices: Sequence[int], *, most: int = 12) -> str:
    """`0, 3–7 and 12`; long lists end in "and 90 more"."""
    runs: list[list[int]] = []
    for index in sorted(indices):
        if runs and index == runs[-1][1] + 1:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    names: list[tuple[str, int]] = []  # and how many indices each stands for
    for first, last in runs:
        count = last - first + 1
        names += [(f"{first}–{last}", count)] if count > 2 else [(str(index), 1) for index in range(first, last + 1)]
    if len(names) > most:
        left = sum(count for _, count in names[most - 1 :])
        names = [*names[: most - 1], (f"{left} more", left)]
    texts = [text for text, _ in names]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def places_noun(event_shape: Sequence[int], columns: Sequence[str] | None) -> str:
    """What one value of x is called: "pixel", of flat data "column" where columns have names, else "feature"."""
    return "pixel" if len(event_shape) > 1 else "feature" if columns is None else "column"


def named(indices: Sequence[int], columns: Sequence[str] | None, *, most: int = 3) -> str:
    """`age, income and 4 more`, in the order given; `x[17]` where columns have no names."""
    names = [shortened(column_name(int(index), columns)) for index in indices]
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def shortened(name: str) -> str:
    """Beginning and end of a name that is too long for a sentence."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 9].rstrip()}…{name[-8:].lstrip()}"


def percent(fraction: float) -> str:
    """`0.03 %`, `12 %`, `150 %`: two significant digits, and never 100 for what is less."""
    if 0.995 <= fraction < 1.0:
        return "more than 99 %"
    return f"{100 * fraction:.2g} %" if fraction < 0.995 else f"{100 * fraction:.0f} %"


def times(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def coverage_at(coverage: Band, level: float = 0.9, *, discrete: bool = False) -> str:
    """`; 90 % intervals hold 84 %` of the values, at the measured level nearest to `level`; "" without one.

    Of discrete x it is not an interval of x, which holds more than it is asked for, but one of u, spread over
    [F(x-), F(x)].
    """
    if not np.isfinite(coverage.nominal).any():
        return ""
    nearest = int(np.nanargmin(np.abs(coverage.nominal - level)))
    if not np.isfinite(coverage.observed[nearest]):
        return ""
    nominal, observed = float(coverage.nominal[nearest]), float(coverage.observed[nearest])
    if discrete:
        return f"; the middle {percent(nominal)} of u hold {percent(observed)}"
    return f"; {percent(nominal)} intervals hold {percent(observed)}"
