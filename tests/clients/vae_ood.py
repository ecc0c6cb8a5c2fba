"""The model of a paper on outliers: a law per pixel that no Independent joins, batch normalisation, a call that returns
a dict of distributions; tf_keras."""

import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras
from small import digits, fit, standard_normal, tfd
from tf_keras import layers

import vaediag as vd

FILES = "vae_weights.h5"

tfpl = tfp.layers


class VAE(tf_keras.Model):
    def __init__(self, latent_dim):
        super().__init__()
        self.latent_prior = standard_normal(latent_dim)
        self.encoder = tf_keras.Sequential(
            [
                layers.InputLayer((8, 8, 1)),
                layers.Conv2D(8, 3, strides=2, padding="same"),
                layers.BatchNormalization(momentum=0.9),
                layers.ReLU(),
                layers.Flatten(),
                layers.Dense(2 * latent_dim),
                tfpl.DistributionLambda(
                    lambda t: tfd.MultivariateNormalDiag(t[..., :latent_dim], tf.nn.softplus(t[..., latent_dim:]))
                ),
            ]
        )
        self.decoder = tf_keras.Sequential(
            [
                layers.InputLayer((latent_dim,)),
                layers.Dense(128),
                layers.BatchNormalization(momentum=0.9),
                layers.ReLU(),
                layers.Reshape((4, 4, 8)),
                layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid"),
                tfpl.DistributionLambda(
                    lambda t: tfd.TruncatedNormal(t, 0.2, 0.0, 1.0), convert_to_tensor_fn=lambda law: law.loc
                ),
            ]
        )

    def call(self, inputs, training=False):
        self.posterior = self.encoder(inputs, training=training)
        code = self.posterior.sample()
        return {"posterior": self.posterior, "decoder_ll": self.decoder(code, training=training)}


def train():
    model = VAE(4)

    def p(z):
        return tfd.Independent(model.decoder(z, training=True).tensor_distribution, 3)

    variables = model.encoder.trainable_variables + model.decoder.trainable_variables
    fit(digits(), lambda x: model.encoder(x, training=True), p, variables, prior=lambda: model.latent_prior)
    model(digits()[:2])
    model.save_weights("vae_weights.h5")


def load():
    model = VAE(latent_dim=4)
    model.build((None, 8, 8, 1))
    model.load_weights("vae_weights.h5")
    vae = vd.from_model(model, prior=model.latent_prior)
    return vae, digits()


def whole():
    model = VAE(latent_dim=4)
    model.build((None, 8, 8, 1))
    model.load_weights("vae_weights.h5")
    vae = vd.from_callables(model, model.decoder, prior=model.latent_prior, event_shape=(8, 8, 1))
    return vae, digits()


EXPECTED = {
    "likelihood": "truncated normal",
    "posterior": "diagonal normal",
    "prior": "standard normal",
    "assumed": ["law per pixel without tfd.Independent: pixels taken as independent given z"],
}
