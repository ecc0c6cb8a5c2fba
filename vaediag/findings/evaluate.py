"""All rules in their order, so that one cause gives one finding (definitions.md, section 8)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vaediag.findings import explained, notes
from vaediag.findings.blame import blame
from vaediag.findings.bound import bound_finding, gain, loosened
from vaediag.findings.catalogue import CARDS
from vaediag.findings.data import EVERYTHING, audit_findings, spoiled
from vaediag.findings.decoder import Decoder, decoder_findings
from vaediag.findings.dependence import dependence_finding
from vaediag.findings.encoder import Ground, encoder_finding, ground
from vaediag.findings.family import in_family
from vaediag.findings.holes import holes_finding
from vaediag.findings.latents import collapse_finding, ignored_finding, noise_finding
from vaediag.findings.rules import MINIMUM_IMAGES
from vaediag.findings.spread import follows, variance_finding
from vaediag.findings.wording import minus
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array
from vaediag.records.finding import Finding


def evaluate(diagnosis: Diagnosis, *, trained_on: str | None = None) -> tuple[Finding, ...]:
    """What is wrong (or worth knowing), in the order of the rules; `diagnosis.findings` is not looked at.

    `trained_on` is the sha256 of the images that the model was trained on, if known.
    Facts about the data (audit.*, trained_on) are always told. Below 100 images every other rule is refused with the
    one finding `few_images`; where the data make numbers void, the rules on these are withheld.
    """
    found = _found(diagnosis, trained_on)
    likelihood = diagnosis.model.likelihood
    return tuple(replace(finding, try_=in_family(finding.try_, likelihood)) for finding in found)


def _found(diagnosis: Diagnosis, trained_on: str | None) -> tuple[Finding, ...]:
    about_data = [*audit_findings(diagnosis), notes.trained_on(diagnosis, trained_on)]
    images = diagnosis.calibration.posterior.images
    void = spoiled(diagnosis)
    if void == EVERYTHING:
        return _told(about_data)
    if images < MINIMUM_IMAGES:
        return _told([*about_data, notes.few_images(images)])
    encoder = encoder_finding(diagnosis, decoder=not void)
    bound = bound_finding(diagnosis) if encoder is None else None
    judged = ground(diagnosis, encoder)
    decoder = Decoder() if void else decoder_findings(diagnosis, judged)
    if bound is not None and any((found.id, found.severity) == ("scale", "problem") for found in decoder.findings):
        bound = loosened(bound)
    dependent = None
    if not void and (encoder is None or judged.calibration.conditioning == "corrected"):
        scaled, per_image = decoder.sigma, "scale.image" in decoder.ids
        dependent = dependence_finding(diagnosis, judged, scale=scaled, images=per_image)
    holes = holes_finding(diagnosis, _explained(diagnosis, judged, encoder, decoder, dependent))
    # a wrong encoder, sigma or q(z) changes the variance too: images vary otherwise where their codes do
    spread = decoder.sigma and not (_slight(decoder) and not follows(diagnosis, judged.calibration))
    variance = None if void or encoder or spread or holes else variance_finding(diagnosis)
    lost = variance_finding(diagnosis) if variance is None and not void else None
    unfilled = holes_finding(diagnosis, np.zeros(0)) if holes is None else None
    encoder, decoder, dependent, holes = _withheld(lost, unfilled, encoder, decoder, dependent, holes)
    checked = [_with_blame(finding, diagnosis, judged, encoder, bound) for finding in (*decoder.findings, dependent)]
    latents = [rule(diagnosis) for rule in (collapse_finding, ignored_finding, noise_finding)]
    remarks = [notes.probe(diagnosis), *([] if void else [notes.posterior_mean(diagnosis)])]
    return _told([*about_data, encoder, bound, *checked, *latents, holes, variance, *remarks])


def _slight(decoder: Decoder) -> bool:
    """Is the spread itself off, and only a little? Then it does not explain whatever variance is off."""
    return any(found.id in ("scale", "shape") and found.severity == "warning" for found in decoder.findings)


def _with_blame(
    finding: Finding | None, diagnosis: Diagnosis, judged: Ground, encoder: Finding | None, bound: Finding | None
) -> Finding | None:
    if finding is None:
        return None
    severity = finding.severity
    if judged.doubtful or (encoder is not None and judged.calibration.conditioning != "corrected"):
        severity = "warning"  # the encoder is known to be wrong, and these codes may not be rid of it
    first, *rest = finding.evidence.split("; ")
    text = "; ".join([first, blame(diagnosis, judged, encoder, bound), *rest])
    return replace(finding, evidence=text, severity=severity)


def _withheld(
    variance: Finding | None,
    unfilled: Finding | None,
    encoder: Finding | None,
    decoder: Decoder,
    dependent: Finding | None,
    holes: Finding | None,
) -> tuple[Finding | None, Decoder, Finding | None, Finding | None]:
    """The same findings, but the first of them says what is off as well and not told, since it explains it."""
    words = [_VARIANCE] if variance is not None else []
    if unfilled is not None and (encoder is not None or decoder.findings or dependent is not None):
        words.append(_CODES)
    if not words:
        return encoder, decoder, dependent, holes
    note = " and ".join(words) + (" are" if len(words) > 1 else " is") + " off too: that can follow from this"
    note = f"{note[0].upper()}{note[1:]}, and is not judged beside it."
    if encoder is not None:
        return _noted(encoder, note), decoder, dependent, holes
    if decoder.findings:
        first, *rest = decoder.findings
        return encoder, replace(decoder, findings=(_noted(first, note), *rest)), dependent, holes
    if holes is not None:
        return encoder, decoder, dependent, _noted(holes, note)
    return encoder, decoder, None if dependent is None else _noted(dependent, note), holes


_VARIANCE = "the variance of the model's images"
_CODES = "the match of q(z) with the prior"


def _noted(finding: Finding, note: str) -> Finding:
    return replace(finding, meaning=f"{finding.meaning} {note}")


def _explained(
    diagnosis: Diagnosis, judged: Ground, encoder: Finding | None, decoder: Decoder, dependent: Finding | None
) -> Array:
    """Nats per latent by which what was found moves q(z) away from the prior; `[0]` for nothing."""
    latents, price = diagnosis.model.latent_dim, np.zeros(0)
    ratio = explained.decoder_ratio(diagnosis, judged.calibration, scale=decoder.sigma, dependent=dependent is not None)
    parts = [explained.marginal_of_decoder(diagnosis.collapse, ratio)]
    if encoder is not None and diagnosis.evidence.latent_dispersion is not None:
        gained = gain(diagnosis.evidence.iwae)
        gap = None if gained is None else gained.value
        parts.append(explained.marginal_of_encoder(diagnosis.evidence.latent_dispersion, gap))
    if decoder.shifted:
        pixels = int(np.prod(diagnosis.model.event_shape))
        moved = explained.marginal_of_shift(diagnosis.collapse, decoder.shifted, pixels)
        parts.append(np.full(latents, moved / latents))
    for part in parts:
        if len(part) == latents:
            price = part if not price.size else price + part
    return price


def _told(findings: list[Finding | None]) -> tuple[Finding, ...]:
    """Those there are, each with the page that defines what it is about."""
    return tuple(
        replace(
            finding,
            title=minus(finding.title),
            evidence=minus(finding.evidence),
            definition=finding.definition or CARDS[finding.id].definition,
        )
        for finding in findings
        if finding is not None
    )
