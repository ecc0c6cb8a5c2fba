"""Rule 5: do stated quantiles hold the share of the data that they promise? (Binary x: reliability.py.)"""

from __future__ import annotations

from vaediag.findings.data import atom
from vaediag.findings.encoder import Ground
from vaediag.findings.rules import coverage_severity, severity, worst
from vaediag.findings.wording import coverage_at, measured, percent
from vaediag.records.calibration import Calibration
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import number
from vaediag.records.finding import Finding


def shape(diagnosis: Diagnosis, ground: Ground) -> Finding | None:
    """`shape`: area, bias or coverage; and dispersion for families without a scale, where no other rule judges it."""
    calibration = ground.calibration
    area = severity("miscalibration_area", calibration.miscalibration_area)
    bias = severity("bias", calibration.bias)
    coverage = coverage_severity(calibration.coverage)
    dispersion = None
    if calibration.reduced_chi2 is None:
        discrete = diagnosis.evidence.bits_per_dimension is not None
        dispersion = severity("dispersion.discrete" if discrete else "dispersion", calibration.dispersion)
    if not any((area, bias, coverage, dispersion)):
        return None
    return Finding(
        id="shape",
        severity=worst(area, bias, coverage, dispersion),
        where=ground.where,
        title=_title(calibration, area, bias, coverage),
        evidence=_evidence(diagnosis, calibration),
        meaning="Stated quantiles are off: an interval of p(x | z) does not hold the share of the data that it "
        "promises.",
        try_="look at the quantile curve for where it leaves the diagonal. Shifted to one side: train longer or "
        "enlarge the decoder, and check the preprocessing. Bent: another family (skewed, bounded, or with a mass "
        "where values repeat).",
        figure="quantile_curve",
    )


def _title(calibration: Calibration, area: str | None, bias: str | None, coverage: str | None) -> str:
    if bias is not None:
        shift = calibration.bias.value
        return f"The data lie {'higher' if shift > 0 else 'lower'} than p(x | z) says (bias {number(shift)})"
    if area is not None:
        value = number(calibration.miscalibration_area.value)
        return f"p(x | z) has the wrong shape (miscalibration area {value})"
    if coverage is not None:
        held = coverage_at(calibration.coverage).replace(";", ":")
        return f"Intervals of p(x | z) do not hold what they promise{held}"
    dispersion = calibration.dispersion.value
    return f"The decoder is too {'sure' if dispersion > 1 else 'unsure'} of x (dispersion {number(dispersion)})"


def _evidence(diagnosis: Diagnosis, calibration: Calibration) -> str:
    text = f"miscalibration area {measured(calibration.miscalibration_area)}"
    text += f"; bias {measured(calibration.bias)} (exact: 0)"
    text += f"; dispersion {measured(calibration.dispersion)} (exact: 1)" + coverage_at(calibration.coverage)
    repeated = atom(diagnosis)
    return text if repeated is None else f"{text}; {repeated.detail}: {percent(repeated.fraction)}"
