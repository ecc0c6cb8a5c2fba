"""Why a number is missing: every null of a diagnosis has its reason."""

from __future__ import annotations

import dataclasses

from vaediag.diagnostics.latents import NO_PRODUCT
from vaediag.laws.traits import Traits
from vaediag.records.collapse import Collapse
from vaediag.records.diagnosis import Diagnosis

BINARY_ONLY = ("ece", "mce", "calibration_slope", "brier", "reliability_curve")
NO_VARIANCE = "p(x | z) has no finite variance"
SCALE_ONLY = ("reduced_chi2", "sharpness", "ence", "spread_skill")


def why_not(
    diagnosis: Diagnosis, traits: Traits, skipped: frozenset[str], no_prior: str | None, latent_reason: str | None
) -> dict[str, str]:
    """Dotted name of each missing number -> one reason. `skipped`: the parts left out, or not asked for."""
    reasons: dict[str, str] = {}
    for name in ("posterior", "posterior_mean", "prior", "corrected"):
        one = getattr(diagnosis.calibration, name)
        if one is None:
            asked = no_prior if name == "prior" else "not requested" if name in skipped else None
            reasons[f"calibration.{name}"] = asked or "no image could be used"
            continue
        for field in dataclasses.fields(one):
            if getattr(one, field.name) is None:
                reasons[f"calibration.{name}.{field.name}"] = _calibration(field.name, name, traits)
    if diagnosis.calibration.paired is None:
        reasons["calibration.paired"] = "not requested" if "corrected" in skipped else "no image could be used"
    if diagnosis.variance.aggregate is None:
        reasons["variance.aggregate"] = NO_VARIANCE
    if diagnosis.variance.prior is None:
        reasons["variance.prior"] = no_prior or "not requested"
    if diagnosis.variance.scale is None:
        reasons["variance.scale"] = _no_scale(traits)
    elif diagnosis.variance.scale.beta_equivalent is None:
        reasons["variance.scale.beta_equivalent"] = "sigma is not one fixed or shared number"
    if diagnosis.evidence.bits_per_dimension is None:
        reasons["evidence.bits_per_dimension"] = "x is not discrete"
    if diagnosis.evidence.latent_dispersion is None:
        gone = "corrected" in skipped
        reason = "not requested" if gone else latent_reason or "no marginals of q(z | x)"
        reasons["evidence.latent_dispersion"] = reasons["evidence.latent_pit"] = reason
    for name in ("latent_offset", "latent_width"):
        if getattr(diagnosis.evidence, name) is None:
            reasons[f"evidence.{name}"] = "not requested" if "corrected" in skipped else "no chain could move its code"
    reasons |= _on_request(diagnosis, skipped)
    for field in dataclasses.fields(diagnosis.collapse):
        if getattr(diagnosis.collapse, field.name) is None and field.name.startswith(("effect", "prune")):
            reasons[f"collapse.{field.name}"] = _replaced(field.name, diagnosis.collapse, skipped)
        elif getattr(diagnosis.collapse, field.name) is None:
            whole = field.name in (
                "mutual_information",
                "marginal_kl",
                "total_correlation",
                "dimension_kl",
                "binned_kl",
                "mc_residual",
            )
            asked = "not requested" if whole and "information" in skipped else None
            if field.name == "epsilon_delta" and latent_reason is None:
                asked = "the KL of a single image is a Monte-Carlo estimate"
            reasons[f"collapse.{field.name}"] = asked or latent_reason or "not defined for this posterior and prior"
    if diagnosis.pictures is None:
        reasons["pictures"] = "not requested" if "pictures" in skipped else "no image could be used"
    return reasons


def _on_request(diagnosis: Diagnosis, skipped: frozenset[str]) -> dict[str, str]:
    reasons = {}
    evidence, independence, pictures = diagnosis.evidence, diagnosis.independence, diagnosis.pictures
    for name, part in (("iwae", "iwae"), ("ess", "iwae"), ("pareto_k", "iwae"), ("ais", "ais")):
        if getattr(evidence, name) is None:
            reasons[f"evidence.{name}"] = "not requested" if part in skipped else "no image could be used"
    if evidence.ais is not None and evidence.ais.sandwich is None:
        reasons["evidence.ais.sandwich"] = "no image could be drawn from the model"
    if independence is None:
        reasons["independence"] = "not requested" if "independence" in skipped else "no image could be used"
    elif independence.independence_cost is None:
        reasons["independence.independence_cost"] = "too few images, or residuals that do not vary or repeat each other"
    if pictures is not None and pictures.poor is None:
        reasons["pictures.poor"] = "not requested" if "iwae" in skipped else "q(z | x) is exact for every image"
    return reasons


def _replaced(name: str, collapse: Collapse, skipped: frozenset[str]) -> str:
    """Of effect* and prune*."""
    part, images = (
        ("effect", collapse.effect_images) if name.startswith("effect") else ("prune_cost", collapse.prune_images)
    )
    if part in skipped:
        return "not requested"
    if not images:
        return "no image could be used"
    if name == "effect_all":
        return "infinite for some of the images"
    return NO_PRODUCT if name == "effect" else collapse.prune_method or NO_PRODUCT


def _no_scale(traits: Traits) -> str:
    return f"the {traits.family.replace('_', ' ')} family has no scale" if traits.finite_variance else NO_VARIANCE


def _calibration(name: str, conditioning: str, traits: Traits) -> str:
    if name in BINARY_ONLY:
        return "x is not binary"
    if name in SCALE_ONLY:
        if not traits.scale_family:
            return _no_scale(traits)
        if conditioning == "prior":
            return "the marginal predictive law has one spread per pixel, the same for all images"
        if conditioning == "posterior_mean" and name in ("ence", "spread_skill"):
            return "residuals from the posterior mean are too small even for an exact model"
        return "the family has no fourth moment" if name == "reduced_chi2" else "sigma takes one value"
    if name == "tail_weight":
        return "x is discrete" if traits.discrete else "defined given z, not under the prior"
    return "not defined for this family"
