"""What a fault that was found does elsewhere: how far q(z) and the independence of pixels go wrong along with it.

All of it for the linear-Gaussian model, where it has a closed form. With the posterior of the stated model, v_k the
posterior's variance of a latent (prior variance 1) and r = true over stated residual variance:
q(z_k) has variance 1 + e, e = v_k (1 - v_k)(r - 1), so KL(q(z_k) || p(z_k)) = (e - log(1 + e)) / 2. Residuals
along the code keep their variance while pixel i has r_i times it elsewhere, which makes pixels depend on each other:
with white noise, U `[D, L]` the directions of the code and G = 1 - v, the residuals have the covariance
(I - U G U')R(I - U G U') + U (1 - v^2) U', R = diag(r); the identity for r = 1.
"""

from __future__ import annotations

import math

import numpy as np

from vaediag.findings.bias import PER_SIGMA
from vaediag.findings.uneven import variance_ratio
from vaediag.records.calibration import Calibration
from vaediag.records.collapse import Collapse
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array, Estimates
from vaediag.records.independence import Independence


def marginal_of_encoder(dispersion: Estimates, gap: float | None) -> Array:
    """Nats per latent `[L]` by which KL(q(z) || p(z)) can exceed that of the true posterior.

    At most E KL(q(z|x) || p(z|x)), the gap of the bound. From the dispersion: with r the variance of the posterior's
    draws relative to q's, a wrong width costs (1/r - 1 + log r)/2 and a wrong place (r - 1)/2; the larger counts.
    `gap` (measured with many codes, a lower bound of the same) is spread over the latents where it is larger.
    """
    ratio = variance_ratio(dispersion.value)
    price = np.maximum(1 / ratio - 1 + np.log(ratio), ratio - 1) / 2
    price = np.where(np.isfinite(price), np.maximum(price, 0), 0)
    return np.maximum(price, 0.0 if gap is None else max(gap, 0.0) / len(price))


def marginal_of_decoder(collapse: Collapse, ratio: float) -> Array:
    """Nats per latent `[L]`, residuals having `ratio` times the stated variance where the code looks."""
    excess = uncertain(collapse) * (ratio - 1)
    return (excess - np.log1p(np.maximum(excess, -0.99))) / 2


def marginal_of_shift(collapse: Collapse, square: float, pixels: int) -> float:
    """Nats at most for the whole code, means being off by a mean square of `square` in u - 1/2."""
    return 0.5 * pixels * PER_SIGMA**2 * square * float(uncertain(collapse).max(initial=0.0))


def dependence_of_scale(ratio: Array, collapse: Collapse, index: Array) -> tuple[float, float]:
    """(nats per image, root mean square correlation) that a wrong sigma alone makes of the pixels in `index`.

    The directions of the code are not known here: random ones (always the same) stand for them.

    Args:
        ratio: `[D]`, measured over stated residual variance of each pixel.
        index: `[n]` of the pixels that were used.
    """
    share = posterior_share(collapse)
    if share is None or not len(ratio) or len(index) < 2:
        return 0.0, 0.0
    share = np.sort(share)[: len(ratio)]
    directions = np.linalg.qr(np.random.default_rng(0).normal(size=(len(ratio), len(share))))[0]
    known = 1 - share
    ratio = _elsewhere(ratio, min(float(known.sum()) / len(ratio), 0.4))
    used, own = directions[index], ratio[index]
    within = directions.T @ (ratio[:, None] * directions)
    cross = own[:, None] * (used * known) @ used.T
    covariance = np.diag(own) - cross - cross.T
    covariance += used @ (known[:, None] * within * known + np.diag(1 - share**2)) @ used.T
    scale = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(scale, scale)
    pairs = len(index) * (len(index) - 1)
    size = math.sqrt(max(float(np.sum(correlation**2)) - len(index), 0.0) / pairs)
    return max(float(-0.5 * np.linalg.slogdet(correlation)[1]), 0.0), size


def _elsewhere(ratio: Array, part: float) -> Array:
    """r from the diagonal, r_i (1 - h)^2 + h (1 - h) mean r + h on average, h = `part` the code's share of it."""
    mean = (ratio.mean() - part) / (1 - part)
    return np.maximum((ratio - part - part * (1 - part) * mean) / (1 - part) ** 2, ratio / 4)


def uncertain(collapse: Collapse) -> Array:
    """v (1 - v) of each latent `[L]`: largest, 1/4, where the image tells half of it; `[0]` where it is not known."""
    share = posterior_share(collapse)
    return np.zeros(0) if share is None else share * (1 - share)


def posterior_share(collapse: Collapse) -> Array | None:
    """v: the posterior's variance as a share of the variance of q(z_k), `[L]`; None where it is not known."""
    within, moved = collapse.posterior_variance, collapse.mean_variance
    if within is None or moved is None:
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.clip(np.nan_to_num(within / (within + moved), nan=1.0), 0, 1)


def smooth_inflation(independence: Independence | None) -> float:
    """Variance of a smooth weighted sum of the residuals, relative to independent ones: the sum over all lags."""
    if independence is None or independence.residual_correlation.kind != "lags":
        return 1.0
    return max(float(np.nansum(independence.residual_correlation.value)), 1.0)


def decoder_ratio(diagnosis: Diagnosis, calibration: Calibration, *, scale: bool, dependent: bool) -> float:
    """The variance of the residuals along the code's directions, relative to stated, by what was found."""
    chi2 = calibration.reduced_chi2
    ratio = chi2.value if scale and chi2 is not None else 1.0
    return ratio * (smooth_inflation(diagnosis.independence) if dependent else 1.0)
