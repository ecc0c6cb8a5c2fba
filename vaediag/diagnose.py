"""One call from a VAE and images to everything that vaediag can say about them."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Any

import numpy as np

from vaediag.diagnostics import audit
from vaediag.diagnostics.at_corrected import AtCorrected, at_corrected
from vaediag.diagnostics.depth import Probed, deepen
from vaediag.diagnostics.gallery import gallery
from vaediag.diagnostics.impossible import impossible
from vaediag.diagnostics.provenance import data_info, model_info, versions
from vaediag.diagnostics.reasons import why_not
from vaediag.diagnostics.request import EXTRA, Sizes, included, skipped
from vaediag.diagnostics.whole import Sections, finish, plan
from vaediag.engine.run import Measured, Progress, run
from vaediag.errors import InputError
from vaediag.findings.evaluate import evaluate
from vaediag.findings.rules import severity
from vaediag.io.images import Images
from vaediag.probes.codes import Codes, encode_subset, subset
from vaediag.probes.corrected import Corrected
from vaediag.probes.information import image_limit, information
from vaediag.records.calibration import CalibrationSet
from vaediag.records.collapse import Collapse
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array
from vaediag.records.evidence import Evidence
from vaediag.registry import images_for
from vaediag.seeds import fold, pair


def diagnose(
    vae: Any,
    images: Any,
    *,
    seed: int = 0,
    limit: int | None = None,
    preprocess: str | None = None,
    skip: Collection[str] = (),
    include: Collection[str] = (),
    probe_images: int = 256,
    ais_images: int = 8,
    ais_temperatures: int = 1000,
    ais_chains: int = 16,
    progress: Progress | None = None,
) -> Diagnosis:
    """Measure what `vae` says about `images`, and put the findings into sentences.

    Args:
        vae: a `VAE`; for several diagnoses of one model `prepare(vae)`, which compiles once.
        images: Images, an address, a path, or an array `[N, *event_shape]`.
        seed: every random draw is a function of (model, data, seed).
        limit: a subset of so many images, drawn with `seed`, as `--limit` does; None: all of them.
        preprocess: steps on the images before anything else, as `--preprocess` does: "unit", "unit+binarize"; "none":
            as they are stored, whatever the model declares. See `vaediag.io.preprocess.STEPS`.
        skip: parts to leave out: "prior" (conditioning), "information" (whole code), "corrected" (probe), "pictures".
        include: what to measure besides: "effect" (does the decoder use each latent?), "prune_cost" (what would the
            model lose without it?), "iwae" (bounds with up to 100 codes, effective sample size, Pareto k-hat),
            "independence" (is p(x | z) a product over pixels?), "ais" (log p(x) by annealed importance sampling, which
            takes minutes); "deep" for all but the last, "all" for all.
        probe_images: size of the seeded subset on which the probes run; `effect` and `prune_cost` take at most 256,
            fewer where there are more than 580 latents, `independence` takes as many as it needs where the encoder is
            right.
        ais_images, ais_temperatures, ais_chains: the sizes of annealed importance sampling: images, steps between the
            prior and the posterior, and chains per image. Its time is proportional to the product of the three.
        progress: called as `progress(stage, done, total)`; may raise to cancel.
    Raises:
        InputError: images that do not fit the model, none that can be used, an unknown name in `skip` or `include`,
            a size that is too small.
    """
    wanted = included(include)
    left_out = skipped(skip) | (EXTRA - wanted)
    sizes = Sizes(probe_images, ais_images, ais_temperatures, ais_chains).checked()
    key = pair(seed)
    data = images_for(vae, images, preprocess=preprocess)
    data = data if limit is None else data.limit(limit, seed)
    report = progress or _silent
    report("drawing from the prior", 0, 1)
    made = plan(vae, fold(key, 1), prior="prior" not in left_out)
    report("drawing from the prior", 1, 1)
    measured = run(
        made.step, data, chunk=made.chunk, seed=fold(key, 2), facts=audit.facts(made.traits), progress=progress
    )
    if not measured.used.any():
        reason = impossible(measured.sums["facts"]["sums"], made.traits)
        if reason is not None:
            raise InputError(f"images: no log p(x | z) of all {len(data)} images is finite: {reason}")
        raise InputError(
            f"images: expected at least one with finite results; all {len(data)} gave NaN or infinite values. "
            "Look for NaN weights in the model, for values of x outside the support of the likelihood, or for bytes "
            'where the model was given numbers from 0 to 1: preprocess="unit".'
        )
    method, latent_reason = _rate_method(vae, data, measured)
    sections = finish(made, measured, data, rate_method=method, seed=seed)
    codes = encode_subset(
        vae, data, _used_subset(measured.used, image_limit(vae), seed), fold(key, 3), keep_images=False
    )
    found = sections.collapse
    if "information" not in left_out:
        found = _with_information(vae, codes, sections, latent_reason is None, progress)
    evidence, corrected = sections.evidence, None
    if "corrected" not in left_out:
        index = _used_subset(measured.used, probe_images, seed)
        corrected = at_corrected(vae, made, data, index, measured, seed=seed, key=fold(key, 4), progress=progress)
        evidence = corrected.evidence(evidence)
    probed = Probed(
        vae,
        data,
        np.flatnonzero(measured.used),
        sections.rows["elbo"],
        _codes_of_a_wrong_encoder(corrected, evidence),
        sizes,
        seed,
        key,
        progress,
    )
    depth = deepen(probed, wanted, evidence, found)
    pictures = None
    if "pictures" not in left_out:
        report("drawing samples", 0, 1)
        scored = {
            "misfit": sections.rows["posterior.chi2" if made.traits.scale_family else "posterior.log_score"],
            "elbo": sections.rows["elbo"],
        }
        kl = None if found.kl is None else found.kl.value
        pictures = gallery(
            vae,
            data,
            codes,
            rows=scored,
            by_residual=made.traits.scale_family,
            pareto_k=depth.evidence.pareto_k,
            kl=kl,
            seed=seed,
            key=key,
        )
        report("drawing samples", 1, 1)
    diagnosis = Diagnosis(
        model=model_info(vae, data),
        data=data_info(data),
        seed=seed,
        chunk=made.chunk,
        versions=versions(),
        excluded=sections.excluded,
        evidence=depth.evidence,
        calibration=CalibrationSet(
            posterior=sections.posterior,
            posterior_mean=sections.posterior_mean,
            prior=sections.prior,
            corrected=None if corrected is None else corrected.calibration,
            paired=None if corrected is None else corrected.paired,
        ),
        variance=sections.variance,
        collapse=depth.collapse,
        audit=sections.audit,
        findings=(),
        why_not={},
        rows=sections.rows,
        pictures=pictures,
        independence=depth.independence,
    )
    reasons = why_not(diagnosis, made.traits, left_out, made.no_prior, latent_reason)
    diagnosis = dataclasses.replace(diagnosis, why_not={**reasons, **depth.reasons})
    return dataclasses.replace(diagnosis, findings=evaluate(diagnosis, trained_on=getattr(vae, "trained_on", None)))


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


def _codes_of_a_wrong_encoder(corrected: AtCorrected | None, evidence: Evidence) -> Corrected | None:
    """Codes that a question about the decoder has to start from, where the encoder's own would answer wrongly."""
    dispersion = evidence.latent_dispersion
    if corrected is None or dispersion is None:
        return None
    each = (severity("latent_dispersion", dispersion[k], cells=len(dispersion)) for k in range(len(dispersion)))
    return corrected.codes if any(each) else None


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
