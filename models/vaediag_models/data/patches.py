"""Patches of real photographs: scikit-learn's two, a temple and a flower, in grey.

Each photograph is cut into tiles, and each tile into two halves: a seeded one is for testing, the other for training;
so both sets show the same kinds of things and share no pixel. Test patches do not overlap one another either,
as every image counts as one sample.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vaediag.io.images import Images, from_array
from vaediag_models.data.splits import check_split

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE = 16
TILE = (61, 64)  # 427 x 640 pixels are 7 x 10 tiles
TRAIN_STRIDE = 4
SPLIT_SEED = 2_025
LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601


def patches(split: str | None = None) -> Images:
    """Grey patches in [0, 1], `[N, 16, 16, 1]`; labels: 0 temple, 1 flower."""
    chosen = check_split(split, "patches")
    halves, photograph = _halves(chosen)
    cut = [_cut(half, SIDE if chosen == "test" else TRAIN_STRIDE) for half in halves]
    labels = np.repeat(photograph, [len(some) for some in cut])
    return from_array(np.concatenate(cut), labels=labels, name="patches", split=chosen, source=f"patches[{chosen}]")


def _halves(split: str) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The half `[61, 32]` of every tile that belongs to a split, and which photograph each is from."""
    tiles, photograph = _tiles()
    left = np.random.default_rng(SPLIT_SEED).random(len(tiles)) < 0.5
    wanted = left if split == "test" else ~left
    middle = TILE[1] // 2
    return np.where(wanted[:, None, None], tiles[:, :, :middle], tiles[:, :, middle:]), photograph


def _tiles() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """All tiles `[140, 61, 64]` of both photographs, and which photograph each is from."""
    from sklearn.datasets import load_sample_images

    height, width = TILE
    found = []
    for photograph in load_sample_images().images:
        grey = (photograph.astype(np.float64) @ np.array(LUMA) / 255).astype(np.float32)
        rows, columns = grey.shape[0] // height, grey.shape[1] // width
        grey = grey[: rows * height, : columns * width]
        found.append(grey.reshape(rows, height, columns, width).swapaxes(1, 2).reshape(-1, height, width))
    return np.concatenate(found), np.repeat(np.arange(len(found)), [len(some) for some in found])


def _cut(tile: NDArray[np.float32], stride: int) -> NDArray[np.float32]:
    windows = np.lib.stride_tricks.sliding_window_view(tile, (SIDE, SIDE))[::stride, ::stride]
    return windows.reshape(-1, SIDE, SIDE, 1)
