"""Models with good codes, had from principal components instead of training, and the losses that people write."""

from __future__ import annotations

import numpy as np

import vaediag as vd
from vaediag.backend import tf

L, SPREAD = 6, 0.25  # latents; sigma of the posterior


def images(channels: int = 1) -> np.ndarray:
    """Digits, `[1000, 8, 8, channels]`: the further channels are other, weaker versions of the first."""
    x = vd.datasets.load("digits[train]").values[:1000]
    return np.concatenate([x, 0.7 * x[:, ::-1], 0.5 * x[:, :, ::-1]][:channels], -1).astype(np.float32)


class Model:
    """Networks of a linear VAE, and its parts as training code has them in hand."""

    def __init__(self, x: np.ndarray, likelihood, *, latents: int = L, spread: float = SPREAD, shift: float = 0.0):
        flat = x.reshape(len(x), -1)
        self.event, self.likelihood, self.latents = x.shape[1:], likelihood, latents
        self.mean = flat.mean(0)
        _, sizes, rows = np.linalg.svd(flat - self.mean, full_matrices=False)
        scale = sizes[:latents] / np.sqrt(len(x))
        self.inward = tf.constant((rows[:latents] / scale[:, None]).T, tf.float32)
        self.outward = tf.constant(rows[:latents] * scale[:, None], tf.float32)
        self.spread, self.shift = spread, shift
        self.gain = 4.0 if "ernoulli" in likelihood.describe() else 1.0
        self.vae = vd.VAE(
            self.encoder,
            self.decoder,
            posterior=vd.posteriors.MeanLogVar(),
            likelihood=likelihood,
            event_shape=self.event,
            latent_dim=latents,
        )

    def encoder(self, x):
        flat = tf.reshape(x, (-1, len(self.mean)))
        mean = (1 - self.shift) * (flat - self.mean) @ self.inward
        wide = tf.reduce_mean(flat, 1, keepdims=True) - float(self.mean.mean())  # bright images: wider
        return tf.concat([mean, 2 * np.log(self.spread) + wide + 0 * mean], 1)

    def decoder(self, z):
        out = self.gain * (z @ self.outward + self.mean - (0.5 if self.gain > 1 else 0.0))
        if "image" in self.likelihood.describe():
            return tf.concat([out, 2 * np.log(0.15) + 0.3 * z[:, :1]], 1)
        return out


class Code:
    """Training code in NumPy: what it has in hand of one batch, and the losses that people make of it."""

    def __init__(self, model: Model, seed: int = 0, *, draw: bool = True):
        self.model, self.rng, self.draw = model, np.random.default_rng(seed), draw
        self.inward, self.outward = model.inward.numpy(), model.outward.numpy()

    def parts(self, x):
        """Decoder output, log σ² of each image, KL of each latent; rows are images."""
        model, flat = self.model, x.reshape(len(x), -1)
        mean = (1 - model.shift) * (flat - model.mean) @ self.inward
        log_variance = 2 * np.log(model.spread) + flat.mean(1, keepdims=True) - model.mean.mean() + 0 * mean
        z = mean + np.exp(log_variance / 2) * self.rng.standard_normal(mean.shape) * self.draw
        kl = -0.5 * (1 + log_variance - mean**2 - np.exp(log_variance))
        out = model.gain * (z @ self.outward + model.mean - (0.5 if model.gain > 1 else 0.0))
        stated = getattr(model.likelihood, "stated", None)
        last = 2 * np.log(0.15) + 0.3 * z[:, :1] if stated is None else np.full((len(x), 1), 2 * np.log(stated))
        return out, last, kl

    def terms(self, x):
        """-log p and squared error of each value `[n, D]`, and the KL of each latent `[n, L]`."""
        out, log_variance, kl = self.parts(x)
        flat = x.reshape(len(x), -1)
        if self.model.gain > 1:
            return np.logaddexp(0, out) - flat * out, (flat - 1 / (1 + np.exp(-out))) ** 2, kl
        square = (flat - out) ** 2
        return 0.5 * (square / np.exp(log_variance) + log_variance + np.log(2 * np.pi)), square, kl


def loss_of(model: Model, name: str, seed: int = 0, *, draw: bool = True):
    """The loss `name` of a model: "right", or a planted mistake."""
    code, D, last = Code(model, seed, draw=draw), len(model.mean), model.event[-1]

    def loss(x):
        each, square, kl = code.terms(x.numpy())
        rec, squares, rate = each.sum(1), square.sum(1), kl.sum(1)
        return {
            "right": lambda: (rec + rate).mean(),
            "per image": lambda: rec + rate,
            "mean_over_values": lambda: each.mean() + rate.mean(),
            "mean_over_last_axis": lambda: (rec / last + rate).mean(),
            "mean_over_positions": lambda: (rec / (D / last) + rate).mean(),
            "mean_over_latents": lambda: rec.mean() + kl.mean(),
            "half_kl": lambda: (rec + rate / 2).mean(),
            "double_kl": lambda: (rec + 2 * rate).mean(),
            "double_reconstruction": lambda: (2 * rec + rate).mean(),
            "kl_sign": lambda: (rec - rate).mean(),
            "sign": lambda: -(rec + rate).mean(),
            "no_kl": lambda: rec.mean(),
            "sum_over_images": lambda: (rec + rate).sum(),
            "kl_not_summed": lambda: rec.sum() + rate.mean(),
            "only_kl_summed": lambda: rec.mean() + rate.sum(),
            "both_divided": lambda: (rec + rate).mean() / D,
            "beta": lambda: (rec + 4 * rate).mean(),
            "constant": lambda: (rec + rate).mean() + 40,
            "constant_left_out": lambda: (rec - D / 2 * np.log(2 * np.pi) + rate).mean(),
            "squared_errors": lambda: (squares + rate).mean(),
            "squares / D": lambda: (squares + rate).mean() / D,
            "weights": lambda: 500 * each.mean() + 2.3 * rate.mean(),
            "capacity": lambda: rec.mean() + 20 * abs(rate.mean() - 8),
        }[name]()

    return loss
