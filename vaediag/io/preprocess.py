"""Named steps from stored values to what a model was trained on; names are kept in bundles and records."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from vaediag.errors import InputError

Array: TypeAlias = np.ndarray[Any, Any]

BYTE_MIDDLE = 127.5


@dataclass(frozen=True)
class Preprocessing:
    """`apply` maps float32 to float32 and may work in place. `needs_bytes`: stored values are 0 … 255."""

    name: str
    apply: Callable[[Array], Array]
    needs_bytes: bool = False

    def check(self, first: Array, where: str) -> None:
        """Raise InputError when a step for bytes meets images in [0, 1]: dividing twice would look like dark images."""
        largest = _largest(first)
        if self.needs_bytes and 0.0 < largest <= 1.0:
            raise InputError(
                f"preprocess: {self.name!r} expects bytes, 0 to 255; {where!r} holds values up to {largest:.3g}."
                " Try preprocess='none'."
            )

    def for_range(self, first: Array) -> Preprocessing:
        """`threshold` cuts in the middle of what is stored: 0.5 for values in [0, 1], 127.5 for bytes."""
        if self.name != "threshold" or _largest(first) > 1.0:
            return self
        return dataclasses.replace(self, apply=_cut_at(0.5))


def _largest(values: Array) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.max()) if finite.size else 0.0


def _unit(values: Array) -> Array:
    return values / np.float32(255)


def _symmetric(values: Array) -> Array:
    return values / np.float32(BYTE_MIDDLE) - np.float32(1)


def _cut_at(level: float) -> Callable[[Array], Array]:
    def cut(values: Array) -> Array:
        # NaN stays NaN: it must be counted as such, not turned into a background pixel
        return np.where(np.isnan(values), values, (values >= level).astype(np.float32))

    return cut


PREPROCESSING = {
    "none": Preprocessing("none", lambda values: values),
    "unit": Preprocessing("unit", _unit, needs_bytes=True),
    "symmetric": Preprocessing("symmetric", _symmetric, needs_bytes=True),
    "threshold": Preprocessing("threshold", _cut_at(BYTE_MIDDLE)),
}


def chosen(name: str) -> Preprocessing:
    """The step called `name`; InputError with the four names otherwise."""
    if name not in PREPROCESSING:
        raise InputError(f"preprocess: expected one of {', '.join(PREPROCESSING)}; got {name!r}. Try 'unit' for bytes.")
    return PREPROCESSING[name]
