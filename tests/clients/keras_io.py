"""The VAE of keras.io: a functional encoder with three outputs, a decoder that ends in a sigmoid, Keras 3."""

import keras
import tensorflow as tf
from keras import layers
from small import digits, fit, standard_normal, tfd

import vaediag as vd

FILES = "encoder.keras and decoder.keras"


class Sampling(layers.Layer):
    """Draws z from what the two dense layers say of it."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seeds = keras.random.SeedGenerator(1)

    def call(self, inputs):
        z_mean, z_log_var = inputs
        noise = keras.random.normal(keras.ops.shape(z_mean), seed=self.seeds)
        return z_mean + keras.ops.exp(0.5 * z_log_var) * noise


def networks(latents=2):
    image = keras.Input((8, 8, 1))
    hidden = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(image)
    hidden = layers.Dense(32, activation="relu")(layers.Flatten()(hidden))
    z_mean = layers.Dense(latents, name="z_mean")(hidden)
    z_log_var = layers.Dense(latents, name="z_log_var")(hidden)
    encoder = keras.Model(image, [z_mean, z_log_var, Sampling()([z_mean, z_log_var])], name="encoder")
    code = keras.Input((latents,))
    hidden = layers.Reshape((4, 4, 8))(layers.Dense(4 * 4 * 8, activation="relu")(code))
    pixels = layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid")(hidden)
    return encoder, keras.Model(code, pixels, name="decoder")


def train():
    encoder, decoder = networks()

    def q(x):
        mean, log_var, _ = encoder(x)
        return tfd.MultivariateNormalDiag(mean, tf.exp(0.5 * log_var))

    def p(z):
        return tfd.Independent(tfd.Bernoulli(probs=tf.clip_by_value(decoder(z), 1e-6, 1 - 1e-6), dtype=tf.float32), 3)

    fit(digits(), q, p, encoder.trainable_variables + decoder.trainable_variables, prior=lambda: standard_normal(2))
    encoder.save("encoder.keras")
    decoder.save("decoder.keras")
    decoder.export("decoder", verbose=False)


def load():
    encoder = keras.models.load_model("encoder.keras", custom_objects={"Sampling": Sampling})
    decoder = keras.models.load_model("decoder.keras")
    vae = vd.VAE(
        encoder,
        decoder,
        posterior=vd.posteriors.MeanLogVar(),
        likelihood=vd.likelihoods.Bernoulli(parameters="probs"),
    )
    return vae, digits()


def exported():
    encoder = keras.models.load_model("encoder.keras", custom_objects={"Sampling": Sampling})
    decoder = tf.saved_model.load("decoder")  # of decoder.export("decoder")
    vae = vd.VAE(
        encoder,
        decoder,
        posterior=vd.posteriors.MeanLogVar(),
        likelihood=vd.likelihoods.Bernoulli(parameters="probs"),
    )
    return vae, digits()


EXPECTED = {
    "likelihood": "bernoulli",
    "posterior": "diagonal normal from mean and log-variance",
    "prior": "standard normal",
    "assumed": ["the encoder's third output (its own z) left out"],
}
