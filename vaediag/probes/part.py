"""A number with the influence that every image has on it: differences keep what two numbers share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vaediag.records.estimate import Array, Estimate, estimate


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """`value`, and `influence` `[M]`: M times its change when one image's weight grows by 1/M (sums to about zero)."""

    value: float
    influence: Array

    def __sub__(self, other: Part) -> Part:
        return Part(self.value - other.value, self.influence - other.influence)

    def at_least(self, floor: Part) -> Part:
        """Not below `floor`, which only chance can have put higher; the standard error stays its own."""
        return Part(max(self.value, floor.value), self.influence)

    def at_most(self, ceiling: Part) -> Part:
        """Not above `ceiling`, which only chance can have put lower; the standard error stays its own if it has one."""
        if self.value <= ceiling.value:
            return self
        return Part(ceiling.value, self.influence if self.influence.any() else ceiling.influence)

    def estimate(self, unit: str = "nats") -> Estimate:
        """With the standard error over images, by the infinitesimal jackknife; none for a single image."""
        count = len(self.influence)
        return estimate(self.value, self.influence.std(ddof=1) / math.sqrt(count) if count > 1 else np.nan, unit)


def average(terms: Array) -> Part:
    """The mean of one term per image."""
    return Part(float(terms.mean()), terms - terms.mean())


def known(value: float, count: int) -> Part:
    """A number that no image moves."""
    return Part(value, np.zeros(count))


def smallest(*parts: Part | None) -> Part:
    """The part of the smallest finite value."""
    return min((part for part in parts if part is not None and math.isfinite(part.value)), key=lambda part: part.value)


def largest(*parts: Part | None) -> Part:
    """The part of the largest finite value."""
    return max((part for part in parts if part is not None and math.isfinite(part.value)), key=lambda part: part.value)
