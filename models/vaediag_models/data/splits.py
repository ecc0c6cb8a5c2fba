"""Which rows of a data set are for training and which for testing: fixed by seed, the same on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vaediag.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPLITS = ("train", "test")


def split_rows(split: str | None, count: int, test: int, *, seed: int, name: str) -> NDArray[np.int64]:
    """Sorted row numbers of a split; None means "test". Raises InputError for a name that is neither."""
    order = np.random.default_rng(seed).permutation(count)
    wanted = order[:test] if check_split(split, name) == "test" else order[test:]
    return np.sort(wanted)


def check_split(split: str | None, name: str) -> str:
    """The split's name, "test" for None."""
    if split is None:
        return "test"
    if split not in SPLITS:
        raise InputError(f"split: expected one of {', '.join(SPLITS)}; got {split!r}. Try '{name}[train]'.")
    return split
