"""What a picture of images shows beside them: a number for each, and a drawing above all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vaediag.records.estimate import Array
from vaediag.report.sheet import Sheet
from vaediag.report.words import short


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """The number shown with each image: `values` `[images]`, what it is called, and what an undefined one means."""

    name: str
    values: Array
    undefined: str = "–"

    def words(self, place: int) -> str:
        amount = float(self.values[place])
        return short(amount) if np.isfinite(amount) else self.undefined


@dataclass(frozen=True, slots=True)
class Above:
    """How high it is, in inches, and the function that draws it at the top of the sheet's body."""

    height: float
    draw: Callable[[Sheet], None]


NOTHING = Above(0.0, lambda _: None)
