"""The images of the data set: here, rows of a table."""

import numpy as np
from sklearn.datasets import load_wine

from vaediag.errors import InputError
from vaediag.io.images import Images, from_array

SPLITS = ("train", "test")


def wine(split: str | None = None) -> Images:
    """The wines: every third one is the test split, which is what comes without a split.

    `wine[train]` on the command line gives split="train". A factory without splits leaves the argument out.
    """
    split = split or "test"
    if split not in SPLITS:
        raise InputError(f"split: expected one of {', '.join(SPLITS)}; got {split!r}. Try wine[test].")
    table = load_wine()
    values = (table.data - table.data.mean(axis=0)) / table.data.std(axis=0)
    mine = (np.arange(len(values)) % 3 == 0) == (split == "test")
    return from_array(
        values[mine].astype(np.float32),
        labels=table.target[mine],
        name="wine",
        split=split,
        columns=list(table.feature_names),
    )
