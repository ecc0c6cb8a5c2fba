"""Rule 3: do the standardised residuals have the tails of p(x | z)?"""

from __future__ import annotations

from vaediag.findings.data import atom
from vaediag.findings.encoder import Ground
from vaediag.findings.rules import severity
from vaediag.findings.scale import scale_side
from vaediag.findings.wording import measured, percent
from vaediag.records.diagnosis import AuditItem, Diagnosis
from vaediag.records.estimate import number
from vaediag.records.finding import Finding


def tails(diagnosis: Diagnosis, ground: Ground) -> Finding | None:
    """`tails`: heavier or lighter than stated. Then neither scale nor shape can be judged."""
    weight = ground.calibration.tail_weight
    level = severity("tail_weight", weight)
    if level is None or weight is None:
        return None
    heavy, size = weight.value > 0, number(weight.value)
    repeated = atom(diagnosis)
    evidence = f"tail weight {measured(weight)} (exact: 0; Student-t with 5 degrees of freedom: 1.5)"
    if repeated is not None:
        evidence += f"; {repeated.detail}: {percent(repeated.fraction)}"
    if scale_side(ground.calibration) and ground.calibration.reduced_chi2 is not None:
        evidence += f"; for orientation only: reduced χ² {measured(ground.calibration.reduced_chi2)}"
    return Finding(
        id="tails",
        severity=level,
        where=ground.where,
        title=f"The data have {'heavier' if heavy else 'lighter'} tails than p(x | z) (tail weight {size})",
        evidence=evidence,
        meaning=_HEAVY if heavy else _LIGHT,
        try_=_heavy_advice(repeated) if heavy else _LIGHT_ADVICE,
        figure="worst" if heavy else "pit",
    )


_HEAVY = (
    "Most values lie closer to the mean, and a few much farther from it, than p(x | z) allows. One σ cannot fit "
    "both: whether it is too small or too large, and the shape, cannot be judged before the tails are right."
)
_LIGHT = (
    "Residuals stay within bounds that p(x | z) does not know: far fewer extreme values than it allows. Scale and "
    "shape cannot be judged before the tails are right."
)
_LIGHT_ADVICE = "a bounded family (Beta, vd.likelihoods.ContinuousBernoulli()), or a lower floor of σ."


def _heavy_advice(repeated: AuditItem | None) -> str:
    heavier = (
        "a likelihood with heavier tails (Student-t, Laplace, a mixture), or a σ per pixel if there is one per image"
    )
    if repeated is None:
        return f"{heavier}."
    return (
        f"a likelihood with a mass at exactly {_value(repeated.detail)} beside its density, or binarise the images "
        f'(preprocess="threshold") and use vd.likelihoods.Bernoulli(); else {heavier}.'
    )


def _value(detail: str) -> str:
    """The number in the audit's "values exactly 0 under a density"."""
    return next((word for word in detail.split() if word.lstrip("-").isdigit()), "that value")
