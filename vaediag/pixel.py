"""What the decoder says about one pixel: the whole of p(x_i | z), in one compiled call."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vaediag.aliases import Seed, Tensor
from vaediag.backend import tf
from vaediag.compiled import compiled
from vaediag.errors import InputError
from vaediag.laws.pixel import Facts, as_record, check_index, tensors
from vaediag.records.pixel import PixelLaw
from vaediag.seeds import pair
from vaediag.traversal import numbers


def pixel(
    vae: Any,
    z: object,
    index: int | Sequence[int],
    *,
    observed: float | None = None,
    seed: int = 0,
    points: int = 256,
) -> PixelLaw:
    """p(x_i | z) of one coordinate i of x, at one code z.

    Mean, mode, standard deviation and sample are those that `look(vae, z, seed=seed)` shows at this pixel.

    Args:
        z: one code `[L]`.
        index: of the pixel in the event, e.g. (row, column, channel).
        observed: the value that the data have there, if any; NaN counts as none, with a note.
        points: grid points of a density, and most points of a mass, at least 2.
    Raises:
        InputError: another shape, numbers that are not finite, an index outside the image.
    """
    code = numbers("z", z)
    if code.shape not in ((vae.latent_dim,), (1, vae.latent_dim)):
        raise InputError(
            f"z: expected one code of shape [{vae.latent_dim}]; got shape {code.shape}. Give one row of z."
        )
    place = check_index(index, tuple(vae.event_shape))
    if isinstance(points, bool) or not isinstance(points, int) or points < 2:
        raise InputError(f"points: expected an integer of at least 2; got {points!r}. Try 256.")
    value = _value(observed)
    missing = value is not None and math.isnan(value)
    value = None if missing else value
    given = () if value is None else (value,)
    call = compiled(
        vae,
        ("pixel", points, len(given)),
        lambda *tensors: _pixel(points, *tensors),
        lambda: _signature(vae, with_observed=value is not None),
    )
    found = call(code.reshape(1, -1), pair(seed), place, *given)
    record = as_record(found, call.facts, place, value)
    notes = record.notes | ({"observed": "x is not a number here"} if missing else {})
    return replace(record, model=vae.name, likelihood=vae.describe()["likelihood"], seed=int(seed), notes=notes)


def _pixel(
    points: int, vae: Any, facts: Facts, z: Tensor, seed: Seed, index: Tensor, observed: Tensor | None = None
) -> dict[str, Tensor]:
    position = (0, *tf.unstack(index))
    return tensors(vae.law(z), position, facts, seed=seed, observed=observed, points=points)


def _signature(vae: Any, *, with_observed: bool) -> list[Any]:
    given = [
        tf.TensorSpec((1, vae.latent_dim), tf.float32),
        tf.TensorSpec((2,), tf.int32),
        tf.TensorSpec((len(vae.event_shape),), tf.int32),
    ]
    return [*given, tf.TensorSpec((), tf.float32)] if with_observed else given


def _value(observed: float | None) -> float | None:
    if observed is None:
        return None
    try:
        return float(observed)
    except (TypeError, ValueError):
        raise InputError(
            f"observed: expected the value of x at this pixel, one number; got {type(observed).__name__}. "
            "Give x[index], or leave it out."
        ) from None
