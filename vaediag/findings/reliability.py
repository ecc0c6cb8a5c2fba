"""Rule 5 for binary x: do events of predicted probability p happen with frequency p?"""

from __future__ import annotations

from vaediag.findings.rules import severity, side, worst
from vaediag.findings.wording import measured
from vaediag.records.calibration import Calibration
from vaediag.records.estimate import number
from vaediag.records.finding import Finding


def reliability(calibration: Calibration, where: str) -> Finding | None:
    """`reliability`: expected calibration error, calibration slope or (discrete) dispersion. None for other x."""
    ece, slope, dispersion = calibration.ece, calibration.calibration_slope, calibration.dispersion
    if ece is None:
        return None
    levels = {
        "ece": severity("ece", ece),
        "slope": severity("calibration_slope", slope),
        "dispersion": severity("dispersion.discrete", dispersion),
    }
    if not any(levels.values()):
        return None
    # slope < 0 and dispersion > 1 both mean too sharp
    sharp = -side("calibration_slope", slope) or side("dispersion.discrete", dispersion)
    evidence = f"expected calibration error {measured(ece)}; dispersion {measured(dispersion)} (exact: 1)"
    if slope is not None:
        evidence += f"; calibration slope {measured(slope)} (exact: 0)"
    return Finding(
        id="reliability",
        severity=worst(*levels.values()),
        where=where,
        title=_title(sharp, number(ece.value)),
        evidence=evidence,
        meaning=_MEANING[sharp],
        try_=_ADVICE[sharp] + ".",
        figure="reliability",
    )


def _title(sharp: int, ece: str) -> str:
    word = {1: "too sharp", -1: "too flat", 0: "off"}[sharp]
    return f"The predicted probabilities are {word} (calibration error {ece})"


_MEANING = {
    1: "Pixels said to be almost surely on (or off) are the other way more often than that: the decoder is "
    "over-confident, and its samples are cleaner than the data.",
    -1: "Pixels are more predictable than the decoder says: it is under-confident, and its samples are noisier than "
    "the data.",
    0: "A predicted probability is not the frequency with which the pixel is on; the error changes sign over the "
    "range of p.",
}
_ADVICE = {
    1: "look at held-out and training images separately: a gap means over-fitting (stop earlier, weight decay, more "
    "data); else raise β towards 1, or scale the logits by one temperature fitted on held-out images",
    -1: "train longer or enlarge the decoder; reduce dropout and label smoothing; lower β towards 1 if it is above",
    0: "look at the reliability curve for where it leaves the diagonal; enlarge the decoder or train longer",
}
