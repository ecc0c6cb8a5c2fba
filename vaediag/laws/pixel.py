"""The whole law of one coordinate: its density or mass over the support, its views, and where the data fall in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from vaediag.aliases import Law, Seed, Tensor
from vaediag.backend import tf
from vaediag.errors import InputError
from vaediag.laws import support
from vaediag.laws.answer import note
from vaediag.laws.density import log_prob
from vaediag.laws.pit import cdf_pair
from vaediag.laws.quantile import quantile
from vaediag.laws.traits import Traits, traits
from vaediag.laws.views import evaluate
from vaediag.records.pixel import PixelLaw

TAIL = 1e-4  # mass left out on each side of an unbounded support
REACH = 6.0  # ... but no side is longer than this many times its 45 % of the mass: heavy tails would hide the middle
UNTRACED = ("pert", "generalized_pareto")
VIEWS = ("mean", "mode", "stddev", "sample")

Facts = dict[str, Any]
Position = tuple[Any, ...]  # integers, or int32 scalar tensors


def pixel(
    law: Law, index: Sequence[int], *, seed: Seed, observed: float | None = None, code: int = 0, points: int = 256
) -> PixelLaw:
    """The law of pixel `index` of the image that code number `code` has.

    Args:
        law: per-pixel law, batch `[n, *event]`.
        index: position in the event, e.g. (row, column, channel).
        seed: int32 pair of the sample, which is that of the whole image's view `sample` there.
        observed: the value of x there, if there is one; the grid is stretched to show it.
        points: grid points of a density, and most points of a mass.
    Raises:
        InputError: the index lies outside the image.
    """
    place = check_index(index, tuple(int(n) for n in law.batch_shape_tensor())[1:])
    facts: Facts = {}
    x = None if observed is None else tf.constant(observed, tf.float32)
    return as_record(tensors(law, (code, *place), facts, seed=seed, observed=x, points=points), facts, place, observed)


def check_index(index: object, event_shape: tuple[int, ...]) -> tuple[int, ...]:
    """The position as integers. Raises InputError unless it lies inside an image of that shape."""
    given = (index,) if isinstance(index, int | np.integer) else index
    try:
        place = tuple(int(i) for i in given)  # type: ignore[attr-defined]
        whole = place == tuple(given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        place, whole = (), False
    if whole and len(place) == len(event_shape) and all(0 <= i < n for i, n in zip(place, event_shape, strict=True)):
        return place
    centre = tuple(n // 2 for n in event_shape)
    raise InputError(
        f"index: expected a position inside an image of shape {event_shape}; got {index!r}. Try {centre}, its centre."
    )


def tensors(
    law: Law, position: Position, facts: Facts, *, seed: Seed, observed: Tensor | None, points: int
) -> dict[str, Tensor]:
    """Everything that a `PixelLaw` holds, traceable; `position` begins with the number of the code.

    The views are those of the whole law, so that samples and Monte Carlo are the ones that pictures show. `facts`
    learns what does not depend on numbers: the family, and how each view was obtained.

    Raises NotImplementedError while tracing a family whose support is not known then and is not respected by TFP.
    """
    if traits(law).family in UNTRACED and not tf.executing_eagerly():
        raise NotImplementedError("the support of this family is known only when its parameters are")
    found: dict[str, Tensor] = {}
    for name in VIEWS:
        answer = evaluate(law, name, seed=seed)
        found[name] = _at(law, answer.value, position)
        if answer.error is not None:
            found[f"{name} error"] = _at(law, answer.error, position)
        facts[name] = answer.method
    one = narrowed(law, position, rank=0)
    law, position = (law, position) if one is None else (one, ())
    kind = traits(law)
    facts |= {"family": kind.family, "discrete": kind.discrete}
    grid = _grid(law, position, kind, seed, observed, points)
    # a grid along a new first axis, which broadcasts over whatever batch is left
    along = tf.reshape(grid, (-1, *(1 for _ in position)))
    density = tf.exp(tf.cast(log_prob(law, along), tf.float32))
    shape = tf.concat([tf.shape(grid), law.batch_shape_tensor()], 0)
    found |= {"support": grid, "density": tf.broadcast_to(density, shape)[(slice(None), *position)]}
    if observed is not None:
        below, upto = cdf_pair(law, tf.fill(law.batch_shape_tensor(), observed), seed=seed)
        found |= {"below": below[position], "upto": upto[position]}
    return found


def as_record(found: dict[str, Tensor], facts: Facts, index: tuple[int, ...], observed: float | None) -> PixelLaw:
    """The record of what `tensors` gave, once it holds values."""
    values = {name: tensor.numpy() for name, tensor in found.items()}
    notes, numbers = {}, {}
    for name in VIEWS:
        value = float(values[name])
        numbers[name] = value if math.isfinite(value) else None
        remark = note(facts[name], values[name], values.get(f"{name} error"))
        if remark is not None:
            notes[name] = remark if numbers[name] is not None else "the law has none"
    return PixelLaw(
        index=index,
        family=facts["family"],
        discrete=facts["discrete"],
        support=values["support"],
        density=values["density"],
        observed=None if observed is None else float(observed),
        below=float(values["below"]) if "below" in values else None,
        upto=float(values["upto"]) if "upto" in values else None,
        notes=notes,
        **numbers,
    )


def _at(law: Law, values: Tensor, position: Position) -> Tensor:
    return tf.broadcast_to(values, law.batch_shape_tensor())[position]


def narrowed(law: Law, position: Position, *, rank: int) -> Law | None:
    """`law[position]`, whose batch must have that rank; None where TFP cannot slice the law.

    None as well where a slice would hide what is known of the whole: while tracing, the number of trials of one pixel
    is not known, and with it the support.
    """
    try:
        one = law[position]
    except Exception:  # which error a class raises when it cannot be sliced is not specified
        return None
    if traits(law).discrete and (support.points(one) is None) != (support.points(law) is None):
        return None
    return one if one.batch_shape.rank == rank else None


def _grid(law: Law, position: Position, kind: Traits, seed: Seed, observed: Tensor | None, points: int) -> Tensor:
    at = support.points(law) if kind.discrete else None
    if at is not None and len(at) <= support.SHORT:
        return tf.constant(at)
    if not kind.discrete and np.isfinite([kind.lower, kind.upper]).all():
        return _midpoints(tf.constant(kind.lower, tf.float32), tf.constant(kind.upper, tf.float32), points)
    low, left, middle, right, high = (
        _at(law, quantile(law, p, seed=seed).value, position) for p in (TAIL, 0.05, 0.5, 0.95, 1.0 - TAIL)
    )
    low = tf.maximum(low, middle - REACH * (middle - left))
    high = tf.minimum(high, middle + REACH * (right - middle))
    if observed is not None:
        seen = tf.math.is_finite(observed)
        low = tf.where(seen, tf.minimum(low, observed), low)
        high = tf.where(seen, tf.maximum(high, observed), high)
    low, high = tf.maximum(low, kind.lower), tf.minimum(high, kind.upper)
    if not kind.discrete:
        return _midpoints(low, high, points)
    if at is not None:
        near = (at >= low) & (at <= high) | tf.math.is_nan(low + high)
        return tf.boolean_mask(tf.constant(at), near)[:: max(1, -(-len(at) // points))]
    defined = tf.math.is_finite(low + high)  # a broken law has no quantiles; its masses will be NaN
    low, high = tf.floor(tf.where(defined, low, 0.0)), tf.floor(tf.where(defined, high, 0.0))
    return tf.range(low, high + 1.0, tf.maximum(1.0, tf.math.ceil((high - low + 1.0) / points)))


def _midpoints(low: Tensor, high: Tensor, points: int) -> Tensor:
    """Not the ends: a density may be infinite on the border of its support."""
    step = (high - low) / points
    step = tf.where(tf.equal(step, 0.0), 1e-6, step)
    return low + step * (tf.range(points, dtype=tf.float32) + 0.5)
