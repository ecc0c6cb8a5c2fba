"""A traversal as a sheet of small pictures; arrays are turned into pictures line by line, when they are seen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vaediag.report.event import cells, kind, pictures
from vaediag_gui.resolve.traverse import VIEW_NAMES, TraverseState
from vaediag_gui.resolve.words import short
from vaediag_gui.state.answers import ModelFacts
from vaediag_gui.theme.colourmaps import map_of
from vaediag_gui.widgets.sheet import POINTS, Layer, Sheet

CURVE = (40, 64)  # height and width of the cell of a curve
INKS = {"mean": "blue", "sample": "orange", "stddev": "purple"}


def sheet_of(state: TraverseState) -> Sheet | None:
    """The walk of a state as it is drawn; None without one."""
    walk, facts = state.walk, state.facts
    if walk is None or facts is None:
        return None
    event = facts.event_shape
    shape = CURVE if kind(event) == "flat" else (event[0], event[1])
    layers = tuple(_layer(view, walk.views[view], facts, state.apart) for view in state.views)
    return Sheet(layers, state.labels, state.headings, state.axis, shape, beside=walk.kind == "grid")


def _layer(view: str, values: np.ndarray, facts: ModelFacts, apart: bool) -> Layer:
    levels = facts.levels.get(view, (0.0, 1.0))
    curves = kind(facts.event_shape) == "flat"
    return Layer(
        VIEW_NAMES.get(view, view), _line(view, values, facts.event_shape, apart), levels, map_of(view),
        ink=INKS.get(view, "green"),
        key="" if curves or map_of(view) == "grey" else f"{short(levels[0])} to {short(levels[1])}",
    )  # fmt: skip


def stairs(values: np.ndarray) -> np.ndarray:
    """A step for each column: nothing lies between two columns of a table."""
    return np.repeat(values, max(1, POINTS // values.shape[-1]), axis=-1)


def _line(view: str, values: np.ndarray, event: tuple[int, ...], apart: bool) -> Callable[[int], np.ndarray]:
    drawn = pictures if map_of(view) == "grey" else cells  # a spread has one number per pixel
    if apart:
        return lambda group: stairs(drawn(values[group], event))
    return lambda group: drawn(values[group], event)
