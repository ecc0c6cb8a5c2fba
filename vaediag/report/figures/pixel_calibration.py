"""The PIT histogram of one pixel."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from vaediag.findings.rules import MINIMUM_IMAGES, side
from vaediag.records.estimate import Estimate
from vaediag.records.pixel import PixelCalibration
from vaediag.report import style
from vaediag.report.figures.pixel_law import place_words
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp
from vaediag.report.verdict import confidence
from vaediag.report.words import NO_BREAK, plain, plural, value

LEFT, KEYS, HIGH = 0.62, 1.9, 2.4


def title(record: PixelCalibration) -> str:
    """Over-confident, under-confident, biased, or like a draw: by the rules of the findings."""
    thing = "Feature" if len(record.index) == 1 else "Pixel"
    where = f"{thing} {place_words(record.index)}"
    number = f"dispersion{NO_BREAK}{value(record.dispersion)}, where 1 is exact"
    if record.count < MINIMUM_IMAGES:
        return f"{where}: {number}, from {plural(record.count, 'image')}: too few to judge"
    which = side("dispersion.discrete" if record.discrete else "dispersion", record.dispersion)
    if which:
        return f"{where}: p(x | z) is {confidence(which)} ({number})"
    shift = side("bias", record.bias)
    if shift:
        says = "higher" if shift > 0 else "lower"
        return f"{where}: x lies {says} than p(x | z) says (bias{NO_BREAK}{value(record.bias)}, where 0 is exact)"
    return f"{where}: x behaves like a draw from p(x | z) ({number})"


def subtitle(record: PixelCalibration) -> str:
    band = " Grey: where 95 of 100 bars of an exact model lie." if record.bar_error is not None else ""
    left_out = f" {plural(record.excluded, 'image')} left out: not finite." if record.excluded else ""
    subset = f" A seeded subset of {record.total:,} images." if record.count + record.excluded < record.total else ""
    return (
        "u = F(x | z) at this place over the images, z ~ q(z | x): flat when x is a draw from p(x | z), a "
        f"valley when the model is over-confident, a hill when it is under-confident.{band}{subset}{left_out}"
    )


@style.styled
def draw_pixel_calibration(record: PixelCalibration, stamp: Stamp) -> Figure:
    """Bars relative to the flat line of an exact model, with its band; the numbers beside them."""
    bars = np.asarray(record.histogram, float)
    count = len(bars)
    heights = bars * count
    sheet = Sheet(title(record), subtitle(record), stamp, height=HIGH + 0.5)
    ax = sheet.axes(LEFT, 0.08, BODY - LEFT - KEYS, HIGH)
    margin = 0.0 if record.bar_error is None else 1.96 * record.bar_error * count
    if margin:
        ax.axhspan(max(1 - margin, 0.0), 1 + margin, color=style.RULE, alpha=0.7, lw=0, zorder=0)
    edges = np.linspace(0, 1, count + 1)
    ax.bar(edges[:-1], heights, 1 / count, align="edge", color=style.BLUE, edgecolor=style.PAPER, lw=0.5, alpha=0.85)
    ax.axhline(1.0, color=style.INK, lw=0.9, ls=(0, (4, 2)))
    ax.set(xlim=(0, 1), ylim=(0, max(1.6, 1.08 * float(heights.max()), 1.1 * (1 + margin))), xticks=[0, 0.5, 1])
    ax.set_xticklabels(["0", "½", "1"])
    ax.set(xlabel="u = F(x | z)", ylabel="share of the images, 1 = exact")
    rows: list[tuple[str, str]] = [
        ("dispersion, 1 is exact", value(record.dispersion)),
        ("bias, 0 is exact", value(record.bias)),
        ("reduced χ², 1 is exact", _or_none(record.reduced_chi2)),
        ("images", f"{record.count:,}"),
        ("family", plain(record.family.replace("_", " "), 22)),
    ]
    if record.farthest is not None and len(record.farthest.index):
        rows.append(("images farthest out", ", ".join(str(index) for index in record.farthest.index[:3])))
    for row, (name, number) in enumerate(rows):
        left, top = BODY - KEYS + 0.25, 0.08 + 0.42 * row
        sheet.text(left, top, name, size=style.SMALL_SIZE, color=style.MUTED)
        sheet.text(left, top + 0.14, number, weight="bold", color=style.MUTED if number == "none" else style.INK)
    return sheet.figure


def _or_none(estimate: Estimate | None) -> str:
    return "none" if estimate is None else value(estimate)
