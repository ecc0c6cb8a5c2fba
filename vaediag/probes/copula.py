"""What a factorised law of residuals leaves on the table, in nats, and the correlations behind it: plain NumPy.

Definitions.md, section 6. Everything is invariant to shift and scale of each column, and to the order of the rows.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import digamma, polygamma

from vaediag.records.estimate import Array, Estimate, estimate

DEPENDENT = 1e-5  # sd of a column given those before it, over its own: less is float32 rounding


def standardised(rows: Array) -> Array:
    """`[N, n]` with mean 0 and variance 1 per column, float64. No column may be constant."""
    rows = np.asarray(rows, np.float64)
    centred = rows - rows.mean(0)
    return centred / np.sqrt((centred**2).mean(0))


def gaussian_copula_cost(scores: Array) -> Estimate | None:
    """-log det R / 2 of the correlation R of normal scores, bias-corrected: 0 for independent columns.

    Args:
        scores: `[N, n]`, none of the columns constant, 2 <= n < N - 1.
    Returns:
        nats per image with its standard error over images; below 0 by chance only. None where columns are linearly
        dependent: the cost has no finite value.
    Source: log det of a Wishart matrix is a sum of log chi-squares (Bartlett), hence digamma (the mean, exact for every
        R) and trigamma (the variance under independence).
    """
    count, size = scores.shape
    t = standardised(scores)
    try:
        root = np.linalg.cholesky(t.T @ t / count)
    except np.linalg.LinAlgError:
        return None
    spread = np.diag(root)
    if spread.min() < DEPENDENT:
        return None
    half = (count - 1 - np.arange(1, size)) / 2
    bias = 0.5 * np.sum(digamma((count - 1) / 2) - digamma(half))
    exact = 0.25 * np.sum(polygamma(1, half) - polygamma(1, (count - 1) / 2))
    whitened = np.linalg.solve(root, t.T)
    gain = 0.5 * (np.sum(t**2, 1) - np.sum(whitened**2, 0))  # log-likelihood ratio of each image, but for a constant
    # R fitted to the same images adds about `exact` to the variance of `gain`
    variance = max(exact, gain.var(ddof=1) / count - exact)
    return estimate(-np.log(spread).sum() - bias, math.sqrt(variance), "nats per image")


def correlations(rows: Array) -> tuple[Array, Array]:
    """Correlation of the columns of `[N, n]` and its standard error over rows, both `[n, n]`; 1 ± 0 on the diagonal.

    The error is that of the influence t_i t_j - R_ij (t_i^2 + t_j^2) / 2, t standardised: no Normal law is assumed.
    """
    t = standardised(rows)
    count = len(t)
    square = t**2
    found = t.T @ t / count
    both = square.T @ square / count
    uneven = (t**3).T @ t / count
    fourth = (square**2).mean(0)
    variance = both - found * (uneven + uneven.T) + found**2 * (fourth[:, None] + fourth + 2 * both) / 4
    np.fill_diagonal(found, 1.0)
    np.fill_diagonal(variance, 0.0)
    return found, np.sqrt(np.maximum(variance, 0.0) / (count - 1))
