"""Is p(x | z) the product over pixels that it says it is? Correlation of what is left of x given z, and its price.

Definitions.md, section 6. Normal scores of the PIT are independent when the decoder is right; the price is the
Gaussian-copula log-likelihood that a factorised decoder leaves on the table.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from vaediag.aliases import Seed, Tensor
from vaediag.backend import tf
from vaediag.compiled import Compiled
from vaediag.diagnostics.model_traits import model_traits
from vaediag.errors import InputError
from vaediag.laws import moments
from vaediag.laws.pit import normal_scores
from vaediag.laws.traits import family_of, traits
from vaediag.prepared import kept
from vaediag.probes.codes import images_at_once, subset
from vaediag.probes.copula import correlations, gaussian_copula_cost
from vaediag.probes.lags import REACH, lag_map
from vaediag.records.estimate import Array, Estimates
from vaediag.records.independence import Coordinates, Independence, ResidualCorrelation
from vaediag.seeds import fold

STAGE = "correlating residuals"
COORDINATES = 1024  # at most so many enter the cost
PER_COORDINATE = 5  # images: with fewer the correction of the bias would be larger than what it corrects
MOST, FEWEST = PER_COORDINATE * COORDINATES + 1, 12  # images that can be of use; below the fewest there are no errors
HELD = 2**25  # residuals in memory
Z, SCORES, MOMENTS, PATCH = range(4)  # what a part's seed (the last: the run's) is folded with

NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))
Facts = dict[str, Any]
Progress = Callable[[str, int, int], None]


def image_limit(event_shape: tuple[int, ...]) -> int:
    """Images that `independence` looks at, at most: 5 121, fewer (down to 100) where one has many pixels."""
    return int(np.clip(HELD // math.prod(event_shape), 100, MOST))


def independence(
    vae: Any,
    images: Any,
    index: Array,
    *,
    codes: Array | None = None,
    conditioning: str = "posterior",
    seed: Seed,
    progress: Progress | None = None,
) -> Independence:
    """Correlate what is left of x given z, and price it.

    Args:
        images: anything with `take(indices)`.
        index: `[n]`, which images; of more than `image_limit` a seeded subset is taken.
        codes: z of each image, `[n, L]`; rows with NaN are left out. One draw from q(z | x) if not given.
        conditioning: where z is from: "posterior", or "corrected" with `codes`.
        seed: int32 pair; the images are worked on in parts, each with a seed of its own.
        progress: called as `progress(stage, done, total)`; may raise to cancel.
    Returns:
        Independence. Images without finite residuals are left out, and pixels at which x never varies. No cost below 12
        images, or where residuals depend on each other linearly.
    Raises:
        InputError: the posterior mean as conditioning, codes that do not fit, no image with finite residuals.
    """
    _check(index, codes, conditioning, vae.latent_dim)
    event = tuple(vae.event_shape)
    chosen = subset(len(index), image_limit(event), seed)
    index, codes = np.asarray(index)[chosen], None if codes is None else np.asarray(codes)[chosen]
    total = 2 * len(index)  # once through the networks, once over the lags

    def report(done: int) -> None:
        if progress is not None:
            progress(STAGE, min(done, total), total)

    residuals, scores, varies, facts = _residuals(vae, images, index, codes, seed, report)
    used = len(residuals)
    places = coordinates(event, used, seed)
    varying = places.index[varies[places.index]]
    places = Coordinates(places.kind, len(varying), places.total, varying, len(places.index) - len(varying))
    cost = None
    if used >= FEWEST and places.count > 1:
        cost = gaussian_copula_cost(scores[:, places.index])
    as_image = image_shape(event)
    if as_image is None:
        found = _matrix(residuals[:, places.index], used)
    else:
        of_pixels = residuals.reshape(used, *as_image)  # from here on `residuals` are standardised
        value, error = lag_map(
            of_pixels, varies.reshape(as_image), errors=used >= FEWEST, report=lambda done: report(len(index) + done)
        )
        found = (value, error, _neighbours(value, error))
    report(total)
    return Independence(
        independence_cost=cost,
        residual_correlation=ResidualCorrelation(
            "matrix" if as_image is None else "lags",
            "Pearson residuals" if facts["pearson"] else "normal scores",
            *found,
        ),
        coordinates=places,
        conditioning=conditioning,
        images=used,
        lower_bound=facts["lower_bound"],
    )


def coordinates(event_shape: tuple[int, ...], images: int, seed: Seed) -> Coordinates:
    """Which coordinates so many images can price: all, a contiguous patch of an image, or a random set."""
    total = math.prod(event_shape)
    limit = min(total, max((images - 1) // PER_COORDINATE, 1), COORDINATES)
    every = np.arange(total)
    if limit == total:
        return Coordinates("all", total, total, every)
    rng = np.random.default_rng(np.asarray(fold(seed, PATCH)).view(np.uint32))
    shape = image_shape(event_shape)
    if shape is None or shape[2] > limit:
        return Coordinates("random set", limit, total, np.sort(rng.permutation(total)[:limit]))
    height, width, channels = shape
    rows = min(height, math.isqrt(limit // channels))
    columns = min(width, limit // channels // rows)
    rows = min(height, limit // channels // columns)
    top, left = rng.integers(height - rows + 1), rng.integers(width - columns + 1)
    patch = every.reshape(shape)[top : top + rows, left : left + columns].reshape(-1)
    return Coordinates("patch", len(patch), total, patch)


def image_shape(event_shape: tuple[int, ...]) -> tuple[int, int, int] | None:
    """(H, W, C) of an event that is an image, else None: only there do neighbours exist."""
    if len(event_shape) == 2:
        return (*event_shape, 1)
    return event_shape if len(event_shape) == 3 else None


def _check(index: Array, codes: Array | None, conditioning: str, latents: int) -> None:
    if conditioning == "posterior_mean":
        raise InputError(
            "conditioning: expected 'posterior' or 'corrected'; got 'posterior_mean'. A reconstruction from the mean "
            "code has seen x, which correlates its residuals even if the model is exact (by 3.5 to 6.4 nats)."
        )
    if conditioning not in ("posterior", "corrected"):
        raise InputError(f"conditioning: expected 'posterior' or 'corrected'; got {conditioning!r}. Try 'posterior'.")
    if conditioning == "corrected" and codes is None:
        raise InputError("codes: expected the corrected codes; got None. Take those of `corrected_codes`.")
    if len(index) < 1:
        raise InputError("index: expected at least one image; got none. Choose a larger subset.")
    if codes is not None and np.shape(codes) != (len(index), latents):
        raise InputError(
            f"codes: expected one row per image, {(len(index), latents)}; got {np.shape(codes)}. "
            "Give z for the images at `index`, in their order."
        )


def _residuals(
    vae: Any, images: Any, index: Array, codes: Array | None, seed: Seed, report: Callable[[int], None]
) -> tuple[Array, Array, Array, Facts]:
    """(residuals `[N, D]`, normal scores `[N, D]`, does x vary `[D]`, facts) of the images that have finite ones."""
    call = kept(vae, "independence", lambda: Compiled(vae, _measure, _signature(vae)))
    size, pixels = images_at_once(tuple(vae.event_shape), model_traits(vae).width), math.prod(vae.event_shape)
    residuals = np.empty((len(index), pixels), np.float32)
    scores = residuals
    first, varies, filled = None, np.zeros(pixels, bool), 0
    for part, start in enumerate(range(0, len(index), size)):
        x = np.asarray(images.take(index[start : start + size]), np.float32)
        given = np.zeros((len(x), vae.latent_dim), np.float32) if codes is None else codes[start : start + size]
        of_x, of_u, good = (tensor.numpy() for tensor in call(x, given, codes is None, fold(seed, part)))
        if call.facts["pearson"] and scores is residuals:
            scores = np.empty_like(residuals)
        stop = filled + int(good.sum())
        residuals[filled:stop], scores[filled:stop] = of_x[good], of_u[good]
        rows = x[good].reshape(-1, pixels)
        if len(rows):
            first = rows[0] if first is None else first
            varies |= (rows != first).any(0)
        filled = stop
        report(start + len(x))
    if not filled:
        raise InputError(
            f"images: expected at least one with finite residuals; all {len(index)} gave NaN or infinite values. "
            "Look for NaN weights in the model, or values of x outside the support of the likelihood."
        )
    residuals, scores = residuals[:filled], scores[:filled]
    return residuals, scores, varies & _vary(residuals) & _vary(scores), call.facts


def _vary(rows: Array) -> Array:
    least, most = rows.min(0), rows.max(0)
    return most - least > 1e-6 * np.maximum(np.abs(least), np.abs(most))


def _measure(vae: Any, facts: Facts, x: Tensor, codes: Tensor, draw: Tensor, seed: Seed) -> tuple[Tensor, ...]:
    """(residuals, normal scores, both `[n, D]`; are they finite `[n]`) at z ~ q(z | x), or at the given codes."""
    z = tf.where(draw, tf.cast(vae.encode(x).sample(seed=fold(seed, Z)), tf.float32), codes)
    law = vae.law(z)
    kind = traits(law)
    facts |= {"pearson": kind.discrete and not family_of(law).heavy, "lower_bound": kind.interval_pit}

    def flat(values: Tensor) -> Tensor:
        return tf.reshape(tf.broadcast_to(values, tf.shape(x)), (tf.shape(x)[0], math.prod(vae.event_shape)))

    scores = flat(normal_scores(law, x, kind, seed=fold(seed, SCORES)))
    residuals = scores
    if facts["pearson"]:  # the randomised scores of a pixel that is almost surely 0 are almost pure noise
        mean, spread = (find(law, seed=fold(seed, MOMENTS)).value for find in (moments.mean, moments.stddev))
        certain = (spread <= 0.0) & tf.equal(x, mean)
        residuals = flat(tf.where(certain, 0.0, (x - mean) / tf.where(certain, 1.0, spread)))
    good = tf.math.is_finite(tf.reduce_sum(residuals, 1) + tf.reduce_sum(scores, 1) + tf.reduce_sum(z, 1))
    return residuals, scores, good & tf.reduce_all(tf.math.is_finite(flat(x)), 1)


def _signature(vae: Any) -> list[Any]:
    return [
        tf.TensorSpec((None, *vae.event_shape), tf.float32),
        tf.TensorSpec((None, vae.latent_dim), tf.float32),
        tf.TensorSpec((), tf.bool),
        tf.TensorSpec((2,), tf.int32),
    ]


def _matrix(residuals: Array, images: int) -> tuple[Array, Array, Estimates]:
    if images > 1:
        value, error = correlations(residuals)
    else:
        value = error = np.full((residuals.shape[1],) * 2, np.nan)
    if images < FEWEST:
        error = np.full_like(value, np.nan)
    return value, error, Estimates(np.zeros(0), np.zeros(0))


def _neighbours(value: Array, error: Array) -> Estimates:
    rows, columns = (REACH + np.array(steps) for steps in zip(*NEIGHBOURS, strict=True))
    return Estimates(value[rows, columns], error[rows, columns])
