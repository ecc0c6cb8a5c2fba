"""Whose fault? What every finding on the decoder says about the encoder, with the numbers."""

from __future__ import annotations

import numpy as np

from vaediag.findings.bound import raised
from vaediag.findings.encoder import Ground, doubt
from vaediag.findings.rules import MINIMUM_IMAGES, RULES
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimates, number
from vaediag.records.finding import Finding

_CODES = {"posterior": "z from q", "corrected": "corrected z"}
REASON = "evidence.latent_dispersion"


def blame(diagnosis: Diagnosis, ground: Ground, encoder: Finding | None, bound: Finding | None) -> str:
    """`z from q, 1000 images: the encoder is ruled out (latent dispersion 0.97–1.03 ± 0.02)`."""
    calibration = ground.calibration
    codes = _CODES.get(calibration.conditioning, calibration.conditioning)
    return f"{codes}, {calibration.images} images: {_encoder(diagnosis, ground, encoder, bound)}"


def _encoder(diagnosis: Diagnosis, ground: Ground, encoder: Finding | None, bound: Finding | None) -> str:
    evidence = diagnosis.evidence
    run, dispersion = evidence.corrected, evidence.latent_dispersion
    if encoder is not None:
        if ground.calibration.conditioning != "corrected":
            return "the encoder is wrong and there is no corrected z to judge on, so repair it first"
        if ground.doubtful:
            return "the encoder is wrong and this z is not reliable, so repair the encoder first"
        before = diagnosis.calibration.posterior.dispersion.value
        after = ground.calibration.dispersion.value
        return f"the encoder is wrong (dispersion {number(before)} with z from q, {number(after)} here)"
    if run is None:
        reason = diagnosis.why_not.get(REASON) or diagnosis.why_not.get("evidence.corrected")
        return "the encoder was not checked, and could be the cause" + (f" ({reason})" if reason else "")
    if dispersion is None:
        reason = diagnosis.why_not.get(REASON, "no corrected codes of single latents")
        return f"the encoder could not be checked, and could be the cause ({reason})"
    if len(run.images) < MINIMUM_IMAGES:
        return f"the encoder could not be checked ({len(run.images)} images were probed, {MINIMUM_IMAGES} are needed)"
    if not run.reliable:
        return f"the encoder may be the cause, it could not be checked ({doubt(run)})"
    asked = raised(evidence.iwae)
    numbers = f"latent dispersion {_range(dispersion)}" + (f", {asked}" if asked else "")
    if bound is not None:
        return f"the encoder's width and place pass ({numbers}), its bound does not"
    if np.nanmax(np.abs(dispersion.value - 1)) > RULES["latent_dispersion"].margin:
        return f"no fault of the encoder beyond chance ({numbers})"
    return f"the encoder is ruled out ({numbers})"


def _range(dispersion: Estimates) -> str:
    """`0.97–1.03 ± 0.02` over the latents, or one number; with the typical standard error."""
    low, high = f"{np.nanmin(dispersion.value):.2f}", f"{np.nanmax(dispersion.value):.2f}"
    text = low if low == high else f"{low}–{high}"
    error = float(np.nanmedian(dispersion.standard_error))
    return f"{text} ± {error:.2g}" if np.isfinite(error) else text
