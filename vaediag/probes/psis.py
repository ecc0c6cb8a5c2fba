"""Pareto-smoothed importance weights, and codes resampled with them where MALA has no gradient to follow.

Sources: Vehtari, Simpson, Gelman, Yao and Gabry (2024), arXiv:1507.02646; the generalised Pareto fit is that of Zhang
and Stephens (2009), doi:10.1198/tech.2009.08017.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from vaediag.aliases import Law, Seed, Tensor
from vaediag.backend import tf
from vaediag.probes.codes import moments
from vaediag.probes.joint import log_joint
from vaediag.records.estimate import Array
from vaediag.seeds import fold

DRAWS = 256
WIDE = 2.0  # half of the draws come from q with its spread doubled: q alone cannot repair a q that is too narrow
SHORTEST_TAIL = 5
SMALLEST = 1e-300  # below it 1 / x overflows
EXACT = 0.01  # nats: weights whose logarithms spread less than this are all one, and have no tail to speak of
MOMENTS, CANDIDATES, CHOICE = range(3)  # what the seed is folded with


def threshold(draws: int) -> float:
    """k-hat above which weights of `draws` (more than 10) draws are not to be relied on: min(1 - 1/log10 K, 0.7)."""
    return min(1 - 1 / math.log10(draws), 0.7)


def smoothed(log_weights: Array) -> tuple[Array, Array]:
    """Replace the largest weights of each row by quantiles of a generalised Pareto law fitted to them.

    Args:
        log_weights: `[n, K]`, minus infinity for a weight of zero.
    Returns:
        Normalised log weights `[n, K]`, and k-hat `[n]`: NaN where the weights are all alike (nothing to smooth),
        infinite where too few are positive to fit a tail. Weights are not smoothed in both cases.
    """
    shifted = np.asarray(log_weights, float)
    peak = shifted.max(1, keepdims=True)
    shifted = shifted - np.where(np.isfinite(peak), peak, 0)
    count = shifted.shape[1]
    tail = math.floor(min(count / 5, 3 * math.sqrt(count)))
    k_hat = np.full(len(shifted), np.inf)
    k_hat[_spread(shifted) < EXACT] = np.nan
    fitted = np.isinf(k_hat) & (np.isfinite(shifted).sum(1) > tail)
    if tail >= SHORTEST_TAIL and fitted.any():
        rows = np.flatnonzero(fitted)
        order = np.argsort(shifted[rows], axis=1)[:, -tail - 1 :]
        largest = np.take_along_axis(shifted[rows], order, 1)
        cutoff = np.exp(largest[:, :1])
        k_hat[rows], sigma = pareto_fit(np.exp(largest[:, 1:]) - cutoff)
        smooth = np.log(cutoff + _pareto_quantiles(tail, k_hat[rows], sigma))
        smooth = np.where(np.isfinite(smooth), np.minimum(smooth, largest[:, -1:]), largest[:, 1:])
        shifted[rows[:, None], order[:, 1:]] = smooth
    total = _log_sum(shifted)
    return shifted - np.where(np.isfinite(total), total, 0), k_hat


def pareto_fit(excess: Array) -> tuple[Array, Array]:
    """Shape k `[n]` and scale `[n]` of generalised Pareto laws from sorted exceedances `[n, tail]` >= 0.

    k is drawn towards 1/2 with the weight of ten observations, as Vehtari et al. do. Infinite where the lower quarter
    of the exceedances is zero (ties, or weights hundreds of nats apart): no such law fits.
    """
    size = excess.shape[1]
    points = 30 + int(math.sqrt(size))
    grid = 1 - np.sqrt(points / (np.arange(1, points + 1) - 0.5))
    quarter = excess[:, int(size / 4 + 0.5) - 1]
    usable = quarter > SMALLEST
    safe = np.where(usable[:, None], excess, np.linspace(0.5, 1, size))
    b = grid / (3 * safe[:, int(size / 4 + 0.5) - 1, None]) + 1 / safe[:, -1:]
    k = np.log1p(-b[:, :, None] * safe[:, None, :]).mean(2)
    profile = size * (np.log(-b / k) - k - 1)
    weight = np.exp(profile - _log_sum(profile))
    weight = np.where(weight >= 10 * np.finfo(float).eps, weight, 0)
    best = (b * weight).sum(1) / weight.sum(1)
    shape = np.log1p(-best[:, None] * safe).mean(1)
    scale = -shape / best
    return np.where(usable, (size * shape + 5) / (size + 10), np.inf), np.where(usable, scale, np.nan)


def resampled(
    vae: Any, image: Tensor, q: Law, seed: Seed, report: Callable[[float], None] | None = None
) -> tuple[Array, Array]:
    """One code per image `[n, L]` by importance resampling from half q, half q with its spread doubled; k-hat `[n]`.

    NaN codes where log p(x, z) is finite for none of the 256 draws.
    """
    weigh = _weighted_draw(vae, image, q, moments(q, fold(seed, MOMENTS))[0])
    codes, log_weights = [], []
    for draw in range(DRAWS):
        z, log_weight = weigh(fold(seed, CANDIDATES, draw), np.float32(WIDE if draw % 2 else 1.0))
        codes.append(z.numpy())
        log_weights.append(log_weight.numpy())
        if report is not None:
            report((draw + 1) / DRAWS)
    weights = np.stack(log_weights, 1).astype(float)
    weights[np.isnan(weights)] = -np.inf
    log_smooth, k_hat = smoothed(weights)
    uniform = tf.random.stateless_uniform((len(weights), 1), fold(seed, CHOICE)).numpy()
    chosen = np.minimum((np.cumsum(np.exp(log_smooth), 1) < uniform).sum(1), DRAWS - 1)
    z = np.stack(codes)[chosen, np.arange(len(chosen))]
    z[np.isneginf(weights).all(1)] = np.nan
    return z, k_hat


def _weighted_draw(vae: Any, image: Tensor, q: Law, mean: Array) -> Any:
    """A `tf.function`: `(seed, spread)` to one code per image `[n, L]` and log p(x, z) - log proposal(z) `[n]`.

    The proposal is the mixture of both spreads (the balance heuristic), so no weight can exceed twice p(x, z)/q(z).
    """

    @tf.function
    def draw(seed: Tensor, spread: Tensor) -> tuple[Tensor, Tensor]:
        z = mean + spread * (q.sample(seed=seed) - mean)
        wide = q.log_prob(mean + (z - mean) / WIDE) - z.shape[-1] * math.log(WIDE)
        proposal = tf.reduce_logsumexp(tf.stack([q.log_prob(z), wide]), 0) - math.log(2)
        return z, log_joint(vae, image, z) - proposal

    return draw


def _pareto_quantiles(count: int, k: Array, sigma: Array) -> Array:
    """Quantiles at (i - 1/2)/count, `[n, count]`."""
    survival = -np.log1p(-(np.arange(count) + 0.5) / count)
    shape = np.where(np.abs(k) < 1e-9, 1e-9, k)[:, None]  # the limit k -> 0 is the exponential law
    with np.errstate(invalid="ignore"):  # infinite k: left unsmoothed by the caller
        return sigma[:, None] * np.expm1(shape * survival) / shape


def _spread(log_weights: Array) -> Array:
    """Standard deviation of each row; infinite where a weight is zero."""
    finite = np.isfinite(log_weights)
    return np.where(finite.all(1), np.where(finite, log_weights, 0).std(1), np.inf)


def _log_sum(values: Array) -> Array:
    """log sum exp over the last axis, kept."""
    peak = values.max(-1, keepdims=True)
    peak = np.where(np.isfinite(peak), peak, 0)
    with np.errstate(divide="ignore"):
        return peak + np.log(np.exp(values - peak).sum(-1, keepdims=True))
