"""Findings of severity info: nothing is wrong, but a reader would draw the wrong conclusion without them."""

from __future__ import annotations

import math

import numpy as np

from vaediag.findings.encoder import how
from vaediag.findings.rules import MINIMUM_IMAGES, RULES
from vaediag.findings.wording import measured, times
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimate
from vaediag.records.finding import Finding


def few_images(images: int) -> Finding:
    return Finding(
        id="few_images",
        severity="info",
        where="data",
        title=f"{times(images, 'image')}: too few to say what is wrong",
        evidence=f"the rules need {MINIMUM_IMAGES} images; the numbers stand, with their standard errors",
        meaning="With fewer images the standard errors themselves are too uncertain to tell a fault from chance.",
        try_=f"diagnose {MINIMUM_IMAGES} images or more.",
    )


def trained_on(diagnosis: Diagnosis, sha256: str | None) -> Finding | None:
    """The data are, number for number, those the model was trained on."""
    if sha256 is None or sha256 != diagnosis.data.sha256:
        return None
    return Finding(
        id="trained_on",
        severity="info",
        where="data",
        title="These are the images the model was trained on",
        evidence=f"the model records training images with this very hash, {sha256[:12]}…",
        meaning="Every number is better here than on new images: a σ that is right on these can be too small on "
        "others.",
        try_='diagnose held-out images, for instance the split "test".',
    )


def probe(diagnosis: Diagnosis) -> Finding | None:
    """The corrected codes cannot be relied on, or are too few to judge the encoder."""
    run = diagnosis.evidence.corrected
    if run is None or (run.reliable and len(run.images) >= MINIMUM_IMAGES):
        return None
    few = len(run.images) < MINIMUM_IMAGES
    return Finding(
        id="probe",
        severity="info",
        where="evidence.corrected",
        title="Too few images were probed to judge the encoder" if few else "The corrected codes are not reliable here",
        evidence=how(run),
        meaning="The sharp test of the encoder is missing: a fault of q(z | x) may show as one of the decoder."
        if few
        else "The chains did not arrive at p(z | x), or few codes carry all the weight: q can be far from p(z | x). "
        "A fault of q(z | x) may pass unnoticed, and show as one of the decoder.",
        try_=f"probe {MINIMUM_IMAGES} images or more (probe_images=)."
        if few
        else "check that the encoder's outputs are read as they were trained (log-variance or σ?); compare decoder "
        "findings with more care; a posterior closer to the truth (longer training) makes the probe reliable.",
    )


def posterior_mean(diagnosis: Diagnosis) -> Finding | None:
    """Why plots of the usual reconstruction, at the mean of q, make the decoder look too unsure."""
    calibration = diagnosis.calibration
    at_mean, drawn = calibration.posterior_mean.dispersion, calibration.posterior.dispersion
    difference = _difference(diagnosis, at_mean, drawn)
    discrete = diagnosis.evidence.bits_per_dimension is not None
    rule = RULES["dispersion.discrete" if discrete else "dispersion"]
    error = difference.standard_error
    if error is None or not difference.value < -(rule.margin + 3 * error):
        return None
    return Finding(
        id="posterior_mean",
        severity="info",
        where="calibration.posterior_mean",
        title="At the posterior mean the decoder looks less sure than it is",
        evidence=f"dispersion {measured(at_mean)} at the mean of q(z | x), {measured(drawn)} with z drawn from it; "
        f"difference {measured(difference)}",
        meaning="That reconstruction has seen x: its code is the best guess for this very image, so residuals come "
        "out too small. Even an exact model looks under-confident there, and it is no fault.",
        try_="judge calibration with z drawn from q(z | x) (posterior), as all other findings do.",
        figure="pit",
    )


def _difference(diagnosis: Diagnosis, low: Estimate, high: Estimate) -> Estimate:
    """low - high; its error is paired over images where the rows are there, else as if independent."""
    rows = diagnosis.rows
    if "posterior_mean.dispersion" in rows and "posterior.dispersion" in rows:
        per_image = rows["posterior_mean.dispersion"] - rows["posterior.dispersion"]
        per_image = per_image[np.isfinite(per_image)]
        if len(per_image) > 1:
            return Estimate(low.value - high.value, float(per_image.std(ddof=1) / math.sqrt(len(per_image))))
    if low.standard_error is None or high.standard_error is None:
        return Estimate(low.value - high.value, None)
    return Estimate(low.value - high.value, math.hypot(low.standard_error, high.standard_error))
