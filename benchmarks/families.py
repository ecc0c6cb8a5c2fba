"""Seconds of one whole `vd.diagnose` under each likelihood, as a multiple of what a Normal takes in the same run.

The data are draws from each family itself, around a signal that depends on two latents. Each diagnosis compiles anew,
as the first one of a person does.

    python benchmarks/families.py [side of the image, default 8] [images, default 300] [families ...]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import vaediag as vd
from vaediag.backend import tf, tfd

Raw = Callable[[Any], list[Any]]  # of a signal [n, *event], of order 1, the outputs that a head takes
COMPONENTS = 5
LIMIT = "at most 5 x"

HEADS: dict[str, tuple[Any, Raw]] = {
    "Normal": (vd.likelihoods.Normal("pixel"), lambda s: [s, 0.2 * s - 1]),
    "Bernoulli": (vd.likelihoods.Bernoulli(), lambda s: [2 * s]),
    "ContinuousBernoulli": (vd.likelihoods.ContinuousBernoulli(), lambda s: [3 * s]),
    "Laplace": (vd.likelihoods.Laplace("pixel"), lambda s: [s, 0.2 * s - 1]),
    "Logistic": (vd.likelihoods.Logistic("pixel"), lambda s: [s, 0.2 * s - 1]),
    "StudentT": (vd.likelihoods.StudentT("pixel", df=5.0), lambda s: [s, 0.2 * s - 1]),
    "LogNormal": (vd.likelihoods.LogNormal("pixel"), lambda s: [s, 0.2 * s - 1]),
    "TruncatedNormal": (vd.likelihoods.TruncatedNormal("pixel"), lambda s: [0.5 + 0.4 * s, 0.2 * s - 2]),
    "LogitNormal": (vd.likelihoods.LogitNormal("pixel"), lambda s: [s, 0.2 * s - 1]),
    "Beta": (vd.likelihoods.Beta(), lambda s: [1 + s, 1 - s]),
    "NormalMixture": (vd.likelihoods.NormalMixture(COMPONENTS), lambda s: mixed(s, 1.0, -1.5)),
    "DiscretizedLogistic": (vd.likelihoods.DiscretizedLogistic(), lambda s: [127 + 40 * s, 2 + 0.2 * s]),
    "DiscretizedLogisticMixture": (
        vd.likelihoods.DiscretizedLogisticMixture(components=COMPONENTS),
        lambda s: mixed(127 + 40 * s, 15.0, 1.5),
    ),
    "Categorical": (vd.likelihoods.Categorical(256), lambda s: [levels(s)]),
    "Poisson": (vd.likelihoods.Poisson(), lambda s: [1 + s]),
    "NegativeBinomial": (vd.likelihoods.NegativeBinomial(), lambda s: [1 + s, 0.5 + 0 * s]),
    "ZeroInflatedPoisson": (vd.likelihoods.ZeroInflatedPoisson(), lambda s: [1 + s, s - 1]),
    "ZeroInflatedNegativeBinomial": (
        vd.likelihoods.ZeroInflatedNegativeBinomial(),
        lambda s: [1 + s, 0.5 + 0 * s, s - 1],
    ),
    "Binomial": (vd.likelihoods.Binomial(total_count=255), lambda s: [s]),
}


def mixed(s: Any, apart: float, log_scale: float) -> list[Any]:
    """Outputs of a mixture: its components lie side by side."""
    shift = tf.range(COMPONENTS, dtype=tf.float32) - (COMPONENTS - 1) / 2
    each = lambda values: tf.reshape(values, (tf.shape(s)[0], -1))  # noqa: E731
    wide = s[..., None] + apart * shift
    return [each(0.0 * wide - 0.3 * shift), each(wide), each(0.0 * wide + log_scale)]


def levels(s: Any) -> Any:
    at = tf.range(256, dtype=tf.float32)
    return -0.5 * tf.square((at - 127 - 40 * s[..., None]) / 12)


def model(name: str, side: int, images: int) -> tuple[vd.VAE, np.ndarray]:
    """A VAE whose encoder knows the z of each image, and the images."""
    event = (side, side, 1)
    rng = np.random.default_rng(0)
    gain = (0.6 * rng.normal(size=(2, side * side))).astype(np.float32)
    offset = (0.3 * rng.normal(size=side * side)).astype(np.float32)
    codes = rng.normal(size=(images, 2)).astype(np.float32)
    head, raw = HEADS[name]

    @tf.autograph.experimental.do_not_convert
    def law(z: Any) -> Any:
        return head.law(raw(tf.reshape(z @ gain + offset, (-1, *event))), event)

    x = np.array(tf.cast(law(codes).sample(seed=[3, 5]), tf.float32))
    flat = x.reshape(images, -1)

    def encode(given: Any) -> Any:
        apart = tf.reduce_sum(tf.square(tf.reshape(given, (-1, 1, side * side)) - flat[None]), -1)
        return tfd.Independent(tfd.Normal(tf.gather(tf.constant(codes), tf.argmin(apart, 1)), 0.01), 1)

    prior = tfd.Independent(tfd.Normal(tf.zeros(2), 1.0), 1)
    decode = lambda z: tfd.Independent(law(z), 3)  # noqa: E731
    return vd.from_callables(encode, decode, prior=prior, event_shape=event, latent_dim=2), x


def seconds(name: str, side: int, images: int) -> float:
    vae, x = model(name, side, images)
    start = time.perf_counter()
    vd.diagnose(vae, x)
    return time.perf_counter() - start


def main() -> None:
    side, images = (int(word) for word in (*sys.argv[1:3], *("8", "300")[len(sys.argv[1:3]) :]))
    names = sys.argv[3:] or list(HEADS)
    seconds("Normal", side, images)  # warms what is loaded on first use
    print(f"\none diagnosis of {images} images of {side}x{side}, compiled anew, against a Normal timed next to it")
    for name in names:
        own = seconds(name, side, images)
        normal = seconds("Normal", side, images)
        print(f"  {name:<32} {own:7.1f} s   {own / normal:6.1f} x   {LIMIT}", flush=True)


if __name__ == "__main__":
    main()
