"""Rows of maps with their colour bars (for vectors: bars per feature), placed on a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, Normalize
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from vaediag.records.estimate import Array
from vaediag.report import style
from vaediag.report.paint import centred_ticks, extension, ratio_ticks
from vaediag.report.sheet import Sheet, text_width
from vaediag.report.words import plain

BAR = 0.1  # width of an upright colour bar
BAR_SPACE = 0.54  # with its ticks
NAME = 0.125  # between two upright names


@dataclass(frozen=True, slots=True)
class Map:
    """One map `[H, W]` (or `[D]`): what it is, its unit, its colours. `base` is where bars of a vector start."""

    values: Array
    name: str
    note: str
    cmap: Colormap
    norm: Normalize
    base: float = 0.0
    ratio: bool = False  # the values are log2 of a ratio


def draw_map(
    sheet: Sheet, entry: Map, left: float, top: float, width: float, height: float, *, bar: bool = True
) -> Axes:
    """A picture with its name above and a colour bar to the right."""
    _name(sheet, entry, left, top)
    rows, columns = entry.values.shape
    scale = min(width / columns, height / rows)
    wide, high = columns * scale, rows * scale
    ax = sheet.axes(left, top, wide, high)
    ax.imshow(np.ma.masked_invalid(entry.values), cmap=entry.cmap, norm=entry.norm, aspect="auto")
    ax.set(xticks=[], yticks=[])
    frame(ax)
    if bar:
        colour_bar(sheet, entry, left + wide + 0.06, top, high)
    return ax


def show_map(ax: Axes, entry: Map, *, bar: bool = True) -> None:
    """A picture in axes of any kind, with a colour bar that takes some of their room."""
    image = ax.imshow(np.ma.masked_invalid(entry.values), cmap=entry.cmap, norm=entry.norm, interpolation="nearest")
    ax.set(xticks=[], yticks=[])
    if not bar:
        return
    names = ratio_ticks(entry.norm) if entry.ratio else {}
    found = ax.figure.colorbar(image, ax=ax, extend=extension(entry.norm, entry.values), label=entry.name)
    if names:
        found.set_ticks(list(names), labels=list(names.values()))


def _name(sheet: Sheet, entry: Map, left: float, top: float) -> None:
    sheet.text(left, top - (0.36 if entry.note else 0.2), entry.name, weight="bold")
    if entry.note:
        sheet.text(left, top - 0.2, entry.note, size=style.SMALL_SIZE, color=style.MUTED)


def colour_bar(sheet: Sheet, entry: Map, left: float, top: float, height: float, label: str = "") -> None:
    """The bar of a map, with pointed ends where values lie beyond it; ratios have their own ticks."""
    extend = extension(entry.norm, entry.values)
    names = ratio_ticks(entry.norm) if entry.ratio else {}
    centred = centred_ticks(entry.norm) if entry.cmap is style.DIVERGING_MAP else MaxNLocator(4)
    ticks: Any = list(names) or centred
    ax = sheet.colour_bar(left, top, BAR, height, entry.cmap, entry.norm, label, extend=extend, ticks=ticks)
    if names:
        ax.set_yticklabels(list(names.values()))


def draw_profile(
    sheet: Sheet, entry: Map, left: float, top: float, width: float, height: float, *, label: bool
) -> Axes:
    """A vector's values as bars from `base`; undefined features stay empty."""
    _name(sheet, entry, left, top)
    ax = sheet.axes(left, top, width, height)
    bars(ax, entry.values, colours=entry.cmap(entry.norm(np.nan_to_num(entry.values, nan=entry.base))), base=entry.base)
    ax.yaxis.set_major_locator(MaxNLocator(4))
    if label:
        ax.set_xlabel("feature")
    return ax


def bars(ax: Axes, values: Array, *, colours: object, base: float = 0.0) -> None:
    """One bar per feature, the axis symmetric around `base`; more than a hundred become one stepped area."""
    height = np.nan_to_num(values - base)
    if len(values) > 100:
        ax.stairs(height + base, np.arange(len(values) + 1) - 0.5, baseline=base, fill=True, color=style.BLUE)
    else:
        ax.bar(np.arange(len(values)), height, 0.8, bottom=base, color=colours, edgecolor=style.MUTED, linewidth=0.4)
    ax.axhline(base, color=style.INK, lw=0.7)
    reach = 1.15 * float(np.abs(height).max()) or 0.5
    ax.set_ylim(base - reach, base + reach)
    feature_axis(ax, len(values))


def feature_axis(ax: Axes, count: int, names: Sequence[str] = ()) -> None:
    """Half a feature of room at either end; names upright below the axis where there are some, else whole numbers."""
    ax.set_xlim(-0.6, count - 0.4)
    if names:
        ax.set_xticks(range(count), names, rotation=90)
        ax.tick_params(axis="x", length=0)
    else:
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))


def axis_names(columns: Sequence[str] | None, wide: float) -> list[str]:
    """Names of all features as ticks of an axis so many inches wide; none where they do not fit side by side."""
    if columns is None or len(columns) * NAME > wide:
        return []
    return [plain(name, 20) for name in columns]


def linear_up_to(*values: Array) -> float | None:
    """From where an axis of these had better be logarithmic: counts with a heavy tail; None if it had not."""
    known = np.concatenate([np.ravel(np.asarray(each, float)) for each in values])
    known = known[np.isfinite(known)]
    if not known.size or known.min() < 0 or known.max() < 100:
        return None
    usual = max(float(np.quantile(known, 0.9)), 1.0)
    return float(10 ** np.floor(np.log10(usual))) if known.max() > 10 * usual else None


def symlog(ax: Axes, threshold: float, top: float) -> None:
    """Linear up to the threshold, logarithmic above; from 0."""
    ax.set_yscale("symlog", linthresh=threshold)
    decades = [threshold * 10.0**step for step in range(9) if threshold * 10.0**step <= top]
    ax.set_ylim(0, top * 1.5)
    ax.set_yticks([0, *decades[:: max(1, len(decades) // 3)]])
    ax.yaxis.set_major_formatter(FuncFormatter(lambda tick, _: f"{tick:g}"))
    ax.yaxis.set_minor_locator(NullLocator())


def names_height(names: Sequence[str]) -> float:
    """Inches that upright names need below the axis, beyond what numbers and a label do."""
    return max(0.0, max((text_width(name, style.SMALL_SIZE) for name in names), default=0.0) - 0.24)


def frame(ax: Axes) -> None:
    for spine in ax.spines.values():
        spine.set(visible=True, edgecolor=style.RULE, linewidth=0.6)
