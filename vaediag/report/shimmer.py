"""One z, many x, in motion: the mean stands still while samples of the same p(x | z) follow each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes

from vaediag.errors import InputError
from vaediag.records.estimate import Array
from vaediag.records.pictures import Look
from vaediag.report import style
from vaediag.report.event import kind
from vaediag.report.figures.look import FOOT, HEAD, draw_bar, draw_picture
from vaediag.report.looks import View, code_words, event_shape_of, views_of
from vaediag.report.maps import feature_axis
from vaediag.report.movie import animated, rendered
from vaediag.report.paint import painted
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp
from vaediag.report.vectors import FEW
from vaediag.report.words import plural

FRAME = 100  # milliseconds: ten samples a second
CELL, BETWEEN, HIGH = 2.6, 0.4, 2.0

Update = Callable[[int], None]


def samples_of(looks: Look | Sequence[Look]) -> Look:
    """All samples of one z as one record `[samples, *event]`.

    Raises InputError unless the looks are of one model at one z, and hold a mean and at least two samples.
    """
    given = (looks,) if isinstance(looks, Look) else tuple(looks)
    if not given or not all(isinstance(each, Look) and {"mean", "sample"} <= set(each.views) for each in given):
        raise InputError(
            "looks: expected looks with the views mean and sample; got none or others. "
            "Take vd.look(vae, z, seed=...) for several seeds."
        )
    first = given[0]
    z = (
        np.concatenate([each.z for each in given])
        if len({each.z.shape[1] for each in given}) == 1
        else np.zeros((0, 1))
    )
    if len({each.model for each in given}) > 1 or not len(z) or not np.allclose(z, z[:1], rtol=0, atol=1e-6):
        raise InputError(
            "looks: expected one model at one z, of which samples differ only in their noise; got several. "
            "Take the same z with other seeds, or several times in one call: z=np.tile(z, (30, 1))."
        )
    if len(z) < 2:
        raise InputError("looks: expected at least two samples; got 1. Take vd.look(vae, z, seed=...) for more seeds.")
    views = {name: np.concatenate([np.asarray(each.views[name]) for each in given]) for name in ("mean", "sample")}
    return Look(first.model, first.likelihood, first.seed, z, views, first.notes)


def shimmer_gif(looks: Look | Sequence[Look], stamp: Stamp, *, levels: tuple[float, float] | None = None) -> bytes:
    """An endless GIF: mean beside sample, ten samples a second."""
    record = samples_of(looks)
    event_shape = event_shape_of(record)
    mean, sample = views_of(record, event_shape, None, levels)
    count = len(record.z)
    flat = kind(event_shape) == "flat"
    cell = BODY - 0.6 if flat else min(CELL, CELL * event_shape[1] / event_shape[0])
    tall = HIGH if flat else cell * event_shape[0] / event_shape[1]
    words = f"z = ({code_words(record.z[0])}). {plural(count, 'sample')} of the same p(x | z), ten a second."
    title = "One z, many x: the mean stands still, the samples are what the decoder says"
    with style.look():
        sheet = Sheet(title, words, stamp, height=(0.0 if flat else HEAD) + tall + FOOT)
        update = _lines(sheet, mean, sample, cell) if flat else _pictures(sheet, mean, sample, cell, tall)
        frames = []
        for number in range(count):
            update(number)
            frames.append(rendered(sheet.figure))
    return animated(frames, range(count), [FRAME] * count)


def _pictures(sheet: Sheet, mean: View, sample: View, cell: float, tall: float) -> Update:
    left = max(0.0, (BODY - 2 * cell - BETWEEN) / 2)
    for view, at in ((mean, left), (sample, left + cell + BETWEEN)):
        sheet.text(at, 0.0, view.name, weight="bold")
        sheet.text(at, 0.17, view.note, size=style.SMALL_SIZE, color=style.MUTED)
        draw_bar(sheet, view, at, HEAD + tall + 0.07, cell)
    draw_picture(sheet, mean, left, HEAD, cell, tall)
    draw_picture(sheet, sample, left + cell + BETWEEN, HEAD, cell, tall)
    image = sheet.figure.axes[-1].images[0]
    rgba = painted(sample.values, sample.kind, sample.cmap, sample.norm)
    return lambda number: image.set_data(rgba[number])


def _lines(sheet: Sheet, mean: View, sample: View, wide: float) -> Update:
    ax: Axes = sheet.axes(0.6, 0.22, wide, HIGH - 0.22)
    count = mean.values.shape[1]
    few = count <= FEW
    ax.plot(mean.values[0], color=style.INK, lw=1.3, label="mean")
    (line,) = ax.plot(
        sample.values[0], color=style.BLUE, ls="" if few else "-", lw=0.7, marker="o" if few else "", ms=3.5,
        label="sample",
    )  # fmt: skip
    low, high = _reach(mean.values, sample.values)
    ax.set(ylim=(low, high), xlabel="feature", ylabel="x")
    feature_axis(ax, count)
    ax.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, borderaxespad=0.1)
    return lambda number: line.set_ydata(sample.values[number])


def _reach(*values: Array) -> tuple[float, float]:
    low, high = (float(pick([pick(each) for each in values])) for pick in (np.nanmin, np.nanmax))
    pad = 0.06 * (high - low) or 0.5
    return low - pad, high + pad
