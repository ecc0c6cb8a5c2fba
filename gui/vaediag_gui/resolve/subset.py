"""Which image of the data a diagnosis of a seeded subset means."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from vaediag.records.diagnosis import DataInfo
from vaediag.records.estimate import Array

_NOTE = re.compile(r"(\d+) of (\d+) images drawn with seed (\d+)")


def image_numbers(data: DataInfo, index: Array) -> Array:
    """Positions in the diagnosis as numbers in the data: the same unless a limit was given."""
    found = _NOTE.fullmatch(data.subset or "")
    index = np.asarray(index, int)
    if found is None or not len(index):
        return index
    count, total, seed = (int(number) for number in found.groups())
    chosen = _drawn(count, total, seed) if count <= total <= 10**8 else np.empty(0, int)
    return chosen[index] if index.max() < len(chosen) else index


@lru_cache(maxsize=4)
def _drawn(count: int, total: int, seed: int) -> Array:
    """As `Images.limit` draws them."""
    return np.sort(np.random.default_rng(seed).choice(total, count, replace=False))
