"""The images that p(x | z) explains worst, drawn like the reconstructions."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from vaediag.records.columns import columns_of
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array
from vaediag.report.figures.measure import Measure
from vaediag.report.figures.panel import Panel
from vaediag.report.figures.profiles import MOST
from vaediag.report.figures.reconstructions import draw_reconstructions, is_scaled, worst_title
from vaediag.report.levels import levels_of
from vaediag.report.stamp import stamp_of
from vaediag.report.words import NO_BREAK, plural, short


def draw_worst(diagnosis: Diagnosis) -> Figure | None:
    """The images with the largest standardised residuals, without a σ those of the least p(x | z); None if not kept."""
    if diagnosis.pictures is None or len(diagnosis.pictures.worst.index) == 0:
        return None
    record, scaled = diagnosis.pictures.worst, is_scaled(diagnosis)
    used = diagnosis.data.count - diagnosis.excluded.count
    heading, measure, words = worst_title(record, used, scaled=scaled), None, ""
    surprise = diagnosis.pictures.surprise
    if surprise is not None:
        measure = Measure("−log p, nats", surprise)
        heading = unlikely_title(surprise, diagnosis.calibration.posterior.log_score.value, used)
        words = "One draw z ~ q(z | x) per image. −log p(x | z): how much each image surprises its own decoder output."
    return draw_reconstructions(
        record,
        diagnosis.model.event_shape,
        stamp_of(diagnosis),
        heading=heading,
        scaled=scaled,
        levels=levels_of(diagnosis),
        measure=measure,
        words=words,
        columns=columns_of(diagnosis.data, diagnosis.model.event_shape),
    )


def unlikely_title(shown: Array, mean: float, total: int) -> str:
    """How unlikely the images shown are, beside the mean of all."""
    count = min(len(shown), MOST)
    low, high = (short(float(pick(shown[:count]))) for pick in (np.min, np.max))
    span = low if low == high else f"{low} to {high}"
    which = "The image" if count == 1 else f"The {count} images"
    return (
        f"{which} with the least p(x | z): −log p is {span}{NO_BREAK}nats, where the mean of "
        f"{plural(total, 'image')} is {short(mean)}"
    )


READING = """
The images with the largest standardised residuals of all; where the likelihood has no σ, those with the least
p(x | z). Look for what they share: an unusual shape, a wrong
label, an artefact of the data, a region that is constant in most images. Some images are the worst in every
data set; they are a fault of the model only if their number is far above the others'.
"""


PANEL = Panel("worst", "Which images fit worst?", draw_worst, READING, ("pictures.worst", "pictures"))
