"""One coordinate of x, as records: its whole law at one z, and its calibration over many images."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.records.estimate import Array, Estimate


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
    sample: float | None
    observed: float | None  # the value that the data have there
    below: float | None  # F(x-) of the observed value
    upto: float | None  # F(x) of the observed value
    notes: dict[str, str]
    model: str = ""  # empty for a law that no model gave
    likelihood: str = ""
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class FarImages:
    """The images whose x_i lies farthest out in p(x_i | z), the farthest first; every array is `[images shown]`."""

    index: Array  # of the image in the data
    value: Array  # x_i
    u: Array  # F(x_i | z); discrete x: the middle of [F(x-), F(x)]
    residual: Array  # in standard deviations; NaN (these come first) where p(x_i | z) is certain of another value
    residuals: str  # "standardised residuals", "Pearson residuals" (discrete x), "normal scores" (no finite moments)


@dataclass(frozen=True, slots=True, eq=False)
class PixelCalibration:
    """Does x_i behave like a draw from p(x_i | z), z ~ q(z | x)? The PIT of one pixel i over images.

    Discrete x: u is uniform on [F(x-), F(x)], and that randomness is integrated out.
    """

    index: tuple[int, ...]  # of the pixel in the image
    model: str
    likelihood: str
    data: str
    seed: int
    family: str
    discrete: bool
    count: int  # images used
    total: int  # images there are
    excluded: int  # images left out because a number was not finite
    histogram: Array  # [20], fractions that sum to 1; 1/20 each for an exact model
    bar_error: float | None  # standard error of one bar of an exact model; None for a single image
    dispersion: Estimate  # 1 for an exact model, > 1 over-confident
    bias: Estimate  # mean u - 1/2
    reduced_chi2: Estimate | None  # mean ((x - mean) / stddev)², scale families only
    notes: dict[str, str]  # why something is None
    farthest: FarImages | None = None  # the images behind the pixel
