"""Where does the spread of x come from? The law of total variance, as records."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.records.estimate import Array, Estimate


@dataclass(frozen=True, slots=True, eq=False)
class VarianceParts:
    """Decoder noise A = E[Var(x | z)], latent signal M = Var(E[x | z]) and total T = A + M under one law of z.

    The estimates are means over pixels; the ratios are ratios of pixel sums; the maps have the event's shape.
    """

    decoder_noise: Estimate
    latent_signal: Estimate
    total: Estimate
    explained: Estimate  # sum M / sum T
    variance_ratio: Estimate  # sum T / sum V over pixels whose data variance V > 0; 1 for an exact model
    decoder_noise_map: Array
    latent_signal_map: Array


@dataclass(frozen=True, slots=True, eq=False)
class ScaleHealth:
    """What the decoder's standard deviations look like, in units of x."""

    minimum: float
    maximum: float
    quantile_levels: Array  # [5]
    quantiles: Array  # [5], of sigma over all pixels and images
    floor: float | None  # the head's floor
    at_floor: float  # fraction of pixels at the floor
    non_finite: int
    stated: float | None  # the one sigma of a fixed or shared scale, else None
    optimal: Estimate  # sigma*, root mean squared error: for a Normal the shared sigma that maximises the ELBO
    beta_equivalent: Estimate | None  # sigma^2 / sigma*^2: the beta that a wrong fixed sigma amounts to


@dataclass(frozen=True, slots=True, eq=False)
class Variance:
    prior: VarianceParts | None  # z ~ p(z)
    aggregate: VarianceParts | None  # z ~ q(z), the aggregated posterior; None where p(x | z) has no finite variance
    data: Estimate  # mean over pixels of Var(x_i)
    data_map: Array
    scale: ScaleHealth | None  # None for families without a scale
