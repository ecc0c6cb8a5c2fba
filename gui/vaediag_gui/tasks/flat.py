"""Records of the library as what travels: numbers go as arrays, because NaN can stand there, the rest as JSON."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from vaediag_gui.jobs.child import Answer


def flattened(record: Any) -> Answer:
    """One level of a dataclass: arrays, floats and dicts of arrays ("views.mean") as arrays, the rest as fields."""
    fields: dict[str, Any] = {}
    arrays: dict[str, np.ndarray] = {}
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if isinstance(value, np.ndarray | float):
            arrays[field.name] = np.asarray(value)
        elif isinstance(value, dict) and any(isinstance(each, np.ndarray) for each in value.values()):
            arrays |= {f"{field.name}.{key}": each for key, each in value.items()}
        else:
            fields[field.name] = value
    return fields, arrays
