"""Rule 5: do stated quantiles hold the share of the data that they promise? (Binary x: reliability.py.)"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from vaediag.findings.bias import columns_off
from vaediag.findings.counts import dispersion_of_shift
from vaediag.findings.data import atom
from vaediag.findings.encoder import Ground
from vaediag.findings.rules import coverage_severity, severity, worst
from vaediag.findings.wording import coverage_at, measured, percent
from vaediag.records.calibration import Band, Calibration
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimate, number
from vaediag.records.finding import Finding


def spread_beside_shift(diagnosis: Diagnosis, ground: Ground, centred: Calibration) -> Finding | None:
    """`shape` of a family without a scale whose mean is shifted: its spread, where the shift cannot explain that.

    Of counts a shift moves the spread as well, up where the data lie higher. So what is left without it tells where it
    goes the other way; else of Poisson counts only, where it is more than twice what such a shift does.

    Args:
        centred: the calibration without the shift.
    """
    measured_, left = ground.calibration, centred.dispersion
    if measured_.reduced_chi2 is not None or diagnosis.model.scaled:
        return None
    level = severity("dispersion.discrete" if _discrete(diagnosis) else "dispersion", left)
    wide = _too_wide(measured_, level, "shifted", left)
    if level is None or wide is None or (left.value - 1) * wide.side < 0:
        return None
    if wide.side * measured_.bias.value > 0 and not _beyond_shift(diagnosis, measured_):
        return None
    return Finding(
        id="shape",
        severity=level,
        where=ground.where,
        title=wide.title,
        evidence=f"dispersion {measured(left)} (exact: 1) without the mean's shift "
        f"({number(measured_.dispersion.value)} with it)"
        + coverage_at(measured_.coverage, discrete=_discrete(diagnosis)),
        meaning=wide.meaning,
        try_=wide.advice + _counts(diagnosis, dispersion_side=wide.side),
        figure="pit",
    )


def _beyond_shift(diagnosis: Diagnosis, calibration: Calibration) -> bool:
    noise = diagnosis.variance.aggregate
    if noise is None or not diagnosis.model.likelihood.lower().startswith("poisson"):
        return False
    mean = noise.decoder_noise.value  # that of a Poisson law is its variance
    moved = dispersion_of_shift(mean, calibration.bias.value) - 1
    return (calibration.dispersion.value - 1) / moved > 2 if moved else True


def _discrete(diagnosis: Diagnosis) -> bool:
    return diagnosis.evidence.bits_per_dimension is not None


def shape(diagnosis: Diagnosis, ground: Ground) -> Finding | None:
    """`shape`: area, bias or coverage; and dispersion for families without a scale, where no other rule judges it."""
    calibration = ground.calibration
    area = severity("miscalibration_area", calibration.miscalibration_area)
    bias = severity("bias", calibration.bias)
    coverage = coverage_severity(calibration.coverage)
    dispersion = None
    if calibration.reduced_chi2 is None:
        dispersion = severity("dispersion.discrete" if _discrete(diagnosis) else "dispersion", calibration.dispersion)
    if not any((area, bias, coverage, dispersion)):
        return None
    wide = _too_wide(calibration, dispersion, bias, calibration.dispersion)
    shifted = columns_off(diagnosis, calibration)
    return Finding(
        id="shape",
        severity=worst(area, bias, coverage, dispersion),
        where=ground.where,
        title=_title(diagnosis, calibration, area, bias, coverage) if wide is None else wide.title,
        evidence=_evidence(diagnosis, calibration, shifted),
        meaning=(_MEANING if wide is None else wide.meaning) + (_SHIFTED if shifted else ""),
        try_=_ADVICE if wide is None else wide.advice + _counts(diagnosis, dispersion_side=wide.side),
        figure="calibration_maps" if shifted else "quantile_curve",
    )


_MEANING = "Stated quantiles are off: an interval of p(x | z) does not hold the share of the data that it promises."
_SHIFTED = " Single columns are shifted up or down, which a mean over all of them hides."
_ADVICE = (
    "look at the quantile curve for where it leaves the diagonal. Shifted to one side: train longer or enlarge the "
    "decoder, and check the preprocessing. Bent: another family (skewed, bounded, or with a mass where values repeat)."
)


class _Wide(NamedTuple):
    """Words for a family whose spread has no parameter called σ: its intervals are too narrow or too wide."""

    side: int
    title: str
    meaning: str
    advice: str


def _too_wide(calibration: Calibration, dispersion: str | None, bias: str | None, shown: Estimate) -> _Wide | None:
    """None unless the dispersion says it, and a shift does not explain it: u shifted by b adds 12 b² to it."""
    away = calibration.dispersion.value - 1
    if dispersion is None or (bias is not None and 12 * calibration.bias.value**2 > abs(away) / 2):
        return None
    number_ = number(shown.value)
    held = holds(calibration.coverage)
    if away > 0:
        return _Wide(
            1,
            f"x varies more than p(x | z) says (dispersion {number_})",
            _LITTLE.format("small")
            if held
            else "The spread of p(x | z) is too small: x lies too often in its tails, intervals miss too often, and "
            "reconstruction outweighs the KL term.",
            "look at the PIT histogram: both ends too full. A family whose spread is free, or a larger decoder if its "
            "mean misses detail.",
        )
    return _Wide(
        -1,
        f"x varies less than p(x | z) says (dispersion {number_})",
        _LITTLE.format("large")
        if held
        else "The spread of p(x | z) is too large: samples are noisier than the data, intervals too wide, and the KL "
        "term outweighs reconstruction.",
        "look at the PIT histogram: its middle too full. A family whose spread is free, or train longer.",
    )


_LITTLE = "The spread of p(x | z) is a little too {}, but its 90 % intervals hold what they promise."


def holds(coverage: Band, level: float = 0.9) -> bool:
    """Is the measured share of the central interval what is stated, within chance?"""
    at = int(np.argmin(np.abs(coverage.nominal - level)))
    return bool(coverage.lower[at] <= coverage.nominal[at] <= coverage.upper[at])  # NaN: no


def _counts(diagnosis: Diagnosis, *, dispersion_side: int) -> str:
    """What helps counts, whose variance many families tie to the mean."""
    family = diagnosis.model.likelihood.lower()
    if dispersion_side < 0 or not any(name in family for name in ("poisson", "binomial")):
        return ""
    if "binomial" in family and "negative" not in family:
        return (
            " Counts out of a total that vary more than a binomial: a probability that varies itself, tfd.BetaBinomial "
            "through vd.from_callables, or vd.likelihoods.Categorical(levels) with the total + 1 levels."
        )
    if "negative" in family:
        return " Counts: a dispersion per pixel, or zero-inflation (vd.likelihoods.ZeroInflatedNegativeBinomial())."
    return (
        " Counts that vary more than their mean: vd.likelihoods.NegativeBinomial(); too many zeros only: "
        "vd.likelihoods.ZeroInflatedPoisson()."
    )


def _title(
    diagnosis: Diagnosis, calibration: Calibration, area: str | None, bias: str | None, coverage: str | None
) -> str:
    if bias is not None:
        shift = calibration.bias.value
        return f"The data lie {'higher' if shift > 0 else 'lower'} than p(x | z) says (bias {number(shift)})"
    if area is not None:
        value = number(calibration.miscalibration_area.value)
        return f"p(x | z) has the wrong shape (miscalibration area {value})"
    if coverage is not None:
        held = coverage_at(calibration.coverage, discrete=_discrete(diagnosis)).replace(";", ":")
        return f"Intervals of p(x | z) do not hold what they promise{held}"
    return f"p(x | z) has the wrong spread (dispersion {number(calibration.dispersion.value)})"


def _evidence(diagnosis: Diagnosis, calibration: Calibration, shifted: str) -> str:
    text = f"miscalibration area {measured(calibration.miscalibration_area)}"
    text += f"; bias {measured(calibration.bias)} (exact: 0)" + (f", {shifted}" if shifted else "")
    text += f"; dispersion {measured(calibration.dispersion)} (exact: 1)"
    text += coverage_at(calibration.coverage, discrete=_discrete(diagnosis))
    repeated = atom(diagnosis)
    return text if repeated is None else f"{text}; {repeated.detail}: {percent(repeated.fraction)}"
