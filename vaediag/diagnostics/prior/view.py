"""The prior predictive law as a view of a chunk: looked up in the tables instead of decoded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from vaediag.aliases import Tensor
from vaediag.backend import tf
from vaediag.diagnostics.prior.tables import Tables
from vaediag.engine.chunk import Chunk
from vaediag.engine.shared import Shared, shared

MISS = 0.1  # of the 90 % interval


def prior_view(tables: Tables) -> Callable[[Chunk], PriorView]:
    """A view factory for `calibration("prior", view=...)`; the tables become constants of the graph once."""
    constants = {
        name: tf.constant(getattr(tables, name), tf.float32)
        for name in ("low", "step", "lower", "upper", "mean", "variance")
    }
    if tables.kind != "binary":
        packed = np.stack([tables.cdf, tables.log_density, tables.crps], -1)
        constants["packed"] = tf.constant(packed.reshape(-1, 3), tf.float32)  # one gather brings all three
    return lambda chunk: PriorView(x=chunk.x, tables=tables, **constants)


class PriorView(Shared):
    x: Tensor
    tables: Tables
    low: Tensor
    step: Tensor
    lower: Tensor
    upper: Tensor
    packed: Tensor
    mean: Tensor  # [D]; the same for every image
    variance: Tensor

    @property
    def traits(self) -> Any:
        return self.tables.traits

    @shared
    def looked_up(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """(F(x-), F(x), log density, crps) at x, each `[n, D]`."""
        points = self.tables.cdf.shape[1]
        at = (self.x - self.low) / self.step
        offset = points * tf.range(self.x.shape[1])
        if self.tables.kind == "integers":
            index = tf.cast(tf.clip_by_value(tf.round(at), 0.0, points - 1.0), tf.int32)
            here = tf.gather(self.packed, index + offset)
            before = tf.gather(self.packed[:, 0], tf.maximum(index - 1, 0) + offset)
            below = tf.where(index > 0, before, 0.0)
            return below, here[..., 0], here[..., 1], here[..., 2] + tf.abs(at - tf.cast(index, tf.float32))
        inside = tf.clip_by_value(at, 0.0, points - 1.001)
        index = tf.cast(inside, tf.int32)
        part = (inside - tf.cast(index, tf.float32))[..., None]
        left, right = tf.gather(self.packed, index + offset), tf.gather(self.packed, index + offset + 1)
        here = left + part * (right - left)
        beyond = tf.abs(at - inside)
        u = tf.where(at < 0, 0.0, tf.where(at > points - 1, 1.0, here[..., 0]))
        return u, u, here[..., 1], here[..., 2] + tf.where(beyond > 0.01, beyond, 0.0) * self.step

    @shared
    def cdf(self) -> tuple[Tensor, Tensor]:
        if self.tables.kind == "binary":
            return tf.where(self.x > 0.5, 1 - self.mean, 0.0), tf.where(self.x > 0.5, 1.0, 1 - self.mean)
        return self.looked_up[0], self.looked_up[1]

    @shared
    def log_prob(self) -> Tensor:
        if self.tables.kind == "binary":
            return self.x * tf.math.log(self.mean) + (1 - self.x) * tf.math.log1p(-self.mean)
        return self.looked_up[2]

    @shared
    def crps(self) -> Tensor:
        return (self.x - self.mean) ** 2 if self.tables.kind == "binary" else self.looked_up[3]

    @shared
    def interval_score(self) -> Tensor:
        short = tf.maximum(self.lower - self.x, 0.0) + tf.maximum(self.x - self.upper, 0.0)
        return self.upper - self.lower + (2 / MISS) * short

    @shared
    def residual(self) -> Tensor:
        return (self.x - self.mean) / tf.sqrt(self.variance)
