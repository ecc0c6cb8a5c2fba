"""An outlier detector in alibi-detect's manner: the VAE is an attribute of it, with layers of its own classes."""

import keras
import tensorflow as tf
from keras import layers
from small import digits, fit, standard_normal, tfd

import vaediag as vd

FILES = "vae.weights.h5"


class Encoder(layers.Layer):
    def __init__(self, net, latent_dim, **kwargs):
        super().__init__(**kwargs)
        self.net = net
        self.fc_mean = layers.Dense(latent_dim)
        self.fc_log_var = layers.Dense(latent_dim)

    def call(self, x):
        hidden = self.net(x)
        mean, log_var = self.fc_mean(hidden), self.fc_log_var(hidden)
        return mean, log_var, mean + tf.exp(0.5 * log_var) * tf.random.normal(tf.shape(mean))


class VAE(keras.Model):
    def __init__(self, encoder_net, decoder_net, latent_dim):
        super().__init__()
        self.encoder = Encoder(encoder_net, latent_dim)
        self.decoder = decoder_net
        self.latent_dim = latent_dim

    def call(self, x):
        return self.decoder(self.encoder(x)[2])


class OutlierVAE:
    def __init__(self, encoder_net, decoder_net, latent_dim):
        self.vae = VAE(encoder_net, decoder_net, latent_dim)


def detector(latents=4):
    encoder_net = keras.Sequential([layers.Input((8, 8, 1)), layers.Flatten(), layers.Dense(32, activation="relu")])
    decoder_net = keras.Sequential(
        [
            layers.Input((latents,)),
            layers.Dense(32, activation="relu"),
            layers.Dense(64, activation="sigmoid"),
            layers.Reshape((8, 8, 1)),
        ]
    )
    return OutlierVAE(encoder_net, decoder_net, latents)


def train():
    vae = detector().vae
    vae(digits()[:2])

    def q(x):
        mean, log_var, _ = vae.encoder(x)
        return tfd.MultivariateNormalDiag(mean, tf.exp(0.5 * log_var))

    fit(digits(), q, lambda z: tfd.Independent(tfd.Normal(vae.decoder(z), 0.05), 3), vae.trainable_variables,
        prior=lambda: standard_normal(4))  # fmt: skip
    vae.save_weights("vae.weights.h5")


def load():
    od = detector()
    od.vae.build((None, 8, 8, 1))
    od.vae.load_weights("vae.weights.h5")
    vae = vd.from_model(
        od,
        posterior=vd.posteriors.MeanLogVar(),
        likelihood=vd.likelihoods.Normal(scale=0.05),  # sim=.05 of its loss is a standard deviation
        event_shape=(8, 8, 1),
    )
    return vae, digits()


EXPECTED = {
    "likelihood": "normal, fixed σ 0.05",
    "posterior": "diagonal normal from mean and log-variance",
    "prior": "standard normal",
    "assumed": [
        "networks taken from .vae.encoder and .vae.decoder",
        "the encoder's third output (its own z) left out",
    ],
}
