"""Whose fault is it, the encoder's or the decoder's?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaediag.findings.rules import MINIMUM_IMAGES, side
from vaediag.records.calibration import Calibration
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array, Estimates
from vaediag.records.evidence import Evidence
from vaediag.records.text import printable
from vaediag.report.verdict import confidence, dispersion_side, encoder_in_doubt, judged
from vaediag_gui.resolve.collapse import by_kl, listing
from vaediag_gui.resolve.standing import discrete
from vaediag_gui.resolve.words import plural, value


@dataclass(frozen=True, slots=True)
class FaultState:
    words: str
    encoder: Calibration | None = None
    corrected: Calibration | None = None
    evidence: Evidence | None = None  # where there is a histogram per latent
    order: tuple[int, ...] = ()  # of the latents, the most informative first
    latent_words: str = ""


def fault(diagnosis: Diagnosis) -> FaultState:
    evidence, after = diagnosis.evidence, diagnosis.calibration.corrected
    if after is None or evidence.corrected is None:
        keys = ("calibration.corrected", "evidence.corrected")
        why = next((diagnosis.why_not[key] for key in keys if key in diagnosis.why_not), "not measured")
        return FaultState(f"Cannot be told: there are no corrected codes ({printable(why)}).")
    before = diagnosis.calibration.posterior
    if evidence.latent_pit is None:
        return FaultState(verdict(diagnosis), before, after, latent_words="Not kept when this diagnosis was made.")
    order = by_kl(diagnosis.collapse, len(evidence.latent_pit))
    words = _latent_words(len(evidence.corrected.images), np.shape(evidence.latent_pit)[1])
    return FaultState(verdict(diagnosis), before, after, evidence, order, words)


def verdict(diagnosis: Diagnosis) -> str:
    """Who is to blame for the spread of u, by the rules that the findings use."""
    run, dispersion = diagnosis.evidence.corrected, diagnosis.evidence.latent_dispersion
    before, after = diagnosis.calibration.posterior, diagnosis.calibration.corrected
    if run is None or dispersion is None or after is None:
        return "Whose fault it is cannot be told: the encoder was not tested."
    if len(run.images) < MINIMUM_IMAGES or not judged(before) or not judged(after):
        return f"Whose fault it is cannot be told from {plural(len(run.images), 'image')}."
    if not run.reliable:
        return "Whose fault it is cannot be told: the corrected codes are not reliable here."
    with_encoder, without = (dispersion_side(each, discrete=discrete(diagnosis)) for each in (before, after))
    was, now = value(before.dispersion), value(after.dispersion)
    wrong = encoder_words(dispersion)
    if wrong and without:
        return f"Both: {wrong}, and p(x | z) is {confidence(without)} with corrected z too ({now})."
    if wrong:
        return f"The encoder's: {wrong}. With corrected z the spread of p(x | z) is right ({now})."
    doubt = encoder_in_doubt(diagnosis)
    if without:
        then = f"but the encoder is in doubt: {doubt}" if doubt else "the encoder is right"
        return f"The decoder's: p(x | z) is {confidence(without)} with corrected z too ({now}); {then}."
    if with_encoder:
        return (
            f"p(x | z) is {confidence(with_encoder)} with the encoder's z only ({was}, corrected {now}), although no "
            "single latent of q(z | x) is off."
        )
    if doubt:
        return f"The spread of p(x | z) is right (dispersion {now}), but the encoder is in doubt: {doubt}."
    return f"Nobody's: the encoder is right, and so is the spread of p(x | z) (dispersion {now})."


def encoder_words(dispersion: Estimates) -> str:
    """`q(z | x) is too narrow or off-centre in z1 and z3`; "" if it is not."""
    total = len(dispersion)
    sides = [side("latent_dispersion", dispersion[latent], cells=total) for latent in range(total)]
    parts = [
        f"{what} in {listing([latent for latent, which in enumerate(sides) if which == wrong])}"
        for wrong, what in ((1, "too narrow or off-centre"), (-1, "too wide"))
        if wrong in sides
    ]
    return f"q(z | x) is {' and '.join(parts)}" if parts else ""


def chance(images: int, bins: int) -> float:
    """Two standard errors of one bin of an exact q, as a ratio."""
    return 2 * float(np.sqrt((bins - 1) / max(images, 1)))


def latent_ratios(evidence: Evidence, order: tuple[int, ...]) -> Array:
    """Where corrected codes fall in q(z | x): `[latents, bins]` in this order, 1 is exact."""
    shares = np.asarray(evidence.latent_pit, float)
    return shares[list(order)] * shares.shape[1]


def _latent_words(images: int, bins: int) -> str:
    off = chance(images, bins)
    return (
        f"One line per latent, the most informative on top; {plural(images, 'image')}. 1 is exact, and chance within "
        f"{off:.1g} of it. Red at both ends: q is too narrow; red in the middle: too wide."
    )
