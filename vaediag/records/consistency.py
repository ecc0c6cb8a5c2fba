"""Do the parts of a diagnosis that came from a file fit together?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from vaediag.errors import InputError
from vaediag.records.calibration import Band, CalibrationMaps, ReliabilityCurve, SpreadSkill
from vaediag.records.collapse import EpsilonDelta
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array, Estimates
from vaediag.records.evidence import Ais, Iwae, ParetoK, Sandwich
from vaediag.records.finding import SEVERITIES
from vaediag.records.independence import Independence
from vaediag.records.pictures import Look, OneCode, Picked, PosteriorScatter, Reconstructions, Traversal

_ONE_SHAPE = (Band, ReliabilityCurve, SpreadSkill, CalibrationMaps, Estimates, ParetoK, Ais, Sandwich)


def check_consistent(diagnosis: Diagnosis) -> None:
    """Raise InputError unless sizes agree: latents, event shape, images of the rows, curves, maps and pictures.

    Readers of records (text, figures, the app) may then rely on them; nothing here judges the numbers.
    """
    latents, event = diagnosis.model.latent_dim, diagnosis.model.event_shape
    for path, record in _records(diagnosis, ""):
        if isinstance(record, _ONE_SHAPE):
            arrays = {name: item for name, item in _fields(record) if _is_array(item)}
            _all_equal(path, {name: item.shape for name, item in arrays.items()})
        if isinstance(record, CalibrationMaps):
            _expect(f"{path}.bias", record.bias.shape, event)
        if isinstance(record, Look | Traversal | OneCode | Reconstructions):
            _check_pictures(path, record, latents, event)
        if isinstance(record, EpsilonDelta):
            _expect(f"{path}.curve", record.curve.shape, (latents, *record.thresholds.shape))
        if isinstance(record, PosteriorScatter):
            _expect(f"{path}.mean", record.mean.shape, (len(record.index), latents))
            _expect(f"{path}.stddev", record.stddev.shape, record.mean.shape)
        if isinstance(record, Picked):
            _expect(f"{path}.value", record.value.shape, record.shown.index.shape)
        if isinstance(record, Iwae):
            _check_iwae(path, record)
        if isinstance(record, Independence):
            _check_independence(path, record, event)
    _check_collapse(diagnosis, latents)
    _expect("variance.data_map", diagnosis.variance.data_map.shape, event)
    if diagnosis.data.chosen is not None:
        _expect("data.chosen", diagnosis.data.chosen.shape, (diagnosis.data.count,))
    _all_equal("rows", {name: row.shape for name, row in diagnosis.rows.items()})
    for finding in diagnosis.findings:
        if finding.severity not in SEVERITIES:
            raise _mismatch(f"findings.{finding.id:.40}.severity", " | ".join(SEVERITIES), finding.severity[:40])


def _check_collapse(diagnosis: Diagnosis, latents: int) -> None:
    collapse = diagnosis.collapse
    per_latent = ("status", "kl", "active", "posterior_kind", "posterior_variance", "mean_variance", "dimension_kl")
    for name in (*per_latent, "effect", "prune_cost", "binned_kl"):
        item = getattr(collapse, name)
        if item is not None:
            _expect(f"collapse.{name}", (len(item),), (latents,))
    for name in ("latent_dispersion", "latent_offset", "latent_width"):
        item = getattr(diagnosis.evidence, name)
        if item is not None:
            _expect(f"evidence.{name}", (len(item),), (latents,))
    if diagnosis.evidence.latent_pit is not None:
        _expect("evidence.latent_pit", diagnosis.evidence.latent_pit.shape[:1], (latents,))


def _check_iwae(path: str, record: Iwae) -> None:
    ladder, images = ("k", "value", "standard_error", "gain", "gain_error"), ("images", "elbo", "bound", "ess")
    for names in (ladder, images):
        _all_equal(path, {name: getattr(record, name).shape for name in names})


def _check_independence(path: str, record: Independence, event: tuple[int, ...]) -> None:
    place, found = record.coordinates, record.residual_correlation
    _expect(f"{path}.coordinates.index", place.index.shape, (place.count,))
    _expect(f"{path}.coordinates.total", (place.total,), (math.prod(event),))
    _expect(f"{path}.residual_correlation.standard_error", found.standard_error.shape, found.value.shape)
    side = 15 if found.kind == "lags" else place.count
    _expect(f"{path}.residual_correlation.value", found.value.shape, (side, side))


def _check_pictures(path: str, record: Any, latents: int, event: tuple[int, ...]) -> None:
    """The last axes of every picture are the event's; codes end in the latents."""
    for name, item in [*_fields(record), *getattr(record, "views", {}).items()]:
        if not _is_array(item) or name in {"index", "score", "positions"}:
            continue
        last = (latents,) if name == "z" else event
        _expect(f"{path}.{name}", item.shape[item.ndim - len(last) :], last)


def _records(record: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every record inside `record`, with its dotted place."""
    yield path or "diagnosis", record
    for name, item in _fields(record):
        if is_dataclass(item):
            yield from _records(item, f"{path}.{name}" if path else name)


def _fields(record: Any) -> list[tuple[str, Any]]:
    return [(field.name, getattr(record, field.name)) for field in fields(record)]


def _is_array(item: Any) -> bool:
    return isinstance(item, Array)


def _all_equal(path: str, shapes: dict[str, tuple[int, ...]]) -> None:
    for name, shape in shapes.items():
        _expect(f"{path}.{name}", shape, next(iter(shapes.values())))


def _expect(path: str, got: tuple[int, ...], expected: tuple[int, ...]) -> None:
    if tuple(got) != tuple(expected):
        raise _mismatch(path, f"shape {list(expected)}", f"shape {list(got)}")


def _mismatch(path: str, expected: str, got: str) -> InputError:
    return InputError(f"{path}: expected {expected}; got {got!r}. The parts do not fit together; write the file again.")
