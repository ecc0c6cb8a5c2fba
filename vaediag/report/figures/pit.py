"""PIT histograms: where in p(x | z) do the observed values fall?"""

from __future__ import annotations

import re

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vaediag.findings.data import atom
from vaediag.findings.rules import side
from vaediag.records.calibration import Calibration, CalibrationSet
from vaediag.records.diagnosis import AuditItem
from vaediag.report import style
from vaediag.report.conditionings import CONDITIONINGS, WHY_MEAN_LOOKS_UNSURE, caption, name_of, note_of, present
from vaediag.report.figures.panel import Panel
from vaediag.report.sheet import BODY, Sheet, text_height, wrap
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.verdict import confidence, dispersion_side, judged, unsure
from vaediag.report.words import NO_BREAK, percent, plural, short, value

BARS = 20
HEAD = 0.56
GAP = 0.22
LEFT = 0.36


def title(calibrations: CalibrationSet, *, discrete: bool = False, doubted: bool = False) -> str:
    """What the histograms show, in one sentence; corrected codes that are `doubted` have no say."""
    posterior, corrected = calibrations.posterior, None if doubted else calibrations.corrected
    number = f"dispersion{NO_BREAK}{value(posterior.dispersion)}"
    if not judged(posterior):
        few = f"from {plural(posterior.images, 'image')}: too few to judge"
        return f"{number[0].upper()}{number[1:]} where 1 is exact, {few}"
    tails = side("tail_weight", posterior.tail_weight)
    if tails and posterior.tail_weight is not None:
        says = (
            "heavier tails than p(x | z): a few values lie far outside" if tails > 0 else "lighter tails than p(x | z)"
        )
        return f"x has {says} (tail weight{NO_BREAK}{value(posterior.tail_weight)}, where 0 is exact)"
    which = dispersion_side(posterior, discrete=discrete)
    if which == 0:
        return _right_spread(posterior, number, discrete=discrete)
    rule = "dispersion.discrete" if discrete else "dispersion"
    passes = corrected is not None and judged(corrected) and dispersion_side(corrected, discrete=discrete) == 0
    if corrected is not None and passes and not unsure(rule, corrected.dispersion):
        return (
            f"p(x | z) looks {confidence(which)} under the encoder's z ({number}), "
            f"but not under the corrected z ({value(corrected.dispersion)})"
        )
    where = "in the tails" if which > 0 else "near the middle"
    return f"p(x | z) is {confidence(which)}: x falls too often {where} ({number}, where 1 is exact)"


def _right_spread(posterior: Calibration, number: str, *, discrete: bool) -> str:
    bias, area = side("bias", posterior.bias), posterior.miscalibration_area
    if bias:
        shift = f"bias{NO_BREAK}{value(posterior.bias)}, where 0 is exact"
        return f"x lies {'higher' if bias > 0 else 'lower'} than p(x | z) says ({shift})"
    if side("miscalibration_area", area):
        return (
            f"The spread of p(x | z) is right on average ({number}), its shape is not: "
            f"area{NO_BREAK}{value(area)}, {short(area.expected or 0.0)} expected"
        )
    if unsure("dispersion.discrete" if discrete else "dispersion", posterior.dispersion):
        return f"Whether x behaves like a draw from p(x | z) cannot be told: {number}, where 1 is exact"
    return f"x behaves like a draw from p(x | z): {number}, where 1 is exact"


@style.styled
def draw_pit(
    calibrations: CalibrationSet, stamp: Stamp, *, discrete: bool = False, repeated: AuditItem | None = None
) -> Figure:
    """One histogram of u = F(x | z) per conditioning, relative to the flat line of an exact model.

    `repeated` is what the audit found out about a value that x takes again and again.
    """
    shown = present(calibrations)
    width = (BODY - LEFT - GAP * (len(shown) - 1)) / len(shown)
    notes = [wrap(note_of(each.conditioning, stamp), width, style.SMALL_SIZE) for each in shown]
    height = 1.75
    tail = 0.62 + max(text_height(note, style.SMALL_SIZE) for note in notes)
    sheet = Sheet(
        stamp.verdict(title(calibrations, discrete=discrete, doubted=stamp.doubted)),
        "Histograms of u = F(x | z): flat when x is a draw from p(x | z), a valley when the model is over-confident, "
        f"a hill when it is under-confident, a slope when it is biased.{_peak(repeated)}",
        stamp,
        height=HEAD + height + tail,
    )
    top = max(1.6, *(float(bars(each).max()) * 1.08 for each in shown))
    for column, (each, note) in enumerate(zip(shown, notes, strict=True)):
        left = LEFT + column * (width + GAP)
        sheet.text(left, 0.0, name_of(each.conditioning, stamp), weight="bold")
        sheet.text(left, 0.17, caption(each), size=style.SMALL_SIZE, color=style.MUTED)
        ax = sheet.axes(left, HEAD, width, height)
        draw_bars(ax, each)
        ax.set_ylim(0, top)
        if column:
            ax.set_yticklabels([])
            ax.set_ylabel("")
        sheet.text(
            left, HEAD + height + 0.44, f"dispersion {value(each.dispersion)}", weight="bold", size=style.SMALL_SIZE
        )
        sheet.text(left, HEAD + height + 0.62, note, size=style.SMALL_SIZE, color=style.MUTED)
    return sheet.figure


def draw_bars(ax: Axes, calibration: Calibration) -> None:
    """One histogram in twenty bars, with the flat line of an exact model."""
    heights, edges = bars(calibration), np.linspace(0, 1, BARS + 1)
    colour = CONDITIONINGS[calibration.conditioning].colour
    ax.bar(edges[:-1], heights, 1 / BARS, align="edge", color=colour, edgecolor=style.paper(), lw=0.5)
    ax.axhline(1.0, color=style.ink(), lw=0.9, ls=(0, (4, 2)))
    ax.set(xlim=(0, 1), ylim=(0, max(1.6, 1.08 * float(heights.max()))), xlabel="u = F(x | z)")
    ax.set_xticks([0, 0.5, 1], ["0", "½", "1"])
    ax.set_ylabel("share of the values, 1 = exact")


def _peak(repeated: AuditItem | None) -> str:
    if repeated is None:
        return ""
    which = re.search(r"exactly (-?\d{1,4})\b", repeated.detail)  # the audit says "values exactly 0 under a density"
    same = f"exactly {which[1]}" if which else "all the same"
    return f" {percent(repeated.fraction)} of the values are {same}: the peak is theirs."


def bars(calibration: Calibration) -> np.ndarray:
    """The 200 stored bins as 20, scaled so that 1 is the height of an exact model."""
    return np.asarray(calibration.pit_histogram, dtype=float).reshape(BARS, -1).sum(axis=1) * BARS


READING = f"""
For every value of x the model is asked which fraction of p(x | z) lies below it. If x is a draw from p(x | z),
all fractions are equally frequent and the bars reach the dashed line. Bars that rise at both ends mean that x
is often where the model says it hardly ever is: over-confident. Bars that rise in the middle mean the opposite.
The posterior-mean panel is what most people plot. {WHY_MEAN_LOOKS_UNSURE} Judge the model by the others.
"""


PANEL = Panel(
    "pit",
    "Does x behave like a draw from p(x | z)?",
    lambda diagnosis: draw_pit(
        diagnosis.calibration,
        stamp_of(diagnosis),
        discrete=diagnosis.evidence.bits_per_dimension is not None,
        repeated=atom(diagnosis),
    ),
    READING,
)
