"""Rule 8: do images from the model vary as much as the data?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vaediag.findings.rules import severity, side
from vaediag.findings.uneven import variance_ratio
from vaediag.findings.wording import measured, percent
from vaediag.records.calibration import Calibration
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimate, number
from vaediag.records.finding import Finding
from vaediag.records.variance import Variance, VarianceParts


def told(variance: Variance) -> bool:
    """Is the variance of the data known to a third or better? Else a few values make it, and no ratio to it holds."""
    data = variance.data
    return data.standard_error is None or data.value > 3 * data.standard_error


def variance_side(variance: Variance, parts: VarianceParts | None) -> int:
    """+1: the model makes more variance than the data have, -1: less, 0: neither, or not to be told."""
    return 0 if parts is None or not told(variance) else side("variance_ratio", parts.variance_ratio)


def follows(diagnosis: Diagnosis, calibration: Calibration) -> bool:
    """Would the variance be told right, had the decoder's noise the variance of the residuals?

    The two parts of a variance ratio: only the noise answers to a spread of p(x | z) that is wrong.
    """
    chi2 = calibration.reduced_chi2
    factor = chi2.value if chi2 is not None else float(variance_ratio(np.asarray(calibration.dispersion.value)))
    for parts in (diagnosis.variance.aggregate, diagnosis.variance.prior):
        if parts is None or not variance_side(diagnosis.variance, parts):
            continue
        noise = (1 - parts.explained.value) * parts.variance_ratio.value
        moved = replace(parts.variance_ratio, value=parts.variance_ratio.value + noise * (factor - 1))
        if severity("variance_ratio", moved) is not None:
            return False
    return True


def variance_finding(diagnosis: Diagnosis) -> Finding | None:
    """`variance`: total variance over data variance, under the codes of the data first, then under the prior."""
    variance = diagnosis.variance
    for name, parts in (("aggregate", variance.aggregate), ("prior", variance.prior)):
        level = None if parts is None else severity("variance_ratio", parts.variance_ratio)
        if parts is not None and level is not None and told(variance):
            return _finding(name, parts, level, variance.aggregate, variance.data)
    return None


def _finding(law: str, parts: VarianceParts, level: str, aggregate: VarianceParts | None, data: Estimate) -> Finding:
    ratio = parts.variance_ratio
    less = ratio.value < 1
    evidence = (
        f"variance ratio {measured(ratio)} (exact: 1); per pixel: decoder noise {number(parts.decoder_noise.value)} + "
    )
    evidence += f"latent signal {number(parts.latent_signal.value)} against {number(data.value)} in the data"
    if law == "prior":
        if aggregate is not None:
            evidence += f"; with the codes of the data the ratio is {measured(aggregate.variance_ratio)}"
        source, meaning, advice = "with codes from the prior", _HOLES, _HOLES_ADVICE
    else:
        source, meaning, advice = "with the codes of the data", _MISSING if less else _ADDED, _MAPS_ADVICE
    return Finding(
        id="variance",
        severity=level,
        where=f"variance.{law}",
        title=f"Images from the model vary {percent(abs(ratio.value - 1))} {'less' if less else 'more'} than the "
        f"data, {source}",
        evidence=evidence,
        meaning=meaning,
        try_=advice,
        figure="variance_maps",
    )


_HOLES = (
    "Codes of the data reproduce the variance of the data and codes from the prior do not: the aggregated posterior "
    "is not the prior, and freely generated images come from where the decoder was not trained."
)
_HOLES_ADVICE = (
    "a prior fitted to the codes (vd.priors.Mixture), β nearer to 1, or longer warm-up; the posterior scatter shows "
    "where the codes are."
)
_MISSING = (
    "Mean and noise of the decoder together do not make up the spread of the data, although residuals look right: "
    "part of its variety is missing."
)
_ADDED = (
    "Mean and noise of the decoder together exceed the spread of the data, although residuals look right: the model "
    "adds variety that the data do not have."
)
_MAPS_ADVICE = (
    "compare the maps for the pixels that differ: more latents or a larger decoder where latent signal is missing, a "
    "σ per pixel where noise is in the wrong place."
)
