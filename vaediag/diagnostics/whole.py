"""The whole-data pass: which diagnostics share the one compiled step, and what their sums become."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.aliases import Seed
from vaediag.backend import tf
from vaediag.diagnostics import audit, collapse, evidence, variance
from vaediag.diagnostics import calibration as calibrating
from vaediag.diagnostics import scale_health as scales
from vaediag.diagnostics.latents import CLOSED_FORM
from vaediag.diagnostics.model_traits import model_traits
from vaediag.diagnostics.prior.draws import IMAGES as DRAW_IMAGES
from vaediag.diagnostics.prior.draws import draw_part
from vaediag.diagnostics.prior.tables import NoTablesError, Tables, prior_tables
from vaediag.diagnostics.prior.view import prior_tensors, prior_view
from vaediag.engine.run import Measured
from vaediag.engine.step import Diagnostic, Given, chunk_size, compile_step
from vaediag.laws.traits import Traits
from vaediag.records.calibration import Calibration
from vaediag.records.collapse import Collapse
from vaediag.records.diagnosis import AuditItem, Excluded
from vaediag.records.estimate import Array
from vaediag.records.evidence import Evidence
from vaediag.records.variance import ScaleHealth, Variance
from vaediag.seeds import fold

CONDITIONINGS = ("posterior", "posterior_mean", "prior")


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What is decided before the first image is read."""

    vae: Any
    traits: Traits
    tables: Tables | None  # None: without the prior conditioning
    no_prior: str | None  # why not
    center: float  # log variance around which the fine bins of sigma lie
    chunk: int
    diagnostics: dict[str, Diagnostic]
    given: Given
    step: Any


@dataclass(frozen=True, slots=True, eq=False)
class Sections:
    """What the pass alone can say; the probes add to it."""

    evidence: Evidence
    posterior: Calibration
    posterior_mean: Calibration
    prior: Calibration | None
    variance: Variance
    collapse: Collapse
    audit: tuple[AuditItem, ...]
    excluded: Excluded
    rows: dict[str, Array]


def plan(vae: Any, seed: Seed, *, prior: bool = True) -> Plan:
    """Decode the prior draws, build the tables, compile nothing yet (tracing waits for the first chunk)."""
    z = vae.prior.sample(64, seed=fold(seed, 78))
    kind = model_traits(vae)
    tables, no_prior = None, "not requested"
    if prior:
        try:
            tables, no_prior = prior_tables(vae, seed), None
        except NoTablesError as reason:
            no_prior = str(reason)
    center = scales.typical_log_variance(vae, z) if kind.scale_family else 0.0
    diagnostics = {
        "evidence": evidence.EVIDENCE,
        "collapse": collapse.COLLAPSE,
        "variance": variance.VARIANCE,
        "posterior": calibrating.calibration("posterior"),
        "posterior_mean": calibrating.calibration("posterior_mean"),
    }
    if kind.scale_family:
        diagnostics["scale"] = scales.scale_health(_floor(vae))
    given: Given = {"center": tf.constant(center, tf.float32)}
    if tables is not None:
        diagnostics["prior"] = calibrating.calibration("prior", view=prior_view(tables))
        given["prior"] = prior_tensors(tables)
    chunk = chunk_size(tuple(vae.event_shape), kind.width)
    step = compile_step(vae, diagnostics, chunk=chunk, given=given)
    return Plan(vae, kind, tables, no_prior, center, chunk, diagnostics, given, step)


def finish(plan: Plan, measured: Measured, images: Any, *, rate_method: str, seed: int) -> Sections:
    """Records from sums. Raises nothing: what is undefined is None or NaN."""
    sums, rows = measured.sums, measured.rows
    event = tuple(plan.vae.event_shape)
    off_support = audit.off_support(sums["facts"]["sums"])
    draws = {} if plan.tables is None else draw_part(plan.tables, _some_images(images, measured.used, seed))
    calibrations = {
        name: calibrating.finalize(
            sums[name],
            conditioning=name,
            event_shape=event,
            traits=plan.traits,
            off_support=off_support,
            seed=seed,
            draws=draws if name == "prior" else None,
        )
        for name in CONDITIONINGS
        if name in sums
    }
    moments = sums["variance"]["groups"]
    constant = moments["x2"].sum(0) == 0
    missing = np.flatnonzero(~measured.used)
    return Sections(
        evidence=evidence.finalize(
            sums["evidence"]["groups"],
            pixels=math.prod(event),
            discrete=plan.traits.discrete,
            rate_method=rate_method,
        ),
        posterior=calibrations["posterior"],
        posterior_mean=calibrations["posterior_mean"],
        prior=calibrations.get("prior"),
        variance=variance.finalize(
            moments,
            tables=plan.tables,
            event_shape=event,
            scale=_scale(plan, measured),
            finite=plan.traits.finite_variance,
        ),
        collapse=collapse.finalize(
            sums["collapse"]["groups"],
            sums["collapse"].get("sums", {}),
            prior_variance=_prior_variance(plan.vae),
            each_image=rate_method == CLOSED_FORM,
        ),
        audit=audit.finalize(
            sums["facts"]["sums"],
            traits=plan.traits,
            constant=constant,
            free_scale=getattr(plan.vae.likelihood, "scale", None) == "pixel",
            not_finite=int((~measured.readable).sum()),
            images=len(measured.readable),
        ),
        excluded=Excluded(len(missing), tuple(int(i) for i in missing[:20])),
        rows=_flat_rows(rows),
    )


def _scale(plan: Plan, measured: Measured) -> ScaleHealth | None:
    if "scale" not in measured.sums:
        return None
    parts, rows = measured.sums["scale"], measured.rows["scale"]
    low, high = float(np.nanmin(rows["sigma_min"])), float(np.nanmax(rows["sigma_max"]))
    return scales.finalize(
        rows,
        parts["groups"],
        int((measured.readable & ~measured.used).sum()),
        measured.sums["posterior"]["groups"]["spread_count"].sum(0),
        center=plan.center,
        floor=_floor(plan.vae),
        stated=low if low == high else None,
        gaussian=plan.traits.family == "normal",
    )


def _floor(vae: Any) -> float | None:
    """The smallest sigma that a trained scale can take; a fixed sigma has no floor."""
    return getattr(vae.likelihood, "least_sigma", None)


def _prior_variance(vae: Any) -> Array:
    try:
        return np.broadcast_to(np.asarray(vae.prior.variance(), float), (vae.latent_dim,))
    except NotImplementedError:
        return np.full(vae.latent_dim, np.nan)


def _some_images(images: Any, used: Array, seed: int) -> Array:
    """At most DRAW_IMAGES used images, seeded, `[m, D]`."""
    index = np.flatnonzero(used)
    if len(index) > DRAW_IMAGES:
        index = np.sort(np.random.default_rng([seed, 1]).choice(index, DRAW_IMAGES, replace=False))
    x = np.asarray(images.take(index))
    return x.reshape(len(index), -1)


def _flat_rows(rows: dict[str, dict[str, Array]]) -> dict[str, Array]:
    """Dotted names: "elbo", "posterior.dispersion", ..."""
    plain = ("evidence", "scale")
    return {
        (key if name in plain else f"{name}.{key}"): values
        for name, named in rows.items()
        for key, values in named.items()
    }
