"""Real handwritten digits: scikit-learn's copy of the UCI optical digits (1 797 images, 8 x 8, 17 grey levels)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vaediag.io.images import Images, from_array
from vaediag_models.data.splits import check_split, split_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

TEST = 500
SPLIT_SEED = 2_024
BINARY_SEED = 7


def digits(split: str | None = None) -> Images:
    """Grey digits in [0, 1], `[N, 8, 8, 1]`: 1 297 for training, 500 for testing; labels 0 to 9.

    49 % of the pixels are exactly 0: no density fits them.
    """
    grey, labels = _all()
    return _images("digits", split, grey, labels)


def digits_binary(split: str | None = None) -> Images:
    """The same digits as black and white, each pixel drawn once with its grey value as the probability of 1.

    So a Bernoulli decoder is of the right family: given the grey image, the bits are independent.
    """
    grey, labels = _all()
    bits = np.random.default_rng(BINARY_SEED).random(grey.shape, np.float32) < grey
    return _images("digits-binary", split, bits.astype(np.float32), labels)


def _all() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    from sklearn.datasets import load_digits

    stored: Any = load_digits()
    return (stored.images[..., None] / 16).astype(np.float32), stored.target.astype(np.int64)


def _images(name: str, split: str | None, values: NDArray[np.float32], labels: NDArray[np.int64]) -> Images:
    kept = split_rows(split, len(values), TEST, seed=SPLIT_SEED, name=name)
    chosen = check_split(split, name)
    return from_array(values[kept], labels=labels[kept], name=name, split=chosen, source=f"{name}[{chosen}]")
