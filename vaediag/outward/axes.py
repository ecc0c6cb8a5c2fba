"""What the axes of a diagnosis's arrays are called, and what stands along them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.records.columns import columns_of
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array
from vaediag.records.independence import NEIGHBOURS

EVENT = "event"  # stands for the axes of one x
_LATENT, _IMAGE, _BIN = ("latent",), ("image",), ("bin",)

# record -> field -> axes; "*" is every other array of the record
_AXES: dict[str, dict[str, tuple[str, ...]]] = {
    "Band": {"*": ("nominal",)},
    "ReliabilityCurve": {"*": _BIN},
    "SpreadSkill": {"*": _BIN},
    "Calibration": {"pit_histogram": ("u",)},
    "Evidence": {
        "latent_pit": ("latent", "u"),
        **dict.fromkeys(("latent_dispersion", "latent_offset", "latent_width"), _LATENT),
    },
    "CorrectedRun": {"images": _IMAGE},
    "Iwae": {**dict.fromkeys(("k", "value", "standard_error", "gain", "gain_error"), ("k",)), "*": _IMAGE},
    "ParetoK": {"*": _IMAGE},
    "Ais": {"*": _IMAGE},
    "Sandwich": {"*": ("generated",)},
    "Collapse": {"*": _LATENT},
    "EpsilonDelta": {"thresholds": ("threshold",), "curve": ("latent", "threshold"), "collapsed": _LATENT},
    "ScaleHealth": {"*": ("level",)},
    "ResidualCorrelation": {"neighbours": ("neighbour",)},
    "Coordinates": {"index": ("place",)},
    "Traversal": {
        "dims": ("moved",),
        "row_labels": ("row",),
        "positions": ("row", "step"),
        "z": ("row", "step", "latent"),
        "views": ("row", "step", EVENT),
    },
    "OneCode": {"z": _LATENT, "samples": ("draw", EVENT), "*": (EVENT,)},
    "Reconstructions": {"index": _IMAGE, "score": _IMAGE, "*": ("image", EVENT)},
    "Picked": {"value": _IMAGE},
    "PosteriorScatter": {
        **dict.fromkeys(("index", "labels"), _IMAGE),
        **dict.fromkeys(("prior_stddev", "prior_mean"), _LATENT),
        "*": ("image", "latent"),
    },
}
# fields that say what stands along an axis: they become its coordinate
_ALONG = {
    ("Band", "nominal"): "nominal",
    ("Iwae", "k"): "k",
    ("EpsilonDelta", "thresholds"): "threshold",
    ("ScaleHealth", "quantile_levels"): "level",
}
_POSITIONS = {"images", "index"}  # which images, by their place among those diagnosed


@dataclass(frozen=True, slots=True)
class Axes:
    """Names and coordinates for the arrays of one diagnosis."""

    diagnosis: Diagnosis

    @property
    def event(self) -> tuple[str, ...]:
        """`y`, `x` (and `channel`) of images; `feature` of vectors."""
        shape = self.diagnosis.model.event_shape
        return {1: ("feature",), 2: ("y", "x"), 3: ("y", "x", "channel")}.get(
            len(shape), tuple(f"axis_{axis}" for axis in range(len(shape)))
        )

    def names(self, record: str, field: str, array: Array) -> tuple[str, ...]:
        """The axes of one field; an array that this table does not know gets `field_0`, `field_1`, ..."""
        if record == "ResidualCorrelation" and field in {"value", "standard_error"}:
            lags = array.shape == (15, 15) and len(self.diagnosis.model.event_shape) > 1
            return ("dy", "dx") if lags else ("first", "second")
        known = _AXES.get(record, {})
        found = known.get(field, known.get("*", ()))
        dims = tuple(dim for name in found for dim in (self.event if name == EVENT else (name,)))
        return dims if len(dims) == array.ndim else tuple(f"{field}_{axis}" for axis in range(array.ndim))

    def coordinates(self, dims: dict[str, int]) -> dict[str, Any]:
        """What stands along the axes that are the same everywhere."""
        found: dict[str, Any] = {}
        columns = columns_of(self.diagnosis.data, self.diagnosis.model.event_shape)
        for dim, size in dims.items():
            if dim == "feature" and columns is not None and len(columns) == size:
                found[dim] = np.array(columns)
            elif dim in {"latent", "y", "x", "channel", "feature"}:
                found[dim] = np.arange(size)
            elif dim == "u":
                found[dim] = (np.arange(size) + 0.5) / size
            elif dim in {"dy", "dx"}:
                found[dim] = np.arange(size) - size // 2
            elif dim == "neighbour":
                found[dim] = np.array(NEIGHBOURS[:size])
        return found

    def images(self, positions: Array) -> dict[str, Any]:
        """`image`, numbers in the data, and `position`, places among the images diagnosed."""
        return {"image": self.diagnosis.data.numbers(positions), "position": ("image", np.asarray(positions))}


def along(record: str, field: str) -> str | None:
    """The axis of which a field is the coordinate, if it is one."""
    if field in _POSITIONS and _AXES.get(record, {}).get(field, _AXES.get(record, {}).get("*")) == _IMAGE:
        return "image"
    return _ALONG.get((record, field))
