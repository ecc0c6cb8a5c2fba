"""Rule 3: do the standardised residuals have the tails of p(x | z)?"""

from __future__ import annotations

from vaediag.findings.data import atom
from vaediag.findings.encoder import Ground
from vaediag.findings.family import heavier
from vaediag.findings.rules import severity
from vaediag.findings.scale import scale_side
from vaediag.findings.wording import measured, percent
from vaediag.records.diagnosis import AuditItem, Diagnosis
from vaediag.records.estimate import Estimate, number
from vaediag.records.finding import Finding
from vaediag.records.variance import ScaleHealth


def tails(diagnosis: Diagnosis, ground: Ground) -> Finding | None:
    """`tails`: heavier or lighter than stated. Then neither scale nor shape can be judged."""
    weight = ground.calibration.tail_weight
    level = severity("tail_weight", weight)
    if level is None or weight is None:
        return None
    heavy, size = weight.value > 0, number(weight.value)
    # else the family has no sigma to speak of
    scaled = diagnosis.model.scaled or ground.calibration.reduced_chi2 is not None
    return Finding(
        id="tails",
        severity=level,
        where=ground.where,
        title=_title(atom(diagnosis), heavy, size),
        evidence=_evidence(diagnosis, ground, weight),
        meaning=f"{_HEAVY if heavy else _LIGHT} {_WITHHELD_SCALE if scaled else _WITHHELD}",
        try_=_heavy_advice(atom(diagnosis), scaled, diagnosis.model.likelihood)
        if heavy
        else _light_advice(diagnosis.variance.scale, scaled),
        figure="worst" if heavy and atom(diagnosis) is None else "pit",
    )


_HEAVY = "Most values lie closer to their centre, and a few much farther from it, than p(x | z) allows."
_LIGHT = "Extreme values are far rarer than p(x | z) says: the data keep within bounds that it does not know."
_WITHHELD_SCALE = "Whether σ is too small or too large, and the rest of the shape, cannot be judged before."
_WITHHELD = "The rest of the shape cannot be judged before that is right."


def _title(repeated: AuditItem | None, heavy: bool, size: str) -> str:
    tails_ = f"{'heavier' if heavy else 'lighter'} tails than p(x | z) (tail weight {size})"
    if repeated is None:
        return f"The data have {tails_}"
    share = f"{percent(repeated.fraction)} of the values are exactly {_value(repeated.detail)}"
    return f"{share}, as no density makes them: {tails_}"


def _evidence(diagnosis: Diagnosis, ground: Ground, weight: Estimate) -> str:
    text = f"tail weight {measured(weight)} (exact: 0, Student-t with 5 degrees of freedom: 1.5)"
    repeated = atom(diagnosis)
    if repeated is not None:
        text += f"; {repeated.detail}: {percent(repeated.fraction)}"
    chi2 = ground.calibration.reduced_chi2
    return (
        f"{text}; for orientation only: reduced χ² {measured(chi2)}"
        if chi2 and scale_side(diagnosis, ground.calibration)
        else text
    )


def _heavy_advice(repeated: AuditItem | None, scaled: bool, likelihood: str) -> str:
    other = heavier(likelihood)
    if scaled:
        other += ", or a σ per pixel if there is one per image"
    if repeated is None:
        return f"{other}."
    return (
        "bytes in any scaling: vd.likelihoods.DiscretizedLogistic(), which has a mass at each of them; "
        f'images that are nearly black and white: preprocess="unit+binarize" (from bytes) or "threshold", and '
        f"vd.likelihoods.Bernoulli(); anything else: a mass at exactly {_value(repeated.detail)} beside a density "
        "(tfd.Inflated and vd.from_callables); "
        f"else {other}."
    )


def _light_advice(health: ScaleHealth | None, scaled: bool) -> str:
    if not scaled:
        return (
            "a family with a mass at the ends of its range (bytes: vd.likelihoods.DiscretizedLogistic()), or one free "
            "to concentrate (vd.likelihoods.Beta())."
        )
    floor = health is not None and health.floor is not None and health.stated is None
    bounded = "a bounded family (vd.likelihoods.Beta(), TruncatedNormal(), ContinuousBernoulli())"
    return bounded + (", or a lower floor of σ." if floor else ".")


def _value(detail: str) -> str:
    """The number in the audit's "values exactly 0 under a density"."""
    return next((word for word in detail.split() if word.lstrip("-").isdigit()), "that value")
