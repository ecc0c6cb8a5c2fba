"""What a shifted mean does to the dispersion of counts, whose variance moves with their mean."""

from __future__ import annotations

import math

import numpy as np

from vaediag.records.estimate import Array

LARGEST = 1e4  # mean from which counts are as good as Gaussian
STEPS = 40  # of the bisection over a factor from 1/64 to 64 in the mean


def dispersion_of_shift(rate: float, bias: float) -> float:
    """Dispersion under Poisson(`rate`) of Poisson counts whose mean u − ½ is `bias`.

    >>> f"{dispersion_of_shift(5.0, 0.0):.3f} {dispersion_of_shift(0.2, 0.04):.3f}"
    '1.000 1.110'
    """
    if not 0 < rate < LARGEST:
        return 1 + 12 * bias**2
    low, high = -math.log(64.0), math.log(64.0)
    counts = np.arange(int(64 * rate + 10 * math.sqrt(64 * rate) + 30))
    upto = np.minimum(np.cumsum(_masses(rate, counts)), 1.0) - 0.5
    below = np.concatenate([[-0.5], upto[:-1]])
    second = 12 * (below**2 + below * upto + upto**2) / 3
    for _ in range(STEPS):
        factor = (low + high) / 2
        mass = _masses(rate * math.exp(factor), counts)
        low, high = (factor, high) if mass @ (below + upto) / 2 < bias else (low, factor)
    return float(_masses(rate * math.exp((low + high) / 2), counts) @ second)


def _masses(rate: float, counts: Array) -> Array:
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.maximum(counts[1:], 1)))])
    return np.exp(counts * math.log(rate) - rate - logs)
