"""How good is the bound, and the posterior? The answers, as records."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.records.estimate import Array, Estimate, Estimates


@dataclass(frozen=True, slots=True, eq=False)
class CorrectedRun:
    """How the `corrected` draws of z were made and whether they can be relied on."""

    method: str  # "mala" or "importance resampling"
    steps: int
    images: Array  # indices of the probed images
    acceptance: Estimate | None  # of MALA proposals
    pareto_k_over: float | None  # fraction of images with k-hat over its threshold (importance resampling)
    reliable: bool


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    elbo: Estimate  # nats per image
    rate: Estimate
    distortion: Estimate
    elbo_per_dimension: Estimate
    bits_per_dimension: Estimate | None  # discrete x only
    rate_method: str  # "closed form" or "Monte Carlo"
    latent_dispersion: Estimates | None  # per latent: > 1 q too narrow, < 1 too wide
    corrected: CorrectedRun | None
