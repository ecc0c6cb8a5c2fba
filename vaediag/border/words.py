"""Shapes and foreign messages, short enough for one line of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def comma(event: Sequence[int]) -> str:
    """`28, 28, 1`."""
    return ", ".join(map(str, event))


def times(event: Sequence[int]) -> str:
    """`4×4×2`."""
    return "×".join(map(str, event))


def shape_of(shape: Any) -> str:
    """`(n, 28, 28, 1)` of a `tf.TensorShape`."""
    return "unknown" if shape.rank is None else str(tuple(shape)).replace("None", "n")


def first_line(error: BaseException) -> str:
    """The first line of a foreign message, cut at 200 characters."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = lines[0] if lines else "no message."
    text = text if len(text) <= 200 else text[:197] + "..."
    return text if text.endswith((".", "...")) else text + "."
