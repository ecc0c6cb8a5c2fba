"""Is a number off, and to which side? Titles follow the findings' own rules, so that both always say the same."""

from __future__ import annotations

import numpy as np

from vaediag.findings.blame import a_little, beyond_chance
from vaediag.findings.rules import MINIMUM_IMAGES, RULES, distance, side
from vaediag.records.calibration import Calibration
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimate, estimate


def unsure(rule: str, estimate: Estimate | None) -> bool:
    """Is the number too uncertain to be called right? Two standard errors beyond it lie over three tolerances away."""
    away = distance(rule, estimate)
    if estimate is None or away is None or estimate.standard_error is None:
        return True
    return side(rule, estimate) == 0 and abs(away) + 2 * estimate.standard_error > 3 * RULES[rule].margin


def judged(calibration: Calibration) -> bool:
    """Are there enough images to say anything?"""
    return calibration.images >= MINIMUM_IMAGES and calibration.dispersion.standard_error is not None


def dispersion_side(calibration: Calibration, *, discrete: bool) -> int:
    """+1 over-confident, −1 under-confident, 0 neither."""
    return side("dispersion.discrete" if discrete else "dispersion", calibration.dispersion)


def confidence(which: int) -> str:
    return {1: "over-confident", -1: "under-confident", 0: "right"}[which]


def encoder_in_doubt(diagnosis: Diagnosis) -> str:
    """What keeps the encoder from being ruled out although no latent is certainly off; "" if nothing does."""
    iwae, dispersion = diagnosis.evidence.iwae, diagnosis.evidence.latent_dispersion
    if iwae is not None and len(iwae.images) >= MINIMUM_IMAGES:
        gain = estimate(iwae.gain[-1], iwae.gain_error[-1])
        if side("iwae_gain", gain) > 0:
            return f"{int(iwae.k[-1])} codes per image raise the bound by {gain} nats"
    if dispersion is None:
        return ""
    away = np.abs(np.asarray(dispersion.value, dtype=float) - 1.0) - np.nan_to_num(dispersion.standard_error)
    latent = int(np.argmax(np.nan_to_num(away, nan=-np.inf)))
    if away[latent] > RULES["latent_dispersion"].margin:
        off = beyond_chance(dispersion)
        if latent in off:
            return f"{a_little(dispersion, off)}, dispersion of z{latent} {dispersion[latent]}"
        return f"dispersion of z{latent} {dispersion[latent]}, too uncertain"
    return ""
