"""Small models in either Keras, with everything in them that a careless look could disturb."""

from __future__ import annotations

from typing import Any

import numpy as np

import vaediag as vd
from vaediag.backend import keras, tf

LATENTS, VALUES = 3, 12


def images(count=160, seed=0):
    rng = np.random.default_rng(seed)
    codes = rng.normal(size=(count, LATENTS)) @ rng.normal(size=(LATENTS, VALUES))
    return (codes + 0.3 * rng.normal(size=(count, VALUES))).astype(np.float32)


def sampling(K: Any):
    """As on the Keras site: a layer that draws z, also when the encoder is only asked for q(z | x)."""

    class Sampling(K.layers.Layer):
        def call(self, inputs):
            mean, log_variance = inputs
            if K is keras:
                noise = keras.random.normal(tf.shape(mean))  # from the generator that layers without a seed share
            else:
                noise = 0.6 * K.backend.random_normal(tf.shape(mean)) + 0.8 * tf.random.normal(tf.shape(mean))
            return mean + tf.exp(0.5 * log_variance) * noise

    return Sampling()


def networks(K: Any):
    layers = K.layers
    x = K.Input((VALUES,))
    h = layers.BatchNormalization()(layers.Dense(16, activation="relu")(x))
    mean, log_variance = layers.Dense(LATENTS)(h), layers.Dense(LATENTS)(h)
    encoder = K.Model(x, [mean, log_variance, sampling(K)([mean, log_variance])])
    z = K.Input((LATENTS,))
    h = layers.Dropout(0.2)(layers.Dense(16, activation="relu")(z))
    return encoder, K.Model(z, layers.Dense(VALUES + 1)(h))


def trainer(K: Any, encoder: Any, decoder: Any):
    """The VAE as people train it: a model of its own that holds the two networks."""

    class Trained(K.Model):
        def __init__(self):
            super().__init__()
            self.encoder, self.decoder = encoder, decoder
            self.likelihood = vd.likelihoods.Normal("image")
            self.mean_loss = K.metrics.Mean(name="loss")

        @property
        def metrics(self):
            return [self.mean_loss]

        def call(self, x, training=None):
            return self.decoder(self.encoder(x, training=training)[2], training=training)

        def train_step(self, data):
            with tf.GradientTape() as tape:
                mean, log_variance, z = self.encoder(data, training=True)
                law = self.likelihood.law(self.decoder(z, training=True), (VALUES,))
                distortion = -tf.reduce_sum(law.log_prob(data), 1)
                rate = 0.5 * tf.reduce_sum(mean**2 + tf.exp(log_variance) - log_variance - 1, 1)
                loss = tf.reduce_mean(distortion + rate)
            variables = self.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
            self.mean_loss.update_state(loss)
            return {"loss": self.mean_loss.result()}

    model = Trained()
    model.compile(optimizer=K.optimizers.Adam(3e-3))
    return model


def draws(K: Any):
    """The next number of every generator that a training may use."""
    import random

    own = keras.random.normal((2,)) if K is keras else K.backend.random_normal((2,))
    return [random.random(), np.random.random(), *tf.random.normal((2,)).numpy(), *np.asarray(own)]  # noqa: NPY002
