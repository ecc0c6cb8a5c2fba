"""Rules 3 to 5 in their order: the first that fires speaks for the decoder."""

from __future__ import annotations

from dataclasses import replace

from vaediag.findings.encoder import Ground
from vaediag.findings.reliability import reliability
from vaediag.findings.rules import MINIMUM_IMAGES
from vaediag.findings.scale import scale
from vaediag.findings.shape import shape
from vaediag.findings.tails import tails
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.finding import Finding

_CODES = {"posterior": "z drawn from the encoder", "corrected": "z drawn from the corrected posterior"}


def decoder_finding(diagnosis: Diagnosis, ground: Ground) -> Finding | None:
    """The decoder's one finding under `ground` (tails, scale, shape or reliability), or None."""
    if ground.calibration.images < MINIMUM_IMAGES:
        return None
    if ground.calibration.ece is not None:
        found = reliability(ground.calibration, ground.where)
    else:
        found = tails(diagnosis, ground) or scale(diagnosis, ground) or shape(diagnosis, ground)
    return None if found is None else _with_remarks(found, diagnosis, ground)


def _with_remarks(finding: Finding, diagnosis: Diagnosis, ground: Ground) -> Finding:
    """Which z the evidence is about, and what could still be the encoder's fault."""
    calibration = ground.calibration
    codes = _CODES.get(calibration.conditioning, calibration.conditioning)
    remark = f"; {codes}, {calibration.images} images"
    if ground.doubtful:
        # the encoder is known to be wrong and these codes may not be rid of it: no more than a warning
        remark += ", which are not reliable here: repair the encoder first"
        finding = replace(finding, severity="warning")
    elif diagnosis.evidence.latent_dispersion is None:
        remark += "; the encoder was not checked, and could be the cause"
    return replace(finding, evidence=finding.evidence + remark)
