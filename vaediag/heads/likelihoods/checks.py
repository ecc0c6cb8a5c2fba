"""Arguments of heads: checked once, kept as plain numbers and words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from vaediag.aliases import Tensor
from vaediag.backend import tf
from vaediag.errors import InputError


def keep(head: object, **values: Any) -> None:
    """Set fields of a frozen dataclass while it is made."""
    for name, value in values.items():
        object.__setattr__(head, name, value)


def finite(name: str, value: object, meaning: str) -> float:
    """A float. Raises InputError for anything that is no finite number."""
    try:
        number = math.nan if isinstance(value, bool) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise InputError(f"{name}: expected a finite number, {meaning}; got {value!r}.")
    return number


def positive(name: str, value: object, unit: str = "in units of x", example: str = "0.1") -> float:
    """A float > 0."""
    try:
        number = math.nan if isinstance(value, bool) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or number <= 0:
        raise InputError(f"{name}: expected a finite number > 0, {unit}; got {value!r}. Try {name}={example}.")
    return number


def whole(name: str, value: object, least: int, meaning: str) -> int:
    """An int >= `least`."""
    number = finite(name, value, meaning)
    if number != int(number) or number < least:
        raise InputError(f"{name}: expected a whole number >= {least}, {meaning}; got {value!r}.")
    return int(number)


def one_of(name: str, value: object, words: Sequence[str]) -> str:
    if not isinstance(value, str) or value not in words:
        raise InputError(f"{name}: expected one of {', '.join(map(repr, words))}; got {value!r}.")
    return value


def expect_range(values: Tensor, low: float, high: float, head: str, meaning: str, remedy: str) -> None:
    """Raise InputError when outputs cannot be what the head takes them for.

    Only where values are known: a model is tried once eagerly when it is made (`border.probe`), and inside a graph
    there is nothing to read.
    """
    if not tf.executing_eagerly() or not tf.size(values):
        return
    least, most = float(tf.reduce_min(values)), float(tf.reduce_max(values))
    if least < low or most > high:
        raise InputError(f"decoder: {head} expected {meaning}; got outputs from {least:.4g} to {most:.4g}. {remedy}")
