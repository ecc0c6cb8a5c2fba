"""What every figure offers to the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure

from vaediag.records.diagnosis import Diagnosis


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture of the report.

    Attributes:
        id: file name and anchor: "pit", "variance_maps", ...
        question: what the picture answers; the heading above it.
        draw: the figure, or None where the record has nothing to draw. The figure's label is its title.
        reading: a few plain sentences: how to read this picture.
        reasons: keys of `Diagnosis.why_not` that can say why there is nothing, the most specific first.
    """

    id: str
    question: str
    draw: Callable[[Diagnosis], Figure | None]
    reading: str
    reasons: tuple[str, ...] = ()


def reason(diagnosis: Diagnosis, keys: tuple[str, ...]) -> str:
    """Why something is missing, from the record; a plain statement where the record does not say."""
    for key in keys:
        if key in diagnosis.why_not:
            return diagnosis.why_not[key]
    return "not part of this diagnosis"
