"""Linear-Gaussian oracles: exact, or wrong in exactly one way."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from vaediag.errors import InputError
from vaediag_models.oracles.linear import Array, Linear, exact_posterior

if TYPE_CHECKING:
    from collections.abc import Sequence


def linear_gaussian(
    dimensions: int = 20,
    latents: int = 3,
    sigma: float = 0.5,
    seed: int = 0,
    *,
    mean: float | Array | None = None,
    orthogonal: bool = False,
    posterior: str | None = None,
    event_shape: tuple[int, ...] | None = None,
    dead: Sequence[int] = (),
) -> Linear:
    """An exact VAE: encoder and decoder are the true posterior and the true law.

    Args:
        dimensions: D, pixels.
        latents: L.
        sigma: standard deviation of the noise, in units of x.
        seed: of W (standard normal entries, so a column's norm is about sqrt(D)) and of the mean.
        mean: of x: a number, `[D]`, or None for a seeded non-zero mean.
        orthogonal: make W's columns orthogonal (then a diagonal posterior is exact).
        posterior: "tril" or "diag"; None takes "diag" where it is exact.
        event_shape: of one image, `[D]` unless given.
        dead: columns of W to set to zero: latents that the data do not depend on.
    Raises:
        InputError: sizes that do not fit, or a diagonal posterior where it would not be exact.
    """
    shape = (dimensions,) if event_shape is None else tuple(event_shape)
    if prod(shape) != dimensions or latents > dimensions or sigma <= 0:
        raise InputError(
            f"event_shape: expected a shape of {dimensions} pixels, at most as many latents, and sigma > 0; "
            f"got {shape}, {latents} latents, sigma {sigma}."
        )
    rng = np.random.default_rng([seed, 20_200])
    weights = rng.standard_normal((dimensions, latents))
    if orthogonal:
        lengths = np.sqrt(dimensions) * rng.uniform(0.6, 1.4, latents)
        weights = np.linalg.qr(weights)[0] * lengths
    weights[:, list(dead)] = 0.0
    offset = 0.5 + rng.standard_normal(dimensions) if mean is None else np.broadcast_to(mean, dimensions)
    kind = posterior or ("diag" if orthogonal else "tril")
    if kind not in ("diag", "tril") or (kind == "diag" and not orthogonal and latents > 1):
        raise InputError(f"posterior: expected 'tril', or 'diag' with orthogonal=True; got {kind!r}.")
    gain, covariance = exact_posterior(weights, sigma)
    return Linear(
        name="linear-gaussian",
        weights=weights,
        offset=np.array(offset, np.float64),
        sigma=sigma,
        stated_sigma=sigma,
        gain=gain,
        covariance=covariance,
        event_shape=shape,
        diagonal=kind == "diag",
    )


def collapsed(
    dimensions: int = 20, latents: int = 4, sigma: float = 0.5, seed: int = 0, *, dead: Sequence[int] = (1,), **options
) -> Linear:
    """Exact, but the latents in `dead` reach no pixel: the encoder returns the prior there, kl 0, effect 0."""
    options.setdefault("orthogonal", True)
    return replace(linear_gaussian(dimensions, latents, sigma, seed, dead=dead, **options), name="collapsed")


def miscalibrated(
    dimensions: int = 20,
    latents: int = 3,
    sigma: float = 0.5,
    seed: int = 0,
    *,
    factor: float = 0.8,
    encoder: str = "stated",
    **options,
) -> Linear:
    """The decoder states `factor` times the true sigma.

    `encoder="stated"`: the exact posterior of the model as stated, so only the decoder is wrong; chi-square tends to
    factor^-2 as L / D shrinks (`reduced_chi2` is exact). `encoder="true"`: the posterior under the true sigma;
    then chi-square is factor^-2 exactly, and the encoder does not fit the stated model.
    """
    base = linear_gaussian(dimensions, latents, sigma, seed, **options)
    if encoder not in ("stated", "true"):
        raise InputError(f"encoder: expected 'stated' or 'true'; got {encoder!r}.")
    gain, covariance = exact_posterior(base.weights, sigma * factor if encoder == "stated" else sigma)
    return replace(base, name="miscalibrated", stated_sigma=sigma * factor, gain=gain, covariance=covariance)


def wrong_posterior(
    dimensions: int = 20, latents: int = 3, sigma: float = 0.5, seed: int = 0, *, factor: float = 0.7, **options
) -> Linear:
    """The decoder is exact; the encoder's standard deviations are `factor` times the right ones."""
    base = linear_gaussian(dimensions, latents, sigma, seed, **options)
    return replace(base, name="wrong-posterior", covariance=base.covariance * factor**2)


def correlated_noise(
    dimensions: int = 20, latents: int = 3, sigma: float = 0.5, seed: int = 0, *, rho: float = 0.2, **options
) -> Linear:
    """The noise of neighbouring pixels is correlated (AR(1), row-major order); the model states independence."""
    base = linear_gaussian(dimensions, latents, sigma, seed, **options)
    return replace(base, name="correlated-noise", rho=rho)


def heavy_tails(
    dimensions: int = 20, latents: int = 3, sigma: float = 0.5, seed: int = 0, *, degrees: float = 5.0, **options
) -> Linear:
    """The noise is Student-t of the stated variance; the model states a Normal."""
    base = linear_gaussian(dimensions, latents, sigma, seed, **options)
    return replace(base, name="heavy-tails", degrees=degrees)
