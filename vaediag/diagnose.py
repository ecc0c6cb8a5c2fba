"""One call from a VAE and images to everything that vaediag can say about them."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Any

import numpy as np

from vaediag.aliases import Seed
from vaediag.diagnostics import audit
from vaediag.diagnostics.calibration import calibration, finalize
from vaediag.diagnostics.collapse import with_effect
from vaediag.diagnostics.gallery import gallery
from vaediag.diagnostics.provenance import data_info, model_info, versions
from vaediag.diagnostics.reasons import why_not
from vaediag.diagnostics.whole import Plan, Sections, finish, plan
from vaediag.engine.run import Measured, Progress, run
from vaediag.engine.step import compile_step
from vaediag.errors import InputError
from vaediag.findings.evaluate import evaluate
from vaediag.io.images import Images, from_array
from vaediag.probes.codes import Codes, encode_subset, subset
from vaediag.probes.corrected import Corrected, corrected_codes, latent_dispersion
from vaediag.probes.effect import image_limit as effect_limit
from vaediag.probes.effect import latent_effect
from vaediag.probes.information import image_limit, information
from vaediag.records.calibration import Calibration, CalibrationSet
from vaediag.records.collapse import Collapse
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array, Estimate, estimate
from vaediag.registry import images_for
from vaediag.seeds import fold, pair

SKIPPABLE = frozenset({"prior", "information", "corrected", "pictures"})
EXTRA = frozenset({"effect"})  # measured on request only


def diagnose(
    vae: Any,
    images: Any,
    *,
    seed: int = 0,
    skip: Collection[str] = (),
    include: Collection[str] = (),
    probe_images: int = 256,
    progress: Progress | None = None,
) -> Diagnosis:
    """Measure what `vae` says about `images`, and put the findings into sentences.

    Args:
        vae: a `VAE`.
        images: Images, an address, a path, or an array `[N, *event_shape]`.
        seed: every random draw is a function of (model, data, seed).
        skip: parts to leave out: "prior" (conditioning), "information" (whole code), "corrected" (probe), "pictures".
        include: what to measure besides, or "all": "effect" (does the decoder use each latent?).
        probe_images: size of the seeded subset on which the probes `corrected` and `effect` run; `effect` takes fewer
            of them where there are more than 580 latents.
        progress: called as `progress(stage, done, total)`; may raise to cancel.
    Raises:
        InputError: images that do not fit the model, none that can be used, an unknown name in `skip` or `include`.
    """
    wanted = EXTRA if include == "all" else _checked("include", include, EXTRA)
    skipped = _checked("skip", skip, SKIPPABLE) | (EXTRA - wanted)
    key = pair(seed)
    data = images_for(vae, images)
    report = progress or _silent
    report("drawing from the prior", 0, 1)
    made = plan(vae, fold(key, 1), prior="prior" not in skipped)
    report("drawing from the prior", 1, 1)
    measured = run(
        made.step, data, chunk=made.chunk, seed=fold(key, 2), facts=audit.facts(made.traits), progress=progress
    )
    if not measured.used.any():
        raise InputError(
            f"images: expected at least one with finite results; all {len(data)} gave NaN or infinite values. "
            "Look for NaN weights in the model, or values of x outside the support of the likelihood."
        )
    method, latent_reason = _rate_method(vae, data, measured)
    sections = finish(made, measured, data, rate_method=method, seed=seed)
    codes = encode_subset(
        vae, data, _used_subset(measured.used, image_limit(vae), seed), fold(key, 3), keep_images=False
    )
    found = sections.collapse
    if "information" not in skipped:
        found = _with_information(vae, codes, sections, latent_reason is None, progress)
    corrected = None
    if "corrected" not in skipped:
        index = _used_subset(measured.used, probe_images, seed)
        corrected = _corrected(vae, made, data, index, measured, seed, fold(key, 4), progress)
    if "effect" not in skipped:
        index = _used_subset(measured.used, min(probe_images, effect_limit(vae.latent_dim)), seed)
        replaced = latent_effect(
            vae, encode_subset(vae, data, index, fold(key, 5), keep_images=False), seed=fold(key, 6), progress=progress
        )
        found = with_effect(found, **replaced._asdict())
    pictures = None
    if "pictures" not in skipped:
        report("drawing samples", 0, 1)
        score = sections.rows["posterior.chi2" if made.traits.scale_family else "posterior.pearson"]
        kl = None if found.kl is None else found.kl.value
        pictures = gallery(vae, data, codes, score=score, kl=kl, seed=seed, key=key)
        report("drawing samples", 1, 1)
    diagnosis = Diagnosis(
        model=model_info(vae),
        data=data_info(data),
        seed=seed,
        chunk=made.chunk,
        versions=versions(),
        excluded=sections.excluded,
        evidence=sections.evidence if corrected is None else corrected.evidence(sections),
        calibration=CalibrationSet(
            posterior=sections.posterior,
            posterior_mean=sections.posterior_mean,
            prior=sections.prior,
            corrected=None if corrected is None else corrected.calibration,
            paired=None if corrected is None else corrected.paired,
        ),
        variance=sections.variance,
        collapse=found,
        audit=sections.audit,
        findings=(),
        why_not={},
        rows=sections.rows,
        pictures=pictures,
    )
    diagnosis = dataclasses.replace(
        diagnosis, why_not=why_not(diagnosis, made.traits, skipped, made.no_prior, latent_reason)
    )
    return dataclasses.replace(diagnosis, findings=evaluate(diagnosis, trained_on=getattr(vae, "trained_on", None)))


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Probe:
    """What the corrected codes say."""

    codes: Corrected
    calibration: Calibration | None
    paired: Estimate | None

    def evidence(self, sections: Sections) -> Any:
        u = self.codes.u
        return dataclasses.replace(
            sections.evidence,
            latent_dispersion=None if u is None else latent_dispersion(u),
            corrected=self.codes.run,
        )


def _corrected(
    vae: Any,
    made: Plan,
    data: Images,
    index: Array,
    measured: Measured,
    seed: int,
    key: Seed,
    progress: Progress | None,
) -> _Probe:
    """Corrected codes of a subset, and the calibration of the decoder at those codes."""
    x = data.take(index)
    codes = corrected_codes(vae, x, seed=fold(key, 0), index=index, progress=progress)
    diagnostics, given = {"corrected": calibration("corrected")}, {"center": made.given["center"]}
    step = compile_step(vae, diagnostics, chunk=made.chunk, given=given, given_codes=True)
    again = run(step, from_array(x), chunk=made.chunk, seed=fold(key, 1), codes=np.asarray(codes.z))
    if not again.used.any():
        return _Probe(codes, None, None)
    record = finalize(
        again.sums["corrected"],
        conditioning="corrected",
        event_shape=tuple(vae.event_shape),
        traits=made.traits,
        off_support=0.0,
        seed=seed,
    )
    difference = measured.rows["posterior"]["dispersion"][index] - again.rows["corrected"]["dispersion"]
    difference = difference[np.isfinite(difference)]
    error = difference.std(ddof=1) / np.sqrt(len(difference)) if len(difference) > 1 else np.nan
    return _Probe(codes, record, estimate(float(difference.mean()), float(error)))


def _with_information(
    vae: Any, codes: Codes, sections: Sections, factorises: bool, progress: Progress | None
) -> Collapse:
    """The whole-code part of the record, on the same images for which the pass knows the rate."""
    found = sections.collapse
    if len(codes) < 2:
        return found
    rate = sections.rows["rate"][codes.index]
    whole = information(vae, codes, rate=rate, prior_factorises=factorises, progress=progress)
    return dataclasses.replace(found, **whole._asdict())


def _checked(argument: str, names: Collection[str], known: frozenset[str]) -> frozenset[str]:
    names = {names} if isinstance(names, str) else set(names)
    unknown = sorted(names - known)
    if unknown:
        raise InputError(
            f"{argument}: expected names out of {sorted(known)}; got {unknown}. Remove what is not in the list."
        )
    return frozenset(names)


def _rate_method(vae: Any, data: Images, measured: Measured) -> tuple[str, str | None]:
    """How KL(q || p) was computed, and why it could not be split over the latents (None: it could)."""
    from vaediag.backend import tf
    from vaediag.diagnostics.latents import rate

    q = vae.encode(tf.constant(data.take([int(np.argmax(measured.used))])))
    one = rate(q, vae.prior, q.sample(seed=[0, 0]))
    return one.method, one.why_not


def _used_subset(used: Array, limit: int, seed: int) -> Array:
    index = np.flatnonzero(used)
    return index[subset(len(index), limit, seed)]


def _silent(stage: str, done: int, total: int) -> None:
    """Stands in for a progress callback."""
    del stage, done, total
