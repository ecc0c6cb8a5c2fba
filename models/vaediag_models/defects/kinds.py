"""The table of defects: what is planted in an otherwise exact model, and which findings must and may follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from vaediag_models.defects.bits import random_bits
from vaediag_models.defects.gaussian import SIGMA, Array, Gaussian, exact, random_gaussian
from vaediag_models.defects.size import Size
from vaediag_models.defects.truth import Truth, ar1, by_image, narrow, student, two_clusters, uniform
from vaediag_models.oracles.linear import exact_posterior

if TYPE_CHECKING:
    from vaediag_models.oracles.binary import BinaryCells

GAUSSIAN, BITS = "gaussian", "bits"


class Planted(NamedTuple):
    """What the model states, and images from the true law: `images(n)` is `float32 [n, *event]`."""

    numbers: Any  # Gaussian or BinaryCells
    images: Callable[[int], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of defect; an exact model is one without `expected`.

    Attributes:
        name: for the table.
        family: which compiled model it is planted in.
        plant: the model and its data, drawn with a generator.
        expected: ids of findings, one of which must fire at warning or above.
        allowed: ids that follow from the defect or cannot be told from it in principle; any other is a wrong name.
        note: why these are allowed.
    """

    name: str
    family: str
    plant: Callable[[Size, np.random.Generator], Planted]
    expected: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    note: str = ""


Plant = Callable[[Size, np.random.Generator], Planted]


# ---- linear-Gaussian: each function makes a `Plant` ----


def gaussian(
    alter: Callable[[Gaussian, Truth], tuple[Gaussian, Truth]], sigma: Callable[..., Array] | None = None
) -> Plant:
    """An exact model and its truth, after `alter` has changed one of them."""

    def plant(size: Size, rng: np.random.Generator) -> Planted:
        right = random_gaussian(size, rng, None if sigma is None else sigma(size, rng))
        numbers, truth = alter(right, Truth(right.weights, right.offset, right.stated))
        return Planted(numbers, lambda count: truth.images(size, count, rng))

    return plant


def unaltered(numbers: Gaussian, truth: Truth) -> tuple[Gaussian, Truth]:
    return numbers, truth


def stated_sigma(factor: float) -> Plant:
    """The decoder states `factor` times the true sigma; the encoder is exact for the decoder as stated."""
    return gaussian(lambda n, truth: (exact(n.weights, n.offset, factor * n.stated), truth))


def true_sigma(factors: Callable[[Array], Array]) -> Plant:
    """The noise of pixel i is `factors[i]` times what is stated."""
    return gaussian(lambda n, truth: (n, replace(truth, sigma=truth.sigma * factors(truth.sigma))))


def quarter(sigma: Array) -> Array:
    """1.5 in the upper left quarter of the image."""
    side = int(np.sqrt(len(sigma)))
    factors = np.ones((side, side))
    factors[: side // 2, : side // 2] = 1.5
    return factors.ravel()


def scattered(sigma: Array) -> Array:
    """A factor of its own for every pixel, of mean square 1: 0.5 and 1.32 on a chequered board."""
    side = int(np.sqrt(len(sigma)))
    return np.where(np.add.outer(np.arange(side), np.arange(side)) % 2, 0.5, np.sqrt(1.75)).ravel()


def per_pixel(size: Size, rng: np.random.Generator) -> Array:
    return SIGMA * rng.uniform(0.5, 1.5, size.pixels)


def of_truth(**changes: Any) -> Plant:
    return gaussian(lambda n, truth: (n, replace(truth, **changes)))


def shifted(sigmas: float) -> Plant:
    return gaussian(lambda n, truth: (n, replace(truth, offset=truth.offset + sigmas * truth.sigma)))


def width_of_q(factor: float) -> Plant:
    return gaussian(lambda n, truth: (replace(n, spread=factor * n.spread), truth))


def dead(numbers: Gaussian, truth: Truth) -> tuple[Gaussian, Truth]:
    """The first quarter of the latents reaches no pixel, and the encoder gives the prior there."""
    weights = numbers.weights.copy()
    weights[:, : max(1, numbers.latents // 4)] = 0.0
    return exact(weights, numbers.offset, numbers.stated), replace(truth, weights=weights)


def ignored(numbers: Gaussian, truth: Truth) -> tuple[Gaussian, Truth]:
    """The encoder writes the noise of x along what was the first column into latent 0, which reaches no pixel.

    The aggregated posterior of latent 0 is N(0, 1) and independent of the others, so that q(z) is the prior.
    """
    variance = 0.3
    unit = numbers.weights[:, 0] / numbers.stated
    unit = unit / np.linalg.norm(unit)
    weights = numbers.weights.copy()
    weights[:, 0] = 0.0
    stated = exact(weights, numbers.offset, numbers.stated)
    gain, spread = stated.gain.copy(), stated.spread.copy()
    gain[0] = np.sqrt(1 - variance) * unit / numbers.stated
    spread[0] = np.sqrt(variance)
    return replace(stated, gain=gain, spread=spread), replace(truth, weights=weights)


def noisy(numbers: Gaussian, truth: Truth) -> tuple[Gaussian, Truth]:
    """The encoder gives the prior for latent 0, of which x depends weakly: replacing it costs a quarter of a nat.

    The decoder is the truth. A latent of which x depended strongly would leave residuals that are visibly correlated.
    """
    weights = numbers.weights.copy()
    weights[:, 0] *= 0.5 / np.linalg.norm(weights[:, 0] / numbers.stated)
    stated = exact(weights, numbers.offset, numbers.stated)
    gain, spread = stated.gain.copy(), stated.spread.copy()
    gain[0], spread[0] = 0.0, 1.0
    return replace(stated, gain=gain, spread=spread), replace(truth, weights=weights)


def uncorrelated(numbers: Gaussian, truth: Truth) -> tuple[Gaussian, Truth]:
    """Latents 0 and 1 are correlated in the posterior, and q has its means and widths but not the correlation.

    -0.78 keeps 1.1 nats from the ELBO; more would show in the residuals of small images as if sigma were too small.
    """
    first, second = numbers.weights[:, 0], numbers.weights[:, 1]
    s, t = (np.linalg.norm(column / numbers.stated) for column in (first, second))
    tilt = 0.78 * np.sqrt((s**2 + 1) * (t**2 + 1)) / (s * t)
    weights = numbers.weights.copy()
    weights[:, 1] = np.sqrt(1 - tilt**2) * second + tilt * first * t / s
    gain, covariance = exact_posterior(weights / numbers.stated[:, None], 1.0)
    spread = np.sqrt(np.diag(covariance))
    return replace(numbers, weights=weights, gain=gain / numbers.stated, spread=spread), replace(truth, weights=weights)


def with_nan(size: Size, rng: np.random.Generator) -> Planted:
    """One image in 25 has a pixel that is no number."""
    numbers, right = gaussian(unaltered)(size, rng)

    def images(count: int) -> NDArray[np.float32]:
        x = right(count)
        x[::25, 0, 0, 0] = np.nan
        return x

    return Planted(numbers, images)


# ---- binary ----


def bits(sharpness: float = 1.0) -> Plant:
    """The decoder states `sharpness` times the true logits; the encoder is exact for the decoder as stated."""

    def plant(size: Size, rng: np.random.Generator) -> Planted:
        numbers = random_bits(size, rng, sharpness)
        return Planted(numbers, lambda count: numbers.simulate(count, int(rng.integers(2**31))))

    return plant


def grey(size: Size, rng: np.random.Generator) -> Planted:
    """Each pixel is a grey value whose mean is the stated probability."""
    numbers = random_bits(size, rng)

    def images(count: int) -> NDArray[np.float32]:
        return grey_images(numbers, count, rng).reshape(count, *size.event_shape)

    return Planted(numbers, images)


def as_bytes(size: Size, rng: np.random.Generator) -> Planted:
    """The images run to 255 instead of 1."""
    numbers, right = bits()(size, rng)
    return Planted(numbers, lambda count: 255 * right(count))


def grey_images(numbers: BinaryCells, count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    cell = rng.integers(0, numbers.cells, (count, numbers.latents))
    chance = expit(numbers.logits[np.arange(numbers.latents), cell])
    return rng.beta(4 * chance, 4 * (1 - chance)).astype(np.float32)


# ---- the table ----

EXACT = (
    Kind("exact, one σ", GAUSSIAN, gaussian(unaltered)),
    Kind("exact, σ per pixel", GAUSSIAN, gaussian(unaltered, per_pixel)),
    Kind("exact, Bernoulli", BITS, bits()),
)

DEFECTS = (
    Kind("σ × 1.1", GAUSSIAN, stated_sigma(1.1), ("scale",)),
    Kind("σ × 1.5", GAUSSIAN, stated_sigma(1.5), ("scale",)),
    Kind("σ × 0.67", GAUSSIAN, stated_sigma(0.67), ("scale",)),
    Kind("σ too small in a quarter", GAUSSIAN, true_sigma(quarter), ("scale.region",)),
    Kind("one σ, noise by pixel", GAUSSIAN, true_sigma(scattered), ("scale.region",)),
    Kind("one σ, noise by image", GAUSSIAN, of_truth(noise=by_image(0.4)), ("scale.image",)),
    Kind("mean off by 0.1 σ", GAUSSIAN, shifted(0.1), ("bias",)),
    Kind("t₅ noise", GAUSSIAN, of_truth(noise=student(5)), ("tails",)),
    Kind("uniform noise", GAUSSIAN, of_truth(noise=uniform), ("tails",)),
    Kind("AR(1) noise, ρ 0.2", GAUSSIAN, of_truth(noise=ar1(0.2)), ("dependence",)),
    Kind("grey under Bernoulli", BITS, grey, ("audit.grey",)),
    Kind("0–255 under Bernoulli", BITS, as_bytes, ("audit.byte_range",)),
    Kind("NaN in 4 % of the images", GAUSSIAN, with_nan, ("audit.not_finite",)),
    Kind("logits × 1.5", BITS, bits(1.5), ("reliability",)),
    Kind("logits × 0.67", BITS, bits(0.67), ("reliability",)),
    Kind("a quarter of the latents dead", GAUSSIAN, gaussian(dead), ("collapse",)),
    Kind(
        "latent ignored by the decoder",
        GAUSSIAN,
        gaussian(ignored),
        ("ignored",),
        ("encoder",),
        "the posterior of a latent that reaches no pixel is the prior; an encoder that pays KL there is wrong as well",
    ),
    Kind("latent passes noise", GAUSSIAN, gaussian(noisy), ("noise",)),
    Kind("q × 0.7", GAUSSIAN, width_of_q(0.7), ("encoder",)),
    Kind("q × 1.4", GAUSSIAN, width_of_q(1.4), ("encoder",)),
    Kind(
        "q without its correlation",
        GAUSSIAN,
        gaussian(uncorrelated),
        ("bound",),
        ("dependence",),
        "codes without the posterior's correlation leave residuals that depend on each other",
    ),
    Kind("codes in two clusters", GAUSSIAN, of_truth(codes=two_clusters), ("holes",)),
    Kind("codes × 0.6", GAUSSIAN, of_truth(codes=narrow(0.6)), ("holes",)),
)

KINDS = {kind.name: kind for kind in (*EXACT, *DEFECTS)}
