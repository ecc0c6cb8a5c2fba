"""What every diagnostic can read of one chunk: the images, q(z | x), and p(x | z) under each conditioning.

Canonical shapes: images and per-pixel quantities are `[n, D]` (D = number of pixels, flattened), codes are `[n, L]`,
per-image quantities are `[n]`. All float32.
"""

from __future__ import annotations

import math
from typing import Any

from vaediag.aliases import Tensor
from vaediag.backend import tf
from vaediag.diagnostics.latents import Rate, rate
from vaediag.engine.shared import Shared, shared
from vaediag.laws import moments
from vaediag.laws.density import log_prob
from vaediag.laws.pit import cdf_pair, normal_scores
from vaediag.laws.scores import crps, interval_score
from vaediag.laws.traits import Traits, traits
from vaediag.seeds import fold

GROUPS = 50  # delete-a-group jackknife: image index mod 50
Z, RANKS, SCORES, CRPS, INTERVAL, MEAN_DRAW, MOMENTS = range(7)  # what a chunk's seed is folded with


class View(Shared):
    """p(x | z) of one chunk under one conditioning, and what follows from it per pixel, `[n, D]`."""

    law: Any  # batch [n, *event], scalar events
    image: Tensor  # x, [n, *event]
    seed: Any

    def flat(self, values: Tensor) -> Tensor:
        return tf.reshape(tf.broadcast_to(values, tf.shape(self.image)), self.x.shape)

    @property
    def traits(self) -> Traits:
        return traits(self.law)

    @shared
    def x(self) -> Tensor:
        return tf.reshape(self.image, (self.image.shape[0], math.prod(self.image.shape[1:])))

    @shared
    def _moments(self) -> tuple[Tensor, Tensor]:
        """Location and scale stand in where no variance exists: rows and maps stay finite, the records omit them."""
        if not self.traits.finite_variance:
            return self.law.loc, self.law.scale
        return moments.mean_and_stddev(self.law, seed=fold(self.seed, MOMENTS))

    @shared
    def mean(self) -> Tensor:
        return self.flat(self._moments[0])

    @shared
    def variance(self) -> Tensor:
        return self.stddev**2

    @shared
    def stddev(self) -> Tensor:
        return self.flat(self._moments[1])

    @shared
    def log_prob(self) -> Tensor:
        return self.flat(log_prob(self.law, self.image))

    @shared
    def residual(self) -> Tensor:
        """(x - mean) / stddev."""
        return (self.x - self.mean) / self.stddev

    @shared
    def cdf(self) -> tuple[Tensor, Tensor]:
        """(F(x-), F(x)): equal for continuous families."""
        below, upto = cdf_pair(self.law, self.image, seed=fold(self.seed, RANKS))
        return self.flat(below), self.flat(upto)

    @shared
    def scores(self) -> Tensor:
        """Normal scores of u, clipped to u in [1e-6, 1 - 1e-6]."""
        if self.traits.family == "normal":
            return tf.clip_by_value(self.residual, -4.753424, 4.753424)
        return self.flat(normal_scores(self.law, self.image, seed=fold(self.seed, SCORES)))

    @shared
    def crps(self) -> Tensor:
        if self.traits.family == "normal":
            shape = self.image.shape
            known = {
                "mean": tf.reshape(self.mean, shape),
                "stddev": tf.reshape(self.stddev, shape),
                "u": tf.reshape(self.cdf[1], shape),
            }
            return self.flat(crps(self.law, self.image, seed=fold(self.seed, CRPS), **known))
        return self.flat(crps(self.law, self.image, seed=fold(self.seed, CRPS)))

    @shared
    def interval_score(self) -> Tensor:
        return self.flat(interval_score(self.law, self.image, level=0.9, seed=fold(self.seed, INTERVAL)))

    @shared
    def finite(self) -> Tensor:
        """[n] bool: every number of the image's law and its log-likelihood is finite."""
        return tf.math.is_finite(tf.add_n([tf.reduce_sum(t, 1) for t in (self.mean, self.variance, self.log_prob)]))


class Chunk(Shared):
    """One chunk: `image` [n, *event], `mask` [n] (0 for padding), `start` (index of its first image), `seed`."""

    vae: Any
    image: Tensor
    mask: Tensor
    start: Tensor
    pivot: Tensor  # [D]: the first image; subtracted before squaring, so that moments keep their digits
    seed: Any
    given: dict[str, Any]  # tensors known before the pass
    codes: Tensor | None = None  # z of the `corrected` conditioning, [n, L]

    @shared
    def x(self) -> Tensor:
        return tf.reshape(self.image, (self.image.shape[0], math.prod(self.image.shape[1:])))

    @shared
    def q(self) -> Any:
        return self.vae.encode(self.image)

    @shared
    def z(self) -> Tensor:
        return self.q.sample(seed=fold(self.seed, Z))

    @shared
    def rate(self) -> Rate:
        return rate(self.q, self.vae.prior, self.z)

    def view(self, z: Tensor, use: int) -> View:
        return View(image=self.image, law=self.vae.law(z), seed=fold(self.seed, 100 + use))

    @shared
    def posterior(self) -> View:
        return self.view(self.z, 0)

    @shared
    def posterior_mean(self) -> View:
        return self.view(latent_mean(self.q, fold(self.seed, MEAN_DRAW)), 1)

    @shared
    def corrected(self) -> View:
        return self.view(self.codes, 2)

    @shared
    def finite(self) -> Tensor:
        """[n] bool: images whose every result is finite. A pass that meets others replaces them and measures again, so
        that the sums need no protection from NaN."""
        views = (self.corrected,) if self.codes is not None else (self.posterior, self.posterior_mean)
        ok = tf.math.is_finite(self.rate.total)
        for view in views:
            ok = tf.logical_and(ok, view.finite)
        return ok

    @shared
    def group(self) -> Tensor:
        """[GROUPS, n]: membership of the images in the jackknife groups, times their mask."""
        index = (self.start + tf.range(self.image.shape[0])) % GROUPS
        return tf.transpose(tf.one_hot(index, GROUPS)) * self.mask[None, :]

    def total(self, values: Tensor) -> Tensor:
        """Sums over the images of each jackknife group: `[n, ...] -> [GROUPS, ...]`."""
        sums = tf.matmul(self.group, tf.reshape(values, (values.shape[0], -1)))
        return tf.reshape(sums, (GROUPS, *values.shape[1:]))

    def totals(self, values: dict[str, Tensor]) -> dict[str, Tensor]:
        """`total` of several per-image numbers `[n]` at once, and of 1 as "n"."""
        sums = tf.matmul(self.group, tf.stack([tf.ones_like(self.mask), *values.values()], 1))
        return dict(zip(["n", *values], tf.unstack(sums, axis=1), strict=True))

    def sum(self, values: Tensor) -> Tensor:
        """Sum over all images: `[n, ...] -> [...]`."""
        flat = tf.reshape(values, (values.shape[0], -1))
        return tf.reshape(tf.matmul(self.mask[None, :], flat), values.shape[1:])

    def outer(self, values: Tensor) -> Tensor:
        """Second moments over images: `[n, m] -> [m, m]`."""
        return tf.matmul(values * self.mask[:, None], values, transpose_a=True)


def latent_mean(q: Any, seed: Any) -> Tensor:
    """E_q[z | x], in closed form or from 256 draws where the posterior does not know its mean."""
    try:
        return q.mean()
    except NotImplementedError:
        return tf.reduce_mean(q.sample(256, seed=seed), 0)
