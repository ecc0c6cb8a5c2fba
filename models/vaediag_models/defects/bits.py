"""The binary VAE of the bench: latents with four levels, each owning a block of pixels; exchangeable logits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vaediag_models.defects.size import Size
from vaediag_models.oracles.binary import BinaryCells, binary_cells, cells_vae

if TYPE_CHECKING:
    from vaediag.vae import VAE

CELLS = 4


def random_bits(size: Size, rng: np.random.Generator, sharpness: float = 1.0) -> BinaryCells:
    """`sharpness` 1 is an exact model; the encoder is exact for the stated decoder in any case."""
    return binary_cells(
        size.pixels,
        size.latents,
        int(rng.integers(2**31)),
        cells=CELLS,
        sharpness=sharpness,
        event_shape=size.event_shape,
    )


class BitsModel:
    """One compiled model; `state` gives it the logits of another one of the same size."""

    vae: VAE

    def __init__(self, size: Size) -> None:
        from vaediag.backend import tf

        block = size.pixels // size.latents
        self._logits = tf.Variable(np.zeros((size.latents, CELLS, block)), dtype=tf.float32)
        self.vae = cells_vae(self._logits, size.event_shape, "binary-cells")

    def state(self, numbers: BinaryCells) -> None:
        self._logits.assign(numbers.logits)
