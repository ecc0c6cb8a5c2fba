"""A diagnosis as an `xarray.DataTree`: one group per section, labelled axes, units and standard errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vaediag.outward.axes import Axes, along
from vaediag.outward.packages import needed
from vaediag.records.calibration import CalibrationMaps
from vaediag.records.conditionings import present
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array, Estimate, Estimates

if TYPE_CHECKING:
    from xarray import DataTree

ERROR = "_standard_error"
NATS = "nats per image"
_UNITS: dict[str, str] = dict.fromkeys(("elbo", "rate", "distortion", "log_score"), NATS)
_UNITS |= dict.fromkeys(("crps", "interval_score", "sigma_min", "sigma_max"), "units of x")
_OTHER_NAMES = {"x": "observed"}  # `x` is an axis of images
_SECTIONS = ("evidence", "calibration", "variance", "collapse", "independence", "pictures")


def to_xarray(diagnosis: Diagnosis) -> DataTree:
    """Everything that was measured, every array with its bits.

    Groups: `evidence` (`iwae`, `pareto_k`, `ais`, ... below it), `calibration/posterior`, `calibration/corrected`, ...,
    `variance`, `collapse`, `independence`, `rows` (one number per image), `maps` (one number per pixel or column) and
    `pictures`. An estimate is two variables, `elbo` and `elbo_standard_error` (NaN: unknown), with its unit in
    `attrs["units"]` and what an exact model gives in `attrs["expected"]`. Axes: `image` (numbers in the data),
    `latent`, `y`, `x`, `channel`, or `feature` (column names where there are), ...

    No group is called as ArviZ calls draws of a sampler (`posterior`, `log_likelihood`, `sample_stats`): there are
    none. ArviZ plots the groups that there are, by name: `plot_dist(tree, group="rows", sample_dims="image")`.

    Raises:
        InputError: xarray is not installed.
    """
    xarray = needed("xarray", "Diagnosis.to_xarray")
    axes = Axes(diagnosis)
    groups: dict[str, Any] = {}
    for section in _SECTIONS:
        record = getattr(diagnosis, section)
        if record is not None:
            _add(groups, section, record, axes)
    groups["rows"] = _rows(diagnosis, axes)
    groups["maps"] = _maps(diagnosis, axes)
    sets = {
        path: xarray.Dataset(group.variables, {**axes.coordinates(group.sizes), **group.coordinates}, group.attributes)
        for path, group in groups.items()
    }
    return xarray.DataTree.from_dict({"/": xarray.Dataset(attrs=_about(diagnosis)), **sets}, name=diagnosis.model.name)


class _Group:
    """The variables of one group while they are collected."""

    def __init__(self) -> None:
        self.variables: dict[str, Any] = {}
        self.coordinates: dict[str, Any] = {}
        self.attributes: dict[str, Any] = {}
        self.sizes: dict[str, int] = {}

    def put(self, name: str, dims: tuple[str, ...], values: Any, **attributes: Any) -> None:
        values = np.asarray(values)
        self.sizes |= dict(zip(dims, values.shape, strict=True))
        self.variables[name] = (dims, values, {key: item for key, item in attributes.items() if item not in (None, "")})


def _add(groups: dict[str, Any], path: str, record: Any, axes: Axes) -> None:
    group = groups[path] = _Group()
    kind = type(record).__name__
    for field in fields(record):
        name, item = field.name.removesuffix("_"), getattr(record, field.name)
        if item is None or isinstance(item, CalibrationMaps) or name.endswith("_map"):
            continue  # maps have a group of their own
        if isinstance(item, Estimate):
            _put_estimate(group, name, item)
        elif isinstance(item, Estimates):
            dims = axes.names(kind, name, item.value)
            group.put(name, dims, item.value, units=item.unit)
            group.put(name + ERROR, dims, item.standard_error, units=item.unit)
        elif isinstance(item, Array):
            _put_array(group, kind, _OTHER_NAMES.get(name, name), item, axes)
        elif is_dataclass(item):
            _add(groups, f"{path}/{name}", item, axes)
        elif isinstance(item, Mapping):
            for key, values in item.items():
                if isinstance(values, Array):
                    group.put(key, axes.names(kind, name, values), values)
        elif isinstance(item, tuple) and item:
            values = np.asarray(item)
            group.put(name, axes.names(kind, name, values), values)
        elif isinstance(item, str):
            group.attributes[name] = item
        elif isinstance(item, bool | int | float):
            group.put(name, (), item)


def _put_estimate(group: _Group, name: str, item: Estimate) -> None:
    error = np.nan if item.standard_error is None else item.standard_error
    group.put(name, (), item.value, units=item.unit, expected=item.expected)
    group.put(name + ERROR, (), error, units=item.unit)


def _put_array(group: _Group, kind: str, name: str, item: Array, axes: Axes) -> None:
    dim = along(kind, name)
    if dim is None:
        units = NATS if kind in {"Iwae", "Ais", "Sandwich"} and name != "ess" else None
        group.put(name, axes.names(kind, name, item), item, units=units)
    elif dim == "image":
        group.coordinates |= axes.images(item)
    else:
        group.coordinates[dim] = item


def _rows(diagnosis: Diagnosis, axes: Axes) -> _Group:
    group = _Group()
    for name, row in diagnosis.rows.items():
        group.put(name, ("image",), row, units=_UNITS.get(name.rpartition(".")[2]))
        group.coordinates = axes.images(np.arange(len(row)))
    return group


def _maps(diagnosis: Diagnosis, axes: Axes) -> _Group:
    """Calibration per place and conditioning, variance per place and law of the codes."""
    group, shown = _Group(), present(diagnosis.calibration)
    group.coordinates["conditioning"] = np.array([each.conditioning for each in shown])
    for field in fields(CalibrationMaps):
        found = [getattr(each.maps, field.name) for each in shown]
        if any(values is not None for values in found):
            nothing = np.full(diagnosis.model.event_shape, np.nan)
            stacked = np.stack([nothing if values is None else values for values in found])
            group.put(field.name.replace("_error", ERROR), ("conditioning", *axes.event), stacked)
    variance = diagnosis.variance
    laws = {name: parts for name in ("aggregate", "prior") if (parts := getattr(variance, name)) is not None}
    group.coordinates["codes"] = np.array(list(laws))
    for name in ("decoder_noise", "latent_signal"):
        stacked = np.stack([getattr(parts, f"{name}_map") for parts in laws.values()])
        group.put(name, ("codes", *axes.event), stacked, units="squared units of x")
    group.put("data_variance", axes.event, variance.data_map, units="squared units of x")
    return group


def _about(diagnosis: Diagnosis) -> dict[str, Any]:
    """Where it came from: numbers and strings, as files of labelled arrays take them."""
    model, data = diagnosis.model, diagnosis.data
    found = {
        "model": model.name,
        "likelihood": model.likelihood,
        "posterior": model.posterior,
        "prior": model.prior,
        "assumed": "; ".join(model.assumed),
        "data": data.name,
        "split": data.split or "",
        "sha256": data.sha256,
        "preprocessing": data.preprocessing,
        "images": data.count,
        "excluded": diagnosis.excluded.count,
        "seed": diagnosis.seed,
        "schema": diagnosis.schema,
        "findings": json.dumps([finding.id for finding in diagnosis.findings]),
        "why_not": json.dumps(diagnosis.why_not, ensure_ascii=False),
        "created_by": f"vaediag {diagnosis.versions.get('vaediag', '')}".strip(),
    }
    return {name: item for name, item in found.items() if item != ""}
