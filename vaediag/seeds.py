"""Randomness is an argument: stateless int32 pairs, folded for every use."""

from __future__ import annotations

import numpy as np

from vaediag.aliases import Seed
from vaediag.errors import InputError


def pair(seed: int) -> Seed:
    """The root pair of a run's seed, `int32 [2]`. Raises InputError unless `0 <= seed < 2**31`."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= int(seed) < 2**31:
        raise InputError(f"seed: expected an integer from 0 to 2147483647; got {seed!r}. Try seed=0.")
    return np.array([0, int(seed)], np.int32)


def fold(seed: Seed, *uses: int | Seed) -> Seed:
    """A new independent pair for each `uses` path; works on arrays and on traced tensors."""
    from vaediag.backend import tf

    for use in uses:
        seed = tf.random.experimental.stateless_fold_in(seed, tf.cast(use, tf.int32))
    return seed
