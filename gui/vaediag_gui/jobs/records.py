"""What a helper answered, as the frozen record that the window keeps. No TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from vaediag.io.diagnosis import load_diagnosis
from vaediag.records.estimate import Estimate
from vaediag.records.pictures import Traversal
from vaediag.records.pixel import FarImages, PixelLaw
from vaediag_gui.state.answers import Anchor, DataFacts, ModelFacts, Pair, PixelPit, Shown, Thumbnails

Fields = Mapping[str, Any]
Arrays = Mapping[str, Any]  # NumPy arrays


def record_of(lane: str, fields: Fields, arrays: Arrays) -> Any:
    """The record of a lane's answer; for "export" the path of what was written.

    Raises:
        InputError: a diagnosis that cannot be read.
        KeyError, TypeError: fields that are not those of the lane's task.
    """
    match lane:
        case "model":
            levels = {view: _ends(ends) for view, ends in fields["levels"].items()}
            shape = tuple(fields["event_shape"])
            assumed = tuple(fields.get("assumed", ()))
            return ModelFacts(**{**fields, **arrays, "levels": levels, "event_shape": shape, "assumed": assumed})
        case "data":
            names = {name: tuple(fields.get(name, ())) for name in ("label_names", "columns")}
            changed = {"event_shape": tuple(fields["event_shape"]), **names}
            labels = arrays.get("labels")
            return DataFacts(**{**fields, **changed, "labels": labels, "levels": _ends(fields["levels"])})
        case "anchor":
            return Anchor(**fields, **arrays)
        case "look":
            return Shown(**{**fields, "z": tuple(fields["z"])}, views=arrays)
        case "pixel":
            return _pixel(fields, arrays)
        case "walk":
            return _walk(fields, arrays)
        case "thumbnails":
            return Thumbnails({int(index): picture for index, picture in arrays.items()})
        case "pair":
            return Pair(**fields, x=arrays["x"], views=_within("views", arrays))
        case "diagnose" | "diagnose_other":
            return load_diagnosis(fields["folder"])
        case "pixel_pit":
            estimates = {name: Estimate(**fields[name]) for name in ("dispersion", "bias")}
            far = _within("far", arrays)
            images = FarImages(**far, residuals=fields["residuals"]) if far else None
            return PixelPit(tuple(fields["index"]), fields["images"], arrays["histogram"], **estimates, far=images)
        case "export":
            return Path(fields["path"])
    raise ValueError(f"lane: expected one that a helper answers; got {lane!r}.")


def _walk(fields: Fields, arrays: Arrays) -> Traversal:
    changed = {"dims": tuple(fields["dims"]), "row_labels": tuple(fields["row_labels"])}
    return Traversal(
        **{**fields, **changed}, z=arrays["z"], positions=arrays["positions"], views=_within("views", arrays)
    )


def _pixel(fields: Fields, arrays: Arrays) -> PixelLaw:
    found: dict[str, Any] = {**fields, "index": tuple(fields["index"])}
    found |= {name: value if value.ndim else float(value) for name, value in arrays.items()}
    return PixelLaw(**found)


def _within(group: str, arrays: Arrays) -> dict[str, np.ndarray]:
    """The arrays called `group.…`, by the rest of their names."""
    return {name[len(group) + 1 :]: array for name, array in arrays.items() if name.startswith(f"{group}.")}


def _ends(levels: Any) -> tuple[float, float]:
    low, high = levels
    return float(low), float(high)
