"""Is a number off, and to which side? Titles follow the findings' own rules, so that both always say the same."""

from __future__ import annotations

from vaediag.findings.rules import MINIMUM_IMAGES, side
from vaediag.records.calibration import Calibration


def judged(calibration: Calibration) -> bool:
    """Are there enough images to say anything?"""
    return calibration.images >= MINIMUM_IMAGES and calibration.dispersion.standard_error is not None


def dispersion_side(calibration: Calibration, *, discrete: bool) -> int:
    """+1 over-confident, −1 under-confident, 0 neither."""
    return side("dispersion.discrete" if discrete else "dispersion", calibration.dispersion)


def confidence(which: int) -> str:
    return {1: "over-confident", -1: "under-confident", 0: "right"}[which]
