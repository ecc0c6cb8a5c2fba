"""Proper scores of one law against one x, per pixel, in units of x; lower is better. Traced, float32."""

from __future__ import annotations

import math

import numpy as np

from vaediag.aliases import Law, Seed, Tensor
from vaediag.backend import tf, tfd
from vaediag.distributions import Rescaled
from vaediag.laws import closed, logit_normal, moments, sums, support
from vaediag.laws.continuous_bernoulli import crps as continuous_bernoulli_crps
from vaediag.laws.pit import cdf
from vaediag.laws.quantile import quantile
from vaediag.laws.traits import static, traits

DRAWS = 32  # behind the fair estimator


def crps(
    law: Law,
    x: Tensor,
    *,
    seed: Seed,
    mean: Tensor | None = None,
    stddev: Tensor | None = None,
    u: Tensor | None = None,
) -> Tensor:
    """Continuous ranked probability score, integral of (F(t) - 1[t >= x])² dt, `[n, *event]`.

    Closed form (Jordan, Krueger & Lerch 2019, arXiv:1709.04743) for Normal, Laplace, Logistic, Student-t (df > 1),
    LogNormal, TruncatedNormal, Beta, Gamma, Exponential, ContinuousBernoulli, mixtures of Normals, Bernoulli, Poisson,
    NegativeBinomial, Binomial, zero-inflated counts and finite supports; quadrature for LogitNormal, a sum over the
    counts for other laws on the integers with known moments; else the fair estimator from 32 draws (Gneiting & Raftery
    2007).

    Args:
        law, x: per-pixel law and float32 values of its batch shape.
        seed: used by the estimator only.
        mean, stddev, u: the law's mean and standard deviation and F(x), if they are known already (Normal uses them).
    """
    if isinstance(law, Rescaled):
        return law.step * crps(law.distribution, law.steps(x), seed=seed)
    kind = traits(law)
    family = kind.family
    if family == "normal":
        return _normal(law, x, mean, stddev, u)
    if family == "bernoulli":
        return tf.square(x - law.probs_parameter())
    if family == "continuous_bernoulli":
        return continuous_bernoulli_crps(law.logits_parameter(), x)
    if family == "laplace":
        r = tf.abs(x - law.loc) / law.scale
        return law.scale * (r + tf.exp(-r) - 0.75)
    if family == "logistic":
        r = (x - law.loc) / law.scale
        return law.scale * (r + 2.0 * tf.math.softplus(-r) - 1.0)
    if family == "student_t" and _more_than_one(law.df):
        return _student_t(law, x)
    if family == "logit_normal":
        return logit_normal.crps(law, x)
    if isinstance(getattr(law, "components_distribution", None), tfd.Normal):
        return _normal_mixture(law, x)
    found = closed.crps(law, x)
    if found is not None:
        return found
    at = support.points(law)
    if at is not None:
        long = sums.countable(law)
        return _finite(law, x, at) if long is None else sums.crps(law, x, long)
    if kind.step == 1.0 and not kind.ranked and kind.family not in moments.NO_WINDOW:
        first, second = (ask(law, seed=seed) for ask in (moments.mean, moments.stddev))
        if first.error is None and second.error is None:
            return sums.crps_of_counts(law, x, first.value, second.value)
    return _fair(law, x, seed)


def interval_score(law: Law, x: Tensor, *, level: float = 0.9, seed: Seed) -> Tensor:
    """Width of the central interval of mass `level` plus 2 / (1 - level) times the distance of x from it.

    Source: Gneiting & Raftery (2007), equation 43.
    """
    miss = 1.0 - level
    if traits(law).family == "normal":
        z = _normal_quantile(level)
        outside = tf.maximum(tf.abs(x - law.loc) - z * law.scale, 0.0)
        return 2.0 * z * law.scale + (2.0 / miss) * outside
    lower = quantile(law, miss / 2, seed=seed).value
    upper = quantile(law, 1.0 - miss / 2, seed=seed).value
    return (upper - lower) + (2.0 / miss) * (tf.maximum(lower - x, 0.0) + tf.maximum(x - upper, 0.0))


def _normal_quantile(level: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(0.5 + level / 2)


def _normal(law: Law, x: Tensor, mean: Tensor | None, stddev: Tensor | None, u: Tensor | None) -> Tensor:
    mean = law.loc if mean is None else mean
    stddev = law.scale if stddev is None else stddev
    r = (x - mean) / stddev
    twice = tf.math.erf(r * math.sqrt(0.5)) if u is None else 2.0 * u - 1.0
    return stddev * (r * twice + math.sqrt(2 / math.pi) * tf.exp(-0.5 * r * r) - 1 / math.sqrt(math.pi))


def _more_than_one(df: Tensor) -> bool:
    """The CRPS of Student-t needs a first moment; an unknown df is taken at its word."""
    known = static(df)
    return known is None or bool((known > 1).all())


def _student_t(law: Law, x: Tensor) -> Tensor:
    v, r = law.df, (x - law.loc) / law.scale
    density = law.scale * law.prob(x)
    spread = tf.sqrt(v) * tf.exp(tf.math.lbeta(tf.stack([_half(v), v - 0.5], -1)) - 2.0 * _log_beta_half(v))
    twice = 2.0 * cdf(law, x) - 1.0
    return law.scale * (r * twice + (2.0 * density * (v + r * r) - 2.0 * spread) / (v - 1.0))


def _half(v: Tensor) -> Tensor:
    return 0.5 * tf.ones_like(v)


def _log_beta_half(v: Tensor) -> Tensor:
    return tf.math.lbeta(tf.stack([_half(v), 0.5 * v], -1))


def _finite(law: Law, x: Tensor, at: np.ndarray) -> Tensor:
    """Sum over the gaps of the support of (F - 1[t >= x])² times the gap, and what lies beyond it."""
    below = tf.cumsum(support.masses(law, at), axis=-1)[..., :-1]
    gaps, start = np.diff(at), at[:-1]
    reached = tf.clip_by_value((x[..., None] - start) / gaps, 0.0, 1.0)  # part of each gap that lies below x
    inside = tf.reduce_sum(gaps * (reached * tf.square(below) + (1.0 - reached) * tf.square(1.0 - below)), -1)
    return inside + tf.maximum(x - float(at[-1]), 0.0) + tf.maximum(float(at[0]) - x, 0.0)


def _normal_mixture(law: Law, x: Tensor) -> Tensor:
    """Mean |x - X| - mean |X - X'| / 2 over the components and their pairs (Grimit et al. 2006, equation 5)."""
    weights = law.mixture_distribution.probs_parameter()
    parts = law.components_distribution
    loc, scale = (tf.broadcast_to(t, parts.batch_shape_tensor()) for t in (parts.loc, parts.scale))
    apart = tf.reduce_sum(weights * _mean_absolute(x[..., None] - loc, scale), -1)
    between = _mean_absolute(
        loc[..., :, None] - loc[..., None, :],
        tf.sqrt(tf.square(scale[..., :, None]) + tf.square(scale[..., None, :])),
    )
    return apart - 0.5 * tf.reduce_sum(weights[..., :, None] * weights[..., None, :] * between, [-1, -2])


def _mean_absolute(loc: Tensor, scale: Tensor) -> Tensor:
    """E|X| of a Normal."""
    r = loc / scale
    return scale * (math.sqrt(2 / math.pi) * tf.exp(-0.5 * r * r)) + loc * tf.math.erf(r * math.sqrt(0.5))


def _fair(law: Law, x: Tensor, seed: Seed) -> Tensor:
    """Mean |X - x| - half the mean |X - X'| over pairs of different draws: unbiased for every number of draws."""
    draws = tf.cast(law.sample(DRAWS, seed=seed), tf.float32)
    apart = tf.zeros_like(draws[0])
    for lag in range(1, DRAWS // 2 + 1):  # each unordered pair once: lags up to half, the last of them counted twice
        weight = 0.5 if 2 * lag == DRAWS else 1.0
        apart += weight * tf.reduce_sum(tf.abs(draws - tf.roll(draws, lag, 0)), 0)
    return tf.reduce_mean(tf.abs(draws - x), 0) - apart / (DRAWS * (DRAWS - 1))
