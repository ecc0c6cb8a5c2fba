"""Tables of the marginal predictive law F_i(x) = S⁻¹ Σ_s F(x_i | z_s), per pixel, built once from S decodes.

Asking each image of each draw would cost S decodes per chunk. Continuous families: F, the log density and the CRPS at
the knots of each pixel. Families on the integers: the same there. Bernoulli: the mean probability.
Sums per group of draws are kept, so that the error made by a finite S can be computed (delete-a-group over draws).
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.aliases import Seed
from vaediag.backend import tf
from vaediag.diagnostics.model_traits import model_traits
from vaediag.diagnostics.prior.grid import Grid, continuous_grid, integer_grid, table_tails
from vaediag.diagnostics.prior.warp import DRAWN, Warp, spread_of, warp_of
from vaediag.laws import moments as law_moments
from vaediag.laws import support
from vaediag.laws.density import log_prob
from vaediag.laws.pit import cdf
from vaediag.laws.traits import Traits, traits
from vaediag.prepared import kept
from vaediag.records.estimate import Array
from vaediag.seeds import fold

DRAWS, DRAW_GROUPS = 1000, 20
SUBSET = 1024  # pixels whose tables are kept per group of draws
WORK = 2**22  # numbers per intermediate tensor while building


class NoTablesError(Exception):
    """This law has no table; the message is the reason, for `why_not`."""


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """The marginal predictive law, `D` pixels flattened. Tables are `[D, K]`, except Bernoulli's: none."""

    kind: str  # "binary", "grid" or "integers"
    traits: Traits
    draws: int
    grid: Grid | None  # None: binary
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
    group_cdf: Array  # [DRAW_GROUPS, P, K]
    group_density: Array


def prior_tables(vae: Any, seed: Seed, *, draws: int = DRAWS) -> Tables:
    """Decode `draws` codes from the prior and tabulate. float64 outside the graph, deterministic given the seed.

    Raises NoTablesError for laws without a CDF, discrete laws that are not on the integers, and draws whose mean or
    variance is not finite.
    """
    kind = model_traits(vae)
    if kind.ranked or (kind.discrete and kind.step is None):
        raise NoTablesError(f"the {kind.family.replace('_', ' ')} family has no CDF that could be tabulated")
    if kind.atoms and not kind.discrete:
        raise NoTablesError("the law has atoms beside its density, which a table would smear")
    pixels = math.prod(vae.event_shape)
    size = draws // DRAW_GROUPS
    z = vae.prior.sample(size * DRAW_GROUPS, seed=fold(seed, 77))
    moments = kept(vae, "prior moments", lambda: tf.function(lambda part: _moments(vae, part)))
    batch = max(1, min(size, WORK // pixels))
    means, noises = (np.concatenate(parts) for parts in zip(*_batches(moments, z, batch), strict=True))
    finite = np.asarray(np.isfinite(means + noises).all(1))
    if not finite.all():
        bad = int((~finite).sum())
        raise NoTablesError(f"the decoder gives no finite mean and variance for {bad} of {len(finite)} prior draws")
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
    return _tabulated(vae, z, size, _grid(vae, kind, z, means, np.sqrt(noises)), common)


def _grid(vae: Any, kind: Traits, z: Any, means: Array, stddevs: Array) -> Grid:
    if kind.discrete:
        return integer_grid(kind, means, stddevs)
    warp = warp_of(kind)
    if warp.kind != "none":
        spread = kept(vae, "prior spread", lambda: tf.function(lambda part: _spread(vae, warp, part)))
        batch = max(1, min(len(z), WORK // (DRAWN * means.shape[1])))
        means, stddevs = (np.concatenate(parts) for parts in zip(*_batches(spread, z, batch), strict=True))
    return continuous_grid(kind, warp, means, stddevs)


def _moments(vae: Any, z: Any) -> tuple[Any, Any]:
    mean, stddev = law_moments.mean_and_stddev(vae.law(z), seed=(0, 0))
    return _flat(vae, z, mean), _flat(vae, z, stddev**2)


def _spread(vae: Any, warp: Warp, z: Any) -> tuple[Any, Any]:
    mean, stddev = spread_of(warp, vae.law(z), seed=(0, 0))
    return _flat(vae, z, mean), _flat(vae, z, stddev)


def _flat(vae: Any, z: Any, values: Any) -> Any:
    """Per-pixel values of the codes `z` as `[n, D]`; laws may leave axes out that they share."""
    full = tf.concat([tf.shape(z)[:1], list(vae.event_shape)], 0)
    return tf.reshape(tf.broadcast_to(values, full), (tf.shape(z)[0], math.prod(vae.event_shape)))


def _sums(vae: Any, z: Any, at: Any) -> tuple[Any, Any]:
    """F and the density at the knots `[K, 1, *event]`, added over the codes: both `[K, D]`."""
    law = vae.law(z)
    shape = (at.shape[0], math.prod(vae.event_shape))
    if support.tabled(law):  # its own CDF would hold every level once per knot
        points = support.points(law)
        assert points is not None  # a table of masses has points
        mass = tf.reshape(tf.reduce_sum(support.masses(law, points), 0), (shape[1], len(points)))
        at = tf.transpose(tf.reshape(at, shape))
        index = tf.cast(tf.round((at - points[0]) / (points[1] - points[0])), tf.int32)
        return tuple(tf.transpose(tf.gather(t, index, batch_dims=1)) for t in (tf.cumsum(mass, 1), mass))
    mass = tf.exp(log_prob(law, at))
    if traits(law).discrete:  # the knots are neighbours: a sum of masses costs a tenth of a beta function at each
        wide = tf.cast(mass, tf.float64)
        upto = tf.cast(cdf(law, at[:1]), tf.float64) + tf.cumsum(wide, 0) - wide[:1]
    else:
        upto = cdf(law, at)
    return tuple(tf.reshape(tf.reduce_sum(t, 1), shape) for t in (upto, mass))


def _batches(function: Any, z: Any, batch: int, *given: Any) -> Any:
    for start in range(0, len(z), batch):
        yield tuple(t.numpy().astype(np.float64) for t in function(z[start : start + batch], *given))


def _binary(common: dict[str, Any]) -> Tables:
    p = np.clip(common["mean"], 1e-7, 1 - 1e-7)  # float32 knows no probabilities beyond
    none = np.zeros((len(p), 0))
    nothing = np.zeros((DRAW_GROUPS, 0, 0))
    return Tables(
        kind="binary", grid=None, cdf=none, log_density=none, crps=none,
        lower=(p > 0.95).astype(float), upper=(p > 0.05).astype(float), pixels=np.arange(len(p)),
        group_cdf=nothing, group_density=nothing, **{**common, "mean": p, "variance": p * (1 - p)},
    )  # fmt: skip


def _tabulated(vae: Any, z: Any, size: int, grid: Grid, common: dict[str, Any]) -> Tables:
    event = tuple(vae.event_shape)
    pixels, points = grid.knots.shape
    discrete = common["traits"].discrete
    rng = np.random.default_rng(pixels)
    subset = np.sort(rng.choice(pixels, SUBSET, replace=False)) if pixels > SUBSET else np.arange(pixels)
    at = tf.constant(grid.knots.T.reshape(points, 1, *event), tf.float32)
    sums = kept(vae, "prior sums", lambda: tf.function(lambda part, at: _sums(vae, part, at)))
    batch = max(1, min(size, WORK // (points * pixels)))
    total, density = np.zeros((pixels, points)), np.zeros((pixels, points))
    group_cdf = np.empty((DRAW_GROUPS, len(subset), points), np.float32)
    group_density = np.empty_like(group_cdf)
    for g in range(DRAW_GROUPS):
        parts = list(_batches(sums, z[g * size : (g + 1) * size], batch, at))
        one_cdf, one_density = (np.sum([part[i] for part in parts], 0).T / size for i in (0, 1))
        one_density = _finite_ends(one_density)
        total, density = total + one_cdf / DRAW_GROUPS, density + one_density / DRAW_GROUPS
        group_cdf[g], group_density[g] = one_cdf[subset], one_density[subset]
    total, logs = np.clip(total, 0, 1), logarithm(density)
    if not discrete and common["traits"].family != "normal":
        below, above = table_tails(grid, logs)
        grid = dataclasses.replace(grid, below=below, above=above)
    return Tables(
        kind="integers" if discrete else "grid", grid=grid, cdf=total, log_density=logs,
        crps=crps_table(total, grid.knots, discrete=discrete),
        lower=quantile(total, grid.knots, 0.05, discrete=discrete),
        upper=quantile(total, grid.knots, 0.95, discrete=discrete),
        pixels=subset, group_cdf=group_cdf, group_density=group_density, **common,
    )  # fmt: skip


def _finite_ends(density: Array) -> Array:
    """A density may be infinite at the ends of its support (Beta): there the next knot's stands in."""
    for end, inner in ((0, 1), (-1, -2)):
        density[:, end] = np.where(np.isfinite(density[:, end]), density[:, end], density[:, inner])
    return density


def logarithm(density: Array) -> Array:
    """Finite also where float32 densities are 0."""
    return np.log(np.maximum(density, 1e-38))


def crps_table(cdf: Array, knots: Array, *, discrete: bool) -> Array:
    """CRPS at the knots, ∫_(y<x) F² + ∫_(y>x) (1 − F)², `[..., K]`."""
    square, rest = cdf**2, (1 - cdf) ** 2
    if discrete:
        below = np.cumsum(square, -1) - square
        above = np.cumsum(rest[..., ::-1], -1)[..., ::-1]
        return (knots[..., 1:2] - knots[..., :1]) * (below + above)
    gap = np.diff(knots, axis=-1)
    below, above = np.zeros_like(cdf), np.zeros_like(cdf)
    below[..., 1:] = np.cumsum(gap * (square[..., 1:] + square[..., :-1]) / 2, -1)
    above[..., :-1] = np.cumsum((gap * (rest[..., 1:] + rest[..., :-1]) / 2)[..., ::-1], -1)[..., ::-1]
    return below + above


def quantile(cdf: Array, knots: Array, p: float, *, discrete: bool) -> Array:
    """Per-pixel quantile from the table, `[D]`: interpolated, or the first integer whose F reaches p."""
    above = np.minimum((cdf < p).sum(-1), cdf.shape[-1] - 1)[:, None]
    right = np.take_along_axis(knots, above, 1)[:, 0]
    if discrete:
        return right
    before = np.maximum(above - 1, 0)
    at, under = (np.take_along_axis(cdf, place, 1)[:, 0] for place in (above, before))
    left = np.take_along_axis(knots, before, 1)[:, 0]
    part = np.where(at > under, (p - under) / np.where(at > under, at - under, 1), 1.0)
    return left + (right - left) * np.clip(part, 0, 1)
