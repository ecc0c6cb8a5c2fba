"""Quantile and coverage curves with simultaneous bands, areas and maxima, from a streamed PIT histogram (NumPy).

`mean` is the PIT histogram averaged over images, `cov` the covariance `[BINS, BINS]` of that average (over images, and
over prior draws where they enter): dependence between the pixels of one image is in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaediag.records.calibration import Band
from vaediag.records.estimate import Array, Estimate, estimate

DRAWS = 1000  # simulated null curves for quantiles of maxima


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    quantile_curve: Band
    coverage: Band
    area: Estimate
    maximum: Estimate


def histogram_covariance(total: Array, second: Array, images: float) -> Array:
    """Covariance of the mean histogram from sums over images of h `[B]` and h hᵀ `[B, B]`; NaN for one image."""
    if images < 2:
        return np.full_like(second, np.nan)
    mean = total / images
    return (second / images - np.outer(mean, mean)) / (images - 1)


def curves(mean: Array, cov: Array, *, seed: int) -> Curves:
    """Everything that the quantile curve Ĉ(p) = fraction of u <= p says.

    Area ∫|Ĉ(p) − p| dp on the quantile curve (uncertainty-toolbox's `prop_type="quantile"`; its default takes central
    intervals and is about twice that) and max |Ĉ(p) − p| (Kuleshov et al. 2018, arXiv:1807.00263).
    """
    bins = len(mean)
    p = np.arange(bins + 1) / bins
    below = np.tril(np.ones((bins, bins)))
    observed = np.concatenate([[0.0], (below @ mean)[:-1], [1.0]])  # rounding leaves a last sum just short of 1
    spread = np.zeros((bins + 1, bins + 1))
    spread[1:, 1:] = below @ cov @ below.T
    normal = _null_curves(spread, seed)
    miss = observed - p
    sign = np.sign(miss) / bins
    at = int(np.argmax(np.abs(miss)))
    variance = np.diag(spread)
    area = estimate(
        np.abs(miss).sum() / bins,
        np.sqrt(np.maximum(sign @ spread @ sign, 0)),
        "",
        np.sqrt(2 / np.pi) * np.sqrt(np.maximum(variance, 0)).sum() / bins,
    )
    maximum = estimate(np.abs(miss[at]), np.sqrt(np.maximum(variance[at], 0)), "", np.abs(normal).max(1).mean())
    half = bins // 2
    low, high = np.arange(half, -1, -1), np.arange(half, bins + 1)  # central intervals, from empty to everything
    level = p[high] - p[low]
    contrast = np.zeros((half + 1, bins + 1))
    contrast[np.arange(half + 1), high] += 1
    contrast[np.arange(half + 1), low] -= 1
    return Curves(
        quantile_curve=_band(p, observed, spread, normal),
        coverage=_band(level, contrast @ observed, contrast @ spread @ contrast.T, normal @ contrast.T),
        area=area,
        maximum=maximum,
    )


def _null_curves(spread: Array, seed: int) -> Array:
    """DRAWS curves from N(0, spread), `[DRAWS, points]`; NaN where the covariance is unknown."""
    if not np.isfinite(spread).all():
        return np.full((DRAWS, len(spread)), np.nan)
    values, vectors = np.linalg.eigh(spread)
    root = vectors * np.sqrt(np.maximum(values, 0))
    return np.random.default_rng([seed, len(spread)]).standard_normal((DRAWS, len(spread))) @ root.T


def _band(nominal: Array, observed: Array, spread: Array, normal: Array) -> Band:
    """Simultaneous 95 % band with a floored width (definitions.md, section 2).

    s(p)² = max(V(p), V̄(p)) with V̄ ∝ p(1 − p): where no pixel has fallen yet V is 0 by accident. The critical value
    uses the unfloored covariance.
    """
    variance = np.maximum(np.diag(spread), 0)
    shape = nominal * (1 - nominal)
    floor = shape * variance.sum() / shape.sum()
    width = np.sqrt(np.maximum(variance, floor))
    ratio = np.divide(np.abs(normal), width, out=np.zeros_like(normal), where=width > 0)
    critical = np.quantile(ratio.max(1), 0.95)
    return Band(
        nominal, observed, np.clip(observed - critical * width, 0, 1), np.clip(observed + critical * width, 0, 1)
    )
