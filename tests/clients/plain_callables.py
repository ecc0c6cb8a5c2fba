"""TFP's notebook on variational inference: networks of tfp.experimental.nn, which are no Keras models at all."""

import tensorflow as tf
import tensorflow_probability as tfp
from small import digits, fit, tfd

import vaediag as vd

FILES = "a checkpoint (tf.train.Checkpoint)"

tfn = tfp.experimental.nn


def networks(latents=3):
    triangle = tfp.bijectors.FillScaleTriL(diag_shift=1e-5)
    encoder = tfn.Sequential(
        [
            lambda x: tf.reshape(x, (-1, 64)),
            tfn.Affine(64, 32),
            tf.nn.relu,
            tfn.Affine(32, latents + latents * (latents + 1) // 2),
            lambda t: tfd.MultivariateNormalTriL(t[..., :latents], triangle(t[..., latents:])),
        ]
    )
    decoder = tfn.Sequential(
        [
            tfn.Affine(latents, 32),
            tf.nn.relu,
            tfn.Affine(32, 64),
            lambda t: tfd.Independent(tfd.Bernoulli(logits=tf.reshape(t, (-1, 8, 8, 1))), 3),
        ]
    )
    return encoder, decoder, tfd.Sample(tfd.Normal(0.0, 1.0), latents)


def binary():
    return (digits() > 0.5).astype("float32")


def train():
    encoder, decoder, prior = networks()
    fit(binary(), encoder, decoder, encoder.trainable_variables + decoder.trainable_variables, prior=lambda: prior)
    tf.train.Checkpoint(encoder=encoder, decoder=decoder).write("model")


def load():
    encoder, decoder, prior = networks()
    tf.train.Checkpoint(encoder=encoder, decoder=decoder).read("model")
    vae = vd.from_callables(encoder, decoder, prior=prior, event_shape=(8, 8, 1))
    return vae, binary()


EXPECTED = {
    "likelihood": "bernoulli",
    "posterior": "full-covariance normal",
    "prior": "standard normal",
    "assumed": [],
}
