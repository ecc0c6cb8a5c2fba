"""The VAE of the book Generative Deep Learning: saved whole as a SavedModel folder, images padded with a frame."""

import numpy as np
import tensorflow as tf
import tf_keras
from small import digits, fit, standard_normal, tfd

import vaediag as vd

FILES = "models/vae, a SavedModel folder"


def padded():
    return np.pad(digits(), ((0, 0), (2, 2), (2, 2), (0, 0)))


def make(latents=2):
    layers = tf_keras.layers
    image = layers.Input((12, 12, 1))
    hidden = layers.Flatten()(layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(image))
    z_mean, z_log_var = layers.Dense(latents, name="z_mean")(hidden), layers.Dense(latents, name="z_log_var")(hidden)

    class Sampling(layers.Layer):
        def call(self, inputs):
            mean, log_var = inputs
            return mean + tf.exp(0.5 * log_var) * tf.random.normal(tf.shape(mean))

    encoder = tf_keras.Model(image, [z_mean, z_log_var, Sampling()([z_mean, z_log_var])], name="encoder")
    code = layers.Input((latents,))
    hidden = layers.Reshape((6, 6, 8))(layers.Dense(6 * 6 * 8, activation="relu")(code))
    pixels = layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid")(hidden)
    decoder = tf_keras.Model(code, pixels, name="decoder")

    class VAE(tf_keras.Model):
        def __init__(self, encoder, decoder, **kwargs):
            super().__init__(**kwargs)
            self.encoder = encoder
            self.decoder = decoder

        def call(self, inputs):
            z_mean, z_log_var, z = encoder(inputs)
            return z_mean, z_log_var, decoder(z)

    return VAE(encoder, decoder)


def train():
    model = make()

    def q(x):
        mean, log_var, _ = model.encoder(x)
        return tfd.MultivariateNormalDiag(mean, tf.exp(0.5 * log_var))

    def p(z):
        return tfd.Independent(tfd.Bernoulli(probs=tf.clip_by_value(model.decoder(z), 1e-6, 1 - 1e-6)), 3)

    variables = model.encoder.trainable_variables + model.decoder.trainable_variables
    fit(padded(), q, p, variables, prior=lambda: standard_normal(2))
    model(padded()[:2])
    model.save("models/vae")


def load():
    model = tf.saved_model.load("models/vae")
    vae = vd.from_model(
        model,
        posterior=vd.posteriors.MeanLogVar(),
        likelihood=vd.likelihoods.Bernoulli(parameters="probs"),
        event_shape=(12, 12, 1),
        latent_dim=2,
    )
    return vae, padded()


EXPECTED = {
    "likelihood": "bernoulli",
    "posterior": "diagonal normal from mean and log-variance",
    "prior": "standard normal",
    "assumed": ["the encoder's third output (its own z) left out"],
}
