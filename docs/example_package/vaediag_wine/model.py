"""The model: what `vd.from_callables`, `vd.VAE` or `vd.load` gives."""

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp

import vaediag as vd
from vaediag_wine.data import wine

tfd = tfp.distributions
LATENTS = 3


def linear() -> vd.VAE:
    """Probabilistic PCA (Tipping & Bishop 1999): the linear VAE whose best weights are known in closed form.

    Usually this is `return vd.load(files("your_package") / "bundle")`, or networks with weights put into `vd.VAE`.
    """
    x = np.asarray(wine("train").values, dtype=np.float64)
    variances, directions = np.linalg.eigh(np.cov(x.T))
    noise = variances[:-LATENTS].mean()
    weights = directions[:, -LATENTS:] * np.sqrt(variances[-LATENTS:] - noise)
    inverse = np.linalg.inv(weights.T @ weights + noise * np.eye(LATENTS))

    mean_of = tf.constant(weights @ inverse, tf.float32)
    spread = tf.constant(np.linalg.cholesky(noise * inverse), tf.float32)
    back = tf.constant(weights.T, tf.float32)
    sigma = float(np.sqrt(noise))

    return vd.from_callables(
        lambda rows: tfd.MultivariateNormalTriL(tf.matmul(rows, mean_of), spread),
        lambda codes: tfd.Independent(tfd.Normal(tf.matmul(codes, back), sigma), 1),
        prior=tfd.MultivariateNormalDiag(tf.zeros(LATENTS)),
        event_shape=(x.shape[1],),
        name="wine-linear",
    )
