"""Rule 4: is sigma too small or too large? By which factor?"""

from __future__ import annotations

import math

from vaediag.findings.clipping import SCORE_LIMIT, light_by_clipping
from vaediag.findings.data import atom
from vaediag.findings.encoder import Ground
from vaediag.findings.rules import severity, side, worst
from vaediag.findings.wording import coverage_at, measured, percent
from vaediag.records.calibration import Calibration
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimate, number, with_error
from vaediag.records.finding import Finding
from vaediag.records.variance import ScaleHealth


def scale_side(diagnosis: Diagnosis, calibration: Calibration) -> int:
    """+1: sigma too small, -1: too large, 0: dispersion and reduced chi-squared do not both say so.

    A family without a fourth moment has no chi-squared with a standard error: the dispersion alone tells.
    """
    if calibration.reduced_chi2 is None and diagnosis.model.scaled:
        return side("dispersion", calibration.dispersion)
    sides = {side("dispersion", calibration.dispersion), side("reduced_chi2", calibration.reduced_chi2)}
    return sides.pop() if len(sides) == 1 else 0


def outweighs_tails(diagnosis: Diagnosis, calibration: Calibration) -> bool:
    """Is sigma known to be wrong, whatever the tails? Then `scale` speaks where `tails` would.

    Tails alone leave chi-squared at 1, so not both numbers are badly off to one side; and tails that look light only
    because scores end somewhere are the work of sigma. So are, under a heavy-tailed family, tails that look light
    where sigma is too small, and heavy where it is too large: its ranks bend that way, and tails of the data that are
    heavier or lighter themselves move the dispersion to the other side.
    """
    which, weight = scale_side(diagnosis, calibration), calibration.tail_weight
    if calibration.reduced_chi2 is None:
        return which != 0 and weight is not None and which * weight.value < 0
    if which > 0 and light_by_clipping(calibration):
        return True
    badly = [severity("dispersion", calibration.dispersion), severity("reduced_chi2", calibration.reduced_chi2)]
    return which != 0 and badly == ["problem", "problem"]


def scale(diagnosis: Diagnosis, ground: Ground, as_it_is: Calibration | None = None) -> Finding | None:
    """`scale`: sigma times s gives chi-squared s^-2, so its root is the factor.

    Args:
        as_it_is: the calibration before a shift of the mean was taken off, to be named beside the other.
    """
    calibration, chi2 = ground.calibration, ground.calibration.reduced_chi2
    which = scale_side(diagnosis, calibration)
    if which == 0:
        return None
    small = which > 0
    if chi2 is None:
        return _by_dispersion(diagnosis, ground, small, as_it_is)
    factor = math.sqrt(chi2.value if small else 1.0 / max(chi2.value, 1e-12))
    error = factor * (chi2.standard_error or 0.0) / (2 * max(chi2.value, 1e-12))  # delta method on the root
    health = diagnosis.variance.scale
    best = None
    if health is not None and health.stated is not None and health.beta_equivalent is not None:  # one σ of a Normal
        optimal = health.stated * math.sqrt(chi2.value)
        best = Estimate(optimal, optimal * error / factor, health.optimal.unit)
    return Finding(
        id="scale",
        severity=worst(severity("dispersion", calibration.dispersion), severity("reduced_chi2", chi2)),
        where=ground.where,
        title=f"σ is too {'small' if small else 'large'} by a factor {with_error(factor, error)}",
        evidence=_numbers(calibration, as_it_is)
        + _one_sigma(diagnosis, health, best, calibration)
        + (_tails(diagnosis, calibration) or ("" if best else coverage_at(calibration.coverage))),
        meaning=_TOO_SMALL if small else _TOO_LARGE,
        try_=_advice(diagnosis, best, small),
        figure="pit" if calibration.ence is None else "spread_skill",  # one σ for all has no spread to compare
    )


def _by_dispersion(diagnosis: Diagnosis, ground: Ground, small: bool, as_it_is: Calibration | None) -> Finding:
    """Of a family without chi-squared: the direction, not the factor."""
    calibration = ground.calibration
    text = f"dispersion {measured(calibration.dispersion)} (exact: 1)"
    if as_it_is is not None and as_it_is.dispersion != calibration.dispersion:
        text += f" without the mean's shift ({number(as_it_is.dispersion.value)} with it)"
    return Finding(
        id="scale",
        severity=worst(severity("dispersion", calibration.dispersion)),
        where=ground.where,
        title=f"The scale of p(x | z) is too {'small' if small else 'large'} "
        f"(dispersion {number(calibration.dispersion.value)})",
        evidence=text
        + _one_sigma(diagnosis, diagnosis.variance.scale, None, calibration)
        + coverage_at(calibration.coverage)
        + "; without a fourth moment no reduced χ² tells the factor",
        meaning=_TOO_SMALL if small else _TOO_LARGE,
        try_=_advice(diagnosis, None, small),
        figure="pit",
    )


_TOO_SMALL = (
    "The decoder is surer than its errors allow: samples are too clean, intervals miss too often, and reconstruction "
    "outweighs the KL term, which asks too much of the code."
)
_TOO_LARGE = (
    "The decoder is less sure than its errors would allow: samples are noisier than the data, intervals too wide, "
    "and the KL term outweighs reconstruction, which starves the code."
)


def _tails(diagnosis: Diagnosis, calibration: Calibration) -> str:
    """What the tails would have said, had sigma not spoken for them."""
    weight, text = calibration.tail_weight, ""
    if weight is None or severity("tail_weight", weight) is None:
        return text
    if light_by_clipping(calibration):
        text = f"; tail weight {weight.value:.2g} is σ's doing (scores end at ±{SCORE_LIMIT:.2f})"
    else:
        text = f"; tails {'heavier' if weight.value > 0 else 'lighter'} as well (tail weight {weight.value:.2g})"
    repeated = atom(diagnosis)
    return (
        text
        if repeated is None
        else f"{text}; {repeated.detail.removesuffix(' under a density')}: {percent(repeated.fraction)}"
    )


def _numbers(calibration: Calibration, as_it_is: Calibration | None) -> str:
    chi2, dispersion = calibration.reduced_chi2, calibration.dispersion
    assert chi2 is not None
    text = f"reduced χ² {measured(chi2)} and dispersion {measured(dispersion)}"
    if as_it_is is None or as_it_is.reduced_chi2 is None or as_it_is.reduced_chi2 == chi2:
        return f"{text} (exact: 1)"
    before = f"{number(as_it_is.reduced_chi2.value)} and {number(as_it_is.dispersion.value)}"
    return f"{text} without the mean's shift ({before} with it, exact: 1)"


def _one_sigma(
    diagnosis: Diagnosis, health: ScaleHealth | None, best: Estimate | None, calibration: Calibration
) -> str:
    """What is known where all pixels share one sigma; "" otherwise. `best` is of the same z as chi-squared."""
    own = diagnosis.model.stated_scale if best is None else None
    if health is None or health.stated is None:
        return "" if own is None else f"; stated scale {number(own)}"
    text = f"; σ {number(health.stated)}" if own is None else f"; stated scale {number(own)}, σ {number(health.stated)}"
    if best is None or calibration.reduced_chi2 is None:  # not a Normal: sigma* is no optimum
        return text
    beta = 1 / max(calibration.reduced_chi2.value, 1e-12)
    other = f" ({number(health.optimal.value)} with z from q)" if calibration.conditioning != "posterior" else ""
    optimal = with_error(best.value, best.standard_error or 0.0)
    return f"{text}, best {optimal}{other}, as if trained with β = {beta:.3g}"


def _advice(diagnosis: Diagnosis, best: Estimate | None, small: bool) -> str:
    if best is not None:
        return (
            f'learn σ with vd.likelihoods.Normal(scale="shared"), or fix it with scale={number(best.value)}; '
            "then train again."
        )
    health = diagnosis.variance.scale
    if diagnosis.model.stated_scale is not None or (health is not None and health.stated is not None):
        return (
            "the scale that makes the images likeliest, for these locations: vd.estimate_scale(vae, images); or learn "
            'it, vd.likelihoods.Normal(scale="shared"); then train again.'
        )
    fitted = "stop earlier, raise its floor, or use more images" if small else "train longer, or lower its floor"
    return (
        f"σ was fitted to other residuals than these: {fitted}; or leave it less freedom with "
        'vd.likelihoods.Normal(scale="shared").'
    )
