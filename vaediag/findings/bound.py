"""`bound`: the bound is loose, or the posterior poor, although the latent dispersion passes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from vaediag.findings.rules import MINIMUM_IMAGES, RULES, severity, worst
from vaediag.findings.wording import listing, measured, percent
from vaediag.records.diagnosis import DataInfo, Diagnosis
from vaediag.records.estimate import Estimate, number
from vaediag.records.evidence import Iwae, ParetoK
from vaediag.records.finding import Finding

NAMED = 5  # images


def bound_finding(diagnosis: Diagnosis) -> Finding | None:
    """Many codes per image raise the bound, or the weights of too many images have too heavy a tail."""
    evidence = diagnosis.evidence
    gained, tails = gain(evidence.iwae), over(evidence.pareto_k)
    by_gain, by_tails = severity("iwae_gain", gained), severity("pareto_k_over", tails)
    if (by_gain is None and by_tails is None) or (by_gain and gained is not None and gained.value < 0):
        return None
    return Finding(
        id="bound",
        severity=worst(by_gain, by_tails),
        where="evidence.iwae" if by_gain else "evidence.pareto_k",
        title=_title(evidence.iwae, gained, by_gain, evidence.pareto_k),
        evidence="; ".join(
            filter(None, (weights(diagnosis), _images(diagnosis.data, evidence.iwae, evidence.pareto_k)))
        ),
        meaning="q(z | x) misses part of the posterior of these images: the ELBO is lower than log p(x) by at least "
        "that gain, and comparing models by the ELBO compares their encoders too. " + _checked(diagnosis),
        try_=_advice(diagnosis),
        figure="evidence_gaps" if by_gain else "poor_posterior",
    )


def loosened(bound: Finding) -> Finding:
    """As a consequence of a sigma that is badly wrong: no more than a warning."""
    return replace(bound, severity="warning", meaning=f"{bound.meaning} {_LOOSENED}")


_LOOSENED = (
    "But a wrong σ (a finding of its own) loosens the bound by itself: the encoder was fitted to another "
    "posterior than the one this σ makes. Put σ right first, then ask again."
)


def _checked(diagnosis: Diagnosis) -> str:
    dispersion, run = diagnosis.evidence.latent_dispersion, diagnosis.evidence.corrected
    if dispersion is None or run is None:
        return "The sharp test of the encoder was not made, so its width and place may be at fault as well."
    if not run.reliable or len(run.images) < MINIMUM_IMAGES:
        why = "the corrected codes are not reliable" if not run.reliable else "too few images were probed"
        return f"Its width and place could not be checked here ({why}), and may be at fault as well as its shape."
    return (
        "The latent dispersion does not show it, which sees the width and place of q on average: what is left is its "
        "shape (latents that depend on each other, more than one mode) or a minority of the images."
    )


def weights(diagnosis: Diagnosis) -> str:
    """What the importance weights of q say, as evidence; "" where they were not asked."""
    found, parts = diagnosis.evidence, []
    if found.iwae is not None:
        parts.append(_raised(found.iwae))
    if found.pareto_k is not None:
        tails = found.pareto_k
        parts.append(f"Pareto k̂ above {number(tails.threshold)} for {percent(tails.over)} of the images")
    if found.ess is not None:
        parts.append(f"effective sample size {measured(found.ess)} of 1")
    return ", ".join(filter(None, parts))


def raised(iwae: Iwae | None) -> str:
    """`iwae gain 0.012 ± 0.004 nats`; "" where that is not known."""
    last = gain(iwae)
    if last is None:
        return ""
    return f"iwae gain {measured(replace(last, unit='nats')) if abs(last.value) >= 0.001 else '< 0.001 nats'}"


def _raised(iwae: Iwae) -> str:
    last = gain(iwae)
    if last is None:
        return f"the bound was weighed on {len(iwae.images)} images only"
    amount = measured(last) if abs(last.value) >= 0.001 else "less than 0.001 nats per image"
    return f"{int(iwae.k[-1])} codes per image raise the bound by {amount} ({len(iwae.images)} images)"


def gain(iwae: Iwae | None) -> Estimate | None:
    """The largest bound minus the ELBO of the same images; None below 100 images."""
    if iwae is None or len(iwae.images) < MINIMUM_IMAGES:
        return None
    error = float(iwae.gain_error[-1])
    return Estimate(float(iwae.gain[-1]), error if math.isfinite(error) else None, "nats per image")


def over(tails: ParetoK | None) -> Estimate | None:
    """Fraction of the images above the threshold, with its binomial error; None below 100 images."""
    if tails is None or len(tails.images) < MINIMUM_IMAGES:
        return None
    return Estimate(tails.over, math.sqrt(tails.over * (1 - tails.over) / len(tails.images)))


def _title(iwae: Iwae | None, gained: Estimate | None, by_gain: str | None, tails: ParetoK | None) -> str:
    if by_gain and gained is not None and iwae is not None:
        return f"The bound is loose: {int(iwae.k[-1])} codes per image raise it by {number(gained.value)} nats"
    assert tails is not None
    return f"The posterior is poor for {percent(tails.over)} of the images (Pareto k̂ above {number(tails.threshold)})"


def _images(data: DataInfo, iwae: Iwae | None, tails: ParetoK | None) -> str:
    if tails is not None and np.isfinite(tails.value).any() and tails.over > 0:
        order = np.argsort(np.where(np.isfinite(tails.value), tails.value, -np.inf))[::-1][:NAMED]
        return f"the largest k̂ in images {listing(data.numbers(tails.images[order]).tolist())}"
    if iwae is not None:
        order = np.argsort(iwae.bound - iwae.elbo)[::-1][:NAMED]
        return f"the largest gain in images {listing(data.numbers(iwae.images[order]).tolist())}"
    return ""


def _advice(diagnosis: Diagnosis) -> str:
    steps = ["look at the images named: of a kind that training had little of?"]
    if "full-covariance" not in diagnosis.model.posterior:
        steps.append("a posterior whose latents may depend on each other, vd.posteriors.MeanTriL()")
    steps.append("a larger encoder, or more epochs of the encoder alone with the decoder frozen")
    floor = RULES["iwae_gain"].margin
    steps.append(f"compare models by iwae, not by the ELBO, until the gain is below {floor:g} nats")
    return "; ".join(steps) + "."
