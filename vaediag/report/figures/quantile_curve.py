"""Quantile curves: how often x falls below each stated quantile, with bands over images."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vaediag.records.calibration import Band, Calibration, CalibrationSet
from vaediag.report import style
from vaediag.report.conditionings import CONDITIONINGS, WHY_MEAN_LOOKS_UNSURE, caption, name_of, note_of, present
from vaediag.report.figures.panel import Panel
from vaediag.report.sheet import BODY, Sheet, text_height, wrap
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.verdict import judged
from vaediag.report.words import NO_BREAK, percent, plural, short, value

LEFT = 0.5
HEAD = 0.56
GAP = 0.24


def outside(band: Band) -> int | None:
    """Of the points where the diagonal is outside the band, the one with the largest difference; None if there is none.

    Unknown bands (one image) exclude nothing.
    """
    nominal, observed = np.asarray(band.nominal), np.asarray(band.observed)
    beyond = (nominal < np.asarray(band.lower) - 1e-9) | (nominal > np.asarray(band.upper) + 1e-9)
    return int(np.argmax(np.where(beyond, np.abs(observed - nominal), -1.0))) if beyond.any() else None


def title(calibrations: CalibrationSet) -> str:
    """Is the diagonal inside the band? If not, where it is farthest out."""
    posterior = calibrations.posterior
    area = posterior.miscalibration_area
    number = value(area) if area.expected is None else f"{value(area)}, {short(area.expected)} expected"
    if not judged(posterior):
        return f"Area between quantile curve and diagonal {number}, from {plural(posterior.images, 'image')}"
    place = outside(posterior.quantile_curve)
    if place is None:
        inside = f"the diagonal lies inside the 95{NO_BREAK}% band everywhere"
        return f"The stated quantiles hold: {inside} (area{NO_BREAK}{number})"
    curve = posterior.quantile_curve
    observed, nominal = (percent(float(each[place]), decimals=1) for each in (curve.observed, curve.nominal))
    return (
        f"{observed} of the values lie below the quantile that is stated to have {nominal} below it, "
        f"beyond the 95{NO_BREAK}% band (area{NO_BREAK}{number})"
    )


@style.styled
def draw_quantile_curve(calibrations: CalibrationSet, stamp: Stamp) -> Figure:
    """Above: observed against stated frequency; below: their difference, on one scale for all conditionings."""
    shown = present(calibrations)
    width = (BODY - LEFT - GAP * (len(shown) - 1)) / len(shown)
    height = min(width, 2.3)
    notes = [wrap(note_of(each.conditioning, stamp), width, style.SMALL_SIZE) for each in shown]
    second = HEAD + height + 0.32
    sheet = Sheet(
        stamp.verdict(title(calibrations)),
        "Observed share of values below each stated quantile. Shaded: simultaneous 95 % band over images; "
        "an exact model's diagonal lies inside it everywhere in 95 of 100 data sets.",
        stamp,
        height=second + 1.25 + 0.76 + max(text_height(note, style.SMALL_SIZE) for note in notes),
    )
    reach = 1.1 * max(0.005, *(_reach(each.quantile_curve) for each in shown))
    for column, (each, note) in enumerate(zip(shown, notes, strict=True)):
        left = LEFT + column * (width + GAP)
        how = CONDITIONINGS[each.conditioning]
        sheet.text(left, 0.0, name_of(each.conditioning, stamp), weight="bold")
        sheet.text(left, 0.17, caption(each), size=style.SMALL_SIZE, color=style.MUTED)
        curve = sheet.axes(left, HEAD, width, height)
        gap = sheet.axes(left, second, width, 1.25)
        draw_curve(curve, each.quantile_curve, how.colour)
        draw_curve(gap, each.quantile_curve, how.colour, difference=True)
        gap.set(ylim=(-reach, reach), xlabel="stated")
        curve.set(xlabel="")
        curve.set_xticklabels([])
        if column:
            for ax in (curve, gap):
                ax.set_yticklabels([])
                ax.set_ylabel("")
        below = second + 1.25 + 0.42
        sheet.text(left, below, _verdict(each), weight="bold", size=style.SMALL_SIZE)
        sheet.text(left, below + 0.34, note, size=style.SMALL_SIZE, color=style.MUTED)
    return sheet.figure


def draw_curve(ax: Axes, band: Band, colour: str, *, difference: bool = False) -> None:
    """Curve and band against the diagonal; with `difference`, minus the diagonal."""
    less = 1.0 if difference else 0.0
    base = less * np.asarray(band.nominal)
    ax.fill_between(band.nominal, band.lower - base, band.upper - base, color=colour, alpha=0.22, lw=0)
    ax.plot([0, 1], [0, 1 - less], color=style.ink(), lw=0.9, ls=(0, (4, 2)))
    ax.plot(band.nominal, band.observed - base, color=colour)
    ax.set(xlim=(0, 1), xlabel="stated share")
    ax.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    if difference:
        reach = 1.1 * max(0.005, _reach(band))
        ax.set(ylim=(-reach, reach), ylabel="observed − stated")
    else:
        ax.set(ylim=(0, 1), yticks=[0, 0.5, 1], ylabel="observed share")


def _reach(band: Band) -> float:
    """The largest distance of curve or band from the diagonal; unknown bands count as none."""
    return float(
        np.max(np.abs(np.nan_to_num([each - band.nominal for each in (band.lower, band.upper, band.observed)])))
    )


def _verdict(calibration: Calibration) -> list[str]:
    band = calibration.quantile_curve
    known = bool(np.isfinite(band.lower).all())
    inside = "inside" if outside(band) is None else "outside"
    return [
        f"area {value(calibration.miscalibration_area)}",
        f"diagonal {inside} band" if known else "no band: one image",
    ]


READING = f"""
Above, the share of all values that lie below the stated quantile, against the share that should; below, the
difference, enlarged. Steeper than the diagonal in the middle means under-confident, flatter over-confident,
entirely on one side biased. The band is made over images, not over pixels, because pixels of one image depend
on each other: ask whether the dashed line is inside it everywhere. The posterior mean: {WHY_MEAN_LOOKS_UNSURE}
"""


PANEL = Panel(
    "quantile_curve",
    "Do the stated quantiles hold?",
    lambda diagnosis: draw_quantile_curve(diagnosis.calibration, stamp_of(diagnosis)),
    READING,
)
