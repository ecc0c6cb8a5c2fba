"""Where the names of points go, so that none lies on another name, a point or a line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vaediag.records.estimate import Array

AROUND = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
DISTANCES = (0.04, 0.14, 0.26, 0.4)  # inches of air between a point's box and its name, the nearest first

Spot = tuple[float, float, bool]


def place(
    points: Array,
    sizes: Array,
    *,
    within: tuple[float, float, float, float],
    blocked: Array,
    radius: float,
    farther: bool = True,
) -> list[Spot | None]:
    """Centres of names beside their points, in the points' order, which is the order of who may choose first.

    Args:
        points: `[n, 2]`, inches.
        sizes: `[n, 2]`, width and height of the names, inches.
        within: (left, bottom, right, top) that names must not leave.
        blocked: `[m, 4]` boxes (left, bottom, right, top) that names must not touch.
        farther: names that find no room beside their mark may stand farther off.
        radius: half the size of a point's mark, inches; points are blocked too.
    Returns:
        (x, y, far) of each name, far: it stands off, or nearer to another point, and needs a line to its own; None
        where there is no room.
    """
    distances = DISTANCES if farther else DISTANCES[:1]
    marks = np.hstack([points - radius, points + radius])
    taken = np.vstack([marks, blocked.reshape(-1, 4)])
    found: list[Spot | None] = []
    for point, size in zip(points, sizes, strict=True):
        centre = next(
            (spot for spot in _spots(point, size, radius, distances) if _free(spot, size, within, taken)), None
        )
        if centre is None:
            found.append(None)
        else:
            x, y, far = centre
            apart = np.hypot(*(points - (x, y)).T)
            found.append((x, y, far or bool((apart < np.hypot(*(point - (x, y)))).any())))
            taken = np.vstack([taken, _box(centre, size)])
    return found


def _spots(point: Array, size: Array, radius: float, distances: Sequence[float]) -> Sequence[Spot]:
    return [
        (
            float(point[0] + across * (radius + air + size[0] / 2)),
            float(point[1] + up * (radius + air + size[1] / 2)),
            air > DISTANCES[0],
        )
        for air in distances
        for across, up in AROUND
    ]


def _box(spot: Spot, size: Array) -> Array:
    centre = np.array(spot[:2])
    return np.concatenate([centre - size / 2, centre + size / 2])


def _free(spot: Spot, size: Array, within: tuple[float, float, float, float], taken: Array) -> bool:
    left, bottom, right, top = _box(spot, size)
    if left < within[0] or bottom < within[1] or right > within[2] or top > within[3]:
        return False
    apart = (taken[:, 0] >= right) | (taken[:, 2] <= left) | (taken[:, 1] >= top) | (taken[:, 3] <= bottom)
    return bool(apart.all())
