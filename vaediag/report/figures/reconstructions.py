"""Images beside what the decoder says about them: x, mean, sample, σ and the standardised residual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from vaediag.records.columns import columns_of
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array
from vaediag.records.pictures import Reconstructions
from vaediag.report import style
from vaediag.report.event import Kind, cells, channel_note, kind, pictures, strongest
from vaediag.report.figures.measure import NOTHING, Above, Measure
from vaediag.report.figures.panel import Panel
from vaediag.report.figures.profiles import MOST, draw_profiles
from vaediag.report.levels import levels_of
from vaediag.report.paint import GAP, centres, extension, grey_levels, level, painted, spread_norm, strip, zoom_for
from vaediag.report.sheet import BODY, CHIP, Sheet
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.words import plural, short

LABEL = 0.95
HEAD = 0.38
SPACE = 0.56
RESIDUAL = Normalize(-4.0, 4.0)


def score_name(*, scaled: bool) -> str:
    """Families without a scale have Pearson residuals, whose mean square is not called χ²."""
    return "reduced χ²" if scaled else "mean r²"


def _range(record: Reconstructions) -> str:
    low, high = short(float(np.min(record.score[:MOST]))), short(float(np.max(record.score[:MOST])))
    return low if low == high else f"{low} to {high}"


def title(record: Reconstructions, *, scaled: bool) -> str:
    """The residuals of the images shown, against 1."""
    count = min(len(record.index), MOST)
    score = f"{score_name(scaled=scaled)} is {_range(record)}"
    return f"{plural(count, 'image')} and their p(x | z): {score}, where 1 is exact on average"


def worst_title(record: Reconstructions, total: int, *, scaled: bool) -> str:
    """How far out the worst images are."""
    count = min(len(record.index), MOST)
    which = f"worst of {plural(total, 'image')} has" if count == 1 else f"worst {count} of {total:,} images have"
    return f"The {which} {score_name(scaled=scaled)} {_range(record)}, where 1 is exact on average"


@style.styled
def draw_reconstructions(
    record: Reconstructions,
    event_shape: tuple[int, ...],
    stamp: Stamp,
    *,
    heading: str,
    scaled: bool,
    levels: tuple[float, float] | None = None,
    measure: Measure | None = None,
    words: str = "",
    above: Above = NOTHING,
    columns: Sequence[str] | None = None,
) -> Figure:
    """One column per image (at most eight), one row per view; for vectors two panels per image.

    `measure` and `words` are χ² and what it means unless they are given; `columns` names the values of flat data.
    """
    shown = measure or Measure(score_name(scaled=scaled), record.score)
    words = words or _subtitle(event_shape, scaled=scaled)
    if kind(event_shape) == "flat":
        return draw_profiles(record, event_shape, stamp, heading, words, shown, above, columns)
    count = min(len(record.index), MOST)
    event_kind = kind(event_shape)
    x, mean, sample = (pictures(each[:count], event_shape) for each in (record.x, record.mean, record.sample))
    spread, residual = cells(record.stddev[:count], event_shape), strongest(record.residual[:count], event_shape)
    grey, dark = Normalize(*(levels or grey_levels(record.x))), spread_norm(spread)
    rows = [
        _Row("x", "the image", x, event_kind, style.GREY_MAP, grey),
        _Row("mean", "of p(x | z)", mean, event_kind, style.GREY_MAP, grey),
        _Row("sample", "of p(x | z)", sample, event_kind, style.GREY_MAP, grey),
        _Row("σ", "units of x", spread, "grey", style.SPREAD_MAP, dark),
        _Row("residual", "r = (x − mean) / σ", residual, "grey", style.DIVERGING_MAP, RESIDUAL),
    ]
    height, width = spread.shape[1:]
    cell = min((BODY - LABEL - SPACE) / (count + (count - 1) * GAP), 1.3)
    wide, tall = cell * (count + (count - 1) * GAP), cell * height / width
    gap = max(0.05, 0.36 - tall)  # room for the names of very flat pictures
    slim = level(spread)
    heights = [max(CHIP, 0.3) if row.name == "σ" and slim else tall for row in rows]
    head = above.height + HEAD
    tops = [head + sum(heights[:line]) + line * gap for line in range(len(rows))]
    sheet = Sheet(heading, words, stamp, height=tops[-1] + tall + 0.06)
    above.draw(sheet)
    _head(sheet, above.height, record.index[:count], wide, shown)
    right = LABEL + wide + 0.1
    for row, top, high in zip(rows, tops, heights, strict=True):
        sheet.text(0.0, top + high / 2 - 0.02, row.name, weight="bold", va="bottom")
        sheet.text(0.0, top + high / 2 + 0.02, row.note, size=style.SMALL_SIZE - 0.4, color=style.MUTED)
        if row.name == "σ" and slim:
            sheet.chips(LABEL, top + (high - CHIP) / 2, wide, spread, style.SPREAD_MAP, dark)
            continue
        picture = strip(painted(row.values, row.kind, row.cmap, row.norm), zoom=zoom_for(width))
        sheet.bare(LABEL, top, wide, tall).imshow(picture, aspect="auto", interpolation="nearest")
        if row.name in ("σ", "residual"):  # inset: numbers of neighbouring bars must not touch
            ticks = [-4, 0, 4] if row.name == "residual" else MaxNLocator(2)
            beyond = extension(row.norm, row.values)
            sheet.colour_bar(right, top + 0.05, 0.09, tall - 0.1, row.cmap, row.norm, extend=beyond, ticks=ticks)
    if event_kind == "grey":
        beyond = extension(grey, x, mean, sample)
        sheet.colour_bar(right, head, 0.09, 3 * tall + 2 * gap, style.GREY_MAP, grey, extend=beyond)
    return sheet.figure


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    name: str
    note: str
    values: Array
    kind: Kind
    cmap: Colormap
    norm: Normalize


def _head(sheet: Sheet, top: float, index: Array, wide: float, measure: Measure) -> None:
    """Index and number above each column."""
    sheet.text(0.0, top + 0.16, measure.name, size=style.SMALL_SIZE, color=style.MUTED)
    for place, (centre, image) in enumerate(zip(centres(len(index)), index, strict=True)):
        left, small = LABEL + centre * wide, style.SMALL_SIZE
        sheet.text(left, top, f"image {image}", ha="center", size=small)
        sheet.text(left, top + 0.16, measure.words(place), ha="center", size=small, color=style.MUTED)


def _subtitle(event_shape: tuple[int, ...], *, scaled: bool) -> str:
    note = channel_note(event_shape)
    channels = f" σ is {note[2:]}; r is the largest of them." if note else ""
    places = "features" if kind(event_shape) == "flat" else "pixels"
    name = score_name(scaled=scaled)
    return f"One draw z ~ q(z | x) per image. {name[0].upper()}{name[1:]}: mean of r² over the {places}.{channels}"


def is_scaled(diagnosis: Diagnosis) -> bool:
    return diagnosis.variance.scale is not None


READING = """
Compare the image with the sample, not with the mean: the sample is what the model says such an image looks
like. The residual is the difference to the mean in units of the stated σ. A good residual is unstructured and
mostly within ±2. Outlines in it are structure that the mean misses; large pale areas mean that σ is too large
there.
"""


def _draw(diagnosis: Diagnosis) -> Figure | None:
    if diagnosis.pictures is None:
        return None
    record, scaled = diagnosis.pictures.reconstructions, is_scaled(diagnosis)
    return draw_reconstructions(
        record, diagnosis.model.event_shape, stamp_of(diagnosis),
        heading=title(record, scaled=scaled), scaled=scaled, levels=levels_of(diagnosis),
        columns=columns_of(diagnosis.data, diagnosis.model.event_shape),
    )  # fmt: skip


PANEL = Panel(
    "reconstructions",
    "What does the decoder say about an image?",
    _draw,
    READING,
    ("pictures.reconstructions", "pictures"),
)
