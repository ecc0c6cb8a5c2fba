"""The four ways to choose z as the pictures show them."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.records.calibration import Calibration
from vaediag.records.conditionings import WHY_MEAN_LOOKS_UNSURE as WHY_MEAN_LOOKS_UNSURE
from vaediag.records.conditionings import WORDS
from vaediag.records.conditionings import Conditioning as Words
from vaediag.records.conditionings import present as present
from vaediag.report import style
from vaediag.report.words import plural


@dataclass(frozen=True, slots=True)
class Conditioning(Words):
    """One conditioning with its colour and its marker, so that none is told by colour alone."""

    colour: str
    marker: str


_LOOKS = {
    "posterior": (style.BLUE, "o"),
    "corrected": (style.GREEN, "s"),
    "prior": (style.PURPLE, "^"),
    "posterior_mean": (style.ORANGE, "D"),
}
CONDITIONINGS = {
    key: Conditioning(WORDS[key].name, WORDS[key].rule, WORDS[key].note, *look) for key, look in _LOOKS.items()
}


def caption(calibration: Calibration) -> tuple[str, str]:
    """`z ~ q(z | x)` and `450 images`, for two lines under the name."""
    return CONDITIONINGS[calibration.conditioning].rule, plural(calibration.images, "image")
