"""log p(x) per pixel: minus infinity, and not TFP's NaN or a value in between, where x is impossible."""

from __future__ import annotations

import numpy as np

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf, tfd
from vaediag.distributions import SNAP, Rescaled
from vaediag.laws.traits import Traits, traits

OPEN = ("logit_normal", "log_normal")  # the density falls to 0 at the finite ends of the support; TFP answers NaN


def log_prob(law: Law, x: Tensor) -> Tensor:
    """log p(x), nats, `[n, *event]`.

    Values off the grid of a discrete law, or outside the support, have none: -inf. Within a hundredth of a step x
    counts as on the grid; TFP's Categorical would read 2.9999998 as 2. Grey x under a Bernoulli keeps its
    cross-entropy: the audit speaks of it.

    Args:
        law: per-pixel law, batch `[n, *event]`.
        x: float32 `[n, *event]`.
    """
    if isinstance(law, Rescaled):
        return log_prob(law.distribution, law.steps(x))
    kind = traits(law)
    if kind.binary:
        return law.log_prob(x)
    if kind.step == 1.0:
        near = tf.round(x)
        inside = (tf.abs(x - near) < SNAP) & _within(kind, near)
        if kind.family == "binomial":  # its bounds may differ by pixel
            inside &= near <= law.total_count
            near = tf.minimum(near, law.total_count)
        value = _parts_first(law, kind).log_prob(tf.clip_by_value(near, kind.lower, kind.upper))
        return tf.where(inside, tf.cast(value, tf.float32), -float("inf"))
    if kind.discrete or not (np.isfinite(kind.lower) or np.isfinite(kind.upper)):
        return law.log_prob(x)
    inside = _within(kind, x)
    if kind.family in OPEN:
        inside &= (x > kind.lower) & (x < kind.upper)
    value = law.log_prob(tf.where(inside, x, _inner(kind)))
    return tf.where(inside, value, -float("inf"))


def _parts_first(law: Law, kind: Traits) -> Law:
    """A quantised mixture as the mixture of its quantised parts, whose upper tails TFP knows; it is the same law."""
    if kind.family != "quantized" or not hasattr(law.distribution, "components_distribution"):
        return law
    mixture = law.distribution
    parts = tfd.QuantizedDistribution(mixture.components_distribution, law.low, law.high)
    return tfd.MixtureSameFamily(mixture.mixture_distribution, parts)


def _within(kind: Traits, x: Tensor) -> Tensor:
    return (x >= kind.lower) & (x <= kind.upper)


def _inner(kind: Traits) -> float:
    """A point inside the support: keeps NaN out of the branch not taken, and so out of its gradient."""
    if np.isfinite(kind.lower) and np.isfinite(kind.upper):
        return (kind.lower + kind.upper) / 2
    return kind.lower + 1.0 if np.isfinite(kind.lower) else kind.upper - 1.0
