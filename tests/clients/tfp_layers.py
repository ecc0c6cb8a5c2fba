"""The TFP notebook on probabilistic layers: a full-covariance posterior and a Bernoulli decoder as layers, tf_keras."""

import tensorflow_probability as tfp
import tf_keras
from small import digits, fit, standard_normal, tfd
from tf_keras import layers

import vaediag as vd

FILES = "encoder_weights.h5 and decoder_weights.h5"

tfpl = tfp.layers


def networks(latents=4):
    prior = standard_normal(latents)
    encoder = tf_keras.Sequential(
        [
            layers.InputLayer((8, 8, 1)),
            layers.Flatten(),
            layers.Dense(32, activation="relu"),
            layers.Dense(tfpl.MultivariateNormalTriL.params_size(latents)),
            tfpl.MultivariateNormalTriL(latents, activity_regularizer=tfpl.KLDivergenceRegularizer(prior)),
        ]
    )
    decoder = tf_keras.Sequential(
        [
            layers.InputLayer((latents,)),
            layers.Dense(32, activation="relu"),
            layers.Dense(tfpl.IndependentBernoulli.params_size((8, 8, 1))),
            tfpl.IndependentBernoulli((8, 8, 1), tfd.Bernoulli.logits),
        ]
    )
    return encoder, decoder, prior


def binary():
    return digits() > 0.5  # bool, as the notebook keeps it


def train():
    encoder, decoder, prior = networks()
    variables = encoder.trainable_variables + decoder.trainable_variables
    fit(binary().astype("float32"), encoder, lambda z: decoder(z).tensor_distribution, variables, prior=lambda: prior)
    encoder.save_weights("encoder_weights.h5")
    decoder.save_weights("decoder_weights.h5")


def load():
    encoder, decoder, prior = networks()
    encoder.load_weights("encoder_weights.h5")
    decoder.load_weights("decoder_weights.h5")
    vae = vd.from_callables(encoder, decoder, prior=prior, event_shape=(8, 8, 1))
    return vae, binary()


EXPECTED = {
    "likelihood": "bernoulli",
    "posterior": "full-covariance normal",
    "prior": "standard normal",
    "assumed": [],
}
