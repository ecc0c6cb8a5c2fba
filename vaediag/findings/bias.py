"""`bias`: the mean of p(x | z) is shifted, for all pixels to one side or for some of them to either."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from vaediag.findings.encoder import Ground
from vaediag.findings.rules import RULES, errors_allowed, severity, worst
from vaediag.findings.uneven import dependence, judged_pixels, size_over_pixels
from vaediag.findings.wording import measured, named, places_noun
from vaediag.records.calibration import Calibration
from vaediag.records.columns import columns_of, one_by_one
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimate, with_error
from vaediag.records.finding import Finding

NORMAL = NormalDist()
PER_SIGMA = 2 * math.sqrt(math.pi)  # sigma by which a mean is shifted, per unit of mean u - 1/2, for small shifts


@dataclass(frozen=True, slots=True)
class Shift:
    """The finding, and the mean square of u - 1/2 over pixels that it stands for."""

    finding: Finding
    square: float


def bias(diagnosis: Diagnosis, ground: Ground) -> Shift | None:
    """Mean u - 1/2 over all pixels, if a shift makes up most of what is wrong with the quantile curve; or by pixel.

    A bent curve (skewed residuals) has a bias too: that is a matter of `shape`.
    """
    calibration = ground.calibration
    whole = severity("bias", calibration.bias)
    if whole is not None and not _is_shift(calibration):
        return None
    valid = judged_pixels(diagnosis, calibration)
    size = None
    if valid.any():
        maps = calibration.maps
        size = size_over_pixels(maps.bias[valid], maps.bias_error[valid], dependence(calibration, valid))
    pixels = severity("bias.pixels", size)
    if whole is None and pixels is None:
        return None
    square = max(calibration.bias.value**2, 0.0 if size is None else size.value**2)
    gaussian = diagnosis.model.likelihood.lower().startswith("normal,")
    title = _whole(calibration, gaussian) if whole is not None else _by_pixel(size)
    columns = columns_of(diagnosis.data, diagnosis.model.event_shape)
    noun = places_noun(diagnosis.model.event_shape, columns)
    finding = Finding(
        id="bias",
        severity=worst(whole, pixels),
        where=ground.where if whole is not None else f"{ground.where}: {noun} by {noun}",
        title=title.replace("pixel", noun),
        evidence=_evidence(calibration, size).replace("pixel", noun) + _farthest(calibration, noun, columns),
        meaning=(_MEANING if whole is not None else _MEANING_BY_PIXEL) if noun == "pixel" else _MEANING_OF_FEATURES,
        try_="check the preprocessing first: the images must be those the model was trained on, in the same range. "
        "Then the last layer of the decoder: its bias terms have to be trained, and must not be clipped by an "
        "activation (a sigmoid or ReLU on a mean that needs none). Else train longer, with a lower learning rate at "
        "the end.",
        figure="quantile_curve" if whole is not None else "calibration_maps",
    )
    return Shift(finding, square)


def columns_off(diagnosis: Diagnosis, calibration: Calibration) -> str:
    """`5 of 30 columns beyond chance: age (0.05), income (−0.04)`; "" for images, and if there are none."""
    columns = columns_of(diagnosis.data, diagnosis.model.event_shape)
    if not one_by_one(columns, diagnosis.model.event_shape):
        return ""
    values, errors = np.ravel(calibration.maps.bias), np.ravel(calibration.maps.bias_error)
    known = np.isfinite(values) & np.isfinite(errors)
    limit = RULES["bias"].margin + errors_allowed(int(known.sum())) * np.where(known, errors, np.inf)
    off = np.flatnonzero(np.nan_to_num(np.abs(values)) > limit)
    if not len(off):
        return ""
    most = sorted((int(i) for i in off), key=lambda i: -abs(values[i]))[:2]
    noun = places_noun(diagnosis.model.event_shape, columns)
    told = ", ".join(f"{named([i], columns)} ({values[i]:.2f})" for i in most)
    return f"in {len(off)} of {len(values)} {noun}s beyond chance: {told}"


def without_shift(calibration: Calibration, shift: Shift) -> Calibration:
    """Dispersion and chi-squared of the residuals about their own means: what is left for sigma to answer for."""
    chi2 = calibration.reduced_chi2
    if chi2 is not None:
        variance = max((chi2.value - PER_SIGMA**2 / 2 * shift.square) / (1 + PER_SIGMA**2 / 2 * shift.square), 0.0)
        chi2 = replace(chi2, value=variance)
    dispersion = replace(calibration.dispersion, value=calibration.dispersion.value - 12 * shift.square)
    return replace(calibration, reduced_chi2=chi2, dispersion=dispersion)


def sigmas(bias_: float, variance: float = 1.0) -> float:
    """Shift of the data against p(x | z), in sigma: mean u = Phi(shift / sqrt(1 + variance)) for Gaussian residuals."""
    return math.sqrt(1 + variance) * NORMAL.inv_cdf(min(max(bias_ + 0.5, 1e-6), 1 - 1e-6))


def _is_shift(calibration: Calibration) -> bool:
    """Does a shift (with the width that the dispersion tells) leave less than half of its area in the curve?"""
    curve, shift = calibration.quantile_curve, calibration.bias.value
    inside = (curve.nominal > 0) & (curve.nominal < 1) & np.isfinite(curve.observed)
    if inside.sum() < 3:
        return True
    p = curve.nominal[inside]
    variance = _variance(calibration)
    moved = sigmas(shift, variance)
    score = np.array([NORMAL.inv_cdf(float(level)) for level in p])
    told = np.array([NORMAL.cdf((float(s) - moved) / math.sqrt(variance)) for s in score])
    left = float(np.mean(np.abs(curve.observed[inside] - told)))
    by_chance = calibration.miscalibration_area.expected or 0.0
    return left <= abs(shift) / 2 + by_chance


def _variance(calibration: Calibration) -> float:
    """Of the residuals about their mean, in squared sigma; 1 where the family does not say."""
    if calibration.reduced_chi2 is None:
        return 1.0
    square = PER_SIGMA**2 / 2 * calibration.bias.value**2
    return min(max((calibration.reduced_chi2.value - square) / (1 + square), 0.05), 20.0)


def _whole(calibration: Calibration, gaussian: bool) -> str:
    """Only of a Normal is a rank a distance in sigma; of others it is told what the ranks are like."""
    value = sigmas(calibration.bias.value, _variance(calibration))
    error = PER_SIGMA * (calibration.bias.standard_error or 0.0)
    side = "low" if value > 0 else "high"  # the data lie higher than a mean that is too low
    if not gaussian:
        return f"The mean is too {side}: ranks as of a normal law {abs(value):.2g} σ off"
    return f"The mean is too {side}, by {with_error(abs(value), error)} σ"


def _by_pixel(size: Estimate | None) -> str:
    assert size is not None
    return f"The mean is off in some pixels, up and down: by {PER_SIGMA * size.value:.2f} σ (root mean square)"


def _evidence(calibration: Calibration, size: Estimate | None) -> str:
    text = f"mean u − ½ {measured(calibration.bias)} (exact: 0, one tenth of σ gives 0.028)"
    if size is not None and size.value > max(RULES["bias.pixels"].margin, 1.2 * abs(calibration.bias.value)):
        text += f"; over pixels {measured(size)} (root mean square beyond chance)"
    lowest, highest = np.nanmin(calibration.maps.bias), np.nanmax(calibration.maps.bias)
    return f"{text}; single pixels from {lowest:.2f} to {highest:.2f}"


def _farthest(calibration: Calibration, noun: str, columns: Sequence[str] | None) -> str:
    """Of flat data, the values that are farthest off, by name."""
    if noun == "pixel":
        return ""
    maps = calibration.maps
    beyond = np.nan_to_num(np.abs(maps.bias) - 2 * maps.bias_error, nan=-1.0).ravel()
    found = [index for index in np.argsort(-beyond, kind="stable")[:2] if beyond[index] > 0]
    listed = [f"{named([index], columns)} ({maps.bias.ravel()[index]:.2f})" for index in found]
    return f", farthest {' and '.join(listed)}" if listed else ""


_MEANING_OF_FEATURES = (
    "The data lie to one side of the decoder's mean there, whatever the row: what is imputed or generated is always "
    "too low or always too high, and intervals miss on one side."
)
_MEANING = (
    "The data lie to one side of the decoder's mean: reconstructions are too dark or too bright by that much, every "
    "quantile is shifted with it, and intervals miss on one side."
)
_MEANING_BY_PIXEL = (
    "Averaged over the image the shifts cancel; in single pixels the reconstruction is always too dark or always too "
    "bright, whatever the image."
)
