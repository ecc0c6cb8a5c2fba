"""Two diagnoses of the same images, side by side."""

from __future__ import annotations

import html
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaediag.records.estimate import Estimate, number, with_error
from vaediag.records.text import COLUMNS, printable

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, slots=True)
class Difference:
    """One number under both models, on the images that have it in both.

    Attributes:
        name: "elbo", "prior.crps": the row's name.
        first, second: the means over the common images.
        difference: second - first, with its standard error over the pairs (None for one pair).
        images: pairs used.
        dropped: pairs left out because a value is undefined in either.
        better: "first" or "second" where the difference says so beyond 3 standard errors; None where it does not.
        judged: what is better ("higher", "lower", "nearer to 1"), or "" where the number does not compare models.
    """

    name: str
    first: float
    second: float
    difference: Estimate
    images: int
    dropped: int
    better: str | None
    judged: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Paired differences of two diagnoses; `first` and `second` name the models."""

    first: str
    second: str
    data: str
    images: int
    differences: tuple[Difference, ...]
    notes: tuple[str, ...]

    def __getitem__(self, name: str) -> Difference:
        """The difference of that name. Raises KeyError, naming those there are."""
        for item in self.differences:
            if item.name == name:
                return item
        raise KeyError(f"{name!r}; there are {', '.join(item.name for item in self.differences)}")

    def __repr__(self) -> str:
        notes = [
            textwrap.fill(printable(note), COLUMNS, initial_indent="- ", subsequent_indent="  ") for note in self.notes
        ]
        return "\n".join([self._title(), "", *_aligned(self._cells()), "", *notes])

    def _repr_html_(self) -> str:
        head, *body = self._cells()
        rows = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in body)
        names = "".join(f"<th>{html.escape(cell)}</th>" for cell in head)
        notes = "".join(f"<li>{html.escape(printable(note))}</li>" for note in self.notes)
        return f"<p>{html.escape(self._title())}</p><table><tr>{names}</tr>{rows}</table><ul>{notes}</ul>"

    def to_pandas(self) -> dict[str, DataFrame]:
        """The table `differences`; needs pandas (`vaediag.outward.comparison`)."""
        from vaediag.outward.comparison import to_pandas

        return to_pandas(self)

    def _title(self) -> str:
        first, second = printable(self.first)[:60], printable(self.second)[:60]
        return f"{second} (second) against {first} (first): {self.images} images of {printable(self.data)[:60]}"

    def _cells(self) -> list[tuple[str, ...]]:
        header = ("", "first", "second", "second − first", "better is", "better")
        return [header, *(_row(item) for item in self.differences)]


def _row(item: Difference) -> tuple[str, ...]:
    error = item.difference.standard_error
    change = number(item.difference.value) if error is None else with_error(item.difference.value, error)
    verdict = item.better or ("no difference" if item.judged else "")
    return (item.name, number(item.first), number(item.second), change, item.judged, verdict)


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0]), *map(str.rjust, row[1:4], widths[1:4]), *map(str.ljust, row[4:], widths[4:])]
        lines.append("  ".join(cells).rstrip())
    return lines
