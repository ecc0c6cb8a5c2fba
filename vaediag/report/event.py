"""What kind of thing x is, and how its values become something to look at."""

from __future__ import annotations

from typing import Literal

import numpy as np

from vaediag.records.estimate import Array

Kind = Literal["grey", "colour", "flat"]


def kind(event_shape: tuple[int, ...]) -> Kind:
    """ "grey" for [H, W] and [H, W, C], "colour" for [H, W, 3], "flat" for vectors and everything else."""
    if len(event_shape) == 3:
        return "colour" if event_shape[-1] == 3 else "grey"
    return "grey" if len(event_shape) == 2 else "flat"


def pictures(values: Array, event_shape: tuple[int, ...]) -> Array:
    """`[..., *event]` of x-like values to `[..., H, W]` or, for colour, `[..., H, W, 3]`; flat: `[..., D]`."""
    return np.asarray(values, dtype=float) if kind(event_shape) == "colour" else cells(values, event_shape)


def cells(values: Array, event_shape: tuple[int, ...]) -> Array:
    """One number per pixel, `[..., H, W]` (flat: `[..., D]`): channels, where there are several, are averaged."""
    values = np.asarray(values, dtype=float)
    if kind(event_shape) == "flat":
        return values.reshape(*values.shape[: values.ndim - len(event_shape)], -1)
    return values if len(event_shape) == 2 else values[..., 0] if event_shape[-1] == 1 else values.mean(axis=-1)


def ratio_cells(total: Array, data: Array, event_shape: tuple[int, ...]) -> Array:
    """One total / data per pixel, over the channels in which the data vary; NaN where they vary in none."""
    data = np.asarray(data, dtype=float)
    above, below = cells(np.where(data > 0, total, 0.0), event_shape), cells(data, event_shape)
    return np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0)


def strongest(values: Array, event_shape: tuple[int, ...]) -> Array:
    """Like `cells`, but of several channels the value farthest from zero: residuals must not cancel."""
    values = np.asarray(values, dtype=float)
    if kind(event_shape) == "flat" or len(event_shape) == 2 or event_shape[-1] == 1:
        return cells(values, event_shape)
    place = np.nanargmax(np.where(np.isfinite(values), np.abs(values), -1.0), axis=-1, keepdims=True)
    return np.take_along_axis(values, place, axis=-1)[..., 0]


def channel_note(event_shape: tuple[int, ...], how: str = "averaged over") -> str:
    """`, averaged over the 3 channels`, or nothing where there is one channel."""
    several = kind(event_shape) != "flat" and len(event_shape) == 3 and event_shape[-1] > 1
    return f", {how} the {event_shape[-1]} channels" if several else ""


def shape_words(event_shape: tuple[int, ...]) -> str:
    """`28 × 28 × 1`, `vector of 64`."""
    return f"vector of {event_shape[0]}" if len(event_shape) == 1 else " × ".join(str(size) for size in event_shape)
