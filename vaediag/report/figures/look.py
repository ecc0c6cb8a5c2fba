"""The views of p(x | z) at one z (or a few), side by side."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from vaediag.records.estimate import Array
from vaediag.records.pictures import Look
from vaediag.report import style
from vaediag.report.event import kind
from vaediag.report.figures.look_lines import draw_look_lines
from vaediag.report.looks import View, subtitle, title, views_of
from vaediag.report.maps import frame
from vaediag.report.paint import GAP, centres, contrasting, extension, level, painted, strip, zoom_for
from vaediag.report.sheet import BODY, CHIP, Sheet
from vaediag.report.stamp import Stamp

HEAD = 0.4  # name and note above a picture
FOOT = 0.56  # colour bar below it
BETWEEN = 0.3
LARGEST, TALLEST = 2.2, 2.8
LABEL, SPACE, MOST = 1.35, 0.56, 8  # of strips: width of the names and of the bars, most codes


@style.styled
def draw_look(
    record: Look,
    event_shape: tuple[int, ...],
    stamp: Stamp,
    x: Array | None = None,
    levels: tuple[float, float] | None = None,
) -> Figure:
    """Every view that the record has, after x where it is given.

    Args:
        record: one code gives large pictures (for vectors: lines), several give one column each, at most eight.
        x: one image `[*event_shape]`, or one per code.
        levels: the values of x drawn black and white; else from x, or from the mean.
    """
    views = views_of(record, event_shape, x, levels)
    if kind(event_shape) == "flat":
        return draw_look_lines(record, views, event_shape, stamp)
    if len(record.z) > 1:
        return _strips(record, views, event_shape, stamp)
    height, width = event_shape[:2]
    columns = columns_for(len(views))
    cell = min((BODY - BETWEEN * (columns - 1)) / columns, LARGEST, TALLEST * width / height)
    tall = cell * height / width
    block = HEAD + tall + FOOT + 0.12
    lines = math.ceil(len(views) / columns)
    words = subtitle(record, event_shape, 1)
    sheet = Sheet(title(record, event_shape), words, stamp, height=lines * block - 0.12)
    for place, view in enumerate(views):
        left, top = (place % columns) * (cell + BETWEEN), (place // columns) * block
        draw_view(sheet, view, left, top, cell, tall)
    return sheet.figure


def columns_for(count: int) -> int:
    """Rows as equal as can be, with at most four pictures each."""
    return count if count <= 4 else 3 if count in (5, 6, 9) else 4


def draw_view(sheet: Sheet, view: View, left: float, top: float, cell: float, tall: float) -> None:
    """One picture with its name above and its colour bar below."""
    sheet.text(left, top, view.name, weight="bold")
    sheet.text(left, top + 0.17, view.note, size=style.SMALL_SIZE, color=style.MUTED)
    draw_picture(sheet, view, left, top + HEAD, cell, tall)
    draw_bar(sheet, view, left, top + HEAD + tall + 0.07, cell)


def draw_picture(sheet: Sheet, view: View, left: float, top: float, cell: float, tall: float) -> None:
    """The first code's picture; one that has a single value says which."""
    values = view.values[0]
    ax = sheet.axes(left, top, cell, tall)
    ax.imshow(painted(values, view.kind, view.cmap, view.norm), aspect="auto", interpolation="nearest")
    ax.set(xticks=[], yticks=[])
    frame(ax)
    if view.cmap is style.SPREAD_MAP and level(values[None]):
        number = float(values.flat[0])
        ink = contrasting(np.asarray(view.cmap(view.norm(number))))
        words = [f"{view.short} = {number:.2g}", "everywhere"]
        sheet.text(left + cell / 2, top + tall / 2, words, ha="center", va="center", color=ink)


def draw_bar(sheet: Sheet, view: View, left: float, top: float, cell: float) -> None:
    """The colour bar with its unit; colour pictures have their levels in words."""
    if view.kind == "colour":
        low, high = view.norm.vmin or 0.0, view.norm.vmax or 1.0
        words = f"x, colours from {low:.3g} to {high:.3g}"
        sheet.text(left, top, words, size=style.SMALL_SIZE, color=style.MUTED)
        return
    beyond = extension(view.norm, view.values)
    unit = view.unit if beyond == "neither" or view.cmap is not style.GREY_MAP else f"{view.unit}, clipped beyond"
    low, high = view.norm.vmin or 0.0, view.norm.vmax or 1.0
    few = 2 if view.cmap is style.GREY_MAP else 3
    found = MaxNLocator(4 if cell > 1.9 else few).tick_values(low, high)
    ticks = [-4, -2, 0, 2, 4] if view.id == "residual" else [tick for tick in found if low <= tick <= high]
    ax = sheet.colour_bar(left, top, cell, 0.09, view.cmap, view.norm, unit, extend=beyond, ticks=ticks)
    edge = 0.04 * (high - low)
    for tick, label in zip(ticks, ax.get_xticklabels(), strict=True):  # numbers stay within the width of the picture
        label.set_horizontalalignment("left" if tick < low + edge else "right" if tick > high - edge else "center")


def _strips(record: Look, views: list[View], event_shape: tuple[int, ...], stamp: Stamp) -> Figure:
    """One column per code, one row per view."""
    count = min(len(record.z), MOST)
    height, width = event_shape[:2]
    cell = min((BODY - LABEL - SPACE) / (count + (count - 1) * GAP), 1.3)
    wide, tall = cell * (count + (count - 1) * GAP), cell * height / width
    gap = max(0.06, 0.6 - tall)  # room for the names and bars of very flat pictures
    slim = [view.cmap is style.SPREAD_MAP and level(view.values[:count]) for view in views]
    heights = [max(CHIP, 0.34) if thin else tall for thin in slim]
    tops = [0.22 + sum(heights[:line]) + line * gap for line in range(len(views))]
    words = subtitle(record, event_shape, count)
    sheet = Sheet(title(record, event_shape), words, stamp, height=tops[-1] + heights[-1] + 0.06)
    for number, centre in enumerate(centres(count)):
        sheet.text(LABEL + centre * wide, 0.0, f"code {number + 1}", ha="center", size=style.SMALL_SIZE)
    right = LABEL + wide + 0.1
    for view, top, high, thin in zip(views, tops, heights, slim, strict=True):
        grey = view.cmap is style.GREY_MAP
        sheet.text(0.0, top + high / 2 - 0.02, view.short, weight="bold", va="bottom")
        note = view.note if grey or view.id in ("residual", "interval_width") else view.unit
        sheet.text(0.0, top + high / 2 + 0.02, note, size=style.SMALL_SIZE - 0.4, color=style.MUTED)
        if thin:
            sheet.chips(LABEL, top + (high - CHIP) / 2, wide, view.values[:count], view.cmap, view.norm)
            continue
        picture = strip(painted(view.values[:count], view.kind, view.cmap, view.norm), zoom=zoom_for(width))
        sheet.bare(LABEL, top, wide, tall).imshow(picture, aspect="auto", interpolation="nearest")
        if not grey:  # inset: numbers of neighbouring bars must not touch
            beyond = extension(view.norm, view.values[:count])
            ticks = [-4, 0, 4] if view.id == "residual" else MaxNLocator(2)
            long = max(tall - 0.1, 0.36)
            at = top + (tall - long) / 2
            sheet.colour_bar(right, at, 0.09, long, view.cmap, view.norm, extend=beyond, ticks=ticks)
    levels = [place for place, view in enumerate(views) if view.cmap is style.GREY_MAP and view.kind == "grey"]
    if levels:
        last = next((place for place in levels if place + 1 not in levels), levels[0])  # one bar along the first run
        first, beyond = views[levels[0]], extension(views[levels[0]].norm, *(views[place].values for place in levels))
        whole = tops[last] + tall - tops[levels[0]]
        long = max(whole - 0.1, 0.36)
        at = tops[levels[0]] + (whole - long) / 2
        sheet.colour_bar(right, at, 0.09, long, first.cmap, first.norm, extend=beyond)
    return sheet.figure
