"""Where one x lies in its own law, in units of the law's spread."""

from __future__ import annotations

from vaediag.aliases import Law, Seed, Tensor
from vaediag.backend import tf
from vaediag.laws import moments
from vaediag.laws.answer import Answer


def residual(law: Law, x: Tensor, *, seed: Seed) -> Answer:
    """(x - mean) / stddev per pixel, in standard deviations, `[n, *event]`.

    NaN where the standard deviation is 0 (a Bernoulli that is certain): no number of zeros makes a distance.

    Args:
        law: per-pixel law, batch `[n, *event]`.
        x: float32 `[n, *event]`, or `[1, *event]` for one image under every code.
        seed: int32 pair, of Monte Carlo where a family needs it.
    """
    mean, spread = moments.mean(law, seed=seed), moments.stddev(law, seed=seed)
    sd = tf.where(spread.value > 0.0, spread.value, float("nan"))
    value = (x - mean.value) / sd
    if mean.error is None and spread.error is None:
        return Answer(value, mean.method or spread.method)
    parts = [tf.zeros_like(value) if error is None else error for error in (mean.error, spread.error)]
    return Answer(value, mean.method or spread.method, tf.sqrt(parts[0] ** 2 + (value * parts[1]) ** 2) / sd)
