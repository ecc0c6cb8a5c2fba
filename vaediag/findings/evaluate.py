"""All rules in their order, so that one cause gives one finding (definitions.md, section 8)."""

from __future__ import annotations

from vaediag.findings import notes
from vaediag.findings.data import EVERYTHING, audit_findings, spoiled
from vaediag.findings.decoder import decoder_finding
from vaediag.findings.encoder import encoder_finding, ground
from vaediag.findings.latents import collapse_finding, ignored_finding, noise_finding
from vaediag.findings.rules import MINIMUM_IMAGES
from vaediag.findings.scale import scale_side
from vaediag.findings.spread import variance_finding
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.finding import Finding


def evaluate(diagnosis: Diagnosis, *, trained_on: str | None = None) -> tuple[Finding, ...]:
    """What is wrong (or worth knowing), in the order of the rules; `diagnosis.findings` is not looked at.

    `trained_on` is the sha256 of the images that the model was trained on, if known.
    Facts about the data (audit.*, trained_on) are always told. Below 100 images every other rule is refused with the
    one finding `few_images`; where the data make numbers void, the rules on these are withheld.
    """
    about_data = [*audit_findings(diagnosis), notes.trained_on(diagnosis, trained_on)]
    images = diagnosis.calibration.posterior.images
    void = spoiled(diagnosis)
    if void == EVERYTHING:
        return _found(about_data)
    if images < MINIMUM_IMAGES:
        return _found([*about_data, notes.few_images(images)])
    encoder = encoder_finding(diagnosis)
    judged = ground(diagnosis, encoder)
    decoder = None if void else decoder_finding(diagnosis, judged)
    # a wrong encoder or scale changes the variance too; so does a scale that only the tails kept from being named
    explained = encoder is not None or scale_side(judged.calibration) != 0
    variance = None if void or explained else variance_finding(diagnosis)
    remarks = [] if void else [notes.posterior_mean(diagnosis)]
    latents = [rule(diagnosis) for rule in (collapse_finding, ignored_finding, noise_finding)]
    return _found([*about_data, encoder, decoder, *latents, variance, notes.probe(diagnosis), *remarks])


def _found(findings: list[Finding | None]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding is not None)
