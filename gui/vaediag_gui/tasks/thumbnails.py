"""Small pictures of the data. Needs no TensorFlow."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from vaediag_gui.jobs.child import Answer, Report
from vaediag_gui.tasks.data import levels_of
from vaediag_gui.tasks.levels import Levels
from vaediag_gui.tasks.opened import Models

LARGEST = 64  # pixels of the longer side
PAPER, INK = 255, 40  # of a vector drawn as a line


def run(arguments: dict[str, Any], models: Models, report: Report) -> Answer:
    """uint8 `[h, w]` or `[h, w, 3]` by image number. Arguments: data, preprocess, indices, size (<= 64). InputError.

    Indices that the data do not have are passed over: the list may have been scrolled before other data were opened.
    """
    del report
    images = models.images_of(arguments)
    size = int(min(max(arguments.get("size", LARGEST), 1), LARGEST))
    wanted = [int(index) for index in dict.fromkeys(arguments["indices"]) if 0 <= int(index) < len(images)]
    if not wanted:
        return {}, {}
    ends = models.once(images, "levels", levels_of)
    return {}, {str(index): thumbnail(x, ends, size) for index, x in zip(wanted, images.take(wanted), strict=True)}


def thumbnail(x: np.ndarray, levels: Levels, size: int) -> np.ndarray:
    """One `[*event]` as bytes, black at `levels[0]`, the longer side at most `size`; a vector as a line of its values.

    What is not finite is black.
    """
    from vaediag.report.event import kind, pictures

    low, high = levels
    event = tuple(x.shape)
    scaled = np.nan_to_num((pictures(x, event) - low) / (high - low), nan=0.0, posinf=1.0, neginf=0.0)
    grey = (255.0 * np.clip(scaled, 0.0, 1.0) + 0.5).astype(np.uint8)
    if kind(event) == "flat":
        return _line(grey, size)
    return _shrunk(grey, size)


def _shrunk(grey: np.ndarray, size: int) -> np.ndarray:
    longest = max(grey.shape[:2])
    if longest <= size:
        return grey
    from PIL import Image

    height, width = (max(1, math.floor(side * size / longest)) for side in grey.shape[:2])
    return np.asarray(Image.fromarray(grey).resize((width, height), Image.Resampling.BOX))


def _line(values: np.ndarray, size: int) -> np.ndarray:
    """`[D]` of bytes as a dark line on white, `[size, size]`, joined from column to column."""
    at = np.linspace(0, len(values) - 1, size).round().astype(int)
    rows = ((255 - values[at].astype(int)) * (size - 1) / 255.0).round().astype(int)
    picture = np.full((size, size), PAPER, np.uint8)
    before = rows[0]
    for column, row in enumerate(rows):
        picture[min(before, row) : max(before, row) + 1, column] = INK
        before = row
    return picture
