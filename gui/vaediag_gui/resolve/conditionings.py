"""The four ways to choose z as the app shows them."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.records.conditionings import WORDS
from vaediag.records.conditionings import Conditioning as Words
from vaediag.records.conditionings import present as measured

__all__ = ["CONDITIONINGS", "Conditioning", "measured"]


@dataclass(frozen=True, slots=True)
class Conditioning(Words):
    """`colour` is the name of a palette colour; a `warning` is said with its sign."""

    colour: str
    warning: bool = False


_COLOURS = {"posterior": "blue", "corrected": "green", "prior": "purple", "posterior_mean": "orange"}
CONDITIONINGS = {
    key: Conditioning(WORDS[key].name, WORDS[key].rule, WORDS[key].note, colour, warning=key == "posterior_mean")
    for key, colour in _COLOURS.items()
}
