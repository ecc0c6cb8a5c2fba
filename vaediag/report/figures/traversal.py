"""Traversals: mean above sample above standard deviation, one block per latent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from vaediag.records.collapse import Collapse
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array
from vaediag.records.pictures import Traversal
from vaediag.report import style
from vaediag.report.event import cells, channel_note, kind, pictures
from vaediag.report.figures.panel import Panel
from vaediag.report.latents import by_kl, describe, with_status
from vaediag.report.levels import levels_of
from vaediag.report.maps import feature_axis, frame
from vaediag.report.paint import GAP, centres, extension, grey_levels, painted, spread_norm, strip, zoom_for
from vaediag.report.sheet import BODY, Sheet, text_height, wrap
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.words import latents, listing, plain, short

FEW, MOST = 8, 6  # all rows are drawn when there are few, else those with most KL
VIEWS = ("mean", "mode", "sample", "stddev")
NAMES = {"stddev": "σ"}
SPREADS = ("stddev", "interval_width", "entropy")
LABEL = 0.95
VIEW = 0.55
BLOCK_GAP = 0.17


def chosen(walk: Traversal, collapse: Collapse | None, *, most: int | None = None) -> list[int]:
    """The rows to draw: by KL where each row is a latent and the KL is known, else as they come."""
    rows = list(range(len(walk.z)))
    if walk.kind == "traversal" and collapse is not None and collapse.kl is not None:
        rank = {latent: place for place, latent in enumerate(by_kl(collapse))}
        rows.sort(key=lambda row: rank.get(walk.dims[row], len(rank)))
    return rows[: most or (FEW if len(rows) <= FEW else MOST)]


def title(walk: Traversal, collapse: Collapse | None) -> str:
    """Which latents change the picture, which do nothing."""
    if walk.kind == "interpolation":
        return "Between two codes: every step is a distribution of x, of which the mean is only the centre"
    if walk.kind == "grid":
        return f"Latents {listing(walk.dims)} together: every cell is a distribution of x, of which the mean is only the centre"
    if collapse is None or collapse.kl is None or collapse.status is None:
        return f"What {'the only latent' if walk.z.shape[-1] == 1 else 'each latent'} does to p(x | z): to its mean, a sample and its spread"
    total = len(collapse.kl)
    if total == 1:
        nats = short(float(collapse.kl.value[0]))
        return f"The only latent carries {'nothing' if collapse.status[0] == 'collapsed' else f'{nats} nats'}"
    order = by_kl(collapse)
    dead = with_status(collapse, "collapsed")
    if len(dead) == total:
        return f"{latents(dead, total)} carry nothing: x hardly depends on z"
    lead = [latent for latent in order if latent not in dead][:3]
    most = f"Latent{'' if len(lead) == 1 else 's'} {listing(lead)} carr{'ies' if len(lead) == 1 else 'y'} most"
    if not dead:
        return f"{most} of the {total}; none carries nothing"
    subject = latents(dead, total)
    return f"{most}; {subject[0].lower()}{subject[1:]} carr{'ies' if len(dead) == 1 else 'y'} nothing"


@style.styled
def draw_traversal(
    walk: Traversal,
    stamp: Stamp,
    *,
    collapse: Collapse | None = None,
    levels: tuple[float, float] | None = None,
    most: int | None = None,
) -> Figure:
    """All views that the record has, in blocks; `levels`: the values of x drawn black and white."""
    event_shape = _event_shape(walk)
    rows = chosen(walk, collapse, most=most)
    views = [view for view in VIEWS if view in walk.views] + [view for view in walk.views if view not in VIEWS]
    if kind(event_shape) == "flat":
        return _lines(walk, rows, views, stamp, collapse)
    shown = {view: (cells if view in SPREADS else pictures)(walk.views[view][rows], event_shape) for view in views}
    first = next((shown[view] for view in ("mean", "mode", "sample") if view in shown), None)
    low, high = levels or (grey_levels(first) if first is not None else (0.0, 1.0))
    norms = {view: spread_norm(shown[view]) if view in SPREADS else Normalize(low, high) for view in views}
    steps, (height, width) = walk.z.shape[1], event_shape[:2]
    wide = BODY - LABEL - VIEW
    cell = min(wide / (steps + (steps - 1) * GAP), 1.1)
    wide = cell * (steps + (steps - 1) * GAP)
    tall = cell * height / width
    block = len(views) * tall + (len(views) - 1) * 0.03
    same = bool(np.allclose(walk.positions[rows], walk.positions[rows[0]]))
    head = 0.24 if same else 0.2
    per_block = 0.0 if same else 0.2
    body = head + len(rows) * (block + per_block + BLOCK_GAP)
    sheet = Sheet(title(walk, collapse), _subtitle(walk, rows, event_shape), stamp, height=body + 0.5)
    for place, row in enumerate(rows):
        top = head + place * (block + per_block + BLOCK_GAP)
        if place == 0 or not same:
            _positions(sheet, walk.positions[row], LABEL, wide, top - 0.06)
        _label(sheet, walk, row, collapse, top)
        for line, view in enumerate(views):
            spread = view in SPREADS
            cmap = style.SPREAD_MAP if spread else style.GREY_MAP
            colour = "grey" if spread else kind(event_shape)
            picture = strip(painted(shown[view][place], colour, cmap, norms[view]), zoom=zoom_for(width))
            at = top + line * (tall + 0.03)
            sheet.bare(LABEL, at, wide, tall).imshow(picture, aspect="auto", interpolation="nearest")
            sheet.text(
                LABEL + wide + 0.08, at + tall / 2, NAMES.get(view, plain(view, 14)), va="center", size=style.SMALL_SIZE
            )
    _bars(sheet, norms, shown, kind(event_shape), body + 0.02, wide)
    return sheet.figure


def _event_shape(walk: Traversal) -> tuple[int, ...]:
    return tuple(next(iter(walk.views.values())).shape[2:])


def _subtitle(walk: Traversal, rows: Sequence[int], event_shape: tuple[int, ...]) -> str:
    noise = " The sample's noise is the same at every step." if walk.hold_noise else " Every sample has its own noise."
    if walk.kind == "traversal":
        total = walk.z.shape[-1]
        part = f" Drawn: {len(rows)} of {total} latents, in order of KL." if len(rows) < total else ""
        others = "; the other latents stay where they are" if total > 1 else ""
        words = f"Columns: the latent's value in {plain(walk.units)}{others}.{part}"
    elif walk.kind == "grid" and len(walk.dims) == 2:
        words = f"Columns: latent {walk.dims[1]}, rows: latent {walk.dims[0]}, in {plain(walk.units)}."
    else:
        words = "Columns: the fraction of the way."
    words += noise if "sample" in walk.views else ""
    for view, note in walk.notes.items():
        words += f" {NAMES.get(view, plain(view, 20))}: {plain(note, 120)}."
    spread = channel_note(event_shape)
    return words + (f" σ is {spread[2:]}." if spread and "stddev" in walk.views else "")


def _positions(sheet: Sheet, positions: np.ndarray, left: float, wide: float, bottom: float) -> None:
    """Numbers above the columns; every second one where they would touch."""
    stride = 1 if wide / len(positions) > 0.36 else 2
    for index, (centre, position) in enumerate(zip(centres(len(positions)), positions, strict=True)):
        if (len(positions) // 2 - index) % stride == 0:
            words = short(round(float(position), 2) + 0.0)
            sheet.text(
                left + centre * wide, bottom, words, ha="center", va="bottom", size=style.SMALL_SIZE, color=style.MUTED
            )


def _label(sheet: Sheet, walk: Traversal, row: int, collapse: Collapse | None, top: float) -> None:
    if walk.kind == "traversal":
        name, *more = describe(walk.dims[row], collapse)
    else:
        name, *more = wrap(
            plain(walk.row_labels[row], 40) if row < len(walk.row_labels) else "", LABEL - 0.1, style.TEXT_SIZE
        ) or [""]
    sheet.text(0.0, top + 0.02, name, weight="bold", size=9)
    sheet.text(0.0, top + 0.02 + text_height([name], 9) + 0.03, more, size=style.SMALL_SIZE, color=style.MUTED)


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


def _lines(
    walk: Traversal, rows: Sequence[int], views: Sequence[str], stamp: Stamp, collapse: Collapse | None
) -> Figure:
    """Vectors: one panel per view, one line per step, coloured from dark (first step) to light (last)."""
    high, gap = 0.95, 0.4
    wide = (BODY - LABEL - gap * (len(views) - 1)) / len(views)
    body = 0.75 + len(rows) * (high + 0.2) + 0.3
    sheet = Sheet(
        title(walk, collapse), _subtitle(walk, rows, _event_shape(walk)).replace("Columns", "Lines"), stamp, height=body
    )
    ends = float(np.min(walk.positions[list(rows)])), float(np.max(walk.positions[list(rows)]))
    norm = Normalize(*ends) if ends[1] > ends[0] else Normalize(ends[0] - 0.5, ends[0] + 0.5)
    sheet.colour_bar(LABEL, 0.0, 2.3, 0.09, style.STEP_MAP, norm, f"position, {plain(walk.units, 40)}")
    for column, view in enumerate(views):
        left = LABEL + column * (wide + gap)
        sheet.text(left, 0.52, f"{NAMES.get(view, plain(view, 20))}, units of x", weight="bold", size=style.SMALL_SIZE)
        curves = cells(walk.views[view][list(rows)], _event_shape(walk))
        low, top = float(np.nanmin(curves)), float(np.nanmax(curves))
        pad = 0.06 * (top - low) or 0.5
        for place, row in enumerate(rows):
            ax = sheet.axes(left, 0.75 + place * (high + 0.2), wide, high)
            _curves(ax, curves[place], style.STEP_MAP(norm(walk.positions[row])))
            ax.set_ylim(low - pad if view not in SPREADS else min(0.0, low), top + pad)
            ax.locator_params(axis="y", nbins=3)
            if place < len(rows) - 1:
                ax.set_xticklabels([])
            else:
                ax.set_xlabel("feature")
            if not column:
                _label(sheet, walk, row, collapse, 0.75 + place * (high + 0.2))
    return sheet.figure


def _curves(ax: Axes, curves: np.ndarray, colours: np.ndarray) -> None:
    count = curves.shape[-1]
    for curve, colour in zip(curves, colours, strict=True):
        ax.plot(curve, color=colour, lw=1.0, marker="o" if count <= 32 else "", ms=2.5)
    feature_axis(ax, count)
    frame(ax)


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
        diagnosis.pictures.traversal, stamp_of(diagnosis), collapse=diagnosis.collapse, levels=levels_of(diagnosis)
    )


PANEL = Panel("traversal", "What does each latent do?", _draw, READING, ("pictures.traversal", "pictures"))
