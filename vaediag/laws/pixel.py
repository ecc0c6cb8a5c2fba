"""The whole law of one coordinate: its density or mass over the support, its views, and where the data fall in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vaediag.aliases import Law, Seed
from vaediag.backend import tf
from vaediag.errors import InputError
from vaediag.laws import support
from vaediag.laws.pit import cdf_pair
from vaediag.laws.quantile import quantile
from vaediag.laws.traits import Traits, traits
from vaediag.laws.views import view
from vaediag.records.pixel import PixelLaw

TAIL = 1e-4  # mass left out on each side of an unbounded support
REACH = 6.0  # ... but no side is longer than this many times its 45 % of the mass: heavy tails would hide the middle


def pixel(
    law: Law, index: Sequence[int], *, seed: Seed, observed: float | None = None, code: int = 0, points: int = 256
) -> PixelLaw:
    """The law of pixel `index` of the image that code number `code` has.

    Args:
        law: per-pixel law, batch `[n, *event]`.
        index: position in the event, e.g. (row, column, channel).
        seed: int32 pair of the sample.
        observed: the value of x there, if there is one; the grid is stretched to show it.
        points: grid points of a density, and most points of a mass.
    Raises:
        InputError: the index lies outside the image.
    """
    position = (code, *(int(i) for i in index))
    shape = tuple(int(n) for n in law.batch_shape_tensor())
    if len(position) != len(shape) or not all(0 <= i < n for i, n in zip(position, shape, strict=True)):
        raise InputError(f"index: expected a position inside an image of shape {shape[1:]}; got {tuple(index)}.")
    law, position = _narrowed(law, position)
    kind = traits(law)
    numbers, notes = {}, {}
    for name in ("mean", "mode", "stddev", "sample"):
        values, remark = view(law, name, seed=seed)
        value = float(values[position])
        numbers[name] = value if np.isfinite(value) else None
        if remark is not None and (position == () or numbers[name] is None or "Monte" in remark):
            notes[name] = remark if numbers[name] is not None else "the law has none"
    grid = _grid(law, position, kind, seed, observed, points)
    # a grid along a new first axis, which broadcasts over whatever batch is left
    density = tf.exp(law.log_prob(tf.reshape(tf.constant(grid), (-1, *(1 for _ in position)))))
    below = upto = None
    if observed is not None:
        x = tf.fill(law.batch_shape_tensor(), np.float32(observed))
        below, upto = (float(t[position]) for t in cdf_pair(law, x, seed=seed))
    return PixelLaw(
        index=tuple(int(i) for i in index),
        family=kind.family,
        discrete=kind.discrete,
        support=grid,
        density=density.numpy()[(slice(None), *position)],
        observed=None if observed is None else float(observed),
        below=below,
        upto=upto,
        notes=notes,
        **numbers,
    )


def _narrowed(law: Law, position: tuple[int, ...]) -> tuple[Law, tuple[int, ...]]:
    """The one pixel's own law and an empty position; laws that TFP cannot slice stay whole."""
    try:
        one = law[position]
    except Exception:  # which error a class raises when it cannot be sliced is not specified
        return law, position
    return (one, ()) if one.batch_shape.rank == 0 else (law, position)


def _grid(
    law: Law, position: tuple[int, ...], kind: Traits, seed: Seed, observed: float | None, points: int
) -> np.ndarray:
    at = support.points(law) if kind.discrete else None
    if at is not None and len(at) <= points:
        return at
    if not kind.discrete and np.isfinite([kind.lower, kind.upper]).all():
        step = (kind.upper - kind.lower) / points  # midpoints: a density may be infinite on the border
        return (kind.lower + step * (np.arange(points) + 0.5)).astype(np.float32)
    low, left, middle, right, high = (
        float(quantile(law, p, seed=seed).value[position]) for p in (TAIL, 0.05, 0.5, 0.95, 1.0 - TAIL)
    )
    low, high = max(low, middle - REACH * (middle - left)), min(high, middle + REACH * (right - middle))
    if observed is not None and np.isfinite(observed):
        low, high = min(low, observed), max(high, observed)
    low, high = max(low, kind.lower), min(high, kind.upper)
    if kind.discrete:
        step = max(1, int(np.ceil((high - low + 1) / points)))
        return np.arange(np.floor(low), np.floor(high) + 1, step, dtype=np.float32)
    step = (high - low) / points or 1e-6
    return (low + step * (np.arange(points) + 0.5)).astype(np.float32)
