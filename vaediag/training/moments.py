"""From one diagnosis after another to a `History`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array, Estimate
from vaediag.records.history import SIGMA_LEVELS, History, LatestPictures, Series
from vaediag.records.text import by_severity

SERIES = ("elbo", "rate", "distortion", "dispersion", "miscalibration_area", "tail_weight")
_COLUMNS = ("epoch", "step", "elapsed", "cost", "active")
ALIVE = ("used", "mixed")


@dataclass(frozen=True, slots=True)
class Moment:
    """One diagnosis, as much of it as a history keeps; everything NaN where there is none (`trouble` says why)."""

    epoch: float
    step: float
    elapsed: float
    cost: float
    postponed: int = 0
    losses: Mapping[str, float] = field(default_factory=dict)
    trouble: str = ""
    numbers: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # of SERIES: value, standard error
    kl: Array | None = None  # [L]
    kl_error: Array | None = None
    sigma: Array | None = None  # [5]
    active: float = np.nan
    findings: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()


def measured(diagnosis: Diagnosis) -> dict[str, Any]:
    """The fields of a `Moment` that a diagnosis answers."""
    evidence, calibration = diagnosis.evidence, diagnosis.calibration.posterior
    collapse, scale = diagnosis.collapse, diagnosis.variance.scale
    found = by_severity(diagnosis.findings)
    estimates = {
        "elbo": evidence.elbo,
        "rate": evidence.rate,
        "distortion": evidence.distortion,
        "dispersion": calibration.dispersion,
        "miscalibration_area": calibration.miscalibration_area,
        "tail_weight": calibration.tail_weight,
    }
    return {
        "numbers": {name: _pair(each) for name, each in estimates.items() if each is not None},
        "kl": None if collapse.kl is None else _finite(collapse.kl.value),
        "kl_error": None if collapse.kl is None else _finite(collapse.kl.standard_error),
        "sigma": None if scale is None or len(scale.quantiles) != len(SIGMA_LEVELS) else _finite(scale.quantiles),
        "active": np.nan if collapse.status is None else float(sum(word in ALIVE for word in collapse.status)),
        "findings": tuple(each.id for each in found),
        "severities": tuple(each.severity for each in found),
    }


@dataclass(frozen=True, slots=True)
class Watched:
    """What all diagnoses of a training have in common: the fields of `History` that do not change."""

    model: str
    data: str
    likelihood: str
    posterior: str
    prior: str
    preprocessing: str
    assumed: tuple[str, ...]
    count: int
    seed: int
    latent_dim: int
    event_shape: tuple[int, ...]
    budget: float | None


def history(
    watched: Watched, moments: list[Moment], *, pictures: LatestPictures | None = None, finished: bool = False
) -> History:
    """All moments, in order, as one record."""
    latents = watched.latent_dim
    names = dict.fromkeys(name for moment in moments for name in moment.losses)
    fields: dict[str, Any] = {name: getattr(watched, name) for name in Watched.__slots__}
    fields |= {name: _column([getattr(moment, name) for moment in moments]) for name in _COLUMNS}
    fields |= {name: _series(moments, name) for name in SERIES}
    return History(
        **fields,
        kl=_rows([moment.kl for moment in moments], latents),
        kl_error=_rows([moment.kl_error for moment in moments], latents),
        sigma=_rows([moment.sigma for moment in moments], len(SIGMA_LEVELS)),
        postponed=np.array([moment.postponed for moment in moments], np.int64),
        losses={name: _column([moment.losses.get(name, np.nan) for moment in moments]) for name in names},
        findings=tuple(moment.findings for moment in moments),
        severities=tuple(moment.severities for moment in moments),
        trouble=tuple(moment.trouble for moment in moments),
        finished=finished,
        pictures=pictures,
    )


def _pair(estimate: Estimate) -> tuple[float, float]:
    error = estimate.standard_error
    return float(estimate.value), np.nan if error is None else float(error)


def _series(moments: list[Moment], name: str) -> Series:
    pairs = np.array([moment.numbers.get(name, (np.nan, np.nan)) for moment in moments], float).reshape(-1, 2)
    pairs = _finite(pairs)
    return Series(pairs[:, 0].copy(), pairs[:, 1].copy())


def _rows(rows: list[Array | None], width: int) -> Array:
    filled = [np.full(width, np.nan) if row is None else np.asarray(row, float) for row in rows]
    return np.array(filled, float).reshape(len(rows), width)


def _column(numbers: list[float]) -> Array:
    return _finite(np.array(numbers, float))


def _finite(numbers: Array) -> Array:
    """A record holds no infinities."""
    numbers = np.asarray(numbers, float)
    return np.where(np.isfinite(numbers), numbers, np.nan)
