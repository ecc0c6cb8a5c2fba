"""What the tables of a report are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaediag.findings.rules import RULES, side
from vaediag.records.estimate import Estimate
from vaediag.report.words import short, value

MISSING = "–"


@dataclass(frozen=True, slots=True)
class Cell:
    """`side`: +1 above, −1 below what an exact model gives by the findings' rule, 0 neither or not judged."""

    text: str
    note: str = ""
    side: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    asks: str
    cells: tuple[Cell, ...]
    exact: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    columns: tuple[str, ...]  # of the cells
    rows: tuple[Row, ...]
    exact: bool = True  # has a last column with the exact model's value
    note: str = ""


def cell(estimate: Estimate | None, rule: str = "") -> Cell:
    """The number with its error, what an exact model gives, and on which side of it the findings' rule puts it."""
    if estimate is None or not np.isfinite(estimate.value):
        return Cell(MISSING)
    note = "" if estimate.expected is None else f"{short(estimate.expected)} expected"
    return Cell(value(estimate), note, side(rule, estimate) if rule in RULES else 0)
