"""Where a network's outputs become arrays of a known shape, and where a wrong number of them is said in a sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence

from vaediag.aliases import Tensor
from vaediag.backend import tf
from vaediag.errors import InputError


def size(event_shape: Sequence[int]) -> int:
    """Number of pixels d of one image."""
    return math.prod(event_shape)


def to_float32(values: object) -> Tensor:
    """Any array, list or tensor as a float32 tensor (mixed precision and integer images included)."""
    return tf.cast(tf.convert_to_tensor(values), tf.float32)


def flat(outputs: object) -> Tensor:
    """Network outputs as `[n, outputs]`; a list of tensors (a network with several outputs) is joined in its order."""
    parts = outputs if isinstance(outputs, list | tuple) else (outputs,)
    rows = [_flatten(to_float32(part)) for part in parts]
    return rows[0] if len(rows) == 1 else tf.concat(rows, axis=1)


def _flatten(part: Tensor) -> Tensor:
    if part.shape.rank is not None and part.shape.rank < 2:
        raise InputError(
            f"network output: expected a batch of rows, [n, outputs]; got shape {tuple(part.shape)}. "
            "Return one row of outputs per image."
        )
    width = part.shape[1:].num_elements()
    return tf.reshape(part, (-1, width)) if width is not None else tf.reshape(part, (tf.shape(part)[0], -1))


def expect_outputs(what: str, arrived: int | None, expected: int, meaning: str, hint: str) -> None:
    """Raise InputError unless a network gave the number of outputs that its head needs.

    Args:
        what: "decoder" or "encoder".
        arrived: static number of outputs per image; None (unknown until run) is let through.
        expected: the number that the head needs.
        meaning: how that number comes about, for people: "one mean per pixel and one log-variance per image".
        hint: what to try.
    """
    if arrived is not None and arrived != expected:
        raise InputError(f"{what}: expected {expected} outputs per image ({meaning}); got {arrived}. {hint}")
