"""The VAE of the book Hands-On Machine Learning: images without a channel axis, a linear mean, squared error."""

import tensorflow as tf
import tf_keras
from small import digits, fit, standard_normal, tfd
from tensorflow import keras

import vaediag as vd

FILES = "encoder.h5 and decoder.h5"


def flat():
    return digits()[..., 0]


def layer_of(keras):
    """The custom layer, for the Keras that is asked."""

    class Sampling(keras.layers.Layer):
        def call(self, inputs):
            mean, log_var = inputs
            return tf.random.normal(tf.shape(log_var)) * tf.exp(log_var / 2) + mean

    return Sampling


Sampling = layer_of(keras)


def networks(codings=4):
    layers = tf_keras.layers
    image = layers.Input((8, 8))
    hidden = layers.Dense(32, activation="relu")(layers.Flatten()(image))
    mean, log_var = layers.Dense(codings)(hidden), layers.Dense(codings)(hidden)
    encoder = tf_keras.Model(image, [mean, log_var, layer_of(tf_keras)()([mean, log_var])])
    code = layers.Input((codings,))
    hidden = layers.Dense(32, activation="relu")(code)
    return encoder, tf_keras.Model(code, layers.Reshape((8, 8))(layers.Dense(64)(hidden)))


def train():
    encoder, decoder = networks()

    def q(x):
        mean, log_var, _ = encoder(x)
        return tfd.MultivariateNormalDiag(mean, tf.exp(0.5 * log_var))

    variables = encoder.trainable_variables + decoder.trainable_variables
    fit(flat(), q, lambda z: tfd.Independent(tfd.Normal(decoder(z), 0.5**0.5), 2), variables,
        prior=lambda: standard_normal(4))  # fmt: skip
    encoder.save("encoder.h5")
    decoder.save("decoder.h5")


def load():
    encoder = keras.models.load_model("encoder.h5", custom_objects={"Sampling": Sampling}, compile=False)
    decoder = keras.models.load_model("decoder.h5", compile=False)
    vae = vd.VAE(
        encoder,
        decoder,
        posterior=vd.posteriors.MeanLogVar(),
        likelihood=vd.likelihoods.Normal(scale=0.5**0.5),  # what the loss mse + KL / 784 stands for
    )
    return vae, flat()


EXPECTED = {
    "likelihood": "normal, fixed σ 0.7071",
    "posterior": "diagonal normal from mean and log-variance",
    "prior": "standard normal",
    "assumed": ["the encoder's third output (its own z) left out"],
}
