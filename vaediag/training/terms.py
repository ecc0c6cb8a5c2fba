"""What the loss of a VAE is made of, image by image: reconstruction in four versions, and KL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.aliases import Law, Seed, Tensor
from vaediag.backend import tf
from vaediag.diagnostics.latents import rate
from vaediag.laws import moments
from vaediag.laws.traits import traits
from vaediag.probes.codes import MOMENT_DRAWS, images_at_once
from vaediag.records.estimate import Array
from vaediag.seeds import fold

NAMES = ("log_loss", "square", "absolute", "cross_entropy")
CLIP = 1e-7  # where Keras clips probabilities


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Reconstruction terms by name, each summed over the values of an image, and KL(q || p).

    `log_loss` is -log p(x | z) in nats; `square` and `absolute` are errors of the mean of p(x | z); `cross_entropy` is
    that of its mean (or its `probs`), clipped as Keras does, NaN where x is not in [0, 1].
    """

    drawn: dict[str, Array]  # [draws, n] each, z ~ q(z | x)
    kl: Array  # [draws, n], nats; the same for all draws where it has a closed form
    centred: dict[str, Array]  # [n] each, at the mean of q(z | x)
    family: str  # of the pixels' law

    def __len__(self) -> int:
        return self.kl.shape[1]

    @property
    def draws(self) -> int:
        return len(self.kl)


class Measure:
    """The terms of one model, compiled for one shape."""

    family: str = ""  # of the pixels' law, known once something was measured

    def __init__(self, vae: Any) -> None:
        self._vae, self._size = vae, images_at_once(tuple(vae.event_shape))
        self._once = tf.function(self._terms)

    def centred(self, x: Array, seed: Seed) -> tuple[dict[str, Array], Array]:
        """Terms of images `[n, *event]` at the mean of q(z | x), and KL: `[n]` each."""
        values = self._measured(x, seed, [-1])[0]
        return dict(zip(NAMES, values, strict=False)), values[-1]

    def drawn(self, x: Array, seed: Seed, draws: int) -> tuple[dict[str, Array], Array]:
        """Terms and KL of several draws of z: `[draws, n]` each."""
        values = self._measured(x, seed, range(draws))
        return {name: values[:, i] for i, name in enumerate(NAMES)}, values[:, -1]

    def _measured(self, x: Array, seed: Seed, draws: Iterable[int]) -> Array:
        """`[draws, terms, n]`."""
        parts = []
        for part, start in enumerate(range(0, len(x), self._size)):
            image = tf.constant(np.resize(x[start : start + self._size], (self._size, *x.shape[1:])), tf.float32)
            key = tf.constant(fold(seed, part))
            each = [self._once(image, key, tf.constant(draw)) for draw in draws]
            parts.append(np.array(each, float)[:, :, : len(x) - start])
        return np.concatenate(parts, 2)

    def _terms(self, x: Tensor, seed: Tensor, draw: Tensor) -> tuple[Tensor, ...]:
        """Of one z per image: draw number `draw`, or the mean of q where that is negative."""
        seed = fold(seed, draw)
        q = self._vae.encode(x)
        z = q.sample(seed=fold(seed, 0))
        law = self._vae.law(tf.where(draw < 0, _mean(q, seed), z))
        self.family = traits(law).family
        mean = moments.mean(law, seed=fold(seed, 1)).value
        log_prob = tf.broadcast_to(law.log_prob(x), tf.shape(x))
        each = (-log_prob, (x - mean) ** 2, tf.abs(x - mean), _cross_entropy(law, self.family, x, mean))
        axes = list(range(1, x.shape.rank))
        return (*(tf.reduce_sum(values, axes) for values in each), rate(q, self._vae.prior, z).total)


def _mean(q: Law, key: Seed) -> Tensor:
    try:
        return q.mean()
    except NotImplementedError:
        return tf.reduce_mean(q.sample(MOMENT_DRAWS, seed=key), 0)


def _cross_entropy(law: Law, family: str, x: Tensor, mean: Tensor) -> Tensor:
    probs = law.probs_parameter() if family in ("bernoulli", "continuous_bernoulli") else mean
    p = tf.clip_by_value(probs, CLIP, 1 - CLIP)
    inside = (x >= 0) & (x <= 1)
    return tf.where(inside, -x * tf.math.log(p) - (1 - x) * tf.math.log1p(-p), np.nan)
