"""Is q(z | x) the posterior of this decoder and prior? The dispersion of each latent's corrected draws."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vaediag.findings.rules import RULES, side
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimates
from vaediag.records.tables import DOUBTED
from vaediag.report import style
from vaediag.report.conditionings import doubt
from vaediag.report.figures.panel import Panel
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.words import latents, plural, value

NAMED = 24
ROW = 0.21


def off(dispersion: Estimates, which: int) -> list[int]:
    """Latents whose q is too narrow (+1) or too wide (−1), by the findings' rule, each judged as one of L."""
    count = len(dispersion)
    return [k for k in range(count) if side("latent_dispersion", dispersion[k], cells=count) == which]


def title(dispersion: Estimates, *, images: int) -> str:
    """Where the encoder is too narrow or too wide."""
    total = len(dispersion)
    says = [
        f"too {word} in {subject[0].lower()}{subject[1:]}"
        for word, found in (("narrow or off-centre", off(dispersion, 1)), ("wide", off(dispersion, -1)))
        if found
        for subject in [latents(found, total)]
    ]
    if says:
        one = f" (dispersion {value(dispersion[0])}, where 1 is exact)" if total == 1 else ""
        return f"q(z | x) is {' and '.join(says)}{one}"
    low, high = float(np.nanmin(dispersion.value)), float(np.nanmax(dispersion.value))
    span = value(dispersion[0]) if total == 1 else f"{low:.2f} to {high:.2f}"
    none = "The one latent is not" if total == 1 else f"None of the {total} latents is"
    return f"{none} off by more than tolerance and chance on {plural(images, 'image')} (dispersion {span})"


@style.styled
def draw_latent_dispersion(dispersion: Estimates, images: int, stamp: Stamp) -> Figure:
    """Rows with names for few latents, columns for many; the band is what the rule tolerates."""
    total = len(dispersion)
    named = total <= NAMED
    height = ROW * max(total, 3) + 0.4 if named else 2.9
    heading = title(dispersion, images=images)
    sheet = Sheet(
        f"By codes that are not reliable{DOUBTED}: {heading}" if stamp.doubted else heading,
        f"Dispersion of Q(z̃ | x), z̃ drawn from the posterior of {plural(images, 'image')} by Monte Carlo, with two "
        "standard errors. Above 1: q is too narrow or off-centre; below 1: too wide. Shaded: tolerance "
        f"beside chance.{doubt(stamp)}",
        stamp,
        height=height,
    )
    ax = sheet.axes(1.2, 0.0, BODY - 1.55, height - 0.4) if named else sheet.axes(0.55, 0.0, BODY - 0.6, height - 0.4)
    draw_marks(ax, dispersion)
    return sheet.figure


def draw_marks(ax: Axes, dispersion: Estimates) -> None:
    """Dispersion with two standard errors beside the tolerance: rows for few latents, columns for many."""
    named, margin = len(dispersion) <= NAMED, RULES["latent_dispersion"].margin
    values, errors = np.asarray(dispersion.value), 2 * np.nan_to_num(np.asarray(dispersion.standard_error))
    narrow, wide = off(dispersion, 1), off(dispersion, -1)
    marks = [("^" if k in narrow else "v" if k in wide else "o") for k in range(len(values))]
    low = min(1 - 2 * margin, float(np.nanmin(values - errors)) - 0.3 * margin)
    high = max(1 + 2 * margin, float(np.nanmax(values + errors)) + 0.3 * margin)
    (_rows if named else _columns)(ax, values, errors, marks, margin)
    (ax.set_xlim if named else ax.set_ylim)(low, high)


def _rows(ax: Axes, values: np.ndarray, errors: np.ndarray, marks: list[str], margin: float) -> None:
    ax.axvspan(1 - margin, 1 + margin, color=style.band(), lw=0)
    ax.axvline(1, color=style.ink(), lw=0.9, ls=(0, (4, 2)))
    _marks(ax, values, errors, marks, upright=False)
    ax.set(ylim=(max(len(values), 3) - 0.4, -0.6), xlabel="dispersion, 1 = exact")
    words = {"^": "narrow/off", "v": "wide", "o": ""}
    ax.set_yticks(range(len(values)), [f"{words[mark]}   z{row}" for row, mark in enumerate(marks)])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def _columns(ax: Axes, values: np.ndarray, errors: np.ndarray, marks: list[str], margin: float) -> None:
    ax.axhspan(1 - margin, 1 + margin, color=style.band(), lw=0)
    ax.axhline(1, color=style.ink(), lw=0.9, ls=(0, (4, 2)))
    _marks(ax, values, errors, marks, upright=True)
    ax.set(xlim=(-1, len(values)), ylabel="dispersion, 1 = exact", xlabel="latent")


def _marks(ax: Axes, values: np.ndarray, errors: np.ndarray, marks: list[str], *, upright: bool) -> None:
    """Circles are as they should be; triangles, in another colour, point to the side of the fault."""
    for mark in dict.fromkeys(marks):
        mine = np.flatnonzero([each == mark for each in marks])
        look: dict[str, Any] = {
            "fmt": mark, "color": style.BLUE if mark == "o" else style.ORANGE,
            "ms": 4.5, "elinewidth": 1.0, "capsize": 1.5,
        }  # fmt: skip
        if upright:
            ax.errorbar(mine, values[mine], yerr=errors[mine], **look)
        else:
            ax.errorbar(values[mine], mine, xerr=errors[mine], **look)


READING = """
The posterior of a few images is sampled by Monte Carlo, and each draw is looked up in the encoder's q(z | x). Were
q that posterior, its quantiles would be spread evenly: dispersion 1. Too narrow a q makes the decoder look
over-confident, too wide a one makes it look under-confident, although nothing may be wrong with it. A q whose mean
is in the wrong place looks like one that is too narrow.
"""


def _draw(diagnosis: Diagnosis) -> Figure | None:
    dispersion, run = diagnosis.evidence.latent_dispersion, diagnosis.evidence.corrected
    if dispersion is None or run is None:
        return None
    return draw_latent_dispersion(dispersion, len(run.images), stamp_of(diagnosis))


PANEL = Panel(
    "latent_dispersion",
    "Is the encoder right?",
    _draw,
    READING,
    ("evidence.latent_dispersion", "calibration.corrected"),
)
