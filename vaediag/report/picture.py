"""One record, one file: pictures of walks, looks and pixels, and single figures of a report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from matplotlib.figure import Figure

from vaediag.errors import InputError
from vaediag.io.atomic import write_bytes
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array
from vaediag.records.numbered import numbered
from vaediag.records.pictures import Look, Traversal
from vaediag.records.pixel import PixelCalibration, PixelLaw
from vaediag.report.catalogue import PANELS
from vaediag.report.figures.look import draw_look
from vaediag.report.figures.pair import draw_pair
from vaediag.report.figures.panel import reason
from vaediag.report.figures.pixel_calibration import draw_pixel_calibration
from vaediag.report.figures.pixel_law import draw_pixel_law
from vaediag.report.figures.traversal import draw_traversal
from vaediag.report.gif import traversal_gif
from vaediag.report.looks import event_shape_of
from vaediag.report.save import figure_bytes
from vaediag.report.shimmer import samples_of, shimmer_gif
from vaediag.report.stamp import Stamp
from vaediag.report.words import plain

STILL = (".png", ".svg")
FORMATS = (*STILL, ".gif")

Picture: TypeAlias = Traversal | Look | PixelLaw | PixelCalibration | tuple[Look, Look]


def write_picture(
    record: Picture,
    path: str | Path,
    *,
    x: Array | None = None,
    levels: tuple[float, float] | None = None,
    data: str = "",
) -> Path:
    """Write one record as .png or .svg (by the ending), a traversal also as .gif; whole or not at all.

    Args:
        record: a Traversal, Look, PixelLaw, PixelCalibration, or a pair (Look, Look) of two models on one image.
        x: the image beside a look (`[*event_shape]`, or one per code) or a pair, which needs it.
        levels: the values of x drawn black and white; else from x, or from the mean.
        data: name of the data that x is from, for the line at the foot.
    Raises:
        InputError: another ending or record, an x of another shape, or a file that cannot be written.
    """
    path = Path(path)
    if isinstance(record, Traversal):
        ending = _ending(path, FORMATS, "walk.png")
        stamp = _stamp([record], data)
        if ending == ".gif":
            return write_bytes(path, traversal_gif(record, stamp, levels=levels))
        return _written(path, draw_traversal(record, stamp, levels=levels, most=len(record.z)))
    _ending(path, STILL, "look.png")
    return _written(path, _figure(record, x, levels, data))


def write_shimmer(looks: Look | Sequence[Look], path: str | Path, *, levels: tuple[float, float] | None = None) -> Path:
    """Write an endless .gif: the mean of p(x | z) stands still, its samples follow each other, ten a second.

    Args:
        looks: looks at one z with different seeds, or one look at the same z several times.
    Raises:
        InputError: another ending, less than two samples, several models or several z.
    """
    path = Path(path)
    _ending(path, (".gif",), "shimmer.gif")
    return write_bytes(path, shimmer_gif(looks, _stamp([samples_of(looks)], ""), levels=levels))


def write_figure(diagnosis: Diagnosis, id: str, path: str | Path) -> Path:  # noqa: A002 -- as in `Panel.id`
    """Write one figure of the report as .png or .svg (by the ending), whole or not at all.

    Args:
        id: of a panel of `report/catalogue.py`: "pit", "variance_maps", ...
    Raises:
        InputError: an unknown figure or ending; a diagnosis in which this figure has nothing to draw.
    """
    path = Path(path)
    panel = next((panel for panel in PANELS if panel.id == id), None)
    if panel is None:
        known = ", ".join(panel.id for panel in PANELS)
        raise InputError(f"id: expected one of {known}; got {id!r}; try 'pit'.")
    _ending(path, STILL, f"{id}.png")
    figure = panel.draw(numbered(diagnosis))
    if figure is None:
        why = reason(diagnosis, panel.reasons)
        raise InputError(f"id: expected a figure that this diagnosis has; {id!r} has nothing to draw: {why}.")
    return _written(path, figure)


def _figure(record: Any, x: Array | None, levels: tuple[float, float] | None, data: str) -> Figure:
    if isinstance(record, PixelLaw):
        return draw_pixel_law(record, _stamp([record], data))
    if isinstance(record, PixelCalibration):
        return draw_pixel_calibration(record, _stamp([record], data or record.data))
    if isinstance(record, Look):
        event_shape = event_shape_of(record)
        return draw_look(record, event_shape, _stamp([record], data), _checked(x, event_shape, len(record.z)), levels)
    if isinstance(record, tuple | list) and len(record) == 2 and all(isinstance(each, Look) for each in record):
        return _pair(record[0], record[1], x, levels, data)
    raise InputError(
        "record: expected a Traversal, Look, PixelLaw, PixelCalibration or a pair of looks; got "
        f"{type(record).__name__}. Take vd.look, vd.pixel, vd.traverse or vd.pixel_calibration."
    )


def _pair(first: Look, second: Look, x: Array | None, levels: tuple[float, float] | None, data: str) -> Figure:
    event_shape = event_shape_of(first)
    if event_shape_of(second) != event_shape:
        raise InputError(
            f"record: expected two looks at images of one shape; got {event_shape} and {event_shape_of(second)}. "
            "Compare models of the same data."
        )
    image = _checked(x, event_shape, 1)
    if image is None:
        raise InputError("x: expected the image that both looks are about; got None. Give x=images.values[0].")
    return draw_pair(first, second, image, event_shape, _stamp([first, second], data), levels)


def _checked(x: Array | None, event_shape: tuple[int, ...], codes: int) -> Array | None:

    if x is None:
        return None
    shape = np.shape(x)
    if shape not in (event_shape, (1, *event_shape), (codes, *event_shape)):
        raise InputError(f"x: expected an image of shape {event_shape}; got shape {shape}. Give one image.")
    return np.asarray(x, float)[0] if shape == (1, *event_shape) else np.asarray(x, float)


def _stamp(records: Sequence[Any], data: str) -> Stamp:
    """Where the picture came from; a law that no model gave has no model to name."""
    names = [f"{plain(each.model, 48)} ({plain(each.likelihood, 48)})" for each in records if each.model]
    return Stamp(" and ".join(names) or "not named", plain(data, 60), records[0].seed)


def _ending(path: Path, known: Sequence[str], example: str) -> str:
    ending = path.suffix.lower()
    if ending not in known:
        listed = known[0] if len(known) == 1 else f"{', '.join(known[:-1])} or {known[-1]}"
        raise InputError(f"path: expected a name that ends in {listed}; got {path.name!r}; try {example!r}.")
    return ending


def _written(path: Path, figure: Figure) -> Path:
    return write_bytes(path, figure_bytes(figure, path.suffix.lower()[1:]))
