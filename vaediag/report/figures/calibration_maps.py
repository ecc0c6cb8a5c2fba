"""Where in the picture is p(x | z) wrong: bias, dispersion and reduced χ², pixel by pixel."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from vaediag.findings.rules import RULES, errors_allowed
from vaediag.records.calibration import Calibration
from vaediag.records.columns import columns_of, one_by_one
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array
from vaediag.report import style
from vaediag.report.conditionings import CONDITIONINGS
from vaediag.report.event import cells, channel_note, kind
from vaediag.report.figures.feature_calibration import draw_feature_calibration
from vaediag.report.figures.panel import Panel
from vaediag.report.maps import BAR_SPACE, Map, draw_map, draw_profile
from vaediag.report.paint import centred_norm, log_ratio, ratio_norm
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.words import plural

GAP = 0.2


def off(calibration: Calibration, *, discrete: bool = False) -> tuple[Array, Array, int]:
    """Values of x where the dispersion is certainly above, certainly below 1 (masks), and how many are defined.

    The limit is that of the findings' rule for as many places.
    """
    dispersion, error = calibration.maps.dispersion, calibration.maps.dispersion_error
    known = np.isfinite(dispersion) & np.isfinite(error)
    count = int(known.sum())
    margin = RULES["dispersion.discrete" if discrete else "dispersion"].margin
    limit = margin + errors_allowed(count) * np.where(known, error, np.inf)
    gap = np.where(known, dispersion - 1, 0.0)
    return gap > limit, gap < -limit, count


def title(calibration: Calibration, event_shape: tuple[int, ...], *, discrete: bool = False) -> str:
    """At how many places the model is over- or under-confident beyond chance."""
    over, under, count = off(calibration, discrete=discrete)
    thing = (
        "features"
        if kind(event_shape) == "flat"
        else "pixel values"
        if len(event_shape) == 3 and event_shape[-1] > 1
        else "pixels"
    )
    if count == 0:
        return (
            f"Where p(x | z) is wrong cannot be told from {plural(calibration.images, 'image')}: here are the averages"
        )
    high, low = int(over.sum()), int(under.sum())
    if not high and not low:
        return f"None of the {count:,} {thing} is over- or under-confident beyond chance"
    if count in (high, low):
        return f"p(x | z) is {'over' if high else 'under'}-confident at all {count:,} {thing}, beyond chance"
    parts = [f"over-confident at {high:,}"] if high else []
    parts += [f"under-confident at {low:,}"] if low else []
    return f"p(x | z) is {' and '.join(parts)} of {count:,} {thing}, beyond chance"


@style.styled
def draw_calibration_maps(
    calibration: Calibration, event_shape: tuple[int, ...], stamp: Stamp, *, discrete: bool = False
) -> Figure:
    """Two maps, three where the family has a scale."""
    heading = stamp.verdict(title(calibration, event_shape, discrete=discrete))
    words = (
        f"Conditioning: {CONDITIONINGS[calibration.conditioning].name}, {CONDITIONINGS[calibration.conditioning].rule}"
        f"{channel_note(event_shape)}."
    )
    words += " A bar that is not there is right." if kind(event_shape) == "flat" else " White is right."
    entries = list(maps_of(calibration, event_shape).values())
    if kind(event_shape) == "flat":
        high = 1.05
        sheet = Sheet(heading, words, stamp, height=len(entries) * (high + 0.6) + 0.1)
        for row, entry in enumerate(entries):
            last = row == len(entries) - 1
            draw_profile(sheet, entry, 0.55, row * (high + 0.6) + 0.36, BODY - 0.55, high, label=last)
        return sheet.figure
    height, width = entries[0].values.shape
    cell = min(2.3, (BODY + 0.14 - len(entries) * (BAR_SPACE + GAP) + GAP) / len(entries))
    high = min(cell * height / width, 3.2)
    sheet = Sheet(heading, words, stamp, height=high + 0.42)
    for column, entry in enumerate(entries):
        draw_map(sheet, entry, column * (cell + BAR_SPACE + GAP), 0.36, cell, high)
    return sheet.figure


def maps_of(calibration: Calibration, event_shape: tuple[int, ...]) -> dict[str, Map]:
    """`bias` and `dispersion`, and `reduced_chi2` where the family has a scale; channels are averaged."""
    maps = calibration.maps
    sign, above = ("above 0", "above 1") if kind(event_shape) == "flat" else ("red", "red")
    bias, dispersion = cells(maps.bias, event_shape), cells(maps.dispersion, event_shape)
    entries = {
        "bias": Map(
            bias, "bias", f"mean u − ½; {sign}: x above its law", style.DIVERGING_MAP, centred_norm(bias, least=0.05)
        ),
        "dispersion": Map(
            dispersion,
            "dispersion",
            f"{above}: over-confident",
            style.DIVERGING_MAP,
            centred_norm(dispersion, centre=1.0, least=0.2, most=1.0),
            1.0,
        ),
    }
    if maps.reduced_chi2 is not None:
        chi2 = cells(maps.reduced_chi2, event_shape)
        note, colours = f"{above}: residuals too large", style.DIVERGING_MAP
        entries["reduced_chi2"] = (
            Map(chi2, "reduced χ²", note, colours, centred_norm(chi2, centre=1.0, least=0.2, most=1.0), 1.0)
            if kind(event_shape) == "flat"
            else Map(log_ratio(chi2), "reduced χ²", note, colours, ratio_norm(log_ratio(chi2)), ratio=True)
        )
    return entries


READING = """
Each place shows how the observed values sit in p(x | z) there, averaged over all images. Bias: red where x is
higher than its law says, blue where lower. Dispersion and χ²: red where x is farther from the centre than
stated. Single coloured pixels are chance; connected regions are structure that the decoder has missed. Grey is
undefined. Columns of a table have a row each, those farthest off first.
"""


def _draw(diagnosis: Diagnosis) -> Figure:
    calibration, event_shape, stamp = diagnosis.calibration.posterior, diagnosis.model.event_shape, stamp_of(diagnosis)
    columns, discrete = columns_of(diagnosis.data, event_shape), diagnosis.evidence.bits_per_dimension is not None
    if one_by_one(columns, event_shape):
        return draw_feature_calibration(calibration, columns, stamp, discrete=discrete)
    return draw_calibration_maps(calibration, event_shape, stamp, discrete=discrete)


PANEL = Panel(
    "calibration_maps",
    "Where in x is the decoder wrong?",
    _draw,
    READING,
)
