"""The prior predictive law as a view of a chunk: looked up in the tables instead of decoded."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vaediag.aliases import Tensor
from vaediag.backend import tf
from vaediag.diagnostics.prior.tables import Tables
from vaediag.diagnostics.prior.warp import Warp, warp_of
from vaediag.engine.chunk import Chunk
from vaediag.engine.shared import Shared, shared
from vaediag.laws.traits import Traits

MISS = 0.1  # of the 90 % interval


def prior_tensors(tables: Tables) -> dict[str, Tensor]:
    """The tables as tensors: what a step is given under "prior"."""
    tensors = {name: tf.constant(getattr(tables, name), tf.float32) for name in ("lower", "upper", "mean", "variance")}
    if tables.grid is not None:
        packed = np.stack([tables.cdf, tables.log_density, tables.crps], -1)
        tensors["packed"] = tf.constant(packed.reshape(-1, 3), tf.float32)  # one gather brings all three
        cells = np.stack([tables.grid.edges, tables.grid.first, tables.grid.parts], -1)
        tensors["cells"] = tf.constant(cells.reshape(-1, 3), tf.float32)
        ends = [values[:, end] for values in (tables.grid.places, tables.grid.knots) for end in (0, -1)]
        tensors["bounds"] = tf.constant(np.stack([tables.grid.cell, *ends]), tf.float32)
        tensors["tails"] = tf.constant(np.stack([tables.grid.below.T, tables.grid.above.T]), tf.float32)
    return tensors


def prior_view(tables: Tables) -> Callable[[Chunk], PriorView]:
    """A view factory for `calibration("prior", view=...)`; the numbers come from `chunk.given`."""
    kind, traits, warp = tables.kind, tables.traits, warp_of(tables.traits)
    return lambda chunk: PriorView(x=chunk.x, kind=kind, traits=traits, warp=warp, **chunk.given["prior"])


class PriorView(Shared):
    x: Tensor
    kind: str
    traits: Traits
    warp: Warp
    lower: Tensor
    upper: Tensor
    packed: Tensor  # [D * knots, 3]: F, log density, crps; this and what follows not for binary x
    cells: Tensor  # [D * cells, 3]: left edge, first knot, parts
    bounds: Tensor  # [5, D]: width of a cell; first and last knot in t, in x
    tails: Tensor  # [2, 2, D]: below and above; rate and curve
    mean: Tensor  # [D]; the same for every image
    variance: Tensor

    @shared
    def looked_up(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """(F(x-), F(x), log density, crps) at x, each `[n, D]`."""
        size, low, high, least, most = tf.unstack(self.bounds)
        count = self.x.shape[1]
        knots, cells = self.packed.shape[0] // count, self.cells.shape[0] // count
        pixels = tf.range(count)
        offset = knots * pixels
        outside = tf.maximum(least - self.x, 0.0) + tf.maximum(self.x - most, 0.0)
        if self.kind == "integers":
            at = tf.round((self.x - low) / size)
            index = tf.cast(tf.clip_by_value(at, 0.0, knots - 1.0), tf.int32)
            here = tf.gather(self.packed, index + offset)
            before = tf.gather(self.packed[:, 0], tf.maximum(index - 1, 0) + offset)
            return tf.where(index > 0, before, 0.0), here[..., 0], here[..., 1], here[..., 2] + outside
        t = self.warp.traced(self.x)
        beyond = tf.minimum(t - low, 0.0) + tf.maximum(t - high, 0.0)
        away = tf.abs(beyond)
        cell = tf.cast(tf.clip_by_value((t - low) / size, 0.0, cells - 1.0), tf.int32)
        edge, first, parts = tf.unstack(tf.gather(self.cells, cell + cells * pixels), axis=-1)
        position = tf.clip_by_value((t - edge) / size, 0.0, 1.0) * parts  # from the cell's edge: keeps the digits
        part = tf.minimum(tf.floor(position), parts - 1.0)
        index = tf.cast(first + part, tf.int32) + offset
        left, right = tf.gather(self.packed, index), tf.gather(self.packed, index + 1)
        here = left + (position - part)[..., None] * (right - left)
        u = tf.where(beyond < 0, 0.0, tf.where(beyond > 0, 1.0, here[..., 0]))
        rate, curve = (tf.where(beyond < 0, self.tails[0, i], self.tails[1, i]) for i in (0, 1))
        return u, u, here[..., 1] - away * (rate + away * curve), here[..., 2] + outside

    @shared
    def cdf(self) -> tuple[Tensor, Tensor]:
        if self.kind == "binary":
            return tf.where(self.x > 0.5, 1 - self.mean, 0.0), tf.where(self.x > 0.5, 1.0, 1 - self.mean)
        return self.looked_up[0], self.looked_up[1]

    @shared
    def log_prob(self) -> Tensor:
        if self.kind == "binary":
            return self.x * tf.math.log(self.mean) + (1 - self.x) * tf.math.log1p(-self.mean)
        return self.looked_up[2]

    @shared
    def crps(self) -> Tensor:
        return (self.x - self.mean) ** 2 if self.kind == "binary" else self.looked_up[3]

    @shared
    def interval_score(self) -> Tensor:
        short = tf.maximum(self.lower - self.x, 0.0) + tf.maximum(self.x - self.upper, 0.0)
        return self.upper - self.lower + (2 / MISS) * short

    @shared
    def residual(self) -> Tensor:
        return (self.x - self.mean) / tf.sqrt(self.variance)
