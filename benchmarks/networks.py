"""The models that the benchmarks measure: convolutional and dense, 28 x 28, untrained."""

from __future__ import annotations

from typing import Any

import vaediag as vd
from vaediag.backend import keras

LATENTS = 16


def convolutional() -> Any:
    """28 x 28, 16 latents, two strided convolutions each way, the d + 1 head."""
    keras.utils.set_random_seed(0)
    layers = keras.layers
    x = keras.Input((28, 28, 1))
    h = layers.Conv2D(32, 3, 2, "same", activation="relu")(x)
    h = layers.Conv2D(64, 3, 2, "same", activation="relu")(h)
    encoder = keras.Model(x, layers.Dense(2 * LATENTS)(layers.Flatten()(h)))
    z = keras.Input((LATENTS,))
    h = layers.Reshape((7, 7, 64))(layers.Dense(7 * 7 * 64, activation="relu")(z))
    h = layers.Conv2DTranspose(64, 3, 2, "same", activation="relu")(h)
    h = layers.Conv2DTranspose(32, 3, 2, "same", activation="relu")(h)
    means = layers.Flatten()(layers.Conv2D(1, 3, 1, "same")(h))
    log_variance = layers.Dense(1)(layers.Dense(64)(z))
    return _vae(encoder, keras.Model(z, layers.Concatenate()([means, log_variance])))


def dense() -> Any:
    """28 x 28, 784-512 and back, the d + 1 head: a decode costs about a millisecond per chunk."""
    keras.utils.set_random_seed(0)
    layers = keras.layers
    x = keras.Input((28, 28, 1))
    h = layers.Dense(512, activation="relu")(layers.Flatten()(x))
    encoder = keras.Model(x, layers.Dense(2 * LATENTS)(h))
    z = keras.Input((LATENTS,))
    return _vae(encoder, keras.Model(z, layers.Dense(785)(layers.Dense(512, activation="relu")(z))))


def _vae(encoder: Any, decoder: Any) -> Any:
    return vd.VAE(
        encoder, decoder, posterior=vd.posteriors.MeanLogVar(), likelihood=vd.likelihoods.Normal("image"), name="bench"
    )
