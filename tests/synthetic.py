"""Diagnoses made of plain numbers, for tests of what reads records: an exact model unless told otherwise."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np

from vaediag.records.calibration import (
    Band,
    Brier,
    Calibration,
    CalibrationMaps,
    CalibrationSet,
    ReliabilityCurve,
    SpreadSkill,
)
from vaediag.records.collapse import Bounds, Collapse, EpsilonDelta
from vaediag.records.diagnosis import DataInfo, Diagnosis, Excluded, ModelInfo
from vaediag.records.estimate import Estimate, Estimates
from vaediag.records.evidence import CorrectedRun, Evidence
from vaediag.records.independence import Coordinates, Independence, ResidualCorrelation
from vaediag.records.pictures import OneCode, Pictures, PosteriorScatter, Reconstructions, Traversal
from vaediag.records.variance import ScaleHealth, Variance, VarianceParts

LIKELIHOODS = {"normal": "normal, one σ per image", "bernoulli": "bernoulli", "poisson": "poisson"}


def exact(family: str = "normal", *, event=(4, 4, 1), latents: int = 4, images: int = 1000, probed: int = 256, seed=0):
    """The diagnosis of an exact model: every number at its exact value, with believable standard errors."""
    rng = np.random.default_rng(seed)
    discrete = family in {"bernoulli", "poisson"}
    corrected = calibration("corrected", family, event, probed)
    drawn = calibration("posterior", family, event, images)
    at_mean = replace(calibration("posterior_mean", family, event, images), dispersion=Estimate(0.99, 0.003))
    return Diagnosis(
        model=ModelInfo(
            "toy", "toys:toy", latents, event, LIKELIHOODS[family], "mean and log-variance", "standard normal"
        ),
        data=DataInfo("squares", "squares[test]", "test", images, "0" * 64, "none"),
        seed=seed,
        chunk=128,
        versions={"vaediag": "0.1.0", "tensorflow": "2.21.0"},
        excluded=Excluded(0, ()),
        evidence=Evidence(
            elbo=Estimate(-52.5, 0.4, "nats per image"),
            rate=Estimate(10.2, 0.1, "nats per image"),
            distortion=Estimate(42.3, 0.35, "nats per image"),
            elbo_per_dimension=Estimate(-3.28, 0.025, "nats per dimension"),
            bits_per_dimension=Estimate(4.7, 0.03, "bits per dimension") if discrete else None,
            rate_method="closed form",
            latent_dispersion=Estimates(np.ones(latents), np.full(latents, 0.02)),
            corrected=CorrectedRun("mala", 50, np.arange(probed), Estimate(0.8, 0.01), None, reliable=True),
        ),
        calibration=CalibrationSet(
            drawn, at_mean, calibration("prior", family, event, images), corrected, Estimate(0.0, 0.004)
        ),
        variance=_variance(family, event),
        collapse=_collapse(latents),
        audit=(),
        findings=(),
        why_not={} if discrete else {"calibration.posterior.ece": "x is not binary"},
        rows=rows(rng, images, binary=family == "bernoulli"),
        pictures=_pictures(rng, event, latents),
    )


def rows(rng: np.random.Generator, images: int, *, binary: bool = False) -> dict[str, np.ndarray]:
    rate, distortion = rng.normal(10.2, 3, images), rng.normal(42.3, 11, images)
    found = {"elbo": -rate - distortion, "rate": rate, "distortion": distortion}
    for name in ("posterior", "posterior_mean", "prior"):
        found[f"{name}.dispersion"] = rng.normal(0.99 if name == "posterior_mean" else 1.0, 0.1, images)
        found[f"{name}.bias"] = rng.normal(0, 0.05, images)
        if not binary:
            found[f"{name}.chi2"] = rng.normal(1, 0.2, images)
        for score, value in (("crps", 0.1), ("log_score", 42.0), ("interval_score", 0.5)):
            found[f"{name}.{score}"] = rng.normal(value, value / 5, images)
    return found


def calibration(conditioning: str, family: str = "normal", event=(4, 4, 1), images: int = 1000) -> Calibration:
    wide = float(np.sqrt(1000 / images))
    binary, scaled = family == "bernoulli", family == "normal"
    nominal = np.linspace(0, 1, 21)

    def one(value: float, error: float, unit: str = "", expected: float | None = None) -> Estimate:
        return Estimate(value, error * wide, unit, expected)

    band = Band(nominal, nominal.copy(), np.clip(nominal - 0.02, 0, 1), np.clip(nominal + 0.02, 0, 1))
    brier = Brier(one(0.1, 0.001), one(0.001, 0.001), one(0.1, 0.001), one(0.198, 0.001), one(0.001, 0.001))
    return Calibration(
        conditioning=conditioning,
        images=images,
        dispersion=one(1.0, 0.003),
        bias=one(0.0, 0.001),
        miscalibration_area=one(0.002, 0.0005, expected=0.002),
        max_calibration_error=one(0.004, 0.001, expected=0.004),
        crps=one(0.1, 0.001, "units of x"),
        log_score=one(42.3, 0.35, "nats per image"),
        interval_score=one(0.5, 0.005, "units of x"),
        reduced_chi2=one(1.0, 0.005) if scaled else None,
        sharpness=one(0.2, 0.001, "units of x") if scaled else None,
        tail_weight=one(0.0, 0.02) if scaled else None,
        ence=one(0.01, 0.001, expected=0.01) if scaled else None,
        ece=one(0.009, 0.001, expected=0.009) if binary else None,
        mce=one(0.03, 0.004, expected=0.03) if binary else None,
        calibration_slope=one(0.0, 0.02) if binary else None,
        brier=brier if binary else None,
        off_support=0.0,
        quantile_curve=band,
        coverage=band,
        pit_histogram=np.full(200, 1 / 200),
        reliability_curve=ReliabilityCurve(nominal, nominal, nominal / 50, np.full(21, 100)) if binary else None,
        spread_skill=SpreadSkill(nominal, nominal, nominal / 50, np.full(21, 100)) if scaled else None,
        maps=CalibrationMaps(np.zeros(event), np.ones(event), np.ones(event) if scaled else None,
                             np.full(event, 0.01), np.full(event, 0.02)),
    )  # fmt: skip


def change(record: Any, **changes: Any) -> Any:
    """A copy with fields replaced; `__` goes deeper: `change(d, calibration__posterior__bias=Estimate(0.1, 0.001))`."""
    for path, value in changes.items():
        name, _, rest = path.partition("__")
        record = replace(record, **{name: change(getattr(record, name), **{rest: value}) if rest else value})
    return record


def same(a: Any, b: Any, path: str = "") -> None:
    """Assert that two records hold the same: types, shapes, dtypes and every bit of every array."""
    assert type(a) is type(b), f"{path}: {type(a)} and {type(b)}"
    if is_dataclass(a):
        for field in fields(a):
            same(getattr(a, field.name), getattr(b, field.name), f"{path}.{field.name}")
    elif isinstance(a, np.ndarray):
        assert (a.dtype, a.shape) == (b.dtype, b.shape), path
        assert a.tobytes() == b.tobytes(), path
    elif isinstance(a, dict):
        assert list(a) == list(b), path
        for name in a:
            same(a[name], b[name], f"{path}.{name}")
    elif isinstance(a, tuple):
        assert len(a) == len(b), path
        for i, (left, right) in enumerate(zip(a, b, strict=True)):
            same(left, right, f"{path}.{i}")
    elif isinstance(a, float) and np.isnan(a):
        assert np.isnan(b), path
    else:
        assert a == b, path


def _variance(family: str, event) -> Variance:
    parts = VarianceParts(
        decoder_noise=Estimate(0.04, 0.0005),
        latent_signal=Estimate(0.06, 0.001),
        total=Estimate(0.1, 0.001),
        explained=Estimate(0.6, 0.005),
        variance_ratio=Estimate(1.0, 0.01),
        decoder_noise_map=np.full(event, 0.04),
        latent_signal_map=np.full(event, 0.06),
    )
    health = ScaleHealth(
        0.1, 0.4, np.linspace(0, 1, 5), np.linspace(0.1, 0.4, 5), 1e-3, 0.0, 0, None, Estimate(0.2, 0.001), None
    )
    return Variance(parts, parts, Estimate(0.1, 0.001), np.full(event, 0.1), health if family == "normal" else None)


def _collapse(latents: int) -> Collapse:
    curve = np.linspace(0, 1, 50)
    ends = Bounds(Estimate(8.0, 0.1, "nats"), Estimate(8.4, 0.1, "nats"), saturated=False)
    return Collapse(
        status=("used",) * latents,
        kl=Estimates(np.full(latents, 2.5), np.full(latents, 0.05), "nats"),
        active=(True,) * latents,
        active_units=latents,
        posterior_kind=("active",) * latents,
        posterior_variance=np.full(latents, 0.1),
        mean_variance=np.full(latents, 0.9),
        epsilon_delta=EpsilonDelta(0.01, 0.01, (False,) * latents, curve, np.tile(1 - curve, (latents, 1))),
        posterior_total_correlation=Estimate(0.0, 0.0, "nats"),
        mutual_information=ends,
        marginal_kl=Bounds(Estimate(0.1, 0.1, "nats"), Estimate(0.4, 0.1, "nats"), saturated=False),
        total_correlation=Bounds(Estimate(0.0, 0.1, "nats"), Estimate(0.3, 0.1, "nats"), saturated=False),
        dimension_kl=Estimates(np.full(latents, 0.02), np.full(latents, 0.01), "nats"),
        mc_residual=Estimate(0.0, 0.05, "nats"),
    )


def _pictures(rng: np.random.Generator, event, latents: int) -> Pictures:
    def images(*lead: int) -> np.ndarray:
        return rng.normal(size=(*lead, *event)).astype(np.float32)

    walk = Traversal(
        "toy", "normal", 0, "traversal", (0, 1), "prior standard deviations", True, np.tile(np.arange(3.0), (2, 1)),
        np.zeros((2, 3, latents), np.float32), {"mean": images(2, 3), "sample": images(2, 3)}, {}, ("z0", "z1"),
    )  # fmt: skip
    shown = Reconstructions(np.arange(5), images(5), images(5), images(5), images(5), images(5), np.ones(5))
    code = OneCode(np.zeros(latents, np.float32), images(), None, images(), images(8), 3)
    z = rng.normal(size=(20, latents))
    scatter = PosteriorScatter(np.arange(20), z, np.ones_like(z), np.arange(20) % 10, np.ones(latents))
    return Pictures(walk, code, shown, shown, scatter)


def independence(
    lags=None, *, neighbours=(0.0, 0.0, 0.0, 0.0), cost: float | None = 0.0, images: int = 1000, **changes
):
    """The record of independence: exact unless told otherwise; `lags` `[15, 15]` with 1 in the middle."""
    value = np.zeros((15, 15)) if lags is None else np.array(lags, float)
    value[7, 7] = 1.0
    found = Independence(
        independence_cost=None if cost is None else Estimate(cost, 0.1, "nats per image"),
        residual_correlation=ResidualCorrelation(
            "lags", "normal scores", value, np.full((15, 15), 0.003), Estimates(np.array(neighbours), np.full(4, 0.003))
        ),
        coordinates=Coordinates("patch", 36, 64, np.arange(36)),
        conditioning="posterior",
        images=images,
        lower_bound=False,
    )
    return change(found, **changes)
