"""A traversal in motion: mean beside sample, up to four latents at once, there and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from vaediag.records.collapse import Collapse
from vaediag.records.estimate import Array
from vaediag.records.pictures import Traversal
from vaediag.report import style
from vaediag.report.event import cells, kind, pictures
from vaediag.report.latents import describe
from vaediag.report.maps import feature_axis, frame
from vaediag.report.movie import animated, rendered
from vaediag.report.paint import grey_levels, painted, spread_norm
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp
from vaediag.report.walks import SPREADS, chosen, title
from vaediag.report.words import plain, short

STEP, END = 160, 640  # milliseconds that a frame stands; at either end longer
MOST = 4
GAP, COLUMN_GAP = 0.08, 0.5

Update = Callable[[int], None]


def traversal_gif(
    walk: Traversal, stamp: Stamp, *, collapse: Collapse | None = None, levels: tuple[float, float] | None = None
) -> bytes:
    """An endless GIF. Total time: 160 ms a step there and back, 640 ms at either end."""
    with style.look():
        figure, updates = _stage(walk, stamp, collapse, levels)
        frames = []
        for step in range(walk.z.shape[1]):
            for update in updates:
                update(step)
            frames.append(rendered(figure))
    order = [*range(len(frames)), *range(len(frames) - 2, 0, -1)]
    durations = [END if step in (0, len(frames) - 1) else STEP for step in order]
    return animated(frames, order, durations)


def _stage(
    walk: Traversal, stamp: Stamp, collapse: Collapse | None, levels: tuple[float, float] | None
) -> tuple[Figure, list[Update]]:
    """The figure of the first step, and what to call to show another."""
    event_shape = tuple(next(iter(walk.views.values())).shape[2:])
    views = [view for view in ("mean", "sample") if view in walk.views] or list(walk.views)[:2]
    rows = chosen(walk, collapse, most=MOST)
    columns = 1 if len(rows) == 1 else 2
    wide = (BODY - COLUMN_GAP * (columns - 1)) / columns
    flat = kind(event_shape) == "flat"
    cell = min((wide - GAP * (len(views) - 1)) / len(views), 2.2)
    high = 1.3 if flat else cell * event_shape[0] / event_shape[1]
    wide = len(views) * cell + GAP * (len(views) - 1)
    block = 0.48 + high + 0.62
    note = " The sample's noise is held." if walk.hold_noise and "sample" in views else ""
    words = f"{' beside '.join(plain(view, 20) for view in views).capitalize()} of p(x | z) while z moves.{note}"
    sheet = Sheet(title(walk, collapse), words, stamp, height=-(-len(rows) // columns) * block - 0.05)
    shown = {view: _values(walk, view, event_shape) for view in views}
    low, high_level = levels or grey_levels(shown[views[0]][rows])
    updates: list[Update] = []
    for place, row in enumerate(rows):
        left, top = (place % columns) * (wide + COLUMN_GAP), (place // columns) * block
        name = _name(walk, row, collapse)
        sheet.text(left, top, name, weight="bold")
        for column, view in enumerate(views):
            at = left + column * (cell + GAP)
            sheet.text(at, top + 0.22, plain(view, 20), size=style.SMALL_SIZE, color=style.MUTED)
            values = shown[view][row]
            place_of = (at, top + 0.42, cell - (0.25 if flat else 0.0), high)
            spread = view in SPREADS
            if flat:
                updates.append(_profile(sheet, values, place_of))
            else:
                colours, painting = (style.SPREAD_MAP, "grey") if spread else (style.GREY_MAP, kind(event_shape))
                norm = spread_norm(values) if spread else Normalize(low, high_level)
                updates.append(_picture(sheet, painted(values, painting, colours, norm), place_of))
        updates.append(_track(sheet, walk.positions[row], walk.units, left, top + 0.42 + high + 0.12, wide))
    return sheet.figure, updates


def _name(walk: Traversal, row: int, collapse: Collapse | None) -> str:
    if walk.kind == "traversal":
        return "  ·  ".join(describe(walk.dims[row], collapse))
    return plain(walk.row_labels[row], 40) if row < len(walk.row_labels) else ""


def _values(walk: Traversal, view: str, event_shape: tuple[int, ...]) -> Array:
    return (cells if view in SPREADS else pictures)(walk.views[view], event_shape)


def _picture(sheet: Sheet, rgba: Array, place: Sequence[float]) -> Update:
    image = sheet.bare(*place).imshow(rgba[0], aspect="auto", interpolation="nearest")
    return lambda step: image.set_data(rgba[step])


def _profile(sheet: Sheet, values: Array, place: Sequence[float]) -> Update:
    left, top, wide, high = place
    ax = sheet.axes(left + 0.25, top, wide, high)
    (line,) = ax.plot(values[0], color=style.BLUE, lw=1.0, marker="o" if values.shape[-1] <= 64 else "", ms=2.5)
    low, top_value = float(np.nanmin(values)), float(np.nanmax(values))
    pad = 0.06 * (top_value - low) or 0.5
    ax.set_ylim(low - pad, top_value + pad)
    ax.locator_params(axis="y", nbins=3)
    ax.tick_params(labelsize=6)
    feature_axis(ax, values.shape[-1])
    ax.set_xticklabels([])
    frame(ax)
    return lambda step: line.set_ydata(values[step])


def _track(sheet: Sheet, positions: Array, units: str, left: float, top: float, wide: float) -> Update:
    """A line from the first to the last position, a dot where the frame is, and the number."""
    ax = sheet.bare(left, top, wide, 0.14)
    ends = float(np.min(positions)), float(np.max(positions))
    pad = 0.03 * (ends[1] - ends[0]) or 0.5
    ax.set(xlim=(ends[0] - pad, ends[1] + pad), ylim=(-1, 1))
    ax.plot(ends, (0, 0), color=style.RULE, lw=1.5)
    (dot,) = ax.plot([float(positions[0])], [0.0], "o", color=style.BLUE, ms=5)
    ax.text(
        -0.0,
        -1.2,
        short(round(ends[0], 2) + 0.0),
        transform=ax.get_yaxis_transform(),
        va="top",
        size=style.SMALL_SIZE,
        color=style.MUTED,
    )
    ax.text(
        1.0,
        -1.2,
        short(round(ends[1], 2) + 0.0),
        transform=ax.get_yaxis_transform(),
        va="top",
        ha="right",
        size=style.SMALL_SIZE,
        color=style.MUTED,
    )
    unit = f" {plain(units, 40)}" if units else ""
    label = ax.text(0.5, -1.2, "", transform=ax.get_yaxis_transform(), va="top", ha="center", size=style.SMALL_SIZE)

    def update(step: int) -> None:
        dot.set_xdata([float(positions[step])])
        label.set_text(f"{short(round(float(positions[step]), 2) + 0.0)}{unit}")

    return update
