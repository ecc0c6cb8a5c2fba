"""Where q(z | x) misses the posterior: Pareto k̂ of the importance weights, and the images with the largest."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vaediag.records.columns import columns_of
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.evidence import Iwae, ParetoK
from vaediag.report import style
from vaediag.report.figures.evidence_gaps import gain, small
from vaediag.report.figures.measure import NOTHING, Above, Measure
from vaediag.report.figures.panel import Panel
from vaediag.report.figures.reconstructions import draw_reconstructions, is_scaled
from vaediag.report.histogram import draw_histogram
from vaediag.report.levels import levels_of
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.words import NO_BREAK, percent, plural, short, value

HEIGHT = 1.35
REACH = 1.0  # drawn on either side of the threshold
NAME = "Pareto k̂"


def title(pareto: ParetoK, iwae: Iwae | None = None) -> str:
    """For how many images the weights have a heavy tail, and what that means for the bound."""
    images, threshold = plural(len(pareto.value), "image"), short(pareto.threshold)
    if pareto.exact == 1.0:
        return f"All weights are alike on {images}: q(z | x) is the exact posterior there"
    if pareto.over == 0.0:
        return f"None of {images} has a {NAME} over {threshold}: their bounds can be relied on"
    if iwae is not None and small(gain(iwae)):
        heavy = f"{percent(pareto.over)} of {images} have heavy-tailed weights ({NAME} over {threshold})"
        return f"{heavy}; it hardly moves the bound: {value(gain(iwae))}{NO_BREAK}nats"
    return f"{percent(pareto.over)} of {images} have a {NAME} over {threshold}: their bounds cannot be relied on"


def draw_poor_posterior(diagnosis: Diagnosis) -> Figure | None:
    """The histogram, and below it the images with the largest k̂; None where it was not measured."""
    pareto = diagnosis.evidence.pareto_k
    if pareto is None or len(pareto.value) == 0:
        return None
    picked = None if diagnosis.pictures is None else diagnosis.pictures.poor
    if picked is None or len(picked.value) == 0:
        return _shape_only(diagnosis, pareto, stamp_of(diagnosis))
    return draw_reconstructions(
        picked.shown,
        diagnosis.model.event_shape,
        stamp_of(diagnosis),
        heading=title(pareto, diagnosis.evidence.iwae),
        scaled=is_scaled(diagnosis),
        levels=levels_of(diagnosis),
        columns=columns_of(diagnosis.data, diagnosis.model.event_shape),
        measure=Measure(NAME, picked.value, undefined="exact"),
        words=_subtitle(diagnosis, pareto) + " Below: the images with the largest, one draw z ~ q(z | x) each.",
        above=NOTHING if pareto.exact == 1.0 else Above(HEIGHT + 0.72, lambda sheet: _shape(sheet, pareto)),
    )


@style.styled
def _shape_only(diagnosis: Diagnosis, pareto: ParetoK, stamp: Stamp) -> Figure:
    """Where there are no pictures of images."""
    exact = pareto.exact == 1.0
    sheet = Sheet(
        title(pareto, diagnosis.evidence.iwae),
        _subtitle(diagnosis, pareto),
        stamp,
        height=0.1 if exact else HEIGHT + 0.45,
    )
    if not exact:
        _shape(sheet, pareto)
    return sheet.figure


def _subtitle(diagnosis: Diagnosis, pareto: ParetoK) -> str:
    words = (
        f"{NAME}: how heavy the tail of the weights p(x, z) / q(z | x) of an image is. Over {short(pareto.threshold)} "
        "(dashed) a few codes carry its bound."
    )
    if 0 < pareto.exact < 1:
        words += f" For {percent(pareto.exact)} of the images, not drawn, the weights are all alike: q is exact there."
    ess = diagnosis.evidence.ess
    if ess is not None:
        words += f" The codes are worth {percent(ess.value)} of their number (effective sample size)."
    return words


def _shape(sheet: Sheet, pareto: ParetoK) -> None:
    draw_shape(sheet.axes(0.45, 0.0, BODY - 0.45, HEIGHT), pareto)


def draw_shape(ax: Axes, pareto: ParetoK) -> None:
    """The histogram of k̂ over images, those over the threshold hatched."""
    known = np.asarray(pareto.value, dtype=float)
    known = known[np.isfinite(known)]
    low, high = pareto.threshold - REACH, pareto.threshold + REACH
    draw_histogram(ax, known, known > pareto.threshold, low=low, high=high)
    ax.axvline(pareto.threshold, color=style.ink(), lw=0.9, ls=(0, (4, 2)))
    beyond = int((known > high).sum())
    more = f"; {plural(beyond, 'image')} beyond {short(high)} drawn at the end" if beyond else ""
    ax.set_xlabel(f"{NAME}, estimated from the weights of each image{more}")


READING = """
Codes drawn from q(z | x) stand for the posterior by their weights. Where q is too narrow, a few codes get nearly all
of the weight, the tail is heavy and k̂ is large: the bound of such an image is too low, and by how much cannot be told
from these codes. What it does to the mean over images is the gain of more codes in the picture of the bounds. In an
exact model all weights are alike. The number is blind on one side: a q(z | x) that is too wide has light tails and
passes, and so does one that is only mildly too narrow; the dispersion of the latents sees both.
"""


PANEL = Panel(
    "poor_posterior",
    "For which images does the encoder miss the posterior?",
    draw_poor_posterior,
    READING,
    ("evidence.pareto_k", "evidence.iwae"),
)
