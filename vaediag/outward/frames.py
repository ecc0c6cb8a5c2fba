"""A diagnosis as tables: one row per number, latent, image, place in x, finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vaediag.outward.packages import needed
from vaediag.records.columns import columns_of, measured
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array, Estimate, Estimates
from vaediag.records.text import by_severity

if TYPE_CHECKING:
    from pandas import DataFrame

ERROR = "_standard_error"


def to_pandas(diagnosis: Diagnosis) -> dict[str, DataFrame]:
    """The diagnosis as tables.

    - `headline`: every single number, by its place in the record ("calibration.posterior.dispersion"): `value`,
      `standard_error`, `unit`, `expected` (what an exact model of this size gives), `conditioning` (where z is from).
    - `latents`: one row per latent, with what was measured of it.
    - `images`: one row per image, by its number in the data; NaN where an image was excluded or not asked about.
    - `features`: one row per value of x: columns by name (or number), pixels by `y`, `x` (and `channel`).
    - `findings`: the gravest first.

    Raises:
        InputError: pandas is not installed.
    """
    pandas = needed("pandas", "Diagnosis.to_pandas")
    return {
        "headline": _headline(pandas, diagnosis),
        "latents": _latents(pandas, diagnosis),
        "images": _images(pandas, diagnosis),
        "features": _features(pandas, diagnosis),
        "findings": _findings(pandas, diagnosis),
    }


def _headline(pandas: Any, diagnosis: Diagnosis) -> DataFrame:
    sections = ("evidence", "calibration", "variance", "collapse", "independence")
    found = [each for name in sections for each in _estimates(getattr(diagnosis, name), name)]
    return pandas.DataFrame(
        [
            {
                "quantity": path,
                "value": item.value,
                "standard_error": np.nan if item.standard_error is None else item.standard_error,
                "unit": item.unit,
                "expected": np.nan if item.expected is None else item.expected,
                "conditioning": _conditioning(path),
            }
            for path, item in found
        ]
    ).set_index("quantity")


def _estimates(record: Any, path: str) -> Iterator[tuple[str, Estimate]]:
    if isinstance(record, Estimate):
        yield path, record
    elif is_dataclass(record) and not isinstance(record, type | Estimates):
        for field in fields(record):
            yield from _estimates(getattr(record, field.name), f"{path}.{field.name}")


def _conditioning(path: str) -> str:
    section, where, *rest = path.split(".")
    return where if section in {"calibration", "variance"} and rest and where != "scale" else ""


def _latents(pandas: Any, diagnosis: Diagnosis) -> DataFrame:
    count, columns = diagnosis.model.latent_dim, {}
    found = {field.name: getattr(diagnosis.collapse, field.name) for field in fields(diagnosis.collapse)}
    for name in ("latent_dispersion", "latent_offset", "latent_width"):
        found[name] = getattr(diagnosis.evidence, name)
    for name, item in found.items():
        if isinstance(item, Estimates):
            columns |= {name: item.value, name + ERROR: item.standard_error}
        elif isinstance(item, Array | tuple) and len(item) == count:
            columns[name] = np.asarray(item)
    return pandas.DataFrame(columns, index=pandas.RangeIndex(count, name="latent"))


def _images(pandas: Any, diagnosis: Diagnosis) -> DataFrame:
    """The rows, and what is known of some images only."""
    evidence, count = diagnosis.evidence, diagnosis.data.count
    columns = dict(diagnosis.rows)
    for name, record, field in (
        ("iwae", evidence.iwae, "bound"),
        ("effective_sample_size", evidence.iwae, "ess"),
        ("pareto_k", evidence.pareto_k, "value"),
        ("ais", evidence.ais, "log_evidence"),
    ):
        if record is not None:
            columns[name] = np.full(count, np.nan)
            columns[name][np.asarray(record.images, int)] = getattr(record, field)
    return pandas.DataFrame(columns, index=pandas.Index(diagnosis.data.numbers(np.arange(count)), name="image"))


def _features(pandas: Any, diagnosis: Diagnosis) -> DataFrame:
    return pandas.DataFrame(measured(diagnosis), index=_places(pandas, diagnosis))


def _places(pandas: Any, diagnosis: Diagnosis) -> Any:
    shape = diagnosis.model.event_shape
    if len(shape) == 1:
        return pandas.Index(columns_of(diagnosis.data, shape) or np.arange(shape[0]), name="feature")
    axes = ("y", "x", "channel") if len(shape) <= 3 else tuple(f"axis_{axis}" for axis in range(len(shape)))
    return pandas.MultiIndex.from_product([range(size) for size in shape], names=axes[: len(shape)])


def _findings(pandas: Any, diagnosis: Diagnosis) -> DataFrame:
    names = ("id", "severity", "where", "title", "evidence", "meaning", "try_", "figure", "definition")
    found = [
        {name.removesuffix("_"): getattr(each, name) for name in names} for each in by_severity(diagnosis.findings)
    ]
    return pandas.DataFrame(found, columns=[name.removesuffix("_") for name in names])
