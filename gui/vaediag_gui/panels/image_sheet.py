"""Images beside what the decoder says about them, as a sheet: one column per image, one row per view."""

from __future__ import annotations

import numpy as np

from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array
from vaediag.records.pictures import Reconstructions
from vaediag.report.event import cells, kind, pictures, strongest
from vaediag_gui.resolve.words import short
from vaediag_gui.widgets.sheet import Layer, Sheet

MOST = 8
CURVE = (40, 64)
RESIDUAL = (-4.0, 4.0)


def sheet_of(record: Reconstructions, diagnosis: Diagnosis) -> Sheet:
    """x, mean, sample and σ (one scale each) and the residual of at most eight images."""
    event = diagnosis.model.event_shape
    count = min(len(record.index), MOST)
    x, mean, sample = (pictures(each[:count], event) for each in (record.x, record.mean, record.sample))
    spread, residual = cells(record.stddev[:count], event), strongest(record.residual[:count], event)
    grey, dark = _grey(diagnosis), (0.0, _top(spread))
    flat = kind(event) == "flat"  # curves have no colours to explain
    layers = (
        _layer("x", x, grey, ink="orange"),
        _layer("mean", mean, grey),
        _layer("sample", sample, grey, ink="green"),
        _layer("σ", spread, dark, "spread", "" if flat else f"0 to {short(dark[1])}", "purple"),
        _layer("(x − mean)/σ", residual, RESIDUAL, "diverging", "" if flat else "−4 to 4"),
    )
    score = "reduced χ²" if diagnosis.calibration.posterior.reduced_chi2 is not None else "mean r²"
    headings = tuple(f"{record.index[place]}: {short(float(record.score[place]))}" for place in range(count))
    shape = CURVE if flat else (event[0], event[1])
    return Sheet(layers, (("",),), headings, f"image: {score}", shape)


def _layer(
    name: str, values: Array, levels: tuple[float, float], colours: str = "grey", key: str = "", ink: str = "blue"
) -> Layer:
    return Layer(name, lambda _: values, levels, colours, ink, key)


def _grey(diagnosis: Diagnosis) -> tuple[float, float]:
    """The values of x drawn black and white, shared by all pictures: [0, 1] or [−1, 1] where they fit."""
    shown = diagnosis.pictures
    arrays = [] if shown is None else [shown.reconstructions.x, shown.worst.x]
    finite = np.concatenate([np.asarray(each, float)[np.isfinite(each)].ravel() for each in arrays] or [np.empty(0)])
    if finite.size == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    for bottom in (0.0, -1.0):
        if low >= bottom - 0.02 and high <= 1.02 and high - low >= 0.4 * (1.0 - bottom):
            return bottom, 1.0
    low, high = (float(level) for level in np.quantile(finite, [0.005, 0.995]))
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _top(spread: Array) -> float:
    finite = spread[np.isfinite(spread)]
    top = float(np.quantile(finite, 0.995)) if finite.size else 1.0
    return top if top > 0 else 1.0
