"""Beta-VAE: a plain class with .encoder, .decoder and .vae, of which the last is saved as one .h5, on tf_keras."""

import tensorflow as tf
import tf_keras
from small import digits, fit, standard_normal, tfd
from tensorflow import keras

import vaediag as vd

FILES = "betaVAE.h5, the whole model"


def layer_of(keras):
    """The custom layer, for the Keras that is asked."""

    class Reparameterize(keras.layers.Layer):
        def call(self, inputs):
            mu, logvar = inputs
            return mu + tf.random.normal(tf.shape(mu)) * tf.exp(logvar * 0.5)

    return Reparameterize


Reparameterize = layer_of(keras)


class BetaVAE:
    def __init__(self, latents=4):
        layers = tf_keras.layers
        image = layers.Input((8, 8, 1))
        hidden = layers.Flatten()(layers.Conv2D(8, 3, strides=2, activation="relu")(image))
        mu = layers.Dense(latents, name="z_mu")(hidden)
        logvar = layers.Dense(latents, activation="relu", name="z_logvar")(hidden)  # posteriors never below the prior
        draw = layer_of(tf_keras)()([mu, logvar])
        self.encoder = tf_keras.Model(image, [mu, logvar, draw], name="encoder")
        code = layers.Input((latents,))
        hidden = layers.Reshape((4, 4, 8))(layers.Dense(128, activation="relu")(code))
        pixels = layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid")(hidden)
        self.decoder = tf_keras.Model(code, pixels, name="decoder")
        self.vae = tf_keras.Model(image, self.decoder(self.encoder(image)[2]), name="vae")


def train():
    model = BetaVAE()

    def q(x):
        mean, log_var, _ = model.encoder(x)
        return tfd.MultivariateNormalDiag(mean, tf.exp(0.5 * log_var))

    def p(z):
        return tfd.Independent(tfd.Bernoulli(probs=tf.clip_by_value(model.decoder(z), 1e-6, 1 - 1e-6)), 3)

    variables = model.encoder.trainable_variables + model.decoder.trainable_variables
    fit(digits(), q, p, variables, prior=lambda: standard_normal(4))
    model.vae.save("betaVAE.h5")


def load():
    model = keras.models.load_model("betaVAE.h5", custom_objects={"Reparameterize": Reparameterize}, compile=False)
    vae = vd.from_model(
        model, posterior=vd.posteriors.MeanLogVar(), likelihood=vd.likelihoods.Bernoulli(parameters="probs")
    )
    return vae, digits()


def in_memory():
    """The object itself, in the process that made it."""
    model = BetaVAE()
    vae = vd.from_model(
        model, posterior=vd.posteriors.MeanLogVar(), likelihood=vd.likelihoods.Bernoulli(parameters="probs")
    )
    return vae, digits()


EXPECTED = {
    "likelihood": "bernoulli",
    "posterior": "diagonal normal from mean and log-variance",
    "prior": "standard normal",
    "assumed": [
        "networks taken from the layers 'encoder' and 'decoder'",
        "the encoder's third output (its own z) left out",
    ],
}
