"""Does x behave like a draw from p(x | z)? The answers, as records."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.records.estimate import Array, Estimate


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """An observed frequency curve with its simultaneous 95 % band, all `[points]`, in [0, 1].

    "Is the diagonal (observed = nominal) inside the band everywhere?" is the question to ask of it.
    """

    nominal: Array
    observed: Array
    lower: Array
    upper: Array


@dataclass(frozen=True, slots=True, eq=False)
class ReliabilityCurve:
    """Binary x: what was forecast against what happened, `[bins]` (equal counts, ties kept together)."""

    forecast: Array  # mean predicted probability, [0, 1]
    observed: Array  # observed frequency, [0, 1]
    standard_error: Array  # of observed - forecast, over images
    count: Array  # pixels in the bin


@dataclass(frozen=True, slots=True, eq=False)
class SpreadSkill:
    """Scale families: stated spread against the error made, `[bins]` (equal counts in stddev), in units of x."""

    spread: Array  # root of the mean variance
    error: Array  # root mean squared error
    standard_error: Array  # of error, over images
    count: Array  # pixels in the bin


@dataclass(frozen=True, slots=True)
class Brier:
    """Murphy's (1973) parts: score = reliability - resolution + uncertainty + within_bin."""

    score: Estimate
    reliability: Estimate
    resolution: Estimate
    uncertainty: Estimate
    within_bin: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationMaps:
    """Per pixel, each of the event's shape; NaN where undefined."""

    bias: Array  # mean u - 1/2
    dispersion: Array  # 1 for an exact model, > 1 over-confident
    reduced_chi2: Array | None  # None unless the family has a scale
    bias_error: Array  # standard errors over images, for rules on maps
    dispersion_error: Array


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Calibration under one conditioning; what does not apply to the family is None (reason in `Diagnosis.why_not`)."""

    conditioning: str  # "posterior", "posterior_mean", "prior", "corrected"
    images: int
    dispersion: Estimate
    bias: Estimate
    miscalibration_area: Estimate
    max_calibration_error: Estimate
    crps: Estimate  # units of x
    log_score: Estimate  # nats per image
    interval_score: Estimate  # units of x, of the central 90 % interval
    reduced_chi2: Estimate | None
    sharpness: Estimate | None  # units of x
    tail_weight: Estimate | None
    ence: Estimate | None
    ece: Estimate | None
    mce: Estimate | None
    calibration_slope: Estimate | None
    brier: Brier | None
    off_support: float  # fraction of the values of x outside the support of p(x | z)
    quantile_curve: Band
    coverage: Band  # nominal: the mass of the central interval
    pit_histogram: Array  # [200], fractions that sum to 1
    reliability_curve: ReliabilityCurve | None
    spread_skill: SpreadSkill | None
    maps: CalibrationMaps


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationSet:
    """The four conditionings (definitions.md, section 2): which z was the decoder asked about?"""

    posterior: Calibration
    posterior_mean: Calibration
    prior: Calibration | None
    corrected: Calibration | None
    paired: Estimate | None  # dispersion(posterior) - dispersion(corrected), per image
