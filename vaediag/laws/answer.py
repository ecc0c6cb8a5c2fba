"""An answer about a law, with how it was obtained."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from vaediag.aliases import Tensor


class Answer(NamedTuple):
    """`value` per pixel, `[n, *event]`.

    Attributes:
        method: None for the family's closed form, else how the value was obtained ("Monte Carlo, 1024 draws").
        error: standard error per pixel of a Monte Carlo value, else None.
    """

    value: Tensor
    method: str | None = None
    error: Tensor | None = None


def note(method: str | None, value: np.ndarray, error: np.ndarray | None) -> str | None:
    """What a person has to know about an answer; None when there is nothing: closed form, and finite everywhere."""
    parts = [] if method is None else [method]
    if error is not None and np.isfinite(error).any():
        parts.append(f"standard error up to {np.nanmax(np.where(np.isfinite(error), error, np.nan)):.2g}")
    undefined = int((~np.isfinite(value)).sum())
    if undefined:
        parts.append(f"undefined or infinite for {undefined} of {value.size} values")
    return "; ".join(parts) or None
