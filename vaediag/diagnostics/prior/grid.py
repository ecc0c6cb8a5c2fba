"""Where the marginal predictive law is tabulated: knots of each pixel, dense where the draws are sharp.

The range of a pixel, in the coordinate of `prior/warp.py`, is cut into equal cells, and each cell into as many equal
parts as draws put quantiles into it. A uniform grid would fail a decoder whose sigma varies: one vague draw makes the
range so wide that the step exceeds the sigma of all the others. Finding the knot of an x still takes two divisions and
one look-up.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from vaediag.diagnostics.prior.warp import Warp
from vaediag.laws.traits import Traits
from vaediag.records.estimate import Array

KNOTS = 512  # per pixel; fewer for large images (at least 128), so that a table keeps within TABLE numbers
TABLE = 2**21
REACH = 8.0  # standard deviations beyond the outermost means
SPREAD = np.linspace(-5, 5, 21)  # quantiles (in standard deviations) by which a draw asks for knots
ASKED = 200  # draws that are asked
GOLDEN = 0.6180339887498949  # moves each draw's quantiles: equal draws would all ask at the same places


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Knots of `D` pixels at x and at t(x), which cells and tails are measured in.

    Beyond the ends the log density falls by rate · distance + curve · distance².
    """

    warp: Warp
    knots: Array  # [D, K] x
    places: Array  # [D, K] t(x)
    cell: Array  # [D] width of a cell
    edges: Array  # [D, C] left edge of each cell
    first: Array  # [D, C] index of the cell's first knot
    parts: Array  # [D, C] parts of the cell
    below: Array  # [D, 2] rate and curve of the lower tail
    above: Array  # [D, 2]

    def of(self, pixels: Array) -> Grid:
        """The grid of some of the pixels."""
        arrays = (field.name for field in fields(self) if field.name != "warp")
        return Grid(self.warp, *(getattr(self, name)[pixels] for name in arrays))


def continuous_grid(kind: Traits, warp: Warp, means: Array, stddevs: Array) -> Grid:
    """From the moments of t(x) under the draws, `[S, D]`.

    Gaussian tails for a Normal, else the table's own slope (set later).
    """
    pixels = means.shape[1]
    count = int(np.clip(TABLE // pixels, 128, KNOTS))
    cells = count // 4
    ends = [np.argmin(means - REACH * stddevs, 0), np.argmax(means + REACH * stddevs, 0)]
    at = np.arange(pixels)
    least, most = (kind.lower, kind.upper) if warp.kind == "none" else warp.limits()
    low = np.maximum(means[ends[0], at] - REACH * stddevs[ends[0], at], least)
    high = np.minimum(means[ends[1], at] + REACH * stddevs[ends[1], at], most)
    cell = np.maximum(high - low, 1e-6 * np.maximum(np.abs(low), 1e-6)) / cells
    asked = slice(None, None, max(1, len(means) // ASKED))
    wanted = np.zeros(pixels * cells)
    moved = (SPREAD[1] - SPREAD[0]) * ((GOLDEN * np.arange(len(means[asked]))[:, None]) % 1 - 0.5)
    for quantile in SPREAD:
        at_quantile = means[asked] + (quantile + moved) * stddevs[asked]
        inside = np.clip((at_quantile - low) / cell, 0, cells - 1).astype(int)
        wanted += np.bincount((inside + cells * at).ravel(), minlength=len(wanted))
    share = np.cumsum(wanted.reshape(pixels, cells), 1) / wanted.reshape(pixels, cells).sum(1, keepdims=True)
    spare = count - 1 - cells  # every cell has one part; the others go where they are wanted
    last = np.arange(1, cells + 1) + np.floor(spare * share + 1e-9).astype(int)
    first = np.concatenate([np.zeros((pixels, 1), int), last[:, :-1]], 1)
    parts = last - first
    edges = (low[:, None] + cell[:, None] * np.arange(cells)).astype(np.float32).astype(float)
    places = np.empty((pixels, count))
    owner = np.repeat(np.tile(np.arange(cells), pixels), parts.ravel()).reshape(pixels, count - 1)
    within = np.arange(count - 1) - np.take_along_axis(first, owner, 1)
    left, pieces = np.take_along_axis(edges, owner, 1), np.take_along_axis(parts, owner, 1)
    places[:, :-1] = left + cell[:, None] * within / pieces
    places[:, -1] = edges[:, -1] + cell
    tails = [_gaussian_tail(stddevs[end, at]) if kind.family == "normal" else np.zeros((pixels, 2)) for end in ends]
    return Grid(warp, warp.x(places), places, cell, edges, first, parts, tails[0], tails[1])


def integer_grid(kind: Traits, means: Array, stddevs: Array) -> Grid:
    """One knot per point of the law's grid, the same number for all pixels (at most 4096)."""
    step = kind.step or 1.0
    low, high = (means - REACH * stddevs).min(0), (means + REACH * stddevs).max(0)
    low, high = ((np.clip(end, kind.lower, kind.upper) - kind.origin) / step for end in (low, high))
    low, high = np.floor(low + 1e-3), np.ceil(high - 1e-3)  # x of a rescaled grid is rounded
    count = int(np.clip((high - low).max() + 1, 2, 4096))
    if kind.upper - kind.lower < np.inf:  # every pixel's knots stay inside the support
        last = round((kind.upper - kind.origin) / step)
        count = min(count, last - round((kind.lower - kind.origin) / step) + 1)
        low = np.minimum(low, last - count + 1)
    knots = kind.origin + step * (low[:, None] + np.arange(count))
    nothing = np.zeros((len(low), 2))
    ones = np.ones((len(low), count - 1), int)
    cell = np.full(len(low), step)
    return Grid(Warp("none"), knots, knots, cell, knots[:, :-1], np.cumsum(ones, 1) - 1, ones, nothing, nothing)


def locate(grid: Grid, x: Array) -> tuple[Array, Array, Array]:
    """(knot at or before x, fraction of the way to the next, signed distance beyond the ends in t) of x `[n, D]`."""
    cells = grid.edges.shape[1]
    pixel = np.arange(len(grid.cell))
    t = grid.warp.place(x)
    cell = np.clip(np.floor((t - grid.places[:, 0]) / grid.cell), 0, cells - 1).astype(int)
    parts = grid.parts[pixel, cell]
    position = np.clip((t - grid.edges[pixel, cell]) / grid.cell, 0, 1) * parts
    part = np.minimum(np.floor(position), parts - 1).astype(int)
    return grid.first[pixel, cell] + part, position - part, _beyond(t, grid.places)


def outside(grid: Grid, x: Array) -> Array:
    """Distance of x `[n, D]` beyond the ends, in units of x."""
    return np.abs(_beyond(x, grid.knots))


def _beyond(values: Array, knots: Array) -> Array:
    return np.minimum(values - knots[:, 0], 0) + np.maximum(values - knots[:, -1], 0)


def fall(grid: Grid, beyond: Array) -> Array:
    """By how much the log density is lower at a signed distance beyond the ends than at the end."""
    away = np.abs(beyond)
    below = away * (grid.below[:, 0] + away * grid.below[:, 1])
    return np.where(beyond < 0, below, away * (grid.above[:, 0] + away * grid.above[:, 1]))


def table_tails(grid: Grid, log_density: Array) -> tuple[Array, Array]:
    """Tails exponential in t with the slope of the outermost knots, `[D, 2]` each: for families that are not Normal."""
    gap = np.diff(grid.places, axis=1)
    lower = np.maximum((log_density[:, 1] - log_density[:, 0]) / gap[:, 0], 0)
    upper = np.maximum((log_density[:, -2] - log_density[:, -1]) / gap[:, -1], 0)
    return np.stack([lower, 0 * lower], 1), np.stack([upper, 0 * upper], 1)


def _gaussian_tail(stddev: Array) -> Array:
    """The end lies REACH standard deviations from the mean of the draw that reaches farthest."""
    return np.stack([REACH / stddev, 1 / (2 * stddev**2)], 1)
