"""keras.io's VAE with TFP layers, on tf_keras: its decoder gives random images when it is asked for numbers."""

import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras
from small import digits, fit, standard_normal, tfd

import vaediag as vd

FILES = "encoder_weights.h5 and decoder_weights.h5"

tfpl = tfp.layers


def networks(latents=2):
    layers = tf_keras.layers
    image = layers.Input((8, 8, 1))
    hidden = layers.Dense(32, activation="relu")(layers.Flatten()(image))
    raw = [layers.Dense(latents)(hidden), layers.Dense(latents)(hidden)]
    law = tfpl.DistributionLambda(lambda t: tfd.MultivariateNormalDiag(t[0], tf.exp(t[1])))(raw)
    code = layers.Input((latents,))
    logits = layers.Dense(64)(layers.Dense(32, activation="relu")(code))
    pixels = tfpl.IndependentBernoulli((8, 8, 1))(logits)
    return tf_keras.Model(image, law, name="encoder"), tf_keras.Model(code, pixels, name="decoder")


def train():
    encoder, decoder = networks()
    variables = encoder.trainable_variables + decoder.trainable_variables
    fit(digits(), encoder, lambda z: decoder(z).tensor_distribution, variables, prior=lambda: standard_normal(2))
    encoder.save_weights("encoder_weights.h5")
    decoder.save_weights("decoder_weights.h5")
    decoder.save("decoder")  # a SavedModel, which forgets that it is a distribution


def load():
    encoder, decoder = networks()
    encoder.load_weights("encoder_weights.h5")
    decoder.load_weights("decoder_weights.h5")
    vae = vd.from_callables(encoder, decoder, prior=vd.priors.StandardNormal(2), event_shape=(8, 8, 1))
    return vae, digits()


def as_saved():
    """The SavedModel of this decoder, which gives draws of 0 or 1."""
    decoder = tf.saved_model.load("decoder")
    return vd.from_callables(
        networks()[0],
        lambda z: tfd.Bernoulli(logits=decoder(z)),
        prior=vd.priors.StandardNormal(2),
        event_shape=(8, 8, 1),
    )


EXPECTED = {
    "likelihood": "bernoulli",
    "posterior": "diagonal normal",
    "prior": "standard normal",
    "assumed": [],
}
