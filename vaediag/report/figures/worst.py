"""The images that p(x | z) explains worst, drawn like the reconstructions."""

from __future__ import annotations

from matplotlib.figure import Figure

from vaediag.records.columns import columns_of
from vaediag.records.diagnosis import Diagnosis
from vaediag.report.figures.panel import Panel
from vaediag.report.figures.reconstructions import draw_reconstructions, is_scaled, worst_title
from vaediag.report.levels import levels_of
from vaediag.report.stamp import stamp_of


def draw_worst(diagnosis: Diagnosis) -> Figure | None:
    """The images with the largest standardised residuals; None without pictures."""
    if diagnosis.pictures is None or len(diagnosis.pictures.worst.index) == 0:
        return None
    record, scaled = diagnosis.pictures.worst, is_scaled(diagnosis)
    heading = worst_title(record, diagnosis.data.count - diagnosis.excluded.count, scaled=scaled)
    return draw_reconstructions(
        record,
        diagnosis.model.event_shape,
        stamp_of(diagnosis),
        heading=heading,
        scaled=scaled,
        levels=levels_of(diagnosis),
        columns=columns_of(diagnosis.data, diagnosis.model.event_shape),
    )


READING = """
The images with the largest standardised residuals of all. Look for what they share: an unusual shape, a wrong
label, an artefact of the data, a region that is constant in most images. Some images are the worst in every
data set; they are a fault of the model only if their χ² is far above the others'.
"""


PANEL = Panel("worst", "Which images fit worst?", draw_worst, READING, ("pictures.worst", "pictures"))
