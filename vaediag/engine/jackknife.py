"""One recipe for every standard error: delete-a-group jackknife over groups of images (or of prior draws)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from vaediag.records.estimate import Array

Sums = Mapping[str, Array]
Statistic = Callable[[dict[str, Array]], Mapping[str, Array | float]]


def jackknife(statistic: Statistic, groups: Sums, count: str = "n") -> tuple[dict[str, Array], dict[str, Array]]:
    """Values of `statistic` on all groups and their standard errors.

    Args:
        statistic: from summed sums to named numbers or arrays.
        groups: sums with a leading group axis; `groups[count]` tells how many images each group holds.
    Returns:
        (values, standard errors), NaN errors where fewer than two groups hold images.
    Source: delete-a-group jackknife, SE^2 = (G - 1)/G sum_g (T_(-g) - mean T_(-g))^2 (Efron and Stein 1981).
    """
    total = {name: np.sum(part, axis=0) for name, part in groups.items()}
    values = {name: np.asarray(value, float) for name, value in statistic(total).items()}
    filled = np.flatnonzero(np.asarray(groups[count]).reshape(len(groups[count]), -1)[:, 0] > 0)
    if len(filled) < 2:
        return values, {name: np.full_like(value, np.nan) for name, value in values.items()}
    without = [statistic({name: total[name] - part[g] for name, part in groups.items()}) for g in filled]
    errors = {}
    for name in values:
        replicates = np.stack([np.asarray(one[name], float) for one in without])
        spread = ((replicates - replicates.mean(0)) ** 2).sum(0)
        errors[name] = np.sqrt((len(filled) - 1) / len(filled) * spread)
    return values, errors


def covariance(statistic: Callable[[dict[str, Array]], Array], groups: Sums, count: str = "n") -> Array:
    """Jackknife covariance `[m, m]` of a vector statistic; NaN where fewer than two groups hold images."""
    total = {name: np.sum(part, axis=0) for name, part in groups.items()}
    filled = np.flatnonzero(np.asarray(groups[count]) > 0)
    size = len(np.asarray(statistic(total)))
    if len(filled) < 2:
        return np.full((size, size), np.nan)
    without = np.stack([statistic({n: total[n] - part[g] for n, part in groups.items()}) for g in filled])
    centred = without - without.mean(0)
    return (len(filled) - 1) / len(filled) * centred.T @ centred
