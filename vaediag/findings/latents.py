"""Rule 7: which latents carry no information, and which does the decoder use otherwise than the encoder?"""

from __future__ import annotations

import numpy as np

from vaediag.findings.rules import (
    EFFECT_OF_A_DEAD_LATENT,
    GRAVE_COLLAPSE,
    KL_OF_A_DEAD_LATENT,
    MINIMUM_IMAGES,
    errors_allowed,
)
from vaediag.findings.wording import listing, measured, times
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array, Estimate, Estimates
from vaediag.records.finding import Finding


def collapse_finding(diagnosis: Diagnosis) -> Finding | None:
    """`collapse`: the latents with kl[k] + z SE < 0.01 nats, z for L latents judged together; not those of `noise`."""
    kl = diagnosis.collapse.kl
    if kl is None:
        return None
    total = len(kl)
    dead = np.flatnonzero(_below(kl, KL_OF_A_DEAD_LATENT) & ~_noisy(diagnosis, kl)).tolist()
    if not dead:
        return None
    largest = kl[max(dead, key=lambda k: kl.value[k])]
    each = "" if len(dead) == 1 else "at most "
    evidence = f"KL {each}{measured(largest)}, below {KL_OF_A_DEAD_LATENT} nats"
    evidence += f"; rate of all latents {measured(diagnosis.evidence.rate)}"
    evidence += _worth(diagnosis, dead)
    if len(dead) < total:
        evidence += f"; {times(total - len(dead), 'latent')} left, with up to {np.nanmax(kl.value):.2g} nats"
    return Finding(
        id="collapse",
        severity="problem" if len(dead) >= GRAVE_COLLAPSE * total else "warning",
        where=_where(dead),
        title=_title(dead, total),
        evidence=evidence,
        meaning=_meaning(len(dead), total),
        try_="β warm-up (raise the weight of the KL from 0 over the first epochs), free bits (no KL penalty below "
        "some nats per latent), a weaker decoder or a smaller σ if it is fixed; or simply fewer latents, if the "
        "others do the work.",
        figure="kl",
    )


def ignored_finding(diagnosis: Diagnosis) -> Finding | None:
    """`ignored`: kl[k] - z SE > 0.01 nats, but effect[k] + z SE < 0.02: paid for, and not heard."""
    kl, effect = diagnosis.collapse.kl, _judged_effect(diagnosis)
    if kl is None or effect is None:
        return None
    wasted = np.flatnonzero(_above(kl, KL_OF_A_DEAD_LATENT) & _below(effect, EFFECT_OF_A_DEAD_LATENT)).tolist()
    if not wasted:
        return None
    one, total = len(wasted) == 1, len(kl)
    paid, rate = kl.value[wasted].sum(), measured(diagnosis.evidence.rate)
    largest = effect[max(wasted, key=lambda k: effect.value[k])]
    return Finding(
        id="ignored",
        severity="warning",
        where=_where(wasted),
        title=f"The decoder ignores {len(wasted)} of {total} latents that the encoder fills: {listing(wasted)}",
        evidence=f"KL {'' if one else 'together '}{paid:.3g} nats of a rate of {rate}, but replacing "
        f"{'the latent' if one else 'one of them'} moves p(x | z) by {'' if one else 'at most '}{measured(largest)}, "
        f"below {EFFECT_OF_A_DEAD_LATENT} nats{_worth(diagnosis, wasted)}",
        meaning="The encoder pays KL to say something about the image here, and no pixel depends on it: the ELBO is "
        "lower by that KL for nothing, and moving the latent shows nothing.",
        try_="train longer: the KL term alone should empty what the decoder does not use. If it does not, look for "
        "a β near 0, free bits (they pay for a minimum of KL), a part of the decoder that is cut off or frozen, or "
        "an encoder of another model.",
        figure="kl_effect",
    )


def noise_finding(diagnosis: Diagnosis) -> Finding | None:
    """`noise`: kl[k] + z SE < 0.01 nats, but effect[k] - z SE > 0.02: nothing is said, and it is heard all the same."""
    kl, effect = diagnosis.collapse.kl, _judged_effect(diagnosis)
    if kl is None or effect is None:
        return None
    noisy = np.flatnonzero(_noisy(diagnosis, kl)).tolist()
    if not noisy:
        return None
    one, total = len(noisy) == 1, len(kl)
    largest = effect[max(noisy, key=lambda k: effect.value[k])]
    return Finding(
        id="noise",
        severity="warning",
        where=_where(noisy),
        title=f"{len(noisy)} of {total} latents {'is' if one else 'are'} noise to the decoder: {listing(noisy)}",
        evidence=f"replacing {'the latent' if one else 'one of them'} moves p(x | z) by "
        f"{'' if one else 'up to '}{measured(largest)}, while the KL is below {KL_OF_A_DEAD_LATENT} nats"
        f"{_worth(diagnosis, noisy)}",
        meaning="The encoder leaves the prior as it is, whatever the image, and the decoder still changes the image "
        "with it. For a given x that is pure chance: it costs reconstruction, and the latent means nothing that an "
        "image could be asked for.",
        try_="train longer, which should teach the decoder to ignore what tells it nothing, or the encoder to fill "
        "it; β warm-up, so that the latent is filled before the decoder counts on it; or remove the latent.",
        figure="kl_effect",
    )


def _noisy(diagnosis: Diagnosis, kl: Estimates) -> Array:
    """Which latents say nothing and move p(x | z) all the same."""
    effect = _judged_effect(diagnosis)
    if effect is None:
        return np.zeros(len(kl), bool)
    return _below(kl, KL_OF_A_DEAD_LATENT) & _above(effect, EFFECT_OF_A_DEAD_LATENT)


def _worth(diagnosis: Diagnosis, latents: list[int]) -> str:
    """What the ELBO loses without these latents, where it was measured."""
    cost = diagnosis.collapse.prune_cost
    if cost is None or not np.isfinite(cost.value[latents]).any():
        return ""
    low, high = (int(latents[at(cost.value[latents])]) for at in (np.nanargmin, np.nanargmax))
    if low == high:
        return f"; without it the ELBO changes by {measured(_lost(cost[high]))}"
    return f"; without one of them the ELBO changes by {measured(_lost(cost[high]))} to {measured(_lost(cost[low]))}"


def _lost(cost: Estimate) -> Estimate:
    """A cost (ELBO lost) as a change of the ELBO."""
    return Estimate(-cost.value, cost.standard_error, cost.unit)


def _judged_effect(diagnosis: Diagnosis) -> Estimates | None:
    """The effect, where enough images were replaced to judge by."""
    return diagnosis.collapse.effect if (diagnosis.collapse.effect_images or 0) >= MINIMUM_IMAGES else None


def _below(numbers: Estimates, limit: float) -> Array:
    """Which of the latents, judged together, are below `limit`. Undefined ones (NaN) are not."""
    with np.errstate(invalid="ignore"):
        return numbers.value + errors_allowed(len(numbers)) * numbers.standard_error < limit


def _above(numbers: Estimates, limit: float) -> Array:
    with np.errstate(invalid="ignore"):
        return numbers.value - errors_allowed(len(numbers)) * numbers.standard_error > limit


def _where(latents: list[int]) -> str:
    return f"collapse: {'latent' if len(latents) == 1 else 'latents'} {listing(latents)}"


def _title(dead: list[int], total: int) -> str:
    if len(dead) == total:
        which = f"All {total} latents have" if total > 1 else "The only latent has"
        return f"{which} collapsed: the code says nothing about the image"
    verb = "carries" if len(dead) == 1 else "carry"
    return f"{len(dead)} of {total} latents {verb} no information: {listing(dead)}"


def _meaning(dead: int, total: int) -> str:
    if dead == total:
        return (
            "The posterior equals the prior for every image: the model is a decoder of noise, and no code can be read "
            "from it."
        )
    return (
        "For these the posterior equals the prior, whatever the image: moving them shows nothing that was learned "
        "from data. Where the decoder ignores them too, that costs no ELBO, but the model is smaller than it looks."
    )
