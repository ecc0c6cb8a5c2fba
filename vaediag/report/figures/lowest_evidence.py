"""The images that the model finds least likely, drawn like the reconstructions."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.markers import CARETDOWN

from vaediag.records.columns import columns_of
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array
from vaediag.records.pictures import Picked
from vaediag.report import style
from vaediag.report.figures.measure import NOTHING, Above, Measure
from vaediag.report.figures.panel import Panel
from vaediag.report.figures.profiles import MOST
from vaediag.report.figures.reconstructions import draw_reconstructions, is_scaled
from vaediag.report.histogram import draw_histogram
from vaediag.report.levels import levels_of
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import stamp_of
from vaediag.report.words import NO_BREAK, plural, short

HEIGHT = 1.15


def title(picked: Picked, diagnosis: Diagnosis) -> str:
    """How far the images with the lowest bound lie below the mean."""
    count = min(len(picked.value), MOST)
    low, high = (short(float(pick(picked.value[:count]))) for pick in (np.min, np.max))
    span = f"{low}{NO_BREAK}nats" if low == high else f"{low} to {high}{NO_BREAK}nats"
    which = "The least likely image has" if count == 1 else f"The {count} least likely images have"
    used = plural(diagnosis.data.count - diagnosis.excluded.count, "image")
    return f"{which} an ELBO of {span}, where the mean of {used} is {short(diagnosis.evidence.elbo.value)}"


def draw_lowest_evidence(diagnosis: Diagnosis) -> Figure | None:
    """All bounds as a histogram, and the images at its lower end; None without pictures."""
    picked = None if diagnosis.pictures is None else diagnosis.pictures.lowest
    if picked is None or len(picked.value) == 0:
        return None
    elbo = np.asarray(diagnosis.rows.get("elbo", np.zeros(0)), dtype=float)
    # by value: indices of a subset are those in the data here, and rows are not
    chosen = np.isin(elbo, picked.value[:MOST])
    elbo, chosen = elbo[np.isfinite(elbo)], chosen[np.isfinite(elbo)]
    several = len(elbo) > 1 and elbo.max() > elbo.min()

    def histogram(sheet: Sheet) -> None:
        draw_elbo(sheet.axes(0.45, 0.0, BODY - 0.45, HEIGHT), elbo, chosen)

    return draw_reconstructions(
        picked.shown,
        diagnosis.model.event_shape,
        stamp_of(diagnosis),
        heading=title(picked, diagnosis),
        scaled=is_scaled(diagnosis),
        levels=levels_of(diagnosis),
        columns=columns_of(diagnosis.data, diagnosis.model.event_shape),
        measure=Measure("ELBO, nats", picked.value),
        words="One draw z ~ q(z | x) per image. ELBO: rate and distortion of one image together, a lower bound of "
        f"log p(x).{' Triangles: the images below.' if several else ''}",
        above=Above(HEIGHT + 0.72, histogram) if several else NOTHING,
    )


def draw_elbo(ax: Axes, elbo: Array, chosen: Array) -> None:
    """The histogram of the bounds of all images; triangles point at those `chosen`, a mask `[n]`."""
    tops = draw_histogram(ax, elbo, chosen, low=float(elbo.min()), high=float(elbo.max()))[chosen]
    look: dict[str, Any] = {"marker": CARETDOWN, "ms": 9, "color": style.ink(), "mec": style.paper(), "mew": 0.7}
    ax.plot(elbo[chosen], tops, ls="", clip_on=False, zorder=4, **look)
    ax.set_xlabel("ELBO, nats per image")


READING = """
The bound of one image is what the model thinks of it: low where the image is unlike the data it was trained on, or
where the encoder finds no good code for it. A few low values are the tail of any data set. Images far to the left of
all others deserve a look: a wrong crop, an inverted or empty image, a class that training hardly saw. Complex images
have lower bounds than simple ones even in a good model.
"""


PANEL = Panel(
    "lowest_evidence",
    "Which images does the model find least likely?",
    draw_lowest_evidence,
    READING,
    ("pictures.lowest", "pictures"),
)
