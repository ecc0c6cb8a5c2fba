"""Equal-count bins from fine fixed bins, so that a streamed pass needs no sorting; ties are kept together."""

from __future__ import annotations

import numpy as np

from vaediag.aliases import Tensor
from vaediag.backend import tf
from vaediag.records.estimate import Array

FINE, COARSE = 256, 20


def fine_index(values: Tensor, low: float | Tensor, high: float | Tensor) -> Tensor:
    """Fixed bin of each value, `[n, D]` int32; values outside the range fall in the first or last bin."""
    scaled = tf.clip_by_value((values - low) / (high - low) * FINE, 0, FINE - 1)
    return tf.cast(tf.where(tf.math.is_nan(scaled), 0.0, scaled), tf.int32)


def scatter(index: Tensor, values: Tensor | None, bins: int) -> Tensor:
    """Sums of `values` (None: counts) per image and bin, `[n, D] -> [n, bins]`; indices must be >= 0, those beyond
    `bins` are dropped. `DenseBincount` takes 0.6 of the time of a segment sum."""
    dtype = tf.float32 if values is None else values.dtype
    weights = tf.constant([], dtype) if values is None else values
    return tf.raw_ops.DenseBincount(input=index, size=bins, weights=weights, binary_output=False)


def regroup(count: Array, *, bins: int = COARSE) -> Array:
    """Membership matrix `[coarse, fine]` (0/1) of at most `bins` groups of neighbours with about equal counts.

    A fine bin is never split: equal values stay together, and a heavy one makes fewer groups.
    """
    share = np.cumsum(count) - count / 2  # the middle of each fine bin, so that a heavy bin gets a group of its own
    label = np.minimum((share / max(count.sum(), 1) * bins).astype(int), bins - 1)
    used = np.unique(label[count > 0])
    return (label[None, :] == used[:, None]).astype(float)
