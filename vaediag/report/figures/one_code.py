"""One z, many x: mean, mode, spread and eight samples of the same p(x | z)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from vaediag.records.columns import columns_of
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array
from vaediag.records.pictures import OneCode
from vaediag.report import style
from vaediag.report.event import cells, channel_note, kind, pictures
from vaediag.report.figures.panel import Panel
from vaediag.report.levels import levels_of
from vaediag.report.maps import axis_names, feature_axis, frame, names_height
from vaediag.report.paint import GAP, contrasting, extension, grey_levels, level, painted, spread_norm, strip, zoom_for
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.vectors import draw_law, draw_values
from vaediag.report.words import minus, short

BAR = 0.1
SPACE = 0.5  # colour bar with ticks
MARK = 8  # so many coordinates of z are written out


def title(record: OneCode, event_shape: tuple[int, ...]) -> str:
    """How far x spreads around its mean for this z."""
    spread = np.asarray(record.stddev, dtype=float)
    low, high = short(float(f"{np.nanmin(spread):.2g}")), short(float(f"{np.nanmax(spread):.2g}"))
    thing = "feature" if kind(event_shape) == "flat" else "pixel"
    if np.nanmin(spread) < 1e-3 * np.nanmax(spread):
        return f"One z, many x: around the same mean, {thing}s spread by up to σ = {high}"
    if low == high:
        return f"One z, many x: around the same mean, every {thing} spreads by σ = {low}"
    return f"One z, many x: around the same mean, {thing}s spread by σ = {low} to {high}"


def modeless(record: OneCode) -> str:
    """Where a density has no highest point: it grows without limit towards an end of its support (Beta)."""
    if record.mode is None:
        return ""
    missing = int((~np.isfinite(record.mode)).sum())
    return f"pale: none, {missing} of {record.mode.size} values" if missing else ""


def _subtitle(record: OneCode, event_shape: tuple[int, ...]) -> str:
    origin = "a draw from the prior" if record.image is None else f"the posterior mean of image {record.image}"
    values = ", ".join(minus(f"{round(float(value), 2) + 0.0:.2f}") for value in record.z[:MARK])
    more = ", …" if len(record.z) > MARK else ""
    spread = channel_note(event_shape)
    return f"z = ({values}{more}) is {origin}. The samples differ only in the decoder's noise." + (
        f" σ is {spread[2:]}." if spread else ""
    )


@style.styled
def draw_one_code(
    record: OneCode,
    event_shape: tuple[int, ...],
    stamp: Stamp,
    *,
    levels: tuple[float, float] | None = None,
    columns: Sequence[str] | None = None,
) -> Figure:
    """Three large pictures above, the samples below; for vectors lines over the features, with `columns` for names."""
    if kind(event_shape) == "flat":
        return _lines(record, event_shape, stamp, columns)
    mean, samples = pictures(record.mean, event_shape), pictures(record.samples, event_shape)
    spread = cells(record.stddev, event_shape)
    low, high = levels or grey_levels(mean)
    grey, dark = Normalize(low, high), spread_norm(spread)
    beyond = extension(grey, mean, samples)
    height, width = spread.shape
    gap = 0.16
    event_kind = kind(event_shape)
    grey_bar = SPACE if event_kind == "grey" else 0.0
    cell = (BODY - grey_bar - SPACE - 3 * gap) / 3
    tall = min(cell * height / width, 2.6)
    cell = tall * width / height
    small = BODY / (len(samples) + (len(samples) - 1) * GAP)
    below = 0.24 + tall + 0.5
    sheet = Sheet(
        title(record, event_shape), _subtitle(record, event_shape), stamp, height=below + small * height / width + 0.02
    )
    total = 3 * cell + grey_bar + SPACE + 3 * gap
    left = (BODY - total) / 2 if total < BODY - 0.05 else 0.0
    _picture(sheet, painted(mean, event_kind, style.GREY_MAP, grey), "mean", left, cell, tall)
    second = left + cell + gap
    if record.mode is None:
        sheet.text(second, 0.0, "mode", weight="bold")
        sheet.text(
            second + cell / 2,
            0.24 + tall / 2,
            ["not known", "for this family"],
            ha="center",
            va="center",
            color=style.MUTED,
        )
    else:
        mode = painted(pictures(record.mode, event_shape), event_kind, style.GREY_MAP, grey)
        _picture(sheet, mode, "mode", second, cell, tall)
        if none := modeless(record):
            sheet.text(second + 0.5, 0.0, none, size=style.SMALL_SIZE, color=style.MUTED)
    bar = second + cell + 0.07
    if event_kind == "grey":
        sheet.colour_bar(bar, 0.24, BAR, tall, style.GREY_MAP, grey, extend=beyond)
        sheet.text(bar + 0.1, 0.0, "x", size=style.SMALL_SIZE, color=style.MUTED)
    third = second + cell + grey_bar + 2 * gap
    _picture(sheet, painted(spread, "grey", style.SPREAD_MAP, dark), "standard deviation σ", third, cell, tall)
    if level(spread[None]):
        ink = contrasting(style.SPREAD_MAP(dark(spread[0, 0])))
        words = [f"σ = {spread[0, 0]:.2g}", "everywhere"]
        sheet.text(third + cell / 2, 0.24 + tall / 2, words, ha="center", va="center", color=ink)
    sheet.colour_bar(third + cell + 0.07, 0.24, BAR, tall, style.SPREAD_MAP, dark, extend=extension(dark, spread))
    sheet.text(0.0, below - 0.24, f"{len(samples)} samples of the same p(x | z)", weight="bold")
    clipped = "" if beyond == "neither" else "; values beyond are clipped"
    levels_words = f"same levels as above, {short(low)} to {short(high)}{clipped}"
    sheet.text(BODY, below - 0.24, levels_words, ha="right", size=style.SMALL_SIZE, color=style.MUTED)
    row = strip(painted(samples, event_kind, style.GREY_MAP, grey), zoom=zoom_for(width))
    sheet.bare(0.0, below, BODY, small * height / width).imshow(row, aspect="auto", interpolation="nearest")
    return sheet.figure


def _picture(sheet: Sheet, rgba: Array, name: str, left: float, wide: float, tall: float) -> None:
    sheet.text(left, 0.0, name, weight="bold")
    ax = sheet.axes(left, 0.24, wide, tall)
    ax.imshow(rgba, aspect="auto", interpolation="nearest")
    ax.set(xticks=[], yticks=[])
    frame(ax)


def _lines(record: OneCode, event_shape: tuple[int, ...], stamp: Stamp, columns: Sequence[str] | None) -> Figure:
    """Vectors: the samples around mean ± σ; σ on its own below."""
    mean, spread = cells(record.mean, event_shape), cells(record.stddev, event_shape)
    samples, mode = cells(record.samples, event_shape), None if record.mode is None else cells(record.mode, event_shape)
    names = axis_names(columns, BODY - 0.6)
    below = names_height(names)
    sheet = Sheet(title(record, event_shape), _subtitle(record, event_shape), stamp, height=3.95 + below)
    ax = sheet.axes(0.6, 0.25, BODY - 0.6, 2.1)
    draw_law(ax, mean, spread, mode)
    draw_values(ax, samples, style.BLUE, f"{len(samples)} samples", size=3.0)
    ax.set_ylabel("x")
    ax.set_xticks([]) if names else ax.set_xticklabels([])
    ax.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=4, borderaxespad=0.1)
    lower = sheet.axes(0.6, 2.5, BODY - 0.6, 1.05)
    lower.stairs(spread, np.arange(len(spread) + 1) - 0.5, fill=True, color=style.BLUE)
    lower.set(ylim=(0, 1.1 * float(spread.max()) or 1.0), ylabel="σ, units of x", xlabel="" if names else "feature")
    lower.locator_params(axis="y", nbins=4)
    feature_axis(lower, len(spread), names)
    return sheet.figure


READING = """
All pictures belong to one and the same z. The network outputs the parameters of p(x | z), not an image: the
mean is its average, the mode its most probable x, and the samples are what the model says data look like.
Samples that look noisier than data mean that the likelihood treats each pixel on its own, or that σ is too
large; a sharp mean alone says nothing about either. A mode is missing where the density has no highest point: it
grows without limit towards an end of its range, as that of a Beta may.
"""


def _draw(diagnosis: Diagnosis) -> Figure | None:
    if diagnosis.pictures is None:
        return None
    event_shape = diagnosis.model.event_shape
    return draw_one_code(
        diagnosis.pictures.one_code, event_shape, stamp_of(diagnosis),
        levels=levels_of(diagnosis), columns=columns_of(diagnosis.data, event_shape),
    )  # fmt: skip


PANEL = Panel("one_code", "One z: which x does it stand for?", _draw, READING, ("pictures.one_code", "pictures"))
