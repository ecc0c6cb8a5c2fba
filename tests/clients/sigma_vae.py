"""sigma-VAE: the decoder gives a mean in [-1, 1], and σ is one number outside of it, or nowhere."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from small import digits, fit, standard_normal, tfd

import vaediag as vd

FILES = "encoder.keras, decoder.keras and, of the mode that trains it, log_sigma.npy"


def symmetric():
    return digits() * 2 - 1


def networks(latents=4):
    encoder = keras.Sequential(
        [
            layers.Input((8, 8, 1)),
            layers.Conv2D(8, 3, strides=2, padding="same"),
            layers.BatchNormalization(),
            layers.LeakyReLU(),
            layers.Flatten(),
            layers.Dense(2 * latents),
        ]
    )
    decoder = keras.Sequential(
        [
            layers.Input((latents,)),
            layers.Dense(128),
            layers.BatchNormalization(),
            layers.LeakyReLU(),
            layers.Reshape((4, 4, 8)),
            layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="tanh"),
        ]
    )
    return encoder, decoder


def train():
    encoder, decoder = networks()
    log_sigma = tf.Variable(tf.constant(-1.0))

    def q(x):
        mean, log_var = tf.split(encoder(x), 2, axis=1)
        return tfd.MultivariateNormalDiag(mean, tf.exp(0.5 * log_var))

    def p(z):
        return tfd.Independent(tfd.Normal(decoder(z), tf.exp(log_sigma)), 3)

    variables = [*encoder.trainable_variables, *decoder.trainable_variables, log_sigma]
    fit(symmetric(), q, p, variables, prior=lambda: standard_normal(4))
    encoder.save("encoder.keras")
    decoder.save("decoder.keras")
    np.save("log_sigma.npy", log_sigma.numpy())


def load():
    encoder = keras.models.load_model("encoder.keras")
    decoder = keras.models.load_model("decoder.keras")
    log_sigma = np.load("log_sigma.npy")  # a variable outside the decoder
    vae = vd.VAE(
        encoder,
        decoder,
        posterior=vd.posteriors.MeanLogVar(),
        likelihood=vd.likelihoods.Normal(scale=float(np.exp(log_sigma))),
    )
    return vae, symmetric()


def estimated():
    """The mode that stores no σ."""
    encoder = keras.models.load_model("encoder.keras")
    decoder = keras.models.load_model("decoder.keras")
    images = symmetric()
    vae = vd.VAE(
        encoder,
        decoder,
        posterior=vd.posteriors.MeanLogVar(),
        likelihood=vd.likelihoods.Normal(scale=1.0),  # any: it is estimated in the next line
    )
    vae = vd.estimate_scale(vae, images)
    return vae, images


EXPECTED = {
    "likelihood": "normal, fixed σ",
    "posterior": "diagonal normal from mean and log-variance",
    "prior": "standard normal",
    "assumed": [],
}
