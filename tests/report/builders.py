"""Synthetic diagnoses: every section filled from NumPy noise, of any event shape, latent size and family."""

from __future__ import annotations

from dataclasses import fields, replace
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
from vaediag.records.diagnosis import AuditItem, DataInfo, Diagnosis, Excluded, ModelInfo
from vaediag.records.estimate import Array, Estimate, Estimates
from vaediag.records.evidence import Ais, CorrectedRun, Evidence, Iwae, ParetoK, Sandwich
from vaediag.records.finding import Finding
from vaediag.records.independence import Coordinates, Independence, ResidualCorrelation
from vaediag.records.pictures import OneCode, Picked, Pictures, PosteriorScatter, Reconstructions, Traversal
from vaediag.records.variance import ScaleHealth, Variance, VarianceParts

SHAPES: tuple[tuple[int, ...], ...] = ((8, 8, 1), (28, 28, 1), (64, 64, 1), (32, 32, 3), (20,))
LATENTS = (1, 2, 16, 128)
HOSTILE = "<script>alert('x')</script> $\\frac{1}{0}$ & \"quoted\" 漢字 \N{PILE OF POO} σ·β " + "very long " * 30


def diagnosis(
    event_shape: tuple[int, ...] = (8, 8, 1),
    latent_dim: int = 2,
    *,
    binary: bool = False,
    dispersion: float = 1.0,
    images: int = 450,
    seed: int = 0,
    **changes: Any,
) -> Diagnosis:
    """A complete record with the given dispersion under every conditioning; `changes` replaces top-level fields."""
    rng = np.random.default_rng([seed, latent_dim, *event_shape])
    conditionings = {
        name: calibration(name, event_shape, rng, binary=binary, dispersion=value, images=count)
        for name, value, count in (
            ("posterior", dispersion, images),
            ("posterior_mean", dispersion * 0.9, images),
            ("prior", dispersion, images),
            ("corrected", dispersion, min(images, 256)),
        )
    }
    elbo = rng.normal(-42, 15, images)
    fields: dict[str, Any] = {
        "model": ModelInfo("digits-normal-image", "digits-normal-image", latent_dim, event_shape,
                           "Bernoulli" if binary else "normal, one σ per image", "normal, diagonal", "standard normal"),
        "data": DataInfo("digits", "digits", "test", images, "0123456789abcdef" * 4, "unit"),
        "seed": seed,
        "chunk": 256,
        "versions": {"vaediag": "0.1.0", "tensorflow": "2.21.0", "numpy": "2.4.6"},
        "excluded": Excluded(0, ()),
        "evidence": evidence(latent_dim, images, rng, binary=binary),
        "calibration": CalibrationSet(**conditionings, paired=Estimate(0.001, 0.004)),
        "variance": variance(event_shape, rng, scale=not binary),
        "collapse": collapse(latent_dim, rng),
        "audit": (),
        "findings": (),
        "why_not": {
            "calibration.posterior.reduced_chi2" if binary else "calibration.posterior.ece":
                "the family has no scale" if binary else "x is not binary",
            "evidence.ais": "not requested",
        },
        "pictures": pictures(event_shape, latent_dim, rng, binary=binary, elbo=elbo),
        "independence": independence(event_shape, rng, binary=binary),
        "rows": {"elbo": elbo},
    }  # fmt: skip
    return Diagnosis(**{**fields, **changes})


def calibration(
    name: str, event_shape: tuple[int, ...], rng: np.random.Generator, *, binary: bool, dispersion: float, images: int
) -> Calibration:
    p = np.arange(201) / 200
    bend = (dispersion - 1) * 0.1 * np.sin(2 * np.pi * p)
    half = 0.02 * np.sqrt(p * (1 - p))
    curve = Band(p, p + bend, p + bend - half, p + bend + half)
    level = np.arange(101) / 100
    coverage = Band(level, level * 0.99, level * 0.98, np.minimum(level, 1.0))
    area = Estimate(float(np.abs(bend).mean()), 0.001, expected=0.004)
    bump = blobs(event_shape, rng.normal(size=(1, 3)))[0]
    error = np.full(event_shape, 0.03)
    maps = CalibrationMaps(
        0.02 * (bump - 0.5) + rng.normal(0, 0.01, event_shape),
        dispersion + rng.normal(0, 0.03, event_shape),
        None if binary else dispersion + 0.3 * bump + rng.normal(0, 0.04, event_shape),
        error,
        error,
    )
    forecast = np.linspace(0.02, 0.98, 12)
    reliability = ReliabilityCurve(
        forecast, forecast + 0.02 * np.sin(6 * forecast), np.full(12, 0.01), np.full(12, 2400.0)
    )
    spread = np.linspace(0.05, 0.3, 10)
    skill = SpreadSkill(spread, spread * (0.9 + 0.4 * np.linspace(0, 1, 10)), np.full(10, 0.004), np.full(10, 2880.0))
    number = Estimate(0.01, 0.001, expected=0.008)
    parts = Brier(*(Estimate(value, 0.001) for value in (0.06, 0.002, 0.15, 0.21, 0.0)))
    scored = not binary and name != "prior"
    return Calibration(
        conditioning=name,
        images=images,
        dispersion=Estimate(dispersion, 0.005),
        bias=Estimate(0.001, 0.002),
        miscalibration_area=area,
        max_calibration_error=Estimate(float(np.abs(bend).max()), 0.002, expected=0.01),
        crps=Estimate(0.071, 0.001, "units of x"),
        log_score=Estimate(-31.2, 0.8, "nats per image"),
        interval_score=Estimate(0.42, 0.01, "units of x"),
        reduced_chi2=Estimate(dispersion**2, 0.01) if scored else None,
        sharpness=Estimate(0.13, 0.002, "units of x") if scored else None,
        tail_weight=Estimate(0.02, 0.05) if scored else None,
        ence=number if scored else None,
        ece=number if binary else None,
        mce=number if binary else None,
        calibration_slope=Estimate(0.01, 0.02) if binary else None,
        brier=parts if binary else None,
        off_support=0.0,
        quantile_curve=curve,
        coverage=coverage,
        pit_histogram=np.diff(curve.observed),
        reliability_curve=reliability if binary else None,
        spread_skill=skill if scored else None,
        maps=maps,
    )


def evidence(latent_dim: int, images: int, rng: np.random.Generator, *, binary: bool) -> Evidence:
    dispersion = Estimates(np.ones(latent_dim), np.full(latent_dim, 0.02))
    probed = np.arange(min(images, 256))
    run = CorrectedRun("mala", 50, probed, Estimate(0.71, 0.01), None, reliable=True)
    nats = "nats per image"
    codes = weighed(probed, rng)
    return Evidence(
        Estimate(-42.1, 0.6, nats), Estimate(11.3, 0.2, nats), Estimate(30.8, 0.5, nats),
        Estimate(-0.66, 0.01, "nats per dimension"),
        Estimate(0.95, 0.01, "bits per dimension") if binary else None, "closed form", dispersion, run,
        latent_pit=rng.multinomial(len(probed), np.full(20, 0.05), latent_dim) / len(probed),
        iwae=codes, ess=Estimate(0.62, 0.01), pareto_k=heavy(probed, rng), ais=annealed(codes, rng),
    )  # fmt: skip


def weighed(images: Array, rng: np.random.Generator, *, gain: float = 0.3) -> Iwae:
    """A ladder that closes `gain` nats of the bound; every image its own share of it."""
    k = np.array([1, 2, 5, 10, 20, 50, 100])
    elbo = rng.normal(-42, 12, len(images))
    each = gain * rng.gamma(2.0, 0.5, len(images))
    closed = 1 - k**-0.6
    several = len(images) > 1
    error = float(each.std() / np.sqrt(len(images))) if several else np.nan
    spread = float(elbo.std() / np.sqrt(len(images))) if several else np.nan
    return Iwae(
        k, elbo.mean() + closed * each.mean(), np.full(len(k), spread),
        closed * each.mean(), closed * error, images, elbo, elbo + closed[-1] * each, np.exp(-each),
    )  # fmt: skip


def heavy(images: Array, rng: np.random.Generator, *, centre: float = 0.35) -> ParetoK:
    value = rng.normal(centre, 0.2, len(images))
    value[:: max(len(images) // 5, 1)] = np.nan
    return ParetoK(images, value, 0.5, float(np.mean(value > 0.5)), float(np.mean(np.isnan(value))))


def annealed(codes: Iwae, rng: np.random.Generator, *, count: int = 8) -> Ais:
    """AIS on the first images of the ladder, a little above its end."""
    elbo, bound = codes.elbo[:count], codes.bound[:count]
    found = bound + rng.gamma(2.0, 0.1, len(bound))
    gaps, nats = found - elbo, "nats per image"
    error = float(gaps.std(ddof=1) / np.sqrt(len(gaps))) if len(gaps) > 1 else None
    return Ais(
        codes.images[:count], found, np.full(len(bound), 0.06), elbo, bound, Estimate(float(found.mean()), 4.1, nats),
        Estimate(float(gaps.mean()), error, nats), 1000, 16, 10, Estimate(0.68, 0.01),
        Sandwich(found - 0.1, found + 0.1, Estimate(0.2, 0.03, nats)), reliable=True,
    )  # fmt: skip


def independence(
    event_shape: tuple[int, ...], rng: np.random.Generator, *, binary: bool, rho: float = 0.0, cost: float = 0.1
) -> Independence:
    """Residuals correlated by `rho` at the nearest lag, less farther away; as a matrix for what is no image."""
    words, total = "Pearson residuals" if binary else "normal scores", int(np.prod(event_shape))
    count = min(total, 64)
    kind = "all" if count == total else "patch" if len(event_shape) > 1 else "random set"
    index = np.arange(count) if kind != "random set" else np.sort(rng.choice(total, count, replace=False))
    if len(event_shape) == 1:
        noise = rng.normal(0, 0.01, (count, count))
        value = rho ** np.abs(np.subtract.outer(index, index)) if rho else np.eye(count)
        value = value + np.triu(noise, 1) + np.triu(noise, 1).T
        found = ResidualCorrelation(
            "matrix", words, value, np.full(value.shape, 0.01), Estimates(np.zeros(0), np.zeros(0))
        )
    else:
        step = np.abs(np.arange(-7, 8))
        far = step[:, None] + step[None]
        value = np.where(far == 0, 1.0, np.where(far > 0, float(rho) ** np.maximum(far, 1), 0.0))
        value = value + np.where(far == 0, 0.0, rng.normal(0, 0.004, far.shape))
        value = (value + value[::-1, ::-1]) / 2
        near = value[[7, 8, 8, 8], [8, 7, 8, 6]]
        found = ResidualCorrelation("lags", words, value, np.full(far.shape, 0.004), Estimates(near, np.full(4, 0.004)))
    return Independence(
        Estimate(cost, 0.3, "nats per image"), found, Coordinates(kind, count, total, index), "posterior", 450, binary
    )


def variance(event_shape: tuple[int, ...], rng: np.random.Generator, *, scale: bool) -> Variance:
    signal = 0.08 * blobs(event_shape, rng.normal(size=(1, 3)))[0]
    noise = 0.01 + 0.02 * blobs(event_shape, rng.normal(size=(1, 3)))[0]
    data = signal + noise * 1.1
    data.flat[0] = 0.0
    parts = VarianceParts(
        Estimate(float(noise.mean()), 0.001), Estimate(float(signal.mean()), 0.001),
        Estimate(float((noise + signal).mean()), 0.001), Estimate(float(signal.sum() / (noise + signal).sum()), 0.01),
        Estimate(1.02, 0.02), noise, signal,
    )  # fmt: skip
    health = ScaleHealth(
        0.01,
        0.4,
        np.array([0.01, 0.25, 0.5, 0.75, 0.99]),
        np.linspace(0.02, 0.3, 5),
        0.001,
        0.0,
        0,
        None,
        Estimate(0.14, 0.002),
        None,
    )
    return Variance(parts, parts, Estimate(float(data.mean()), 0.002), data, health if scale else None)


def collapse(latent_dim: int, rng: np.random.Generator, dead: tuple[int, ...] | None = None) -> Collapse:
    """Every third latent from latent 1 on is collapsed (none of a single one), or those in `dead`."""
    gone = np.isin(np.arange(latent_dim), np.arange(1, latent_dim, 3) if dead is None else dead)
    kl = np.where(gone, 0.0008, rng.gamma(2.0, 0.9, latent_dim) + 0.2)
    thresholds = np.logspace(-5, 2, 71)
    spread = np.where(gone, 0.3, 0.7)[:, None]
    curve = 1 / (1 + (thresholds[None] / kl[:, None]) ** (2 / spread))
    within = np.where(gone, 0.998, np.exp(-2 * kl) + 0.02)
    bounds = [
        Bounds(Estimate(low, 0.1, "nats"), Estimate(low + 0.4, 0.1, "nats"), saturated=False) for low in (8.1, 2.8, 0.9)
    ]  # of a rate of 11.3 nats; the one-dimensional KLs make up 1.9
    status = tuple(
        "collapsed" if lost else "mixed" if value < 0.6 else "used" for lost, value in zip(gone, kl, strict=True)
    )
    words = {"collapsed": "passive", "mixed": "mixed", "used": "active"}
    return Collapse(
        status=status,
        kl=Estimates(kl, 0.03 * kl, "nats"),
        active=tuple(bool(not lost) for lost in gone),
        active_units=int((~gone).sum()),
        posterior_kind=tuple(words[word] for word in status),
        posterior_variance=within,
        mean_variance=np.maximum(1 - within, 1e-4),
        epsilon_delta=EpsilonDelta(0.01, 0.01, tuple(bool(lost) for lost in gone), thresholds, curve),
        posterior_total_correlation=Estimate(0.0, 0.0, "nats"),
        mutual_information=bounds[0],
        marginal_kl=bounds[1],
        total_correlation=bounds[2],
        dimension_kl=Estimates(1.9 * kl / kl.sum(), 0.1 * kl / kl.sum(), "nats"),
        mc_residual=Estimate(0.01, 0.05, "nats"),
        effect=Estimates(np.where(gone, 0.0, 8 * kl), np.where(gone, 0.0, 0.6 * kl), "nats"),
        effect_all=Estimate(float(8 * kl[~gone].sum()), 0.4, "nats"),
        effect_method="closed form",
        effect_images=256,
        prune_cost=Estimates(np.where(gone, -0.0007, 4 * kl - 0.9), np.where(gone, 0.0002, 0.2 * kl), "nats per image"),
        prune_method="closed form",
        prune_images=256,
    )


def quarrel(words: tuple[str, ...], *, effect_of_first: float | None = None) -> Collapse:
    """Latents with the given statuses, as the numbers would have it: 2 or 0.001 nats, an effect of 20 or 0.001."""
    plain = collapse(len(words), np.random.default_rng(0), dead=())
    kl = np.array([0.001 if word in ("noise", "collapsed") else 2.0 for word in words])
    effect = np.array([0.001 if word in ("wasted", "collapsed") else 20.0 for word in words])
    if effect_of_first is not None:
        effect[0] = effect_of_first
    return replace(
        plain,
        status=words,
        kl=Estimates(kl, 0.1 * kl, "nats"),
        effect=Estimates(effect, 0.1 * effect, "nats"),
    )


def pictures(
    event_shape: tuple[int, ...], latent_dim: int, rng: np.random.Generator, *, binary: bool, elbo: Array
) -> Pictures:
    def views(z: Array) -> dict[str, Array]:
        mean = blobs(event_shape, z)
        stddev = np.sqrt(mean * (1 - mean)) if binary else 0.04 + 0.12 * mean
        noise = rng.uniform(size=mean.shape) if binary else rng.normal(size=mean.shape)
        sample = (noise < mean).astype(float) if binary else mean + stddev * noise
        return {"mean": mean, "sample": sample, "stddev": np.maximum(stddev, 1e-3)}

    def compared(count: int) -> Reconstructions:
        seen = views(rng.normal(size=(count, latent_dim)))
        x = views(rng.normal(size=(count, latent_dim)) * 0.1)["sample"] if count == 0 else seen["sample"]
        residual = (x - seen["mean"]) / seen["stddev"]
        score = (residual**2).reshape(count, -1).mean(1)
        return Reconstructions(
            rng.integers(0, 450, count),
            x,
            seen["mean"],
            views(rng.normal(size=(count, latent_dim)))["sample"],
            seen["stddev"],
            residual,
            score,
        )

    steps, rows = 11, min(latent_dim, 16)
    positions = np.tile(np.linspace(-3, 3, steps), (rows, 1))
    z = np.zeros((rows, steps, latent_dim))
    z[np.arange(rows), :, np.arange(rows)] = positions
    walked = {name: view.reshape(rows, steps, *event_shape) for name, view in views(z.reshape(-1, latent_dim)).items()}
    walk = Traversal(
        "digits-normal-image", "normal, one σ per image", 0, "traversal", tuple(range(rows)),
        "prior standard deviations", True, positions, z, walked, {}, tuple(f"z{row}" for row in range(rows)),
    )  # fmt: skip
    code = rng.normal(size=latent_dim)
    eight = views(np.tile(code, (8, 1)))
    one = OneCode(
        code,
        eight["mean"][0],
        (eight["mean"][0] > 0.5).astype(float) if binary else eight["mean"][0],
        eight["stddev"][0],
        eight["sample"],
        17,
    )
    count = 300
    labels = rng.integers(0, 10, count)
    means = (
        rng.normal(size=(count, latent_dim)) * 0.4
        + np.stack([np.cos(labels), np.sin(labels)] * latent_dim, 1)[:, :latent_dim]
    )
    scatter = PosteriorScatter(np.arange(count), means, np.full(means.shape, 0.3), labels, np.ones(latent_dim))
    least = np.argsort(elbo)[:8]
    lowest = Picked(replace(compared(8), index=least), elbo[least], "elbo, nats")
    poor = Picked(compared(8), -np.sort(-rng.uniform(0.6, 1.2, 8)), "Pareto k-hat")
    return Pictures(walk, one, compared(8), compared(8), scatter, lowest, poor)


def blobs(event_shape: tuple[int, ...], z: Array) -> Array:
    """A smooth picture in [0, 1] per code, `[n, *event]`: a spot whose place, size and tilt the first latents set."""
    z = np.concatenate([z, np.zeros((len(z), 3))], axis=1)
    if len(event_shape) == 1:
        place = np.linspace(-1, 1, event_shape[0])[None]
        return 0.95 * np.exp(-((place - 0.25 * z[:, :1]) ** 2) / (0.1 + 0.05 * np.tanh(z[:, 1:2]))) + 0.02
    height, width, channels = (*event_shape, 1)[:3]
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    along = (x[None] - 0.15 * z[:, 0, None, None]) / 0.5
    across = (y[None] - 0.15 * z[:, 1, None, None]) / (0.55 + 0.1 * np.tanh(z[:, 2, None, None]))
    ring = np.exp(-8 * (np.sqrt(along**2 + across**2) - 0.75) ** 2)
    shades = np.linspace(1.0, 0.55, channels)
    return np.clip(0.96 * ring[..., None] * shades + 0.02, 0.0, 1.0).reshape(len(z), *event_shape)


def findings(text: str = "") -> tuple[Finding, ...]:
    """One of each severity, the least grave first; `text` is put into every field."""
    return (
        Finding(
            "posterior_mean", "info", "calibration.posterior_mean", f"The posterior mean looks unsure {text}",
            f"dispersion 0.91 ± 0.01 {text}", f"So does that of an exact model. {text}", f"Judge by others. {text}",
            "pit",
        ),
        Finding(
            "scale", "problem", "calibration.posterior", f"σ is too small {text}", f"dispersion 1.32 ± 0.01 {text}",
            f"Errors are 1.3 times as large as stated. {text}", f"Train σ with the network. {text}", "spread_skill",
        ),
        Finding(
            "collapse", "warning", "latent 1", f"Latent 1 carries nothing {text}", f"KL 0.0008 ± 0.00002 nats {text}",
            f"Nothing about x passes through it. {text}", f"Warm up β. {text}", "kl",
        ),
    )  # fmt: skip


def audit() -> tuple[AuditItem, ...]:
    return (AuditItem("grey", 0.21, "21 % of the values lie strictly between 0 and 1"),)


def sparse(event_shape: tuple[int, ...] = (8, 8, 1), latent_dim: int = 3, **changes: Any) -> Diagnosis:
    """What remains when everything optional is missing, each with a reason."""
    whole = diagnosis(event_shape, latent_dim)
    return replace(
        whole,
        calibration=replace(whole.calibration, prior=None, corrected=None, paired=None),
        variance=replace(whole.variance, prior=None, scale=None),
        evidence=replace(whole.evidence, **dict.fromkeys((each.name for each in fields(Evidence)[6:]), None)),
        collapse=Collapse(*[None] * 14),
        pictures=None,
        independence=None,
        why_not={"pictures": "not requested", "collapse.kl": "the prior does not factorise"},
        **changes,
    )


def single(event_shape: tuple[int, ...] = (8, 8, 1), latent_dim: int = 2) -> Diagnosis:
    """One image: no standard errors, no bands."""
    whole = diagnosis(event_shape, latent_dim, images=1)
    calibrations = [_unsure(each) for each in (whole.calibration.posterior, whole.calibration.posterior_mean)]
    kl, pictures = whole.collapse.kl, whole.pictures
    if kl is None or pictures is None:
        raise ValueError("the builder makes both")
    first = {each.name: getattr(pictures.reconstructions, each.name)[:1] for each in fields(pictures.reconstructions)}
    scatter, prune = pictures.posterior, whole.collapse.prune_cost
    unknown = np.full(latent_dim, np.nan)
    if prune is None:
        raise ValueError("the builder makes it")
    return replace(
        whole,
        calibration=CalibrationSet(calibrations[0], calibrations[1], None, None, None),
        collapse=replace(
            whole.collapse,
            kl=Estimates(kl.value, unknown, "nats"),
            prune_cost=Estimates(prune.value, unknown, prune.unit),
        ),
        independence=None,
        pictures=replace(
            pictures,
            reconstructions=Reconstructions(**first),
            worst=Reconstructions(**first),
            lowest=Picked(Reconstructions(**first), np.array([-140.0]), "elbo, nats"),
            poor=Picked(Reconstructions(**first), np.array([np.nan]), "Pareto k-hat"),
            posterior=PosteriorScatter(scatter.index[:1], scatter.mean[:1], scatter.stddev[:1], None, unknown),
        ),
    )


def _unsure(measured: Calibration) -> Calibration:
    """The same numbers without errors and bands."""
    changes: dict[str, Any] = {
        each.name: replace(getattr(measured, each.name), standard_error=None)
        for each in fields(measured)
        if isinstance(getattr(measured, each.name), Estimate)
    }
    nothing = np.full(len(measured.quantile_curve.nominal), np.nan)
    unknown = np.full(measured.maps.bias.shape, np.nan)
    changes["quantile_curve"] = replace(measured.quantile_curve, lower=nothing, upper=nothing)
    changes["maps"] = replace(measured.maps, bias_error=unknown, dispersion_error=unknown)
    if measured.spread_skill is not None:
        changes["spread_skill"] = replace(measured.spread_skill, standard_error=np.full(10, np.nan))
    return replace(measured, **changes)
