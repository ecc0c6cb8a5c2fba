"""`scale.region`: sigma right in one part of the image and wrong in another, or wrong pixel by pixel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vaediag.findings.encoder import Ground
from vaediag.findings.places import Place, as_image, best_rectangle, complement, standard
from vaediag.findings.rules import RULES, errors_allowed, severity
from vaediag.findings.sided import Uneven, factor_words, much_the_same
from vaediag.findings.uneven import (
    between,
    dependence,
    judged_pixels,
    mean_of,
    spread_over_pixels,
    variance_ratio,
)
from vaediag.findings.wording import measured, named, places_noun, times
from vaediag.records.calibration import Calibration
from vaediag.records.columns import columns_of
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array, Estimate
from vaediag.records.finding import Finding

NAMED = 0.5  # share of the differences between pixels that a rectangle must account for to be named
WORST = 2  # columns that are named to either side
PREFERRED = 0.9  # a standard region is named if it does nearly as well as the best rectangle


def region(diagnosis: Diagnosis, ground: Ground) -> Uneven | None:
    """The finding, and how much of the tail weight it explains; None where sigma is equally right everywhere.

    Two tests: standard regions against the rest of the image (each as one of all of them), and the spread of the
    dispersion over pixels. A mean that is off in places is not sigma's fault, so the squared bias is taken off first.
    """
    calibration = ground.calibration
    if calibration.reduced_chi2 is None or calibration.dispersion.standard_error is None:
        return None
    judged = judged_pixels(diagnosis, calibration)
    if judged.sum() < 2:
        return None
    valid = as_image(judged)
    values = centred(calibration)
    errors = as_image(calibration.maps.dispersion_error)
    spread = spread_over_pixels(values[valid], errors[valid], dependence(calibration, judged))
    levels = {"pixels": severity("dispersion.pixels", spread)}
    columns = columns_of(diagnosis.data, diagnosis.model.event_shape)
    noun = places_noun(diagnosis.model.event_shape, columns)
    place = _place(calibration, values, valid, spread, columns)
    if place is None:
        whole = float(values[valid].mean()) - 1
        if levels["pixels"] is None or spread.value < abs(whole) / 2:
            return None
        finding = _pixel_by_pixel(ground, values, errors, valid, spread, levels["pixels"])
    else:
        finding = _in_place(ground, place, values, valid, len(standard(valid.shape)), noun)
    if noun != "pixel":
        finding = _of_features(finding, values, errors, valid, columns, noun)
    return Uneven(finding, _coefficient(values[valid], errors[valid]))


def centred(calibration: Calibration) -> Array:
    """Dispersion map `[H, W, C]` without the part that a shifted mean adds."""
    maps = calibration.maps
    return as_image(maps.dispersion - 12 * np.maximum(maps.bias**2 - maps.bias_error**2, 0))


def _place(
    calibration: Calibration, values: Array, valid: Array, spread: Estimate, columns: Sequence[str] | None
) -> Place | None:
    """The region to name: a standard one that differs from the rest, or a rectangle that accounts for more."""
    candidates = standard(valid.shape, columns)
    fired = [
        place for place in candidates if _differs(calibration, values, valid, place, cells=len(candidates)) is not None
    ]
    best = best_rectangle(values, valid, columns)
    if best is not None and _differs(calibration, values, valid, best, cells=len(candidates) ** 2):
        fired.append(best)
    if not fired:
        return None
    accounts = [_between(values, valid, place.mask) for place in fired]
    most = max(accounts)
    if severity("dispersion.pixels", spread) and most < NAMED * spread.value**2 * valid.sum():
        return None  # differences are not a matter of one region
    good = [place for place, share in zip(fired, accounts, strict=True) if share >= PREFERRED * most]
    found = next((place for place in good if _worse_inside(values, valid, place.mask)), good[0])
    return found if _worse_inside(values, valid, found.mask) else complement(found, columns) or found


def _worse_inside(values: Array, valid: Array, mask: Array) -> bool:
    return abs(values[valid & mask].mean() - 1) >= abs(values[valid & ~mask].mean() - 1)


def _differs(calibration: Calibration, values: Array, valid: Array, place: Place, *, cells: int) -> str | None:
    """Severity, unless the whole image is off to the same side by nearly as much: then it is no matter of a region."""
    inside, outside = valid & place.mask, valid & ~place.mask
    if not inside.any() or not outside.any():
        return None
    first, second = _mean(calibration, values, inside), _mean(calibration, values, outside)
    if much_the_same(first.value - 1, second.value - 1):
        return None
    return severity("dispersion.region", between(first, second), cells=cells)


def _mean(calibration: Calibration, values: Array, mask: Array) -> Estimate:
    shape = calibration.maps.dispersion.shape
    return mean_of(calibration, values.reshape(shape), mask.reshape(shape))


def _between(values: Array, valid: Array, mask: Array) -> float:
    """Sum of squares between inside and outside."""
    inside, outside = values[valid & mask], values[valid & ~mask]
    size = len(inside) * len(outside) / (len(inside) + len(outside))
    return float((inside.mean() - outside.mean()) ** 2 * size)


def _in_place(ground: Ground, place: Place, values: Array, valid: Array, cells: int, noun: str) -> Finding:
    calibration = ground.calibration
    inside = _mean(calibration, values, valid & place.mask)
    outside = _mean(calibration, values, valid & ~place.mask)
    wrong_inside = abs(inside.value - 1) >= abs(outside.value - 1)
    wrong = inside if wrong_inside else outside
    where = f"in {place.name}" if wrong_inside else f"outside {place.name.removeprefix('in ')}"
    chi2 = calibration.maps.reduced_chi2
    size = f" ({times(int((valid & place.mask).sum()), noun)})" if noun == "pixel" else ""
    evidence = f"dispersion {measured(inside)} in {place.name}{size}, {measured(outside)} outside (exact: 1)"
    if chi2 is not None:
        square = as_image(chi2)
        evidence += f"; reduced χ² {square[valid & place.mask].mean():.3g} and {square[valid & ~place.mask].mean():.3g}"
    evidence += f"; each region judged as one of {cells}"
    small = wrong.value > 1
    return Finding(
        id="scale.region",
        severity=severity("dispersion.region", between(inside, outside)) or "warning",
        where=f"{ground.where}: {place.name}",
        title=f"σ is too {'small' if small else 'large'} {where}, by a factor {factor_words(wrong)}",
        evidence=evidence,
        meaning=_MEANING,
        try_=f"look at {place.name} in the calibration maps and in the images: is the noise different there, or is "
        'detail missing from the mean? Let σ differ over the image, vd.likelihoods.Normal(scale="pixel"), or enlarge '
        "the decoder where detail is missing. If the head already has a σ per pixel, its network has to reach there.",
        figure="calibration_maps",
    )


def _pixel_by_pixel(
    ground: Ground, values: Array, errors: Array, valid: Array, spread: Estimate, level: str
) -> Finding:
    ratio = np.sqrt(variance_ratio(_shrunk(values[valid], spread.value)))
    low, high = np.quantile(ratio, [0.1, 0.9])
    allowed = RULES["dispersion"].margin + errors_allowed(int(valid.sum())) * errors[valid]
    over = values[valid] - 1 > allowed
    under = 1 - values[valid] > allowed
    sides = f"σ {_times(float(high))} at one pixel in ten and {_times(float(low))} at another"
    return Finding(
        id="scale.region",
        severity=level,
        where=f"{ground.where}: pixel by pixel",
        title=f"σ does not follow the noise from pixel to pixel: off by a factor {_typical(ratio):.2f}",
        evidence=f"dispersion differs over pixels by {spread.value:.3g} beyond chance (exact: 0); "
        f"{sides}; {int(over.sum())} of {int(valid.sum())} pixels over-confident and {int(under.sum())} "
        "under-confident",
        meaning=_MEANING,
        try_='a σ per pixel: vd.likelihoods.Normal(scale="pixel") with a floor. If the head has one already: more '
        "epochs, or a larger network in front of it.",
        figure="calibration_maps",
    )


_MEANING = (
    "Averaged over the image σ can look right while some pixels are over-confident and others are not: samples are too "
    "clean here and too noisy there, and the residuals of the image together have tails that are heavier than p(x | z) "
    "says. Averages over the image, and one factor for all of it, would mislead."
)


def _of_features(
    finding: Finding, values: Array, errors: Array, valid: Array, columns: Sequence[str] | None, noun: str
) -> Finding:
    """The same in the words of a table: which columns, instead of where in the image."""
    sides = []
    for side, word in ((1, "over-confident"), (-1, "under-confident")):
        beyond = np.where(valid, (values - 1) * side - 2 * errors, -np.inf).ravel()
        found = [index for index in np.argsort(-beyond, kind="stable")[:WORST] if beyond[index] > 0]
        if found:
            listed = [f"{named([index], columns)} ({values.ravel()[index]:.2f})" for index in found]
            sides.append(f"most {word} {', '.join(listed)}")
    evidence = "; ".join([*sides, finding.evidence.replace("pixel", noun)])
    return replace(
        finding,
        where=finding.where.replace("pixel by pixel", f"{noun} by {noun}"),
        title=finding.title.replace("pixel", noun),
        evidence=evidence,
        meaning=_MEANING_OF_FEATURES,
        try_='a σ for each of them: vd.likelihoods.Normal(scale="pixel") with a floor, or all of them brought to one '
        "scale before training. If the head has one already: more epochs, or a larger network in front of it. Columns "
        "of another kind (counts, shares, yes or no) need a likelihood of their own.",
    )


_MEANING_OF_FEATURES = (
    "Averaged over x, σ can look right while p(x | z) is too sure of some values and not sure enough of others: "
    "intervals for the first are too narrow, an outlier there is easily missed or made up, and all residuals together "
    "have tails that are heavier than p(x | z) says."
)


def _shrunk(values: Array, spread: float) -> Array:
    """The map without its sampling noise, as far as a known spread allows (empirical Bayes)."""
    centre = values.mean()
    return centre + (values - centre) * spread / max(float(values.std()), 1e-12)


def _typical(ratio: Array) -> float:
    return math.exp(float(np.std(np.log(ratio))))


def _times(ratio: float) -> str:
    """Errors `ratio` times the stated sigma."""
    return f"{ratio:.2f} × too small" if ratio > 1 else f"{1 / ratio:.2f} × too large"


def share_on_side(diagnosis: Diagnosis, calibration: Calibration, side: int) -> float:
    """Share of the pixels that vary whose dispersion is off to this side (+1, -1) by more than margin and error."""
    judged = judged_pixels(diagnosis, calibration)
    values, errors = calibration.maps.dispersion[judged], calibration.maps.dispersion_error[judged]
    return float(np.mean((values - 1) * side > RULES["dispersion"].margin + errors)) if judged.any() else 0.0


def _coefficient(values: Array, errors: Array) -> float:
    """Squared coefficient of variation of the true variance ratio over pixels: a third of the tail weight it makes."""
    ratio = variance_ratio(values)
    step = 1e-3
    slope = (variance_ratio(values + step) - variance_ratio(values - step)) / (2 * step)
    noise = float(np.mean((slope * errors) ** 2))
    return max(float(ratio.var()) - noise, 0.0) / float(ratio.mean()) ** 2
