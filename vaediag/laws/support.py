"""Discrete laws on a finite support that is known without running the graph: points, masses, sums."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf, tfd
from vaediag.distributions import Rescaled
from vaediag.laws.traits import family_of, static

MOST = 1024  # points; longer supports are treated as unbounded
SHORT = 64  # points whose masses are held together; longer supports are summed point by point (laws/sums.py)
TABLED = ("categorical", "finite_discrete", "bernoulli", "probit_bernoulli")  # the masses are the parameters


def points(law: Law) -> np.ndarray | None:
    """The support as float32 `[K]`, increasing; None where it is not finite, not static or too long."""
    name = family_of(law).name
    if isinstance(law, Rescaled):
        found = points(law.distribution)
        return None if found is None else np.asarray(law.first + law.step * found, np.float32)
    if name == "mixture":
        return _union([law.components_distribution] if hasattr(law, "components_distribution") else law.components)
    if name.endswith("inflated"):
        return _union([law.distribution, tfd.Deterministic(law.inflated_loc)])
    if name == "deterministic":
        found = static(law.loc)
        return None if found is None else np.unique(np.asarray(found, np.float32))
    if isinstance(law, tfd.FiniteDiscrete):
        found = static(law.outcomes)
        return None if found is None else np.asarray(found, np.float32)
    first, count = 0, None
    if name in ("bernoulli", "probit_bernoulli"):
        count = 2
    elif name == "categorical":
        logits = law.logits if law.logits is not None else law.probs
        count = logits.shape[-1]
    elif name in ("ordered_logistic", "stopping_ratio_logistic"):
        cutpoints = law.cutpoints.shape[-1]
        count = None if cutpoints is None else cutpoints + 1
    elif name in ("binomial", "beta_binomial"):
        trials = static(law.total_count)
        count = None if trials is None else int(np.max(trials)) + 1
    elif name == "quantized":
        low, high = static(law.low), static(law.high)
        if low is not None and high is not None:
            first, count = int(np.min(low)), int(np.max(high) - np.min(low)) + 1
    if count is None or count > MOST:
        return None
    return np.arange(first, first + count, dtype=np.float32)


def _union(parts: Sequence[Law]) -> np.ndarray | None:
    """Points of any part; None unless each part's are known."""
    found = [points(part) for part in parts]
    if any(each is None for each in found):
        return None
    every = np.unique(np.concatenate([each for each in found if each is not None]))
    return every if len(every) <= MOST else None


def tabled(law: Law) -> bool:
    """The mass of every point is in memory anyway, so that nothing is saved by summing point by point."""
    if isinstance(law, Rescaled):
        return tabled(law.distribution)
    if hasattr(law, "components_distribution"):
        return tabled(law.components_distribution)
    return family_of(law).name in TABLED


def masses(law: Law, at: np.ndarray) -> Tensor:
    """Probability of each point: `[*batch, K]`."""
    if isinstance(law, Rescaled):
        return masses(law.distribution, np.round((at - law.first) / law.step).astype(np.float32))
    if hasattr(law, "components_distribution") and tabled(law):
        weights = law.mixture_distribution.probs_parameter()
        return tf.reduce_sum(weights[..., None] * masses(law.components_distribution, at), -2)
    if isinstance(law, tfd.Categorical | tfd.FiniteDiscrete):
        return law.probs_parameter()
    if isinstance(law, tfd.Bernoulli):
        p = law.probs_parameter()
        return tf.stack([1.0 - p, p], axis=-1)
    rank = law.batch_shape.rank
    grid = tf.reshape(tf.constant(at), (-1, *(1 for _ in range(rank))))
    mass = tf.transpose(tf.cast(law.prob(grid), tf.float32), [*range(1, rank + 1), 0])
    # Binomials whose number of trials differs by pixel have points beyond their own support
    return tf.where(tf.math.is_finite(mass), mass, 0.0)


def expectation(mass: Tensor, values: Tensor | np.ndarray) -> Tensor:
    """Sum over the support of values times mass, `[*batch, K] -> [*batch]`."""
    return tf.reduce_sum(mass * values, axis=-1)
