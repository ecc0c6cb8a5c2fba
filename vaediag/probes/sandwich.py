"""Does annealing keep up? On images drawn from the model itself log p(x) can be bounded from both sides.

z ~ p(z), x ~ p(x | z) makes z an exact draw from p(z | x): chains that start there and walk back to the prior gather
weights whose mean is unbiased for 1 / p(x), an upper bound of log p(x) on average (Grosse, Ghahramani and Adams, 2015,
arXiv:1511.02543). The gap to the lower bound of the same images bounds the error of both.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from vaediag.aliases import Seed
from vaediag.backend import tf
from vaediag.probes.annealing import Report
from vaediag.probes.iwae import log_mean
from vaediag.probes.route import Annealer
from vaediag.records.estimate import Array, estimate
from vaediag.records.evidence import Sandwich
from vaediag.seeds import fold

IMAGES = 4
CODE, PIXELS, PART = range(3)  # what the seed is folded with


def sandwich(annealer: Annealer, *, at_once: int, seed: Seed, report: Callable[[int], Report]) -> Sandwich | None:
    """Both bounds of `IMAGES` simulated images, `at_once` of them in one batch; `report(n)` is told of n at a time.

    None where p(x | z) cannot be sampled, or the chains of all images lost their weight.
    """
    codes = annealer.vae.prior.sample(IMAGES, seed=fold(seed, CODE))
    try:
        pixels = annealer.vae.decode(codes).sample(seed=fold(seed, PIXELS))
    except NotImplementedError:
        return None
    images, z = tf.cast(pixels, tf.float32).numpy(), codes.numpy()
    lower, upper = [], []
    for part, first in enumerate(range(0, IMAGES, at_once)):
        chosen, key = slice(first, first + at_once), fold(seed, PART, part)
        told = report(len(images[chosen]))
        forth, route = annealer.forward(images[chosen], key, told)
        back = annealer.backward(images[chosen], z[chosen], route, key, told)
        lower.append(log_mean(forth.log_weights))
        upper.append(-log_mean(back.log_weights))
    return _record(np.concatenate(lower), np.concatenate(upper))


def _record(lower: Array, upper: Array) -> Sandwich | None:
    finite = np.isfinite(lower) & np.isfinite(upper)
    if not finite.any():
        return None
    lower, upper = lower[finite], upper[finite]
    gap = upper - lower
    error = gap.std(ddof=1) / math.sqrt(len(gap)) if len(gap) > 1 else np.nan
    return Sandwich(lower, upper, estimate(gap.mean(), error, "nats per image"))
