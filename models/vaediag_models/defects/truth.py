"""The true law of x: x = offset + weights z + sigma e, with laws of z and e that can be replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from vaediag_models.defects.size import Size

Array = NDArray[np.floating]
Draw = Callable[[np.random.Generator, int, int], Array]  # (rng, images, numbers per image) -> [images, numbers]


def normal(rng: np.random.Generator, images: int, numbers: int) -> Array:
    return rng.standard_normal((images, numbers))


@dataclass(frozen=True, eq=False)
class Truth:
    weights: Array  # [D, L]
    offset: Array  # [D]
    sigma: Array  # [D]
    codes: Draw = normal
    noise: Draw = normal  # of variance 1

    def images(self, size: Size, count: int, rng: np.random.Generator) -> NDArray[np.float32]:
        signal = self.codes(rng, count, self.weights.shape[1]) @ self.weights.T
        x = self.offset + signal + self.sigma * self.noise(rng, count, len(self.offset))
        return x.reshape(count, *size.event_shape).astype(np.float32)


def student(degrees: float) -> Draw:
    def draw(rng: np.random.Generator, images: int, numbers: int) -> Array:
        return rng.standard_t(degrees, (images, numbers)) * np.sqrt((degrees - 2) / degrees)

    return draw


def uniform(rng: np.random.Generator, images: int, numbers: int) -> Array:
    return rng.uniform(-np.sqrt(3), np.sqrt(3), (images, numbers))


def by_image(spread: float) -> Draw:
    """Every image has a scale of its own, log-normal with `spread` as the standard deviation of its logarithm."""

    def draw(rng: np.random.Generator, images: int, numbers: int) -> Array:
        scale = np.exp(spread * rng.standard_normal((images, 1)) - spread**2)  # mean square 1
        return scale * rng.standard_normal((images, numbers))

    return draw


def ar1(rho: float) -> Draw:
    """Neighbours (row by row) are correlated with `rho`."""

    def draw(rng: np.random.Generator, images: int, numbers: int) -> Array:
        steps = np.sqrt(1 - rho**2) * rng.standard_normal((images, numbers))
        steps[:, 0] /= np.sqrt(1 - rho**2)  # stationary from the first pixel on
        return np.asarray(lfilter([1.0], [1.0, -rho], steps, axis=1))

    return draw


def two_clusters(rng: np.random.Generator, images: int, numbers: int) -> Array:
    """Half at -0.9, half at 0.9, and as wide as makes variance 1: only the shape is not that of the prior."""
    centre = rng.choice([-0.9, 0.9], (images, numbers))
    return centre + np.sqrt(1 - 0.9**2) * rng.standard_normal((images, numbers))


def narrow(factor: float) -> Draw:
    def draw(rng: np.random.Generator, images: int, numbers: int) -> Array:
        return factor * rng.standard_normal((images, numbers))

    return draw
