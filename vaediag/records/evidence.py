"""How good is the bound, and the posterior? The answers, as records."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.records.estimate import Array, Estimate, Estimates, with_error


@dataclass(frozen=True, slots=True, eq=False)
class CorrectedRun:
    """How the `corrected` draws of z were made and whether they can be relied on."""

    method: str  # "mala" or "importance resampling"
    steps: int
    images: Array  # indices of the probed images
    acceptance: Estimate | None  # of MALA proposals, after the steps in which the step size is sought
    pareto_k_over: float | None  # fraction of images with k-hat over its threshold (importance resampling)
    reliable: bool
    climb: Estimate | None = None  # nats that log p(x, z) still rose by, later minus earlier half of the kept steps
    memory: float | None = None  # of MALA: correlation over half of the kept steps, of the slowest latent


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Iwae:
    """log p(x) bounded from below with K codes per image instead of one; the bound grows with K towards log p(x).

    `k` `[ladder]` starts at 1, where the bound is the ELBO of these images and draws. `value` and `gain` = value -
    value[0] with standard errors over images (the gain's is paired), all `[ladder]`, nats per image. NaN where a bound
    is minus infinity: with so few codes all weights of a group were zero. With the largest K every bound is finite.
    """

    k: Array
    value: Array
    standard_error: Array
    gain: Array
    gain_error: Array
    images: Array  # [n] indices of the images used
    elbo: Array  # [n], nats: the bound of each image with K = 1; NaN where it is minus infinity
    bound: Array  # [n], nats: with the largest K
    ess: Array  # [n], effective sample size / K at the largest K, in (0, 1]

    def __repr__(self) -> str:
        bounds = ", ".join(
            f"K = {int(k)}: {with_error(value, error)}"
            for k, value, error in zip(self.k, self.value, self.standard_error, strict=True)
        )
        gain = with_error(self.gain[-1], self.gain_error[-1])
        return f"Iwae({bounds} nats per image; gain {gain}; {len(self.images)} images)"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ParetoK:
    """Pareto k-hat of the importance weights p(x, z) / q(z | x) of each image: how heavy their tail is."""

    images: Array  # [n] indices, those of `Iwae`
    value: Array  # [n]; NaN: the weights are all alike (q is exact there); 10 stands for more and for "no law fits"
    threshold: float  # above it the bound of an image cannot be relied on
    over: float  # fraction of the images above it
    exact: float  # fraction of the images whose weights are all alike

    def __repr__(self) -> str:
        share = f"{self.over:.0%} of {len(self.images)} images above {self.threshold:.2g}"
        return f"ParetoK({share}, {self.exact:.0%} exact)"


@dataclass(frozen=True, slots=True, eq=False)
class Sandwich:
    """AIS on images drawn from the model itself, where annealing also runs backwards from an exact posterior draw.

    Forwards gives a lower, backwards an upper bound of log p(x) (both on average), `[images]`, nats: how far apart they
    are is what AIS can be off by.
    """

    lower: Array
    upper: Array
    gap: Estimate  # mean upper - lower, nats per image


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ais:
    """log p(x) by annealed importance sampling with HMC (Wu et al. 2017, arXiv:1611.04273); arrays are `[m]`, nats."""

    images: Array  # indices
    log_evidence: Array
    standard_error: Array  # over chains
    elbo: Array  # of the same images; NaN where it was not measured
    iwae: Array  # with the largest K; NaN where it was not measured
    mean: Estimate  # of log_evidence, nats per image; over images
    gap: Estimate  # log_evidence - elbo, nats per image; paired over images
    temperatures: int
    chains: int
    leapfrog: int
    acceptance: Estimate
    sandwich: Sandwich | None
    reliable: bool  # acceptance and sandwich are as they should be, and iwae is nowhere clearly above

    def __repr__(self) -> str:
        size = f"{len(self.images)} images, {self.temperatures} temperatures, {self.chains} chains"
        word = "reliable" if self.reliable else "not reliable"
        return f"Ais(log p(x) {self.mean}; ELBO lower by {self.gap}; {size}; {word})"


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
    latent_pit: Array | None = None  # [latent_dim, 20]: share of corrected z_k in each twentieth of q(z_k | x)
    latent_offset: Estimates | None = None  # [L]: how far p(z_k | x) lies from q(z_k | x), in sd of q; NaN: unknown
    latent_width: Estimates | None = None  # [L]: width of q(z_k | x) relative to p(z_k | x); NaN: unknown
    iwae: Iwae | None = None  # this and what follows on request
    ess: Estimate | None = None  # effective sample size / K, mean over images
    pareto_k: ParetoK | None = None
    ais: Ais | None = None
