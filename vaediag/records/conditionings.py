"""The four ways to choose z, with their names and what to keep in mind about each (definitions.md, section 2)."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.records.calibration import Calibration, CalibrationSet

WHY_MEAN_LOOKS_UNSURE = (
    "Looks under-confident even for an exact model: this z has already seen x, so the residuals are too small."
)


@dataclass(frozen=True, slots=True)
class Conditioning:
    """One conditioning in words."""

    name: str
    rule: str  # where z comes from
    note: str


WORDS = {
    "posterior": Conditioning(
        "posterior", "z ~ q(z | x)", "The test of the pair: for an exact model x is a draw from p(x | z)."
    ),
    "corrected": Conditioning(
        "corrected", "z moved to p(z | x)", "Without the encoder's error: what is left is the decoder's."
    ),
    "prior": Conditioning("prior", "z ~ p(z)", "The model as a generator: each value of x against all that it makes."),
    "posterior_mean": Conditioning("posterior mean", "z = E[z | x]", WHY_MEAN_LOOKS_UNSURE),
}


def present(calibrations: CalibrationSet) -> tuple[Calibration, ...]:
    """The conditionings that were measured, the one to look at first in front."""
    ordered = (calibrations.posterior, calibrations.corrected, calibrations.prior, calibrations.posterior_mean)
    return tuple(calibration for calibration in ordered if calibration is not None)
