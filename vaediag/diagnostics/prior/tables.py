"""Tables of the marginal predictive law F_i(x) = S⁻¹ Σ_s F(x_i | z_s), per pixel, built once from S decodes.

Asking each image of each draw would cost S decodes per chunk. Continuous families: F, the log density and the CRPS on
a grid of each pixel. Discrete families: the same on the integers. Bernoulli: the mean probability.
Sums per group of draws are kept, so that the error made by a finite S can be computed (delete-a-group over draws).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.aliases import Seed
from vaediag.backend import tf
from vaediag.laws.traits import Traits, traits
from vaediag.records.estimate import Array
from vaediag.seeds import fold

DRAWS, DRAW_GROUPS = 1000, 20
GRID, REACH = 512, 8.0  # points per pixel; standard deviations beyond the outermost means
TABLE = 2**20  # numbers per table at most, once GRID is at its least (128): larger images get coarser grids
SUBSET = 1024  # pixels whose tables are kept per group of draws
WORK = 2**22  # numbers per intermediate tensor while building


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """The marginal predictive law, `D` pixels flattened. Tables are `[D, G]`, except Bernoulli's: none."""

    kind: str  # "binary", "grid" or "integers"
    traits: Traits
    draws: int
    low: Array  # [D] first grid point
    step: Array  # [D] distance of grid points
    cdf: Array
    log_density: Array
    crps: Array
    lower: Array  # [D] 5 % quantile
    upper: Array  # [D] 95 % quantile
    mean: Array  # [D]
    variance: Array  # [D], of the marginal law: noise + signal
    group_mean: Array  # [DRAW_GROUPS, D]: mean over the group's draws of E[x_i | z]
    group_square: Array  # ... of E[x_i | z]²
    group_noise: Array  # ... of Var(x_i | z)
    pixels: Array  # [P] the seeded subset of pixels of the group tables
    group_cdf: Array  # [DRAW_GROUPS, P, G]
    group_density: Array


def prior_tables(vae: Any, seed: Seed, *, draws: int = DRAWS) -> Tables:
    """Decode `draws` codes from the prior and tabulate. float64 outside the graph, deterministic given the seed."""
    pixels = math.prod(vae.event_shape)
    size = draws // DRAW_GROUPS
    z = vae.prior.sample(size * DRAW_GROUPS, seed=fold(seed, 77))
    kind = traits(vae.law(z[:1]))
    moments = tf.function(lambda part: _moments(vae, part))
    batch = max(1, min(size, WORK // pixels))
    means, noises = (np.concatenate(parts) for parts in zip(*_batches(moments, z, batch), strict=True))
    by_group = (DRAW_GROUPS, size, pixels)
    group_mean = means.reshape(by_group).mean(1)
    group_square = (means.reshape(by_group) ** 2).mean(1)
    group_noise = noises.reshape(by_group).mean(1)
    mean, noise = group_mean.mean(0), group_noise.mean(0)
    common = {
        "traits": kind,
        "draws": size * DRAW_GROUPS,
        "mean": mean,
        "variance": noise + group_square.mean(0) - mean**2,
        "group_mean": group_mean,
        "group_square": group_square,
        "group_noise": group_noise,
    }
    if kind.binary:
        return _binary(common)
    low, step, points = _grid(kind, means, noises)
    return _tabulated(vae, z, size, low, step, points, common)


def _moments(vae: Any, z: Any) -> tuple[Any, Any]:
    law = vae.law(z)
    shape = (tf.shape(z)[0], math.prod(vae.event_shape))
    full = tf.concat([[shape[0]], list(vae.event_shape)], 0)
    mean, variance = tf.broadcast_to(law.mean(), full), tf.broadcast_to(law.variance(), full)
    return tf.reshape(mean, shape), tf.reshape(variance, shape)


def _batches(function: Any, z: Any, batch: int) -> Any:
    for start in range(0, len(z), batch):
        yield tuple(t.numpy().astype(np.float64) for t in function(z[start : start + batch]))


def _binary(common: dict[str, Any]) -> Tables:
    p = np.clip(common["mean"], 1e-7, 1 - 1e-7)  # float32 knows no probabilities beyond
    none = np.zeros((len(p), 0))
    nothing = np.zeros((DRAW_GROUPS, 0, 0))
    return Tables(
        kind="binary", low=np.zeros_like(p), step=np.ones_like(p), cdf=none, log_density=none, crps=none,
        lower=(p > 0.95).astype(float), upper=(p > 0.05).astype(float), pixels=np.arange(len(p)),
        group_cdf=nothing, group_density=nothing, **{**common, "mean": p, "variance": p * (1 - p)},
    )  # fmt: skip


def _grid(kind: Traits, means: Array, noises: Array) -> tuple[Array, Array, int]:
    """First point and step of each pixel's grid `[D]`, and the number of points."""
    points = int(np.clip(TABLE // means.shape[1], 128, GRID))
    reach = REACH * np.sqrt(noises)
    low, high = (means - reach).min(0), (means + reach).max(0)
    low, high = np.maximum(low, kind.lower), np.minimum(high, kind.upper)
    if not kind.discrete:
        return low, np.maximum(high - low, 1e-12) / (points - 1), points
    low = np.floor(low)
    points = int(np.clip(np.ceil(high - low).max() + 1, 2, 4096))
    return low, np.ones_like(low), points


def _tabulated(vae: Any, z: Any, size: int, low: Array, step: Array, points: int, common: dict[str, Any]) -> Tables:
    event = tuple(vae.event_shape)
    pixels = len(low)
    discrete = common["traits"].discrete
    rng = np.random.default_rng(pixels)
    subset = np.sort(rng.choice(pixels, SUBSET, replace=False)) if pixels > SUBSET else np.arange(pixels)
    grid = low[None, :] + step[None, :] * np.arange(points)[:, None]
    at = tf.constant(grid.reshape(points, 1, *event), tf.float32)

    @tf.function
    def sums(part: Any) -> tuple[Any, Any]:
        law = vae.law(part)
        density = tf.exp(law.log_prob(at))
        return tuple(tf.reshape(tf.reduce_sum(t, 1), (points, pixels)) for t in (law.cdf(at), density))

    batch = max(1, min(size, WORK // (points * pixels)))
    cdf, density = np.zeros((pixels, points)), np.zeros((pixels, points))
    group_cdf = np.empty((DRAW_GROUPS, len(subset), points), np.float32)
    group_density = np.empty_like(group_cdf)
    for g in range(DRAW_GROUPS):
        parts = list(_batches(sums, z[g * size : (g + 1) * size], batch))
        one_cdf, one_density = (sum(part[i] for part in parts).T / size for i in (0, 1))
        cdf, density = cdf + one_cdf / DRAW_GROUPS, density + one_density / DRAW_GROUPS
        group_cdf[g], group_density[g] = one_cdf[subset], one_density[subset]
    cdf = np.clip(cdf, 0, 1)
    return Tables(
        kind="integers" if discrete else "grid", low=low, step=step, cdf=cdf,
        log_density=log_density(density), crps=crps_table(cdf, step, discrete=discrete),
        lower=quantile(cdf, low, step, 0.05, discrete=discrete),
        upper=quantile(cdf, low, step, 0.95, discrete=discrete),
        pixels=subset, group_cdf=group_cdf, group_density=group_density, **common,
    )  # fmt: skip


def log_density(density: Array) -> Array:
    """Finite also where float32 densities are 0: x beyond the table scores as float32's smallest, a lower bound."""
    return np.log(np.maximum(density, 1e-38))


def crps_table(cdf: Array, step: Array, *, discrete: bool) -> Array:
    """CRPS at the grid points, ∫_(y<x) F² + ∫_(y>x) (1 − F)², `[..., G]`."""
    square, rest = cdf**2, (1 - cdf) ** 2
    if discrete:
        below = np.cumsum(square, -1) - square
        above = np.cumsum(rest[..., ::-1], -1)[..., ::-1]
        return below + above
    below = np.zeros_like(cdf)
    below[..., 1:] = np.cumsum((square[..., 1:] + square[..., :-1]) / 2, -1)
    above = np.zeros_like(cdf)
    above[..., :-1] = np.cumsum(((rest[..., 1:] + rest[..., :-1]) / 2)[..., ::-1], -1)[..., ::-1]
    return (below + above) * step[:, None]


def quantile(cdf: Array, low: Array, step: Array, p: float, *, discrete: bool) -> Array:
    """Per-pixel quantile from the table, `[D]`: interpolated, or the first integer whose F reaches p."""
    above = np.minimum((cdf < p).sum(-1), cdf.shape[-1] - 1)
    if discrete:
        return low + above
    at, before = np.take_along_axis(cdf, above[:, None], 1)[:, 0], np.maximum(above - 1, 0)
    under = np.take_along_axis(cdf, before[:, None], 1)[:, 0]
    part = np.where(at > under, (p - under) / np.where(at > under, at - under, 1), 1.0)
    return low + step * (before + np.clip(part, 0, 1))
