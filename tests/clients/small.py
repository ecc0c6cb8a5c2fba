"""A short training on real images, the same for every client: a VAE that has learnt something in a second or two."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp
from sklearn.datasets import load_digits

tfd = tfp.distributions


def digits() -> np.ndarray:
    """Handwritten digits, float32 [1797, 8, 8, 1] in [0, 1]."""
    return (load_digits(return_X_y=True)[0].reshape(-1, 8, 8)[..., None] / 16).astype(np.float32)


def standard_normal(latents: int) -> Any:
    return tfd.MultivariateNormalDiag(tf.zeros(latents), tf.ones(latents))


def fit(x, q, p, variables, *, prior, steps=60, rate=3e-3) -> None:
    """Raise the evidence lower bound of `q(x)` and `p(z)` by Adam, on batches of 128 images."""
    x, variables = tf.constant(x), list(variables)
    first = [tf.Variable(tf.zeros_like(v)) for v in variables]
    second = [tf.Variable(tf.zeros_like(v)) for v in variables]

    @tf.function
    def step(batch, seed, count):
        with tf.GradientTape() as tape:
            posterior = q(batch)
            z = posterior.sample(seed=seed)
            law = p(z)
            axes = list(range(1, len(batch.shape)))
            fits = law.log_prob(batch)
            fits = fits if len(fits.shape) == 1 else tf.reduce_sum(fits, axes)
            loss = -tf.reduce_mean(fits + prior().log_prob(z) - posterior.log_prob(z))
        for v, m, s, g in zip(variables, first, second, tape.gradient(loss, variables), strict=True):
            if g is None:
                continue
            m.assign(0.9 * m + 0.1 * g)
            s.assign(0.99 * s + 0.01 * g**2)
            v.assign_sub(rate * (m / (1 - 0.9**count)) / (tf.sqrt(s / (1 - 0.99**count)) + 1e-8))

    rng = np.random.default_rng(0)
    for i in range(steps):
        rows = rng.integers(0, len(x), 128)
        step(tf.gather(x, rows), tf.constant([0, i]), tf.constant(i + 1.0))
