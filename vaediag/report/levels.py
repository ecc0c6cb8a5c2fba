"""The values drawn darkest and brightest, shared by all pictures that belong together. Nothing is drawn here."""

from __future__ import annotations

import numpy as np

from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array


def levels_of(diagnosis: Diagnosis) -> tuple[float, float] | None:
    """The values of x drawn black and white, from the images shown in the report; None without pictures."""
    if diagnosis.pictures is None:
        return None
    return grey_levels(diagnosis.pictures.reconstructions.x, diagnosis.pictures.worst.x)


def grey_levels(*arrays: Array) -> tuple[float, float]:
    """The values of x drawn black and white, shared by all pictures: [0, 1] or [−1, 1] where they fit, else 99 % of x.

    Give the data where there are data; means otherwise. (Samples of a density may lie outside and are clipped.)
    """
    finite = finite_of(*arrays)
    if finite.size == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    for bottom in (0.0, -1.0):
        if low >= bottom - 0.02 and high <= 1.02 and high - low >= 0.4 * (1.0 - bottom):
            return bottom, 1.0
    low, high = (float(level) for level in np.quantile(finite, [0.005, 0.995]))
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def spread_top(*arrays: Array) -> float:
    """The spread drawn brightest: the 99.5 % quantile, 1 where there is none."""
    finite = finite_of(*arrays)
    top = float(np.quantile(finite, 0.995)) if finite.size else 1.0
    return top if top > 0 else 1.0


def finite_of(*arrays: Array) -> Array:
    """The finite numbers of all arrays in one row."""
    return np.concatenate([np.asarray(array, dtype=float)[np.isfinite(array)].ravel() for array in arrays])
