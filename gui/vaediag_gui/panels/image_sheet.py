"""Images beside what the decoder says about them, as a sheet: one column per image, one row per view."""

from __future__ import annotations

import numpy as np

from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array
from vaediag.records.history import LatestPictures
from vaediag.records.pictures import Picked, Reconstructions
from vaediag.report.event import cells, kind, pictures, strongest
from vaediag.report.levels import grey_levels, levels_of, spread_top
from vaediag_gui.resolve.behind import BehindState
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
    grey, dark = levels_of(diagnosis) or (0.0, 1.0), (0.0, spread_top(spread))
    flat = kind(event) == "flat"  # curves have no colours to explain
    layers = (
        _layer("x", x, grey, ink="orange"),
        _layer("mean", mean, grey),
        _layer("sample", sample, grey, ink="green"),
        _layer("σ", spread, dark, "spread", "" if flat else f"0 to {short(dark[1])}", "purple"),
        _layer("(x − mean)/σ", residual, RESIDUAL, "diverging", "" if flat else "−4 to 4"),
    )
    score = "reduced χ²" if diagnosis.calibration.posterior.reduced_chi2 is not None else "mean r²"
    numbers = diagnosis.data.numbers(record.index[:count])
    headings = tuple(f"{numbers[place]}: {short(float(record.score[place]))}" for place in range(count))
    shape = CURVE if flat else (event[0], event[1])
    return Sheet(layers, (("",),), headings, f"image: {score}", shape)


def pair_sheet(picked: Picked, diagnosis: Diagnosis, measure: str) -> Sheet:
    """x and the mean of its p(x | z) of at most eight images, with what they were picked for: a number of `measure`."""
    event, record = diagnosis.model.event_shape, picked.shown
    count = min(len(record.index), MOST)
    x, mean = (pictures(each[:count], event) for each in (record.x, record.mean))
    grey = levels_of(diagnosis) or (0.0, 1.0)
    numbers = diagnosis.data.numbers(record.index[:count])
    values = tuple(short(float(each)) for each in picked.value[:count])
    headings = tuple(f"{number}: {each}" for number, each in zip(numbers, values, strict=True))
    layers = (_layer("x", x, grey, ink="orange"), _layer("mean", mean, grey))
    shape = CURVE if kind(event) == "flat" else (event[0], event[1])
    return Sheet(layers, (("",),), headings, f"image: {measure}", shape, brief=(measure, values))


def latest_sheet(record: LatestPictures, event: tuple[int, ...]) -> Sheet:
    """x, mean, sample and σ (one scale each) of at most eight images of a training."""
    x, mean, sample = (pictures(each[:MOST], event) for each in (record.x, record.mean, record.sample))
    spread = cells(record.stddev[:MOST], event)
    grey, dark = grey_levels(record.x[:MOST]), (0.0, spread_top(spread))
    flat = kind(event) == "flat"
    layers = (
        _layer("x", x, grey, ink="orange"),
        _layer("mean", mean, grey),
        _layer("sample", sample, grey, ink="green"),
        _layer("σ", spread, dark, "spread", "" if flat else f"0 to {short(dark[1])}", "purple"),
    )
    headings = tuple(str(place) for place in range(len(x)))
    return Sheet(layers, (("",),), headings, "image", CURVE if flat else (event[0], event[1]))


def behind_sheet(state: BehindState) -> Sheet:
    """The small pictures of the images behind a pixel; those that are not there yet are empty."""
    there = state.thumbnails.pictures
    like = next((there[number] for number in state.numbers if number in there), np.zeros((8, 8), np.uint8))
    empty = np.full(like.shape, np.nan)
    shown = [there.get(number, empty) for number in state.numbers]
    values = np.stack([np.asarray(each, float) if each.shape == like.shape else empty for each in shown])
    headings = tuple(f"{number}: {value}" for number, value in zip(state.numbers, state.values, strict=True))
    layer = Layer("x", lambda _: values, (0.0, 255.0))
    brief = (state.measure, state.values)
    return Sheet((layer,), (("",),), headings, f"image: {state.measure}", like.shape[:2], brief=brief)


def _layer(
    name: str, values: Array, levels: tuple[float, float], colours: str = "grey", key: str = "", ink: str = "blue"
) -> Layer:
    return Layer(name, lambda _: values, levels, colours, ink, key)
