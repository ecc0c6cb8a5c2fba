"""A training as it went: the same held-out images diagnosed again and again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vaediag.records.estimate import Array

if TYPE_CHECKING:
    from pandas import DataFrame

SCHEMA = 1
SIGMA_LEVELS = (0.01, 0.25, 0.5, 0.75, 0.99)


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One number per diagnosis, `[T]`, with its standard error over images; NaN where it does not apply."""

    value: Array
    standard_error: Array


@dataclass(frozen=True, slots=True, eq=False)
class LatestPictures:
    """The same few images at the latest diagnosis, `[n, *event_shape]` each, in units of x.

    `mean`, `sample` and `stddev` are those of p(x | z) at one draw z of q(z | x), with the same noise every time.
    """

    x: Array
    mean: Array
    sample: Array
    stddev: Array


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class History:
    """What a callback saw; T diagnoses, L latents. Every diagnosis uses the same images and the same seed.

    Attributes:
        model, data, count, seed: what was watched, on how many images.
        likelihood, posterior, prior, preprocessing: as in a diagnosis.
        latent_dim, event_shape: of the model.
        epoch: `[T]`, epochs finished at each diagnosis (0: before training). step: `[T]`, batches seen.
        elapsed: `[T]`, seconds since training began, diagnoses included. cost: `[T]`, seconds of each diagnosis.
        elbo, rate, distortion: nats per image.
        kl, kl_error: `[T, L]`, nats per latent (NaN where the KL cannot be split over latents).
        dispersion: mean of 12 (u - 1/2)^2, u = F(x | z) (see `vaediag explain dispersion`); 1 when calibrated.
        miscalibration_area: of the quantile curve.
        tail_weight: see `vaediag explain tail_weight`.
        sigma: `[T, 5]`, quantiles of the decoder's standard deviations at `SIGMA_LEVELS`, in units of x.
        active: `[T]`, number of latents with status "used" or "mixed"; NaN where the KL cannot be split.
        losses: what the training loop reported at the same moments, `[T]` each (NaN where it said nothing).
        findings: ids of the findings of each diagnosis, gravest first; severities: of the same findings.
        trouble: why a diagnosis has no numbers ("NaN weights"), "" where it has.
        postponed: `[T]`, how many diagnoses that were due before this one were left out to keep to the budget.
        budget: share of the training time that the diagnoses may take; None: no limit.
        finished: the training has come to its end (False: it is under way, or was interrupted).
        assumed: what was assumed of the model.
    """

    model: str
    data: str
    likelihood: str
    count: int
    seed: int
    latent_dim: int
    event_shape: tuple[int, ...]
    epoch: Array
    step: Array
    elapsed: Array
    cost: Array
    elbo: Series
    rate: Series
    distortion: Series
    kl: Array
    kl_error: Array
    dispersion: Series
    miscalibration_area: Series
    tail_weight: Series
    sigma: Array
    active: Array
    postponed: Array
    losses: dict[str, Array] = field(default_factory=dict)
    findings: tuple[tuple[str, ...], ...] = ()
    severities: tuple[tuple[str, ...], ...] = ()
    trouble: tuple[str, ...] = ()
    posterior: str = ""
    prior: str = ""
    preprocessing: str = "none"
    budget: float | None = None
    finished: bool = False
    pictures: LatestPictures | None = None
    assumed: tuple[str, ...] = ()
    schema: int = SCHEMA

    def __len__(self) -> int:
        return len(self.epoch)

    def __repr__(self) -> str:
        from vaediag.records.history_text import story

        return story(self)

    def to_pandas(self) -> dict[str, DataFrame]:
        """Tables `diagnoses`, `latents`, `findings`; needs pandas (`vaediag.outward.history`)."""
        from vaediag.outward.history import to_pandas

        return to_pandas(self)
