"""A VAE while it learns: two networks, their heads, and the one number that is trained outside the networks."""

from __future__ import annotations

import math
from typing import Any

from vaediag.aliases import Law, Seed, Tensor
from vaediag.backend import keras, tf, tfd
from vaediag.heads import from_config, likelihoods, priors
from vaediag.seeds import fold
from vaediag.vae import VAE
from vaediag_models import networks
from vaediag_models.recipes import Recipe

START_SIGMA = 0.3  # of a shared scale; any value of the order of the data's spread will do


class Trainee:
    """Networks and heads of a recipe, with fresh weights.

    Attributes:
        encoder, decoder: Keras models.
        log_variance: of the shared scale, a Keras variable; None unless the likelihood has one to learn.
    """

    def __init__(self, recipe: Recipe, event_shape: tuple[int, ...]) -> None:
        self.recipe, self.event_shape = recipe, event_shape
        self.posterior = from_config({"posterior": recipe.posterior})
        self.likelihood = from_config(recipe.likelihood)
        special = "hidden" if recipe.network == "conv" else "encoder_widths"
        options = {special: getattr(recipe, special)}
        self.encoder, self.decoder = getattr(networks, recipe.network)(
            event_shape,
            recipe.latent_dim,
            encoder_outputs=self.posterior.outputs(recipe.latent_dim),
            decoder_outputs=self.likelihood.outputs(event_shape),
            widths=recipe.widths,
            seed=recipe.seed,
            **options,
        )
        learns = isinstance(self.likelihood, likelihoods.Normal) and self.likelihood.scale == "shared"
        self.log_variance = keras.Variable(2 * math.log(START_SIGMA), name="log_variance") if learns else None
        self._prior = tfd.MultivariateNormalDiag(tf.zeros(recipe.latent_dim), tf.ones(recipe.latent_dim))

    @property
    def decoder_variables(self) -> list[Any]:
        extra = [] if self.log_variance is None else [self.log_variance]
        return [*self.decoder.trainable_variables, *extra]

    @property
    def variables(self) -> list[Any]:
        """Everything that training changes, in a fixed order."""
        return [*self.encoder.trainable_variables, *self.decoder_variables]

    def encode(self, x: Tensor) -> Law:
        """q(z | x), event `[L]`."""
        return self.posterior.law(self.encoder(x, training=True), self.recipe.latent_dim)

    def law(self, z: Tensor) -> Law:
        """The per-pixel law, batch `[n, *event_shape]`."""
        outputs = self.decoder(z, training=True)
        if self.log_variance is None:
            return self.likelihood.law(outputs, self.event_shape)
        sigma = self.likelihood.sigma(tf.convert_to_tensor(self.log_variance))
        return tfd.Normal(tf.reshape(outputs, (-1, *self.event_shape)), sigma)

    def bound(self, x: Tensor, seed: Seed) -> tuple[Tensor, Tensor]:
        """Rate and distortion in nats, each `[n]`, with one draw of z per image."""
        q = self.encode(x)
        return self.rate(q), -_sum(self.law(q.sample(seed=seed)).log_prob(x))

    def rate(self, q: Law) -> Tensor:
        """KL(q(z | x) || N(0, I)) in closed form, `[n]`."""
        if isinstance(q, tfd.Independent):
            return tf.reduce_sum(q.distribution.kl_divergence(tfd.Normal(0.0, 1.0)), 1)
        return q.kl_divergence(self._prior)

    def dream(self, count: int, seed: Seed) -> Tensor:
        """-log q(z | x) in nats, `[count]`, of pairs (z, x) that the model itself draws (Hinton et al. 1995)."""
        z = tf.random.stateless_normal((count, self.recipe.latent_dim), fold(seed, 0))
        x = tf.cast(self.law(z).sample(seed=fold(seed, 1)), tf.float32)
        return -self.encode(tf.stop_gradient(x)).log_prob(z)

    def recombined(self, x: Tensor, seed: Seed) -> Tensor:
        """-log q(z | mean of z + residual of a real image), `[n]`: `dream` with errors as continuous data have them."""
        z = tf.random.stateless_normal((tf.shape(x)[0], self.recipe.latent_dim), fold(seed, 0))
        residual = x - self.law(self.encode(x).sample(seed=fold(seed, 1))).mean()
        return -self.encode(tf.stop_gradient(self.law(z).mean() + residual)).log_prob(z)

    def finished(self, **record: Any) -> VAE:
        """The trained VAE, its shared scale frozen into the head."""
        likelihood = self.likelihood
        if self.log_variance is not None:
            sigma = float(likelihood.sigma(tf.convert_to_tensor(self.log_variance)))
            likelihood = likelihoods.Normal("shared", value=sigma, floor=likelihood.floor)
        return VAE(
            self.encoder,
            self.decoder,
            posterior=self.posterior,
            likelihood=likelihood,
            prior=priors.StandardNormal(self.recipe.latent_dim),
            name=self.recipe.name,
            event_shape=self.event_shape,
            latent_dim=self.recipe.latent_dim,
            **record,
        )


def _sum(values: Tensor) -> Tensor:
    return tf.reduce_sum(values, axis=list(range(1, values.shape.rank)))
