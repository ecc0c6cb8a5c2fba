"""The TensorFlow tutorial's model: a subclass without call(), one tensor of means and log-variances, logits."""

import keras
import tensorflow as tf
from keras import layers
from small import digits, fit, standard_normal, tfd

import vaediag as vd

FILES = "cvae.weights.h5"


class CVAE(keras.Model):
    def __init__(self, latent_dim):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = keras.Sequential(
            [
                layers.InputLayer((8, 8, 1)),
                layers.Conv2D(8, 3, strides=2, activation="relu"),
                layers.Flatten(),
                layers.Dense(latent_dim + latent_dim),
            ]
        )
        self.decoder = keras.Sequential(
            [
                layers.InputLayer((latent_dim,)),
                layers.Dense(4 * 4 * 8, activation="relu"),
                layers.Reshape((4, 4, 8)),
                layers.Conv2DTranspose(1, 3, strides=2, padding="same"),
            ]
        )

    def encode(self, x):
        mean, logvar = tf.split(self.encoder(x), num_or_size_splits=2, axis=1)
        return mean, logvar

    def decode(self, z, apply_sigmoid=False):
        logits = self.decoder(z)
        return tf.sigmoid(logits) if apply_sigmoid else logits


def binary():
    return (digits() > 0.5).astype("float32")


def train():
    model = CVAE(2)

    def q(x):
        mean, logvar = model.encode(x)
        return tfd.MultivariateNormalDiag(mean, tf.exp(0.5 * logvar))

    def p(z):
        return tfd.Independent(tfd.Bernoulli(logits=model.decode(z), dtype=tf.float32), 3)

    fit(binary(), q, p, model.trainable_variables, prior=lambda: standard_normal(2))
    model.built = True  # never called: Keras would refuse to save it
    model.save_weights("cvae.weights.h5")


def load():
    model = CVAE(latent_dim=2)
    model.built = True
    model.load_weights("cvae.weights.h5")
    vae = vd.from_model(model, posterior=vd.posteriors.MeanLogVar(), likelihood=vd.likelihoods.Bernoulli())
    return vae, binary()


def methods():
    model = CVAE(latent_dim=2)
    model.built = True
    model.load_weights("cvae.weights.h5")
    vae = vd.VAE(
        model.encode,
        model.decode,
        posterior=vd.posteriors.MeanLogVar(),
        likelihood=vd.likelihoods.Bernoulli(),
        event_shape=(8, 8, 1),
        latent_dim=2,
    )
    return vae, binary()


EXPECTED = {
    "likelihood": "bernoulli",
    "posterior": "diagonal normal from mean and log-variance",
    "prior": "standard normal",
    "assumed": ["the model's methods encode and decode not used"],
}
