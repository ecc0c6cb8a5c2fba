"""The values of flat data: their names, and what was measured of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from vaediag.records.calibration import CalibrationMaps
from vaediag.records.conditionings import present
from vaediag.records.diagnosis import DataInfo, Diagnosis
from vaediag.records.estimate import Array

FEW_UNNAMED = 64  # so many values without names are still taken one by one, not as a curve
SHORTEST_AXIS = 8


def columns_of(data: DataInfo, event_shape: Sequence[int]) -> tuple[str, ...] | None:
    """The names of the values of x, `[D]`; None for images, and where there is not one name for each."""
    known = data.columns
    return known if known is not None and len(event_shape) == 1 and len(known) == event_shape[0] else None


def column_name(index: int, columns: Sequence[str] | None) -> str:
    """`age`, or `x[17]` where columns have no names."""
    return f"x[{index}]" if columns is None else columns[index]


def one_by_one(columns: Sequence[str] | None, event_shape: Sequence[int]) -> bool:
    """Are the values of x things of their own (columns of a table), not points along an axis (a spectrum)?

    Names that are rising or falling numbers, such as wavelengths, are an axis; so are many values without names.
    """
    if len(event_shape) != 1:
        return False
    return event_shape[0] <= FEW_UNNAMED if columns is None else not is_axis(columns)


def is_axis(columns: Sequence[str]) -> bool:
    """Are the names the places along an axis: 400, 402.5, 405, ...?"""
    try:
        steps = np.diff([float(name) for name in columns])
    except ValueError:
        return False
    return len(columns) >= SHORTEST_AXIS and bool(np.all(steps > 0) or np.all(steps < 0))


def dominant(diagnosis: Diagnosis) -> tuple[str, float] | None:
    """The column that makes more than half of the variance of the data, and its share; None if none does.

    What is pooled in units of x (variance ratios, CRPS, interval score) is then about this column.
    """
    columns, shape = columns_of(diagnosis.data, diagnosis.model.event_shape), diagnosis.model.event_shape
    each = np.nan_to_num(np.ravel(np.asarray(diagnosis.variance.data_map, float)))
    if not one_by_one(columns, shape) or len(each) < 3 or not each.sum() > 0:
        return None
    most = int(np.argmax(each))
    share = float(each[most] / each.sum())
    return (column_name(most, columns), share) if share > 0.5 else None


def measured(diagnosis: Diagnosis) -> dict[str, Array]:
    """What was measured of every value of x, each `[D]` (images: all pixels in one row).

    `posterior.dispersion`, `posterior.dispersion_standard_error`, ... for every conditioning; `data_variance`, and
    `decoder_noise` and `latent_signal`, the two parts of the model's variance, for both laws of the codes.
    """
    found: dict[str, Array] = {}
    for each in present(diagnosis.calibration):
        for field in fields(CalibrationMaps):
            values = getattr(each.maps, field.name)
            if values is not None:
                found[f"{each.conditioning}.{field.name.replace('_error', '_standard_error')}"] = np.ravel(values)
    variance = diagnosis.variance
    found["data_variance"] = np.ravel(variance.data_map)
    for name, parts in (("aggregate", variance.aggregate), ("prior", variance.prior)):
        if parts is not None:
            found[f"{name}.decoder_noise"] = np.ravel(parts.decoder_noise_map)
            found[f"{name}.latent_signal"] = np.ravel(parts.latent_signal_map)
    return found
