"""Generated black-and-white shapes, 64 x 64, whose factors are known; drawn when they are read.

A pixel is 1 with a probability that falls from 1 inside the shape to 0 outside over about a pixel: a soft edge, drawn
once per image from the image's own seed. So the same image is the same bits in whatever order it is read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from vaediag.io.images import Images, from_rows
from vaediag_models.data.splits import check_split

Array = NDArray[np.floating]
SIDE = 64
COUNTS = {"train": 12_000, "test": 1_000}
SEEDS = {"train": 31, "test": 32}
FACTORS = ("kind", "size", "angle", "row", "column")  # 0 rectangle, 1 ellipse, 2 triangle; pixels; radians; pixels
EDGE = 0.6  # pixels: the width of the soft edge


def shapes(split: str | None = None) -> Images:
    """Binary images `[N, 64, 64, 1]`, labels = the kind of shape; `shapes_factors` has all five factors."""
    chosen = check_split(split, "shapes")
    factors = shapes_factors(chosen)
    return from_rows(
        ShapeRows(factors, SEEDS[chosen]),
        labels=factors[:, 0].astype(np.int64),
        name="shapes",
        split=chosen,
        source=f"shapes[{chosen}]",
    )


def shapes_factors(split: str | None = None) -> Array:
    """What generated each image, `[N, 5]` in the order of `FACTORS`."""
    chosen = check_split(split, "shapes")
    rng = np.random.default_rng(SEEDS[chosen])
    count = COUNTS[chosen]
    kind = rng.integers(0, 3, count).astype(np.float64)
    size = rng.uniform(9, 17, count)
    angle = rng.uniform(0, 2 * np.pi, count)
    place = rng.uniform(20, SIDE - 20, (count, 2))
    return np.column_stack([kind, size, angle, place])


@dataclass(frozen=True)
class ShapeRows:
    """Images made from their factors as they are asked for."""

    factors: Array
    seed: int

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.factors), SIDE, SIDE, 1)

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        return self.take(np.arange(start, stop))

    def take(self, indices: NDArray[np.integer]) -> NDArray[np.float32]:
        chance = expit(-signed_distance(self.factors[indices]) / EDGE)
        noise = [np.random.default_rng([self.seed, int(index)]).random((SIDE, SIDE), np.float32) for index in indices]
        if not noise:
            return np.empty((0, SIDE, SIDE, 1), np.float32)
        return (np.stack(noise) < chance).astype(np.float32)[..., None]


def signed_distance(factors: Array) -> Array:
    """About the distance in pixels from each pixel to the shape's edge, `[n, 64, 64]`, negative inside."""
    kind, size, angle, row, column = (value[:, None, None] for value in factors.T)
    rows, columns = np.mgrid[:SIDE, :SIDE] + 0.5
    down, right = rows - row, columns - column
    along = np.cos(angle) * right + np.sin(angle) * down
    across = -np.sin(angle) * right + np.cos(angle) * down
    rectangle = np.maximum(np.abs(along) - size, np.abs(across) - 0.6 * size)
    ellipse = (np.hypot(along, across / 0.6) - size) * 0.75  # 0.75: the mean slope across the edge
    corner = np.sqrt(3) / 2
    triangle = np.maximum(np.maximum(corner * along - across / 2, -corner * along - across / 2), across) - 0.55 * size
    return np.where(kind == 0, rectangle, np.where(kind == 1, ellipse, triangle))
