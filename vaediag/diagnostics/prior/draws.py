"""What a finite number of prior draws adds to the squared errors: delete-a-group jackknife over groups of draws.

Image-only errors cover 50-80 % of the time, two-way errors 91-100 % (definitions.md, section 2). The numbers are
recomputed without each group on a seeded subset of images and pixels, in NumPy.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from vaediag.diagnostics.binary import LOGIT
from vaediag.diagnostics.bins import FINE
from vaediag.diagnostics.pit import BINS
from vaediag.diagnostics.prior.grid import fall, locate, outside
from vaediag.diagnostics.prior.tables import DRAW_GROUPS, Tables, crps_table, logarithm, quantile
from vaediag.records.estimate import Array

IMAGES = 512  # enough: what is measured is how the tables move, not the images


def draw_part(tables: Tables, images: Array) -> dict[str, Array]:
    """Squared standard errors by name of the headline number, "histogram" `[BINS, BINS]`, and what binary x needs.

    Args:
        images: `[m, D]`, finite, m <= IMAGES.
    """
    x = np.asarray(images, float)[:, tables.pixels]
    without = [numbers(tables, x, leave_out=g) for g in range(DRAW_GROUPS)]
    part: dict[str, Array] = {}
    for name in without[0]:
        values = np.stack([one[name] for one in without])
        centred = values - values.mean(0)
        factor = (DRAW_GROUPS - 1) / DRAW_GROUPS
        part[name] = factor * (centred.T @ centred if values.ndim == 2 else (centred**2).sum())
    if tables.kind == "binary":
        part |= _fine_bins(tables)
    return part


def numbers(tables: Tables, x: Array, *, leave_out: int | None = None) -> dict[str, Array]:
    """Headline numbers of `x` [m, P] under the tables, or under those without one group of draws."""
    keep = [g for g in range(DRAW_GROUPS) if g != leave_out]
    mean = tables.group_mean[keep].mean(0)[tables.pixels]
    noise = tables.group_noise[keep].mean(0)[tables.pixels]
    variance = noise + tables.group_square[keep].mean(0)[tables.pixels] - mean**2
    if tables.kind == "binary":
        p = np.clip(mean, 1e-7, 1 - 1e-7)
        below, upto = np.where(x > 0.5, 1 - p, 0.0), np.where(x > 0.5, 1.0, 1 - p)
        crps, log_prob = (x - p) ** 2, np.where(x > 0.5, np.log(p), np.log1p(-p))
        lower, upper = (p > 0.95).astype(float), (p > 0.05).astype(float)
        logit = np.clip(np.log(p) - np.log1p(-p), -LOGIT, LOGIT)
        slope = ((x - p) * logit).mean() / (p * (1 - p) * logit**2).mean()
        extra = {"calibration_slope": slope, "brier": crps.mean()}
    else:
        extra = {}
        below, upto, log_prob, crps, lower, upper = _looked_up(tables, x, keep)
    a, b = below - 0.5, upto - 0.5
    result = {
        "bias": (a + b).mean() / 2,
        "dispersion": 4 * (a * a + a * b + b * b).mean(),
        "crps": crps.mean(),
        "log_score": -log_prob.mean() * len(tables.mean),
        "interval_score": np.mean(upper - lower + 20 * (np.maximum(lower - x, 0) + np.maximum(x - upper, 0))),
        "histogram": _smooth(upto) if tables.kind == "grid" else _spread_out(below, upto),
    }
    if tables.traits.scale_family:
        result |= {"reduced_chi2": ((x - mean) ** 2 / variance).mean(), "sharpness": np.sqrt(variance.mean())}
    return result | extra


def _looked_up(tables: Tables, x: Array, keep: list[int]) -> tuple[Any, ...]:
    assert tables.grid is not None  # binary x does not come here
    grid = tables.grid.of(tables.pixels)  # whose group tables were kept
    discrete = tables.kind == "integers"
    cdf = np.clip(tables.group_cdf[keep].mean(0, dtype=float), 0, 1)
    density = logarithm(tables.group_density[keep].mean(0, dtype=float))
    crps = crps_table(cdf, grid.knots, discrete=discrete)
    first = grid.knots[:, 0]
    at = first + grid.cell * np.round((x - first) / grid.cell) if discrete else x
    index, part, beyond = locate(grid, at)
    pixel = np.arange(len(grid.cell))

    def here(table: Array) -> Array:
        left, right = table[pixel, index], table[pixel, index + 1]
        return left + part * (right - left)

    upto = np.where(beyond < 0, 0.0, np.where(beyond > 0, 1.0, here(cdf)))
    below = np.where(index + part >= 1, here(np.roll(cdf, 1, axis=1)), 0.0) if discrete else upto
    lower, upper = (quantile(cdf, grid.knots, p, discrete=discrete) for p in (0.05, 0.95))
    return below, upto, here(density) - fall(grid, beyond), here(crps) + outside(grid, at), lower, upper


def _smooth(u: Array) -> Array:
    """PIT histogram, each u counted as uniform on 0.025 around it.

    Without that, a u that moves by a hair from one bin into the next would count as much as one that moves by a whole
    bin: the spread over groups of draws comes out up to twice too large.
    """
    fine, width = 10 * BINS, BINS // 4 + 1
    share = np.histogram(u, fine, (0, 1))[0] / u.size
    padded = np.pad(share, width // 2, mode="symmetric")
    return np.convolve(padded, np.full(width, 1 / width), "valid").reshape(BINS, -1).sum(1)


def _spread_out(below: Array, upto: Array) -> Array:
    """Mean PIT histogram of discrete x, u uniform on [below, upto]: ramps, as in `diagnostics/pit.py`."""
    a, b = below.ravel(), np.maximum(upto, below + 1e-6).ravel()
    weight = 1 / (b - a) / a.size
    second = _kinks(a, weight) - _kinks(b, weight)
    return np.diff(np.cumsum(np.cumsum(second))[:BINS], prepend=0.0)


def _kinks(at: Array, weight: Array) -> Array:
    """Second differences of the sum of weight * (p - at)+ on the edges p = 1/BINS, 2/BINS, ..."""
    slot = np.floor(at * BINS).astype(int)
    first = ((slot + 1) / BINS - at) * weight
    return np.bincount(slot, first, BINS + 2) + np.bincount(slot + 1, weight / BINS - first, BINS + 2)


def _fine_bins(tables: Tables) -> dict[str, Array]:
    """Sums of p without each group, and pixel counts, in the fine bins of the forecast."""
    p = tables.mean
    logit = np.clip(np.log(p) - np.log1p(-p), -LOGIT, LOGIT)
    index = np.clip(((logit + LOGIT) / (2 * LOGIT) * FINE).astype(int), 0, FINE - 1)
    total = tables.group_mean.sum(0)
    moved = [(total - one) / (DRAW_GROUPS - 1) for one in tables.group_mean]
    return {
        "bin_p": np.stack([np.bincount(index, values, FINE) for values in moved]),
        "bin_count": np.bincount(index, minlength=FINE).astype(float),
    }
