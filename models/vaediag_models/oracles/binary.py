"""Binary images with an exact posterior.

Each latent owns a block of pixels. The line is cut into K cells of equal prior mass; given its latent's cell, a pixel
is Bernoulli with a known probability. Then p(z_l | x) is a mixture of the prior restricted to each cell, weighted by
the cell's posterior probability: exact, not Normal, independent between latents. With one cell (`binary_independent`)
x does not depend on z and the posterior is the prior.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit, logsumexp, ndtri

from vaediag.errors import InputError
from vaediag.vae import VAE, from_callables

if TYPE_CHECKING:
    from vaediag.aliases import Law, Tensor

Array = NDArray[np.floating]
FAR = 12.0  # stands for infinity as a cell's outer edge: the prior's mass beyond it is 1e-33


@dataclass(frozen=True, eq=False)
class BinaryCells:
    """Binary pixels, each block of them owned by one latent with K levels.

    Attributes:
        name: what it is, for reports.
        logits: the decoder's, `[L, K, block]`; D = L * block pixels.
        true_logits: those that the data are drawn from; equal to `logits` when the decoder is right.
        event_shape: shape of one image.
    """

    name: str
    logits: Array
    true_logits: Array
    event_shape: tuple[int, ...]

    @property
    def latents(self) -> int:
        return self.logits.shape[0]

    @property
    def cells(self) -> int:
        return self.logits.shape[1]

    @cached_property
    def vae(self) -> VAE:
        from vaediag.backend import tf

        return cells_vae(tf.constant(self.logits, tf.float32), self.event_shape, self.name)

    def simulate(self, count: int, seed: int) -> NDArray[np.float32]:
        """Draws from the true law of x, `float32 [count, *event_shape]` of 0 and 1."""
        rng = np.random.default_rng([seed, 20_203])
        cell = rng.integers(0, self.cells, (count, self.latents))
        chance = expit(self.true_logits[np.arange(self.latents), cell])  # [n, L, block]
        return (rng.random(chance.shape) < chance).astype(np.float32).reshape(count, *self.event_shape)

    def _log_joint(self, x: Array) -> Array:
        """log p(block of x, cell), `[n, L, K]`."""
        pixels = np.asarray(x, np.float64).reshape(len(x), self.latents, 1, -1)
        each = pixels * log_expit(self.logits) + (1 - pixels) * log_expit(-self.logits)
        return each.sum(-1) - np.log(self.cells)

    def evidence(self, x: Array) -> Array:
        """Exact log p(x) in nats, `[n]`; the bound is tight for this encoder, so it is the ELBO too."""
        return np.asarray(logsumexp(self._log_joint(x), axis=-1)).sum(-1)

    elbo = evidence

    def rate(self, x: Array) -> Array:
        """KL(q(z_l | x) || p(z_l)) in nats, `[n, L]`: that of the cells, as the prior is shared inside them."""
        joint = self._log_joint(x)
        log_posterior = joint - np.asarray(logsumexp(joint, axis=-1, keepdims=True))
        return np.sum(np.exp(log_posterior) * (log_posterior + np.log(self.cells)), -1)

    def kl(self) -> Array:
        """E_x KL(q(z_l | x) || p(z_l)), `[L]` nats, by listing every block of pixels (at most 16 in each).

        For a right decoder this is the mutual information of x and z_l.
        """
        block = self.logits.shape[2]
        if block > 16:
            raise InputError(f"block: listing every image needs at most 16 pixels per latent; got {block}.")
        bits = (np.arange(2**block)[:, None] >> np.arange(block)) & 1
        images = np.repeat(bits[:, None], self.latents, 1).astype(np.float64)
        true = images[:, :, None] * log_expit(self.true_logits) + (1 - images[:, :, None]) * log_expit(
            -self.true_logits
        )
        chance = np.exp(true.sum(-1)).mean(-1)  # [2^block, L]
        return np.sum(chance * self.rate(images), 0)

    def mutual_information(self) -> float:
        """I(x; z) in nats for a right decoder: latents own separate pixels, so their parts add."""
        return float(self.kl().sum())

    def effect(self) -> Array:
        """Nats by which replacing z_l with a prior draw changes the decoder's distribution, `[L]`, right decoder."""
        chance = expit(self.logits)
        here, other = self.logits[:, :, None], self.logits[:, None]
        gap = chance[:, :, None] * (here - other) + np.logaddexp(0, other) - np.logaddexp(0, here)
        return gap.sum(-1).mean((1, 2))

    def prior_mean(self) -> Array:
        """The decoder's marginal probability per pixel, `event_shape`."""
        return expit(self.logits).mean(1).reshape(self.event_shape)


def edges(cells: int) -> Array:
    """Borders of cells of equal prior mass on the z axis, `[cells + 1]`."""
    return np.concatenate([[-FAR], ndtri(np.arange(1, cells) / cells), [FAR]])


def cells_vae(table: Tensor, event_shape: tuple[int, ...], name: str) -> VAE:
    """The VAE whose decoder has the logits `table` `[L, K, block]` (a tensor or variable), with its exact posterior."""
    from vaediag.backend import tf, tfd
    from vaediag.heads.priors import StandardNormal

    latents, cells, block = table.shape
    borders, owner = tf.constant(edges(cells), tf.float32), tf.range(latents)

    def encode(x: Tensor) -> Law:
        pixels = tf.reshape(x, (-1, latents, 1, block))
        if cells == 1:
            zero = 0.0 * pixels[:, :, 0, 0]
            return tfd.Independent(tfd.Normal(zero, zero + 1.0), 1)
        weights = tf.reduce_sum(pixels * table - tf.math.softplus(table), -1)  # [n, L, K]
        parts = tfd.TruncatedNormal(tf.zeros_like(weights), tf.ones_like(weights), borders[:-1], borders[1:])
        return tfd.Independent(tfd.MixtureSameFamily(tfd.Categorical(logits=weights), parts), 1)

    def decode(z: Tensor) -> Law:
        cell = tf.reduce_sum(tf.cast(z[..., None] >= borders[1:-1], tf.int32), -1)  # [n, L]
        index = tf.stack([tf.broadcast_to(owner, tf.shape(cell)), cell], -1)
        logits = tf.reshape(tf.gather_nd(table, index), (-1, *event_shape))
        return tfd.Independent(tfd.Bernoulli(logits=logits, dtype=tf.float32), len(event_shape))

    return from_callables(
        encode, decode, prior=StandardNormal(latents), event_shape=event_shape, latent_dim=latents, name=name
    )


def binary_cells(
    dimensions: int = 24,
    latents: int = 2,
    seed: int = 0,
    *,
    cells: int = 4,
    sharpness: float = 1.0,
    event_shape: tuple[int, ...] | None = None,
) -> BinaryCells:
    """An exact Bernoulli VAE (`sharpness=1`), or one whose decoder states `sharpness` times the true logits.

    Args:
        dimensions: D, pixels; a multiple of `latents`.
        latents: L, each owning D / L pixels.
        seed: of the probabilities (logits with standard deviation 1.5 about -0.5).
        cells: K, levels that a latent can take; 1 makes x independent of z.
        sharpness: stated logits over true logits: above 1 over-confident. The encoder is exact for the stated decoder.
        event_shape: of one image, `[D]` unless given.
    Raises:
        InputError: sizes that do not fit.
    """
    shape = (dimensions,) if event_shape is None else tuple(event_shape)
    if latents < 1 or cells < 1 or dimensions % latents or prod(shape) != dimensions:
        raise InputError(
            "dimensions: expected a multiple of latents, and event_shape of that size; "
            f"got {dimensions}, {latents} latents, {shape}. Try dimensions=24, latents=2."
        )
    rng = np.random.default_rng([seed, 20_202])
    true = -0.5 + 1.5 * rng.standard_normal((latents, cells, dimensions // latents))
    return BinaryCells("binary-cells", sharpness * true, true, shape)


def binary_independent(
    dimensions: int = 24,
    latents: int = 2,
    seed: int = 0,
    *,
    sharpness: float = 1.0,
    event_shape: tuple[int, ...] | None = None,
) -> BinaryCells:
    """Pixels of known probability that no latent reaches: posterior = prior, every latent collapsed, decoder exact."""
    base = binary_cells(dimensions, latents, seed, cells=1, sharpness=sharpness, event_shape=event_shape)
    return BinaryCells("binary-independent", base.logits, base.true_logits, base.event_shape)
