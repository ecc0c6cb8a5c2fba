"""Which images are learned from, in which order. All of it is a function of (images, recipe, epoch)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vaediag.errors import InputError
from vaediag.io.images import Images
from vaediag_models.recipes import Recipe

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class TrainingData:
    """Attributes:
    learn: `[n, *event]`, what the steps see: grey images (probabilities) when `draw`, else the images themselves.
    held_out: `[m, *event]`, what the bound is measured on to decide when to stop.
    draw: the steps draw black-and-white images from `learn` afresh.
    sha256: identity of all the training images.
    """

    learn: Array
    held_out: Array
    draw: bool
    sha256: str


def training_data(recipe: Recipe, images: Images, grey: Images | None = None) -> TrainingData:
    """Hold a share of the images out, by blocks.

    Raises InputError when there are too few images to do that, or `grey` does not match them.
    """
    if grey is not None and (len(grey), grey.event_shape) != (len(images), images.event_shape):
        raise InputError(
            f"grey: expected one grey image per training image, {len(images)} of shape {list(images.event_shape)}; "
            f"got {len(grey)} of shape {list(grey.event_shape)}."
        )
    blocks = np.arange(len(images)) // recipe.block
    count = blocks[-1] + 1
    aside = round(recipe.validation * count)
    if not 1 <= aside < count:
        raise InputError(
            f"images: expected enough to hold {recipe.validation:.0%} out and learn from the rest; "
            f"got {len(images)}. Give more images, or a larger share."
        )
    chosen = np.random.default_rng([recipe.seed, 1]).permutation(count)[:aside]
    held_out = np.isin(blocks, chosen)
    values = images.values
    source = values if grey is None else grey.values
    return TrainingData(learn=source[~held_out], held_out=values[held_out], draw=grey is not None, sha256=images.sha256)


def batches(recipe: Recipe, count: int, epoch: int) -> Iterator[NDArray[np.int32]]:
    """Row numbers of each step of an epoch: a fresh order, all batches full, a few images left for another epoch."""
    size = min(recipe.batch, count)
    order = np.random.default_rng([recipe.seed, 2, epoch]).permutation(count).astype(np.int32)
    for start in range(0, count - size + 1, size):
        yield order[start : start + size]


def learning_rate(recipe: Recipe, epoch: int, epochs: int) -> float:
    """Constant over the first half of the epochs, then a quarter of a cosine down to 0."""
    late = max(0.0, 2 * (epoch + 1) / (epochs + 1) - 1)
    return recipe.learning_rate * float(np.cos(0.5 * np.pi * late))


def rate_weight(recipe: Recipe, epoch: int) -> float:
    """beta, reached in equal steps over the warm-up."""
    return recipe.beta * min(1.0, (epoch + 1) / (recipe.warmup + 1))
