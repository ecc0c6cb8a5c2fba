"""`scale.image`: the noise differs from image to image, and sigma does not."""

from __future__ import annotations

import math

import numpy as np

from vaediag.findings.encoder import Ground
from vaediag.findings.rules import severity
from vaediag.findings.sided import Uneven
from vaediag.findings.uneven import SLOPE, judged_pixels, spread_over_images
from vaediag.findings.wording import listing, measured, percent
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.finding import Finding


def images(diagnosis: Diagnosis, ground: Ground) -> Uneven | None:
    """Heavy tails, and a dispersion of single images that differs by more than their pixels do by chance.

    Neither alone would do: heavy tails within images leave images alike, and pixels that depend on each other make
    images differ without heavy tails. Where the encoder is at fault there are no rows to ask.
    """
    calibration = ground.calibration
    row = diagnosis.rows.get(f"{calibration.conditioning}.dispersion")
    squares = diagnosis.rows.get(f"{calibration.conditioning}.chi2")
    weight = calibration.tail_weight
    found = severity("tail_weight", weight)
    if found is None or weight is None or weight.value < 0 or row is None or squares is None:
        return None
    valid = judged_pixels(diagnosis, calibration)
    spread = spread_over_images(row, calibration, valid, diagnosis.independence)
    if spread is None or spread.standard_error is None or not spread.value > 3 * spread.standard_error:
        return None
    deviation = spread.value / SLOPE  # of the log variance
    variation = math.expm1(min(deviation**2, 5.0))  # of a log-normal
    factor = math.exp(deviation / 2)
    one = diagnosis.variance.scale is not None and diagnosis.variance.scale.stated is not None
    known = squares[np.isfinite(squares)]
    low, high = np.quantile(known, [0.1, 0.9])
    worst_images = np.argsort(np.where(np.isfinite(squares), squares, -np.inf))[::-1][:3].tolist()
    finding = Finding(
        id="scale.image",
        severity=found,
        where=f"{ground.where}: image by image",
        title=f"{'One σ for images of different noise' if one else 'σ does not follow the noise of the image'}: "
        f"typically off by a factor {factor:.2f}",
        evidence=f"dispersion differs over images by {measured(spread)} beyond chance (exact: 0), explaining "
        f"{percent(min(3 * variation / weight.value, 1.0))} of the tail weight {measured(weight)}; reduced χ² "
        f"{low:.2g} to {high:.2g} in eight of ten, largest in images "
        f"{listing(diagnosis.data.numbers(worst_images).tolist())}",
        meaning="Some images are noisier than others (or fit less well) and σ does not know it: it is too small for "
        "these and too large for the rest, and all residuals together look heavy-tailed although those of one image "
        "need not be.",
        try_=(
            'a σ per image: vd.likelihoods.Normal(scale="image"), and train again. '
            if one
            else "a larger network in front of σ, or more epochs: it has to tell noisy images from clean ones. "
        )
        + "Look at the worst images first: if they are few and of another kind, it is the data that need sorting.",
        figure="worst",
    )
    return Uneven(finding, variation)
