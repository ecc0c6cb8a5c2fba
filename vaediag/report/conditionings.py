"""The four ways to choose z, with their names and what to keep in mind about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vaediag.records.calibration import Calibration, CalibrationSet
from vaediag.report import style
from vaediag.report.words import plural

WHY_MEAN_LOOKS_UNSURE = (
    "Looks under-confident even for an exact model: this z has already seen x, so the residuals are too small."
)


@dataclass(frozen=True, slots=True)
class Conditioning:
    """One conditioning as the pictures show it."""

    name: str
    rule: str  # where z comes from
    colour: str
    marker: str
    note: str


CONDITIONINGS = {
    "posterior": Conditioning(
        "posterior",
        "z ~ q(z | x)",
        style.BLUE,
        "o",
        "The test of the pair: for an exact model x is a draw from p(x | z).",
    ),
    "corrected": Conditioning(
        "corrected",
        "z moved to p(z | x)",
        style.GREEN,
        "s",
        "Without the encoder's error: what is left is the decoder's.",
    ),
    "prior": Conditioning(
        "prior", "z ~ p(z)", style.PURPLE, "^", "The model as a generator: each value of x against all that it makes."
    ),
    "posterior_mean": Conditioning("posterior mean", "z = E[z | x]", style.ORANGE, "D", WHY_MEAN_LOOKS_UNSURE),
}


def present(calibrations: CalibrationSet) -> Sequence[Calibration]:
    """The conditionings that were measured, the one to look at first in front."""
    ordered = (calibrations.posterior, calibrations.corrected, calibrations.prior, calibrations.posterior_mean)
    return [calibration for calibration in ordered if calibration is not None]


def caption(calibration: Calibration) -> tuple[str, str]:
    """`z ~ q(z | x)` and `450 images`, for two lines under the name."""
    return CONDITIONINGS[calibration.conditioning].rule, plural(calibration.images, "image")
