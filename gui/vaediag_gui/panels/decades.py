"""Logarithmic axes of whole decades that have a place for 0 and for infinity."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vaediag.records.estimate import Array

LEAST = -4  # decade below which a number is as good as 0


@dataclass(frozen=True, slots=True)
class Decades:
    """One logarithmic axis (positions are log10): whole decades, one place below for 0 and one above for infinity."""

    low: int
    high: float
    floored: bool
    endless: bool

    @property
    def floor(self) -> float:
        return self.low - 0.6

    @property
    def ceiling(self) -> float:
        return self.high + 0.4

    def at(self, values: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log10(np.maximum(values, 10.0**self.low))
        logs = np.where(values < 10.0**self.low, self.floor, logs)
        return np.where(np.isnan(values), self.ceiling, logs)

    def ticks(self) -> list[tuple[float, str]]:
        names = [(float(decade), f"{10.0**decade:g}") for decade in range(self.low, math.floor(self.high) + 1)]
        below = [(self.floor, f"< {names[0][1]}")] if self.floored else []
        return [*below, *names, *([(self.ceiling, "∞")] if self.endless else [])]

    def ends(self) -> tuple[float, float]:
        """A little room at both ends."""
        bottom = self.floor - 0.15 if self.floored else self.low - 0.1
        return bottom, self.ceiling + 0.15 if self.endless else self.high


def decades(values: Array, threshold: float) -> Decades:
    """Decades that hold all the values and a decade on both sides of the threshold; NaN is infinite."""
    middle = math.log10(threshold)
    known = values[np.isfinite(values)]
    positive = np.log10(known[known > 0])
    low = max(LEAST, math.floor(min([middle - 1, *positive.tolist()])))
    high = max([middle + 1.5, *(positive + 0.3).tolist()])
    return Decades(low, high, bool((known < 10.0**low).any()), bool(np.isnan(values).any()))
