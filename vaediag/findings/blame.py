"""Whose fault? What every finding on the decoder says about the encoder, with the numbers."""

from __future__ import annotations

import numpy as np

from vaediag.findings.bound import raised
from vaediag.findings.encoder import Ground, doubt
from vaediag.findings.rules import MINIMUM_IMAGES, RULES, errors_allowed
from vaediag.findings.wording import listing, measured
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
    off, within = beyond_chance(dispersion), RULES["latent_dispersion"].margin
    farthest = float(np.nanmax(np.abs(dispersion.value - 1)))
    if off and farthest <= within:
        return f"the encoder is off by less than the tolerance of {within:g} ({numbers})"
    if off:
        corrected = diagnosis.calibration.corrected
        here = "" if corrected is None else f", that of x {measured(corrected.dispersion)} with corrected z"
        return f"the encoder may share in it, {a_little(dispersion, off)} ({numbers}{here})"
    if farthest > within:
        return f"no fault of the encoder beyond chance ({numbers})"
    return f"the encoder is ruled out ({numbers})"


def beyond_chance(dispersion: Estimates) -> list[int]:
    """Latents whose dispersion is not 1 by chance, each judged as one of L; tolerance is left aside."""
    away, errors = np.abs(np.asarray(dispersion.value, float) - 1), np.asarray(dispersion.standard_error, float)
    return [int(k) for k in np.flatnonzero(away > errors_allowed(len(away)) * errors)]  # NaN stays out


def a_little(dispersion: Estimates, latents: list[int]) -> str:
    """`a little too narrow or off-centre in latents 2 and 3`."""
    narrow, wide = ([k for k in latents if side * (dispersion.value[k] - 1) > 0] for side in (1, -1))
    says = [
        f"too {word} in latent{'s' if len(some) > 1 else ''} {listing(some, most=6)}"
        for word, some in (("narrow or off-centre", narrow), ("wide", wide))
        if some
    ]
    return f"a little {' and '.join(says)}"


def _range(dispersion: Estimates) -> str:
    """`0.97–1.03 ± 0.02` over the latents, or one number; with the typical standard error."""
    low, high = f"{np.nanmin(dispersion.value):.2f}", f"{np.nanmax(dispersion.value):.2f}"
    text = low if low == high else f"{low}–{high}"
    error = float(np.nanmedian(dispersion.standard_error))
    return f"{text} ± {error:.2g}" if np.isfinite(error) else text
