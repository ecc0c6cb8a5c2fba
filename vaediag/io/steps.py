"""The arithmetic of each preprocessing step: float32 `[n, ...]` and the numbers of the images in the data, `[n]`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from vaediag.errors import InputError

Array: TypeAlias = np.ndarray[Any, Any]
Apply: TypeAlias = Callable[[Array, Array], Array]

BYTE, WORD = 255.0, 65535.0
_STREAM = 0x766165646961677E  # the other half of the key: no other use of the seed draws the same numbers


def divided(most: float) -> Apply:
    return lambda values, _: values / np.float32(most)


def symmetric(most: float) -> Apply:
    """`[0, most]` to `[-1, 1]`, both ends exactly."""
    return lambda values, _: values / np.float32(most / 2) - np.float32(1)


def cut_at(level: float) -> Apply:
    def cut(values: Array, _: Array) -> Array:
        # NaN stays NaN: it must be counted as such, not turned into a background pixel
        return np.where(np.isnan(values), values, (values >= level).astype(np.float32))

    return cut


def bernoulli(seed: int) -> Apply:
    """1 with probability x, else 0; NaN stays NaN.

    The draws of an image are a function of the seed and its number in the data, and of nothing else: a Philox block
    of its own (counter = number), whose raw words NumPy promises not to change.
    """

    def drawn(values: Array, numbers: Array) -> Array:
        flat = values.reshape(len(values), -1)
        out = np.empty_like(flat)
        for row, number in enumerate(numbers):
            source = np.random.Philox(key=[seed, _STREAM], counter=[0, 0, 0, int(number)])
            words = source.random_raw((flat.shape[1] + 1) // 2).astype("<u8").view("<u4")[: flat.shape[1]]
            below_one = (words >> 8).astype(np.float32) * np.float32(2.0**-24)  # exact: 1 always gives 1, 0 always 0
            out[row] = flat[row] > below_one
        return np.where(np.isnan(flat), flat, out).reshape(values.shape)

    return drawn


def padded(size: int) -> Apply:
    """Zeros around `[n, H, W, ...]` up to `size` by `size`; the odd row or column goes below and to the right."""

    def pad(values: Array, _: Array) -> Array:
        room = [size - side for side in values.shape[1:3]]
        around = [(0, 0), *((gap // 2, gap - gap // 2) for gap in room), *[(0, 0)] * (values.ndim - 3)]
        return np.pad(values, around)

    return pad


def cropped(size: int) -> Apply:
    """The middle `size` by `size` of `[n, H, W, ...]`; the odd row or column is lost below and to the right."""

    def crop(values: Array, _: Array) -> Array:
        top, left = ((side - size) // 2 for side in values.shape[1:3])
        return np.ascontiguousarray(values[:, top : top + size, left : left + size])

    return crop


def luminance(values: Array, _: Array) -> Array:
    """`[n, H, W, 3]` to `[n, H, W, 1]` by the weights of ITU-R BT.601, not rounded."""
    return values @ np.array([[0.299], [0.587], [0.114]], np.float32)


def reshaped(shape: tuple[int, ...]) -> Apply:
    return lambda values, _: values.reshape(len(values), *shape)


def within(low: float, high: float, step: str, remedy: str) -> Apply:
    """Passes values on; raises InputError, with the image, for a finite one outside. NaN and infinity are no range."""

    def check(values: Array, numbers: Array) -> Array:
        if values.size == 0 or (values.min() >= low and values.max() <= high):
            return values
        outside = ((values < low) | (values > high)) & np.isfinite(values)
        if outside.any():
            place = tuple(np.argwhere(outside)[0])
            raise InputError(
                f"preprocess: {step!r} expects values from {low:g} to {high:g}; image {int(numbers[place[0]])} holds"
                f" {float(values[place]):.6g}. {remedy}"
            )
        return values

    return check
