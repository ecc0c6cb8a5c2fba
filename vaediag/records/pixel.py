"""The whole law of one coordinate of x, as a record."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.records.estimate import Array


@dataclass(frozen=True, slots=True, eq=False)
class PixelLaw:
    """p(x_i | z) of one pixel i.

    `support` and `density` are `[points]`: a density (per unit of x) over a grid of the support, or, for discrete x,
    the mass of each point. Numbers that the law does not have are None, with the reason in `notes`.
    """

    index: tuple[int, ...]  # of the pixel in the image
    family: str
    discrete: bool
    support: Array
    density: Array
    mean: float | None
    mode: float | None
    stddev: float | None
    sample: float
    observed: float | None  # the value that the data have there
    below: float | None  # F(x-) of the observed value
    upto: float | None  # F(x) of the observed value
    notes: dict[str, str]
