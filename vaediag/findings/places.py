"""Parts of an image that a finding can name: standard regions, any rectangle, single channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vaediag.findings.wording import named, places_noun, shortened
from vaediag.records.columns import column_name
from vaediag.records.estimate import Array

SPELLED = 3  # so many columns are named one by one
GRID = 24  # rectangles end on a grid of at most so many rows and columns


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A set of pixels `[H, W, C]` (bool) and what to call it: "the upper left quarter", "rows 2–5, columns 0–3"."""

    name: str
    mask: Array


def as_image(values: Array) -> Array:
    """`[H, W, C]` of a map of the event's shape; an event without two spatial axes is a single row."""
    if values.ndim == 3:
        return values
    return values[..., None] if values.ndim == 2 else values.reshape(1, -1, 1)


def standard(shape: tuple[int, int, int], names: Sequence[str] | None = None) -> list[Place]:
    """Halves, quarters, bands, blocks, the middle, and each channel of an image `[H, W, C]`; none covers all of it.

    They are few and known before the data are seen, so that rules can judge them together. `names` are those of the
    values of flat data, here and below.
    """
    high, wide, channels = shape
    boxes: dict[tuple[int, int, int, int], str] = {}
    for rows, columns in ((2, 1), (1, 2), (2, 2), (4, 1), (1, 4), (4, 4)):
        for top, bottom in _cuts(high, rows):
            for left, right in _cuts(wide, columns):
                boxes.setdefault((top, bottom, left, right), "")
    boxes.setdefault((high // 4, high - high // 4, wide // 4, wide - wide // 4), "")
    places = [Place(name(box, shape, names), _mask(box, shape)) for box in boxes if box != (0, high, 0, wide)]
    return places + (channel_places(shape) if channels > 1 else [])


def channel_places(shape: tuple[int, int, int]) -> list[Place]:
    every = np.arange(shape[2])
    return [Place(f"channel {c}", np.broadcast_to(every == c, shape)) for c in every]


def best_rectangle(values: Array, valid: Array, names: Sequence[str] | None = None) -> Place | None:
    """The rectangle whose mean differs most from the rest's: the largest sum of squares between inside and outside.

    Args:
        values: `[H, W, C]`; channels are not told apart.
        valid: which of them count, same shape.
    """
    high, wide, _ = values.shape
    weight = valid.sum(2).astype(float)
    total = np.where(valid, values, 0.0).sum(2)
    rows, columns = _edges(high), _edges(wide)
    inside = _rectangle_sums(total, rows, columns)
    count = _rectangle_sums(weight, rows, columns)
    rest = weight.sum() - count
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = inside / count - (total.sum() - inside) / rest
        between = np.where((count > 0) & (rest > 0), gap**2 * count * rest, -1.0)
    if between.size == 0 or between.max() <= 0:
        return None
    top, bottom, left, right = np.unravel_index(int(np.argmax(between)), between.shape)
    box = (int(rows[top]), int(rows[bottom]), int(columns[left]), int(columns[right]))
    return Place(name(box, values.shape, names), _mask(box, values.shape))


def complement(place: Place, names: Sequence[str] | None = None) -> Place | None:
    """The rest of the image, if that is a rectangle as well."""
    rest = ~place.mask
    rows, columns = np.flatnonzero(rest.any((1, 2))), np.flatnonzero(rest.any((0, 2)))
    if not len(rows):
        return None
    box = (int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)
    mask = _mask(box, rest.shape)
    return Place(name(box, rest.shape, names), mask) if np.array_equal(mask, rest) else None


def name(box: tuple[int, int, int, int], shape: tuple[int, ...], columns: Sequence[str] | None = None) -> str:
    """In words where there are some, else as ranges of rows and columns; the values of flat data by their names."""
    high, wide = shape[:2]
    top, bottom, left, right = box
    upright, across = (top, bottom) == (0, high), (left, right) == (0, wide)
    if high == 1:
        return _flat(left, right, columns)
    halves = {(0, high // 2): "upper", (high // 2, high): "lower"}
    sides = {(0, wide // 2): "left", (wide // 2, wide): "right"}
    vertical, horizontal = halves.get((top, bottom)), sides.get((left, right))
    if vertical and horizontal:
        return f"the {vertical} {horizontal} quarter"
    if vertical and across:
        return f"the {vertical} half"
    if horizontal and upright:
        return f"the {horizontal} half"
    if across:
        return _range("row", top, bottom)
    if upright:
        return _range("column", left, right)
    return f"{_range('row', top, bottom)}, {_range('column', left, right)}"


def _flat(first: int, stop: int, columns: Sequence[str] | None) -> str:
    """`age and income`, `the 37 columns from marker 0 to marker 36`."""
    if stop - first <= SPELLED:
        return named(range(first, stop), columns)
    ends = [shortened(column_name(index, columns)) for index in (first, stop - 1)]
    return f"the {stop - first} {places_noun((1,), columns)}s from {ends[0]} to {ends[1]}"


def _range(noun: str, first: int, stop: int) -> str:
    return f"{noun} {first}" if stop - first == 1 else f"{noun}s {first}–{stop - 1}"


def _cuts(size: int, parts: int) -> list[tuple[int, int]]:
    edges = [size * part // parts for part in range(parts + 1)]
    return [(first, stop) for first, stop in pairwise(edges) if stop > first]


def _edges(size: int) -> Array:
    return np.unique(np.linspace(0, size, min(size, GRID) + 1).round().astype(int))


def _mask(box: tuple[int, int, int, int], shape: tuple[int, ...]) -> Array:
    top, bottom, left, right = box
    mask = np.zeros(shape, bool)
    mask[top:bottom, left:right] = True
    return mask


def _rectangle_sums(values: Array, rows: Array, columns: Array) -> Array:
    """Sums over all rectangles `[top, bottom, left, right]` between the given edges; 0 for empty ones."""
    table = np.zeros((values.shape[0] + 1, values.shape[1] + 1))
    table[1:, 1:] = values.cumsum(0).cumsum(1)
    table = table[np.ix_(rows, columns)]
    strips = table[None, :, :] - table[:, None, :]  # [top, bottom, columns]
    sums = strips[:, :, None, :] - strips[:, :, :, None]  # [top, bottom, left, right]
    above = np.arange(len(rows))[:, None] < np.arange(len(rows))
    before = np.arange(len(columns))[:, None] < np.arange(len(columns))
    return sums * above[:, :, None, None] * before
