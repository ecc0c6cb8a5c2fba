"""Rule 7: which latents carry no information?"""

from __future__ import annotations

import numpy as np

from vaediag.findings.rules import GRAVE_COLLAPSE, KL_OF_A_DEAD_LATENT, errors_allowed
from vaediag.findings.wording import listing, measured, times
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.finding import Finding


def collapse_finding(diagnosis: Diagnosis) -> Finding | None:
    """`collapse`: the latents with kl[k] + z SE < 0.01 nats, z for L latents judged together."""
    kl = diagnosis.collapse.kl
    if kl is None:
        return None
    total = len(kl)
    with np.errstate(invalid="ignore"):  # undefined latents are NaN, and stay silent
        below = kl.value + errors_allowed(total) * kl.standard_error < KL_OF_A_DEAD_LATENT
    dead = [k for k in range(total) if below[k]]
    if not dead:
        return None
    largest = kl[max(dead, key=lambda k: kl.value[k])]
    each = "" if len(dead) == 1 else "at most "
    evidence = f"KL {each}{measured(largest)}, below {KL_OF_A_DEAD_LATENT} nats"
    evidence += f"; rate of all latents {measured(diagnosis.evidence.rate)}"
    if len(dead) < total:
        evidence += f"; {times(total - len(dead), 'latent')} left, with up to {np.nanmax(kl.value):.2g} nats"
    return Finding(
        id="collapse",
        severity="problem" if len(dead) >= GRAVE_COLLAPSE * total else "warning",
        where=f"collapse: {'latent' if len(dead) == 1 else 'latents'} {listing(dead)}",
        title=_title(dead, total),
        evidence=evidence,
        meaning=_meaning(len(dead), total),
        try_="β warm-up (raise the weight of the KL from 0 over the first epochs), free bits (no KL penalty below "
        "some nats per latent), a weaker decoder or a smaller σ if it is fixed; or simply fewer latents, if the "
        "others do the work.",
        figure="kl",
    )


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
        "from data. That costs no ELBO, but the model is smaller than it looks."
    )
