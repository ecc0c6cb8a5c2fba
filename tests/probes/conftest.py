"""The exact linear-Gaussian VAE, small: x = W z + s e. q can be scaled or correlated; all answers are known."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag.backend import tf, tfd


class Linear:
    def __init__(self, size=64, latents=6, noise=0.5, *, spread=1.0, correlated=False, shift=0.0, seed=0):
        rng = np.random.default_rng(seed)
        weights = rng.standard_normal((size, latents)) / np.sqrt(size) * 2
        if not correlated:  # orthogonal columns: the posterior factorises
            weights = np.linalg.qr(weights)[0] * np.linspace(1, 2, latents)
        inverse = np.linalg.inv(weights.T @ weights + noise**2 * np.eye(latents))
        self.weights, self.noise, self.correlated, self.shift = weights.astype("f4"), noise, correlated, shift
        self.gain = (weights @ inverse).astype("f4")
        self.root = (np.linalg.cholesky(noise**2 * inverse) * spread).astype("f4")
        self.information = 0.5 * np.linalg.slogdet(np.eye(latents) + weights.T @ weights / noise**2)[1]
        self.event_shape, self.latent_dim = (size, 1, 1), latents
        self.prior = tfd.Independent(tfd.Normal(tf.zeros(latents), 1.0), 1)

    def encode(self, x):
        mean = tf.reshape(x, (-1, self.weights.shape[0])) @ self.gain + np.float32(self.shift)
        if self.correlated:
            return tfd.MultivariateNormalTriL(mean, self.root)
        return tfd.Independent(tfd.Normal(mean, tf.broadcast_to(np.diag(self.root), tf.shape(mean))), 1)

    def law(self, z):
        return tfd.Normal(tf.reshape(z @ self.weights.T, (-1, *self.event_shape)), np.float32(self.noise))

    def decode(self, z):
        return tfd.Independent(self.law(z), 3)

    def simulate(self, count, seed):
        rng = np.random.default_rng([seed, 7])
        x = rng.standard_normal((count, self.latent_dim)) @ self.weights.T
        x += self.noise * rng.standard_normal((count, self.weights.shape[0]))
        return x.astype("f4").reshape(count, *self.event_shape)


class Pile:
    """Images as probes need them: something with `take`."""

    def __init__(self, x):
        self.x = x

    def take(self, indices):
        return self.x[indices]


@pytest.fixture(scope="session")
def linear():
    return Linear


@pytest.fixture(scope="session")
def pile():
    return Pile
