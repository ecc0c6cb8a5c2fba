"""How uneven is calibration over pixels, and over images? With standard errors that know of dependence.

Squares of two jointly Gaussian residuals never have a negative covariance (it is a sum of even powers of their
correlation), and noise that differs from image to image adds to it. So the sum of the covariances of all pixels, which
the standard error of the mean over all of them knows, bounds the sum over any part, and the sum of their squares.
"""

from __future__ import annotations

import math

import numpy as np

from vaediag.records.calibration import Calibration
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array, Estimate
from vaediag.records.independence import Independence

SLOPE = 6 / math.pi / math.sqrt(0.75) / 4  # d dispersion / d log variance of the residual, at 1


def variance_ratio(dispersion: Array) -> Array:
    """Variance of a centred Gaussian residual, relative to what was stated, that gives this dispersion.

    The inverse of 6/pi asin(r / (1 + r)); dispersion is kept within (0, 2.8), r below 50.
    """
    tilt = np.sin(np.pi * np.clip(dispersion, 1e-3, 2.8) / 6)
    return tilt / (1 - tilt)


def judged_pixels(diagnosis: Diagnosis, calibration: Calibration) -> Array:
    """Pixels `[*event]` whose map is defined and whose data vary at all."""
    maps = calibration.maps
    known = np.isfinite(maps.dispersion) & np.isfinite(maps.dispersion_error) & np.isfinite(maps.bias)
    return known & (diagnosis.variance.data_map > 0)


def mean_of(calibration: Calibration, values: Array, mask: Array) -> Estimate:
    """Mean of a dispersion map over some of the pixels, with the largest standard error that it can have.

    At most the mean error of a pixel (all pixels alike), at most D/n times that of the mean over all D pixels.
    """
    errors = calibration.maps.dispersion_error[mask]
    whole = calibration.dispersion.standard_error
    bound = math.inf if whole is None else whole * mask.size / max(len(errors), 1)
    return Estimate(float(values[mask].mean()), float(min(errors.mean(), bound)))


def between(first: Estimate, second: Estimate) -> Estimate:
    """first - second; their covariance is not negative, so leaving it out errs on the safe side."""
    assert first.standard_error is not None
    assert second.standard_error is not None
    return Estimate(first.value - second.value, math.hypot(first.standard_error, second.standard_error))


def spread_over_pixels(values: Array, errors: Array, dependence: float) -> Estimate:
    """Standard deviation over pixels beyond what chance gives, `dependence` = mean squared correlation of two pixels.

    Its square is var(values) - mean(errors^2), whose standard error is sqrt(2 dependence) mean(errors^2).
    """
    return _root(float(values.var() - np.mean(errors**2)), math.sqrt(2 * dependence) * float(np.mean(errors**2)))


def size_over_pixels(values: Array, errors: Array, dependence: float) -> Estimate:
    """Root mean square over pixels beyond chance; as `spread_over_pixels`, but from 0 instead of the mean."""
    return _root(float(np.mean(values**2 - errors**2)), math.sqrt(2 * dependence) * float(np.mean(errors**2)))


def dependence(calibration: Calibration, valid: Array) -> float:
    """A bound of the mean over pairs of pixels (equal ones too) of the squared correlation of their squares; 1/D to 1.

    For correlations between 0 and 1 the mean of squares is at most the mean.
    """
    errors, whole = calibration.maps.dispersion_error[valid], calibration.dispersion.standard_error
    if whole is None or not len(errors) or not errors.any():
        return 1.0
    return float(np.clip((whole * valid.size / len(errors)) ** 2 / np.mean(errors**2), 1 / len(errors), 1))


def spread_over_images(
    row: Array, calibration: Calibration, valid: Array, independence: Independence | None
) -> Estimate | None:
    """Standard deviation over images of the dispersion of one image, beyond what its D pixels give by chance.

    Bounded values, so heavy tails within images do not matter. One image's mean over D pixels has the variance
    B + (V - B)(1 + I)/D, V the variance of one pixel and I the dependence of pixels, where that was measured.
    """
    row = row[np.isfinite(row)]
    count, pixels = len(row), int(valid.sum())
    if count < 2 or pixels < 2:
        return None
    one = float(np.mean(calibration.maps.dispersion_error[valid] ** 2)) * calibration.images
    share = min((1 + _inflation(independence)) / pixels, 0.5)
    away = (row - row.mean()) ** 2
    variance = away.sum() / (count - 1)
    error = float(away.std(ddof=1)) / math.sqrt(count)
    return _root((variance - one * share) / (1 - share), error / (1 - share))


def _inflation(independence: Independence | None) -> float:
    """Sum over lags of the squared residual correlation beyond chance: about that of the squares' correlations."""
    if independence is None or independence.residual_correlation.kind != "lags":
        return 0.0
    found = independence.residual_correlation
    with np.errstate(invalid="ignore"):
        squares = found.value**2 - found.standard_error**2
    squares[squares.shape[0] // 2, squares.shape[1] // 2] = 0.0
    return max(float(np.nansum(squares)), 0.0)


def _root(square: float, error: float) -> Estimate:
    """Root of a square that chance can make negative (then 0); the error by the delta method."""
    value = math.sqrt(max(square, 0.0))
    return Estimate(value, error / (2 * max(value, math.sqrt(error) / 2, 1e-12)))
