"""The linear-Gaussian VAE of the bench: a sigma per pixel, and numbers that can be exchanged after compilation.

model:  z ~ N(0, I),  x = offset + weights z + stated * e,  q(z | x) = N(gain (x - offset), diag(spread^2))
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vaediag_models.defects.size import Size

if TYPE_CHECKING:
    from vaediag.aliases import Law, Tensor
    from vaediag.vae import VAE

Array = NDArray[np.floating]
SIGMA = 0.5  # of the noise, where it is one number; the latents together give a pixel a variance of about 1


@dataclass(frozen=True, eq=False)
class Gaussian:
    """What encoder and decoder state; the encoder is exact for columns of weights / stated that are orthogonal."""

    weights: Array  # [D, L]
    offset: Array  # [D]
    stated: Array  # [D], sigma per pixel
    gain: Array  # [L, D]
    spread: Array  # [L], standard deviations of q

    @property
    def latents(self) -> int:
        return self.weights.shape[1]


def exact(weights: Array, offset: Array, stated: Array) -> Gaussian:
    """With the encoder that is p(z | x) of this very decoder: precision W' S^-2 W + I, diagonal here."""
    scaled = weights / stated[:, None] ** 2
    precision = np.sum(scaled * weights, 0) + 1
    return Gaussian(weights, offset, stated, scaled.T / precision[:, None], precision**-0.5)


def with_decoder_of(numbers: Gaussian, *, weights: Array) -> Gaussian:
    """The same encoder beside other weights."""
    return replace(numbers, weights=weights)


def random_gaussian(size: Size, rng: np.random.Generator, stated: Array | None = None) -> Gaussian:
    """An exact model of random weights; `stated` sigma is 0.5 for every pixel unless given.

    No column of the weights has a part along the all-ones image, so that no latent can take up a shift of the mean.
    """
    sigma = np.full(size.pixels, SIGMA) if stated is None else stated
    columns = rng.standard_normal((size.pixels, size.latents + 1))
    columns[:, 0] = 1 / sigma
    unit = np.linalg.qr(columns)[0][:, 1:]
    lengths = np.sqrt(size.pixels / size.latents) * rng.uniform(0.6, 1.4, size.latents)
    weights = unit * lengths * (sigma / SIGMA)[:, None]
    return exact(weights, 0.5 + rng.standard_normal(size.pixels), sigma)


class GaussianModel:
    """One compiled model; `state` gives it the numbers of another one of the same size."""

    def __init__(self, size: Size) -> None:
        from vaediag.backend import tf

        pixels, latents = size.pixels, size.latents
        start = {
            "weights": np.zeros((pixels, latents)),
            "offset": np.zeros(pixels),
            "stated": np.ones(pixels),
            "gain": np.zeros((latents, pixels)),
            "spread": np.ones(latents),
        }
        self._numbers = {name: tf.Variable(value, dtype=tf.float32) for name, value in start.items()}
        self.vae = self._vae(size)

    def state(self, numbers: Gaussian) -> None:
        for name, variable in self._numbers.items():
            variable.assign(getattr(numbers, name))

    def _vae(self, size: Size) -> VAE:
        from vaediag.backend import tf, tfd
        from vaediag.heads.priors import StandardNormal
        from vaediag.vae import from_callables

        n = self._numbers

        def encode(x: Tensor) -> Law:
            mean = tf.matmul(tf.reshape(x, (-1, size.pixels)) - n["offset"], n["gain"], transpose_b=True)
            return tfd.Independent(tfd.Normal(mean, tf.broadcast_to(n["spread"], tf.shape(mean))), 1)

        def decode(z: Tensor) -> Law:
            mean = tf.matmul(z, n["weights"], transpose_b=True) + n["offset"]
            shape = (-1, *size.event_shape)
            sigma = tf.broadcast_to(n["stated"], tf.shape(mean))
            return tfd.Independent(tfd.Normal(tf.reshape(mean, shape), tf.reshape(sigma, shape)), 3)

        return from_callables(
            encode,
            decode,
            prior=StandardNormal(size.latents),
            event_shape=size.event_shape,
            latent_dim=size.latents,
            name="linear-gaussian",
        )
