"""Images beside what the decoder says about them: x, mean, sample, σ and the standardised residual."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array
from vaediag.records.pictures import Reconstructions
from vaediag.report import style
from vaediag.report.event import cells, channel_note, kind, pictures, strongest
from vaediag.report.figures.panel import Panel
from vaediag.report.levels import levels_of
from vaediag.report.maps import feature_axis
from vaediag.report.paint import GAP, centres, extension, grey_levels, painted, spread_norm, strip, zoom_for
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.vectors import draw_law, draw_values
from vaediag.report.words import plural, short

MOST = 8
LABEL = 0.95
SPACE = 0.56
RESIDUAL = Normalize(-4.0, 4.0)


def score_name(*, binary: bool) -> str:
    return "mean r²" if binary else "reduced χ²"


def _range(record: Reconstructions) -> str:
    low, high = short(float(np.min(record.score[:MOST]))), short(float(np.max(record.score[:MOST])))
    return low if low == high else f"{low} to {high}"


def title(record: Reconstructions, *, binary: bool) -> str:
    """The residuals of the images shown, against 1."""
    count = min(len(record.index), MOST)
    return f"{plural(count, 'image')} and their p(x | z): {score_name(binary=binary)} is {_range(record)}, where 1 is exact on average"


def worst_title(record: Reconstructions, total: int, *, binary: bool) -> str:
    """How far out the worst images are."""
    count = min(len(record.index), MOST)
    which = "image is" if count == 1 else f"{count} images are"
    return f"Of {total:,} images the worst {which} those with {score_name(binary=binary)} {_range(record)}, where 1 is exact on average"


@style.styled
def draw_reconstructions(
    record: Reconstructions,
    event_shape: tuple[int, ...],
    stamp: Stamp,
    *,
    heading: str,
    binary: bool,
    levels: tuple[float, float] | None = None,
) -> Figure:
    """One column per image (at most eight), one row per view; for vectors two panels per image."""
    if kind(event_shape) == "flat":
        return _profiles(record, event_shape, stamp, heading, binary=binary)
    count = min(len(record.index), MOST)
    event_kind = kind(event_shape)
    shown = {name: pictures(getattr(record, name)[:count], event_shape) for name in ("x", "mean", "sample")}
    spread = cells(record.stddev[:count], event_shape)
    residual = strongest(record.residual[:count], event_shape)
    low, high = levels or grey_levels(record.x)
    grey, dark = Normalize(low, high), spread_norm(spread)
    height, width = spread.shape[1:]
    cell = min((BODY - LABEL - SPACE) / (count + (count - 1) * GAP), 1.3)
    wide, tall = cell * (count + (count - 1) * GAP), cell * height / width
    strips: list[tuple[str, str, Array]] = [
        (name, note, painted(shown[name], event_kind, style.GREY_MAP, grey))
        for name, note in (("x", "the image"), ("mean", "of p(x | z)"), ("sample", "of p(x | z)"))
    ]
    strips.append(("σ", "units of x", painted(spread, "grey", style.SPREAD_MAP, dark)))
    strips.append(("residual", "r = (x − mean) / σ", painted(residual, "grey", style.DIVERGING_MAP, RESIDUAL)))
    gap, head = 0.05, 0.38
    sheet = Sheet(heading, _subtitle(event_shape, binary=binary), stamp, height=head + 5 * (tall + gap) + 0.06)
    for centre, index, score in zip(centres(count), record.index[:count], record.score[:count], strict=True):
        sheet.text(LABEL + centre * wide, 0.0, f"image {index}", ha="center", size=style.SMALL_SIZE)
        sheet.text(
            LABEL + centre * wide, 0.16, short(float(score)), ha="center", size=style.SMALL_SIZE, color=style.MUTED
        )
    sheet.text(0.0, 0.16, score_name(binary=binary), size=style.SMALL_SIZE, color=style.MUTED)
    for line, (name, note, rgba) in enumerate(strips):
        top = head + line * (tall + gap)
        sheet.text(0.0, top + tall / 2 - 0.02, name, weight="bold", va="bottom")
        sheet.text(0.0, top + tall / 2 + 0.02, note, size=style.SMALL_SIZE - 0.4, color=style.MUTED)
        picture = strip(rgba, zoom=zoom_for(width))
        sheet.bare(LABEL, top, wide, tall).imshow(picture, aspect="auto", interpolation="nearest")
    right = LABEL + wide + 0.1
    if event_kind == "grey":
        sheet.colour_bar(
            right, head, 0.09, 3 * tall + 2 * gap, style.GREY_MAP, grey, extend=extension(grey, *shown.values())
        )
    inset, short_bar = 0.05, tall - 0.1  # numbers of neighbouring bars must not touch
    sheet.colour_bar(
        right,
        head + 3 * (tall + gap) + inset,
        0.09,
        short_bar,
        style.SPREAD_MAP,
        dark,
        extend=extension(dark, spread),
        ticks=MaxNLocator(2),
    )
    sheet.colour_bar(
        right,
        head + 4 * (tall + gap) + inset,
        0.09,
        short_bar,
        style.DIVERGING_MAP,
        RESIDUAL,
        extend=extension(RESIDUAL, residual),
        ticks=[-4, 0, 4],
    )
    return sheet.figure


def _subtitle(event_shape: tuple[int, ...], *, binary: bool) -> str:
    note = channel_note(event_shape)
    channels = f" σ is {note[2:]}; r is the largest of them." if note else ""
    places = "features" if kind(event_shape) == "flat" else "pixels"
    mean = f"mean of r² = (x − p)²/p(1 − p) over the {places}" if binary else f"mean of r² over the {places}"
    return f"One draw z ~ q(z | x) per image. {score_name(binary=binary).capitalize()}: {mean}.{channels}"


def _profiles(
    record: Reconstructions, event_shape: tuple[int, ...], stamp: Stamp, heading: str, *, binary: bool
) -> Figure:
    """Vectors: per image x against mean ± σ and the sample, and the residual below."""
    count = min(len(record.index), MOST)
    columns = min(count, 2)
    rows = -(-count // columns)
    gap, high, low_high, block = 0.5, 0.85, 0.5, 1.95
    wide = (BODY - 0.45 - gap * (columns - 1)) / columns
    sheet = Sheet(heading, _subtitle(event_shape, binary=binary), stamp, height=0.3 + rows * block)
    x, mean, sample, spread = (
        cells(getattr(record, name)[:count], event_shape) for name in ("x", "mean", "sample", "stddev")
    )
    residual = cells(record.residual[:count], event_shape)
    size, place = x.shape[1], np.arange(x.shape[1])
    for item in range(count):
        left, top = 0.45 + (item % columns) * (wide + gap), 0.3 + (item // columns) * block
        words = f"image {record.index[item]} · {score_name(binary=binary)} {short(float(record.score[item]))}"
        sheet.text(left, top, words, size=style.SMALL_SIZE, weight="bold")
        ax = sheet.axes(left, top + 0.2, wide, high)
        draw_law(ax, mean[item], spread[item])
        draw_values(ax, sample[item], style.BLUE, "sample", size=3.2, hollow=True)
        draw_values(ax, x[item], style.ORANGE, "x", size=3.2)
        ax.locator_params(axis="y", nbins=4)
        ax.set_xticklabels([])
        lower = sheet.axes(left, top + 0.2 + high + 0.08, wide, low_high)
        lower.vlines(place, 0, np.clip(residual[item], -5, 5), color=style.BLUE, lw=min(2.5, 130 * wide / 7 / size * 2))
        lower.axhline(0, color=style.INK, lw=0.7)
        lower.set(ylim=(-5, 5), yticks=[-4, 0, 4])
        feature_axis(lower, size)
        if item % columns == 0:
            ax.set_ylabel("x")
            lower.set_ylabel("r")
        if item >= count - columns:
            lower.set_xlabel("feature", labelpad=1)
        if item == 0:
            handles, labels = ax.get_legend_handles_labels()
            keys = sheet.bare(0.45, 0.0, BODY - 0.45, 0.18)
            keys.legend(handles, labels, loc="center left", ncols=4, borderaxespad=0)
    return sheet.figure


def is_binary(diagnosis: Diagnosis) -> bool:
    return diagnosis.calibration.posterior.reliability_curve is not None


READING = """
Compare the image with the sample, not with the mean: the sample is what the model says such an image looks
like. The residual is the difference to the mean in units of the stated σ. A good residual is unstructured and
mostly within ±2. Outlines in it are structure that the mean misses; large pale areas mean that σ is too large
there.
"""


def _draw(diagnosis: Diagnosis) -> Figure | None:
    if diagnosis.pictures is None:
        return None
    record, binary = diagnosis.pictures.reconstructions, is_binary(diagnosis)
    return draw_reconstructions(
        record, diagnosis.model.event_shape, stamp_of(diagnosis),
        heading=title(record, binary=binary), binary=binary, levels=levels_of(diagnosis),
    )  # fmt: skip


PANEL = Panel(
    "reconstructions",
    "What does the decoder say about an image?",
    _draw,
    READING,
    ("pictures.reconstructions", "pictures"),
)
