"""The latest pictures: the same few images, each with the mean, a sample and the spread of p(x | z)."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from vaediag.records.history import History
from vaediag.records.history_facts import at, last_measured
from vaediag.records.pictures import Reconstructions
from vaediag.report import style
from vaediag.report.figures.reconstructions import draw_reconstructions
from vaediag.report.history.timeline import HistoryPanel, stamp_of


@style.styled
def draw(history: History) -> Figure | None:
    """None before the first diagnosis that has numbers."""
    shown, last = history.pictures, last_measured(history)
    if shown is None or last is None or not np.isfinite(shown.stddev).all():
        return None
    spread = np.maximum(shown.stddev, 1e-3 * max(float(shown.stddev.max()), 1e-12))
    residual = (shown.x - shown.mean) / spread
    score = (residual.reshape(len(residual), -1) ** 2).mean(1)
    index = np.arange(len(shown.x))
    return draw_reconstructions(
        Reconstructions(index, shown.x, shown.mean, shown.sample, shown.stddev, residual, score),
        history.event_shape,
        stamp_of(history),
        heading=f"The same images after epoch {at(history.epoch[last])}, and their p(x | z)",
        scaled=bool(np.isfinite(history.sigma).any()),
    )


READING = """
z is one draw from q(z | x) of each image, with the same noise at every diagnosis. The mean is not what the decoder
outputs but the middle of it; a sample is one x of the many that this z has, and σ how far they spread.
"""

PANEL = HistoryPanel("pictures", "What does p(x | z) look like now?", draw, READING, "no pictures were kept")
