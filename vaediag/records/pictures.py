"""What a person looks at: views of p(x | z) as arrays that carry where they came from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaediag.records.estimate import Array


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """Views of p(x | z) at given codes: `views[name]` is `[codes, *event_shape]`, `z` is `[codes, latent_dim]`."""

    model: str
    likelihood: str
    seed: int
    z: Array
    views: dict[str, Array]
    notes: dict[str, str]  # view -> how it was obtained, where that is not the closed form

    def _repr_html_(self) -> str | None:
        from vaediag.records.notebook import look_html

        return look_html(self)


@dataclass(frozen=True, slots=True, eq=False)
class Traversal:
    """Views of p(x | z) along paths of z.

    `z` is `[rows, steps, latent_dim]`; each view is `[rows, steps, *event_shape]`.
    `positions` is `[rows, steps]`: the moved coordinate (or the fraction of the way, for an interpolation).
    """

    model: str
    likelihood: str
    seed: int
    kind: str  # "traversal", "interpolation", "grid"
    dims: tuple[int, ...]  # the latent moved in each row; for a grid (row dim, column dim); () for an interpolation
    units: str  # what positions count: "prior standard deviations", ...
    hold_noise: bool
    positions: Array
    z: Array
    views: dict[str, Array]
    notes: dict[str, str]
    row_labels: tuple[str, ...]

    def _repr_html_(self) -> str | None:
        from vaediag.records.notebook import traversal_html

        return traversal_html(self)

    @property
    def mean(self) -> Array:
        return self.views["mean"]

    @property
    def sample(self) -> Array:
        return self.views["sample"]

    @property
    def stddev(self) -> Array:
        return self.views["stddev"]


@dataclass(frozen=True, slots=True, eq=False)
class OneCode:
    """One z, many x: mean, mode, stddev `[*event]` and samples `[8, *event]` of the same p(x | z)."""

    z: Array  # [latent_dim]
    mean: Array
    mode: Array | None
    stddev: Array
    samples: Array
    image: int | None  # index of the image whose posterior mean z is; None: drawn from the prior


@dataclass(frozen=True, slots=True, eq=False)
class Reconstructions:
    """Images beside what the decoder says about them, each `[images, *event]`; z is one posterior draw per image."""

    index: Array  # [images]
    x: Array
    mean: Array
    sample: Array
    stddev: Array
    residual: Array  # (x - mean) / stddev
    score: Array  # [images], reduced chi-squared (or mean squared Pearson residual) of each image


@dataclass(frozen=True, slots=True, eq=False)
class Picked:
    """Images picked for one number, the worst first."""

    shown: Reconstructions
    value: Array  # [images], the number they were picked for
    measure: str  # what it is: "Pareto k-hat", "elbo, nats"


@dataclass(frozen=True, slots=True, eq=False)
class PosteriorScatter:
    """Posterior means and standard deviations of a seeded subset: `[images, latent_dim]`."""

    index: Array
    mean: Array
    stddev: Array
    labels: Array | None
    prior_stddev: Array  # [latent_dim]; NaN where the prior does not say
    prior_mean: Array | None = None  # [latent_dim]; None in records written before it was kept

    @property
    def centre(self) -> Array:
        """Mean of the prior, `[latent_dim]`; 0 where it is not known."""
        known = np.zeros(self.mean.shape[1]) if self.prior_mean is None else np.asarray(self.prior_mean, float)
        return np.where(np.isfinite(known), known, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """The pictures that a report shows beside the numbers."""

    traversal: Traversal
    one_code: OneCode
    reconstructions: Reconstructions
    worst: Reconstructions  # the images with the largest standardised residuals; without a sigma, the least likely
    posterior: PosteriorScatter
    lowest: Picked | None = None  # the images with the lowest ELBO
    poor: Picked | None = None  # the images with the poorest posterior: the largest Pareto k-hat, on request
    surprise: Array | None = None  # [images] -log p(x | z), nats, by which the worst were picked; None: by sigma
