"""Which latents carry information? The answers, as records."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.records.estimate import Array, Estimate, Estimates

KL_USED, EFFECT_USED = 0.01, 0.02  # nats: above them the encoder says something through a latent, the decoder listens

STATUS_MEANING: dict[str, str] = {
    "used": "carries information",
    "mixed": "for some images only",
    "wasted": "the decoder ignores it",
    "noise": "the decoder uses prior noise",
    "collapsed": "carries nothing",
}  # one word per latent, and what it says, in the order of use


@dataclass(frozen=True, slots=True, eq=False)
class EpsilonDelta:
    """(epsilon, delta)-collapse (Lucas et al. 2019): P_x[KL_k < epsilon] >= 1 - delta.

    `curve[k, j]` is the smallest delta for which latent k is collapsed at `thresholds[j]`,
    1 - P_x[KL_k < thresholds[j]].
    """

    epsilon: float
    delta: float
    collapsed: tuple[bool, ...]
    thresholds: Array  # [points], nats
    curve: Array  # [latents, points], in [0, 1]


@dataclass(frozen=True, slots=True)
class Bounds:
    """A quantity known between two bounds, in nats. `saturated`: too few images to pin it down (no point value)."""

    lower: Estimate
    upper: Estimate
    saturated: bool


@dataclass(frozen=True, slots=True, eq=False)
class Collapse:
    """Per latent: tuples and arrays `[latent_dim]`. None where p(z) does not factorise (reason in `why_not`).

    `effect*` and `prune*` are None unless they were asked for; older diagnoses have none.
    """

    status: tuple[str, ...] | None  # a word of STATUS_MEANING; without `effect` "used", "mixed" or "collapsed"
    kl: Estimates | None  # nats
    active: tuple[bool, ...] | None
    active_units: int | None
    posterior_kind: tuple[str, ...] | None  # "active", "passive", "mixed"
    posterior_variance: Array | None  # mean over images of Var_q(z_k | x)
    mean_variance: Array | None  # variance over images of E_q[z_k | x]
    epsilon_delta: EpsilonDelta | None
    posterior_total_correlation: Estimate | None  # nats
    mutual_information: Bounds | None
    marginal_kl: Bounds | None
    total_correlation: Bounds | None
    dimension_kl: Estimates | None  # KL(q(z_k) || p(z_k)), nats
    mc_residual: Estimate | None  # Monte-Carlo rate - reported rate, on the same images
    effect: Estimates | None = None  # KL of p(x | z) when this latent is drawn anew from the prior, nats; NaN: infinite
    effect_all: Estimate | None = None  # when all latents are, nats
    effect_method: str | None = None  # "closed form" or "Monte Carlo, 16 draws of x"
    effect_images: int | None = None  # how many images were used
    prune_cost: Estimates | None = None  # ELBO lost when z_k is drawn from the prior and its KL saved, nats per image
    prune_method: str | None = None  # "closed form" or "Monte Carlo" of the KL saved; without a cost, why there is none
    prune_images: int | None = None
    binned_kl: Estimates | None = None  # dimension_kl over ten equally likely bins, nats: less, and without bias
