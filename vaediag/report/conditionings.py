"""The four ways to choose z as the pictures show them."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.records.calibration import Calibration
from vaediag.records.conditionings import WHY_MEAN_LOOKS_UNSURE as WHY_MEAN_LOOKS_UNSURE
from vaediag.records.conditionings import WORDS
from vaediag.records.conditionings import Conditioning as Words
from vaediag.records.conditionings import present as present
from vaediag.records.tables import DOUBTED, NOTES
from vaediag.report import style
from vaediag.report.stamp import Stamp
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


def name_of(conditioning: str, stamp: Stamp) -> str:
    """Its name, with a mark where its codes are not reliable."""
    return CONDITIONINGS[conditioning].name + (DOUBTED if _doubted(conditioning, stamp) else "")


def note_of(conditioning: str, stamp: Stamp) -> str:
    """What to keep in mind about it; of codes that are not reliable, just that."""
    return f"{DOUBTED} {NOT_RELIABLE}" if _doubted(conditioning, stamp) else CONDITIONINGS[conditioning].note


def doubt(stamp: Stamp) -> str:
    """What the mark stands for, for the line below a title; "" where the corrected codes are reliable."""
    return f" {DOUBTED} {NOT_RELIABLE}" if stamp.doubted else ""


def _doubted(conditioning: str, stamp: Stamp) -> bool:
    return conditioning == "corrected" and stamp.doubted


NOT_RELIABLE = f"{NOTES[DOUBTED].capitalize()}."


def caption(calibration: Calibration) -> tuple[str, str]:
    """`z ~ q(z | x)` and `450 images`, for two lines under the name."""
    return CONDITIONINGS[calibration.conditioning].rule, plural(calibration.images, "image")
