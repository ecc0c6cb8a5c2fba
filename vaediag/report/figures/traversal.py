"""Traversals: mean above sample above standard deviation, one block per latent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from vaediag.records.collapse import Collapse
from vaediag.records.columns import columns_of
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array
from vaediag.records.pictures import Traversal
from vaediag.report import style
from vaediag.report.event import cells, kind, pictures
from vaediag.report.figures.panel import Panel
from vaediag.report.figures.traversal_lines import draw_lines
from vaediag.report.levels import levels_of
from vaediag.report.paint import GAP, centres, extension, grey_levels, level, painted, spread_norm, strip, zoom_for
from vaediag.report.sheet import BODY, CHIP, Sheet
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.walks import LABEL, NAMES, SPREADS, chosen, draw_label, event_shape_of, subtitle, title
from vaediag.report.words import plain, short

VIEWS = ("mean", "mode", "sample", "stddev")
VIEW = 0.55
BLOCK_GAP = 0.17


@style.styled
def draw_traversal(
    walk: Traversal,
    stamp: Stamp,
    *,
    collapse: Collapse | None = None,
    levels: tuple[float, float] | None = None,
    most: int | None = None,
    columns: Sequence[str] | None = None,
) -> Figure:
    """All views that the record has, in blocks.

    `levels`: the values of x drawn black and white. `columns`: names of the values of flat data.
    """
    event_shape = event_shape_of(walk)
    rows = chosen(walk, collapse, most=most)
    views = [view for view in VIEWS if view in walk.views] + [view for view in walk.views if view not in VIEWS]
    if kind(event_shape) == "flat":
        return draw_lines(walk, rows, views, stamp, collapse, columns)
    shown = {view: (cells if view in SPREADS else pictures)(walk.views[view][rows], event_shape) for view in views}
    first = next((shown[view] for view in ("mean", "mode", "sample") if view in shown), None)
    low, high = levels or (grey_levels(first) if first is not None else (0.0, 1.0))
    norms = {view: spread_norm(shown[view]) if view in SPREADS else Normalize(low, high) for view in views}
    steps, (height, width) = walk.z.shape[1], event_shape[:2]
    wide = BODY - LABEL - VIEW
    cell = min(wide / (steps + (steps - 1) * GAP), 1.1)
    wide = cell * (steps + (steps - 1) * GAP)
    tall = cell * height / width
    slim = {view for view in views if view in SPREADS and level(shown[view].reshape(-1, *shown[view].shape[2:]))}
    heights = [CHIP if view in slim else tall for view in views]
    block = sum(heights) + (len(views) - 1) * 0.03
    same = bool(np.allclose(walk.positions[rows], walk.positions[rows[0]]))
    head = 0.24 if same else 0.2
    per_block = 0.0 if same else 0.2
    body = head + len(rows) * (block + per_block + BLOCK_GAP)
    sheet = Sheet(title(walk, collapse), subtitle(walk, rows, event_shape), stamp, height=body + 0.5)
    for place, row in enumerate(rows):
        top = head + place * (block + per_block + BLOCK_GAP)
        if place == 0 or not same:
            _positions(sheet, walk.positions[row], LABEL, wide, top - 0.06)
        draw_label(sheet, walk, row, collapse, top)
        for line, view in enumerate(views):
            spread, tall_here = view in SPREADS, heights[line]
            at = top + sum(heights[:line]) + line * 0.03
            name = NAMES.get(view, plain(view, 14))
            sheet.text(LABEL + wide + 0.08, at + tall_here / 2, name, va="center", size=style.SMALL_SIZE)
            if view in slim:
                sheet.chips(LABEL, at, wide, shown[view][place], style.SPREAD_MAP, norms[view])
                continue
            cmap = style.SPREAD_MAP if spread else style.GREY_MAP
            colour = "grey" if spread else kind(event_shape)
            picture = strip(painted(shown[view][place], colour, cmap, norms[view]), zoom=zoom_for(width))
            sheet.bare(LABEL, at, wide, tall_here).imshow(picture, aspect="auto", interpolation="nearest")
    _bars(sheet, norms, shown, kind(event_shape), body + 0.02, wide)
    return sheet.figure


def _positions(sheet: Sheet, positions: np.ndarray, left: float, wide: float, bottom: float) -> None:
    """Numbers above the columns; every second one where they would touch."""
    stride = 1 if wide / len(positions) > 0.36 else 2
    for index, (centre, position) in enumerate(zip(centres(len(positions)), positions, strict=True)):
        if (len(positions) // 2 - index) % stride == 0:
            words = short(round(float(position), 2) + 0.0)
            sheet.text(
                left + centre * wide, bottom, words, ha="center", va="bottom", size=style.SMALL_SIZE, color=style.MUTED
            )


def _bars(
    sheet: Sheet, norms: dict[str, Normalize], shown: dict[str, Array], event_kind: str, top: float, wide: float
) -> None:
    """One colour bar for the pictures of x, one for the spread."""
    half = min(wide * 0.42, 2.3)
    values = next((view for view in shown if view not in SPREADS), None)
    spread = next((view for view in shown if view in SPREADS), None)
    if values is not None and event_kind == "grey":
        beyond = extension(norms[values], *(shown[view] for view in shown if view not in SPREADS))
        words = "x" if beyond == "neither" else "x, clipped beyond"
        sheet.colour_bar(LABEL, top, half, 0.09, style.GREY_MAP, norms[values], words, extend=beyond)
    elif values is not None:
        low, high = norms[values].vmin or 0.0, norms[values].vmax or 1.0
        sheet.text(
            LABEL,
            top,
            f"x: colours from {short(low)} to {short(high)}, clipped",
            size=style.SMALL_SIZE,
            color=style.MUTED,
        )
    if spread is not None:
        sheet.colour_bar(
            LABEL + wide - half,
            top,
            half,
            0.09,
            style.SPREAD_MAP,
            norms[spread],
            f"{NAMES.get(spread, plain(spread))}, {'nats' if spread == 'entropy' else 'units of x'}",
            extend=extension(norms[spread], shown[spread]),
        )


READING = """
Every column is one z. The decoder's answer to it is a distribution: its mean above, one draw from it in the
middle, its standard deviation per pixel below. Only the draw looks like data; the mean is its average. A latent
whose row does not change from left to right has no effect on x. A latent whose mean stays but whose σ changes
tells the decoder how unsure to be.
"""


def _draw(diagnosis: Diagnosis) -> Figure | None:
    if diagnosis.pictures is None:
        return None
    return draw_traversal(
        diagnosis.pictures.traversal, stamp_of(diagnosis), collapse=diagnosis.collapse, levels=levels_of(diagnosis),
        columns=columns_of(diagnosis.data, diagnosis.model.event_shape),
    )  # fmt: skip


PANEL = Panel("traversal", "What does each latent do?", _draw, READING, ("pictures.traversal", "pictures"))
