"""Where the cloud of all codes lies against the prior: shifted, wider or narrower, latent by latent."""

from __future__ import annotations

import math

import numpy as np

from vaediag.findings.rules import RULES, errors_allowed
from vaediag.findings.wording import listing
from vaediag.records.pictures import PosteriorScatter


def shifts(record: PosteriorScatter | None) -> dict[int, float]:
    """Latents whose codes lie off the prior's centre, with the distance in the prior's sigma, the farthest first.

    A shift by s sigma alone costs s^2 / 2 nats of KL(q(z_k) || p(z_k)): those beyond that rule's tolerance, and
    beyond chance, each judged as one of L.
    """
    if record is None or len(record.index) < 2:
        return {}
    sigma = np.asarray(record.prior_stddev, float)
    count, total = record.mean.shape
    with np.errstate(divide="ignore", invalid="ignore"):
        away = (record.mean.mean(0) - record.centre) / sigma
        error = record.mean.std(0, ddof=1) / sigma / math.sqrt(count)
    least = math.sqrt(2 * RULES["dimension_kl"].margin) + errors_allowed(total) * error
    found = [int(k) for k in np.flatnonzero(np.abs(away) > least)]  # NaN stays out
    return {k: float(away[k]) for k in sorted(found, key=lambda k: -abs(away[k]))}


def off_centre(found: dict[int, float]) -> str:
    """`3.2 σ off the prior's centre in latent 0`; of several the farthest has the number. "" for none."""
    if not found:
        return ""
    first, *rest = found
    far = f"{abs(found[first]):.1f} σ off the prior's centre in latent"
    return f"up to {far}s {listing(list(found), most=4)}" if rest else f"{far} {first}"
