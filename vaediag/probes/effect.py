"""Does the decoder use the latents? How far p(x | z) moves when one of them, or all, are drawn again from the prior.

effect[k] = E KL(p(x | z) || p(x | z with z_k := z'_k)) over images, z ~ q(z | x) and z'_k ~ p(z_k): definitions.md,
section 4. One z and one z' per image; the image is the sampling unit, so the standard error holds their chance too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from vaediag.aliases import Law, Seed, Tensor
from vaediag.backend import tf, tfd
from vaediag.diagnostics.latents import factors
from vaediag.prepared import kept
from vaediag.probes.codes import PIXELS, Codes, images_at_once
from vaediag.records.estimate import Array, Estimate, Estimates, estimate
from vaediag.seeds import fold

STAGE = "replacing latents"
IMAGES = 256
DECODES = 150_000  # in all: many latents are paid for with fewer images
DRAWS = 16  # of x per image, where the per-pixel KL has no closed form
TURNS = 16  # at most so many decodes in one compiled call, after which the user may cancel
OTHER, NOISE = range(2)  # what a part's seed is folded with

Progress = Callable[[str, int, int], None]


class Effect(NamedTuple):
    """The effect's part of `Collapse`, in nats; a latent is NaN where its KL was not finite for every image used."""

    effect: Estimates | None  # None where p(z) is no product over latents, or no image could be used
    effect_all: Estimate | None  # None where it was not finite for every image used
    effect_method: str  # "closed form" or "Monte Carlo, 16 draws of x"
    effect_images: int  # how many images were used


def image_limit(latent_dim: int) -> int:
    """How many images `latent_effect` should be given: 256, fewer where that would pass 150 000 decodes."""
    return int(np.clip(DECODES // (latent_dim + 2), 2, IMAGES))


def latent_effect(vae: Any, codes: Codes, *, seed: Seed, progress: Progress | None = None) -> Effect:
    """Replace every latent in turn, then all at once, and measure how far p(x | z) moves.

    Args:
        vae: its `law` and `prior` are used.
        codes: one z per image, from `encode_subset`, of at most `image_limit` images.
        seed: int32 pair; the images are worked on in parts, each with a seed of its own.
        progress: called as `progress(stage, done, total)` with counts of decodes; may raise to cancel.
    Returns:
        estimates over the images whose own p(x | z) is finite.
    """
    latents, count = vae.latent_dim, len(codes)
    closed = has_closed_form(vae.law(codes.z[:1]))
    size = min(count, _at_once(tuple(vae.event_shape), closed))
    turns = np.arange(latents + 2) if factors(vae.prior) is not None else np.array([latents, latents + 1])
    step = kept(vae, ("replacing", closed), lambda: compile_replacing(vae, closed=closed))
    block = math.ceil(len(turns) / math.ceil(len(turns) / TURNS))
    parts = []
    for start in range(0, count, size):
        z = np.resize(codes.z[start : start + size], (size, latents))  # one shape, one trace
        key = fold(seed, start // size)
        other = vae.prior.sample(size, seed=fold(key, OTHER))
        real, moved = min(size, count - start), []
        for first in range(0, len(turns), block):
            asked = turns[first : first + block]
            filled = np.pad(asked, (0, block - len(asked)), constant_values=latents + 1).astype(np.int32)
            moved.append(step(z, other, filled, fold(key, NOISE)).numpy()[: len(asked), :real])
            if progress is not None:
                progress(STAGE, start * len(turns) + real * (first + len(asked)), count * len(turns))
        parts.append(np.concatenate(moved).T)
    return _finished(np.concatenate(parts).astype(float), closed)


def compile_replacing(vae: Any, *, closed: bool) -> Any:
    """A `tf.function` `(z [n, L], other [n, L], turns [t], seed) -> KL [t, n]` in nats.

    Turn k < L replaces latent k of `z` by that of `other`, turn L all of them, turn L + 1 none: that KL is 0, or NaN
    where p(x | z) itself is not finite. One law is held at a time besides that of `z`.
    """
    latents = vae.latent_dim

    @tf.function
    def step(z: Tensor, other: Tensor, turns: Tensor, seed: Tensor) -> Tensor:
        distance = (_closed_form if closed else _monte_carlo)(vae.law(z), seed)

        def one(turn: Tensor) -> Tensor:
            chosen = tf.logical_or(tf.range(latents) == turn, turn == latents)
            return distance(vae.law(tf.where(chosen, other, z)))

        return tf.map_fn(one, turns, fn_output_signature=tf.float32, parallel_iterations=1)

    return step


def has_closed_form(law: Law) -> bool:
    """Does TFP know the KL between two laws of this family?"""
    try:
        tfd.kl_divergence(law, law)
    except NotImplementedError:
        return False
    return True


def _closed_form(law: Law, _seed: Tensor) -> Callable[[Law], Tensor]:
    shape = law.batch_shape_tensor()
    return lambda other: _per_image(tf.broadcast_to(tfd.kl_divergence(law, other), shape), 1)


def _monte_carlo(law: Law, seed: Tensor) -> Callable[[Law], Tensor]:
    """The mean of log p(x) - log p'(x) at draws of x from p: unbiased, and below 0 by chance where KL is small."""
    x = law.sample(DRAWS, seed=seed)
    own = law.log_prob(x)
    return lambda other: tf.reduce_mean(_per_image(own - other.log_prob(x), 2), 0)


def _per_image(values: Tensor, batch: int) -> Tensor:
    """Sums over the pixels: all axes after the first `batch`."""
    return tf.cast(tf.reduce_sum(values, list(range(batch, values.shape.rank))), tf.float32)


def _at_once(event_shape: tuple[int, ...], closed: bool) -> int:
    """Images in one part: fewer where many draws of each are held."""
    return images_at_once(event_shape) if closed else int(np.clip(PIXELS // DRAWS // math.prod(event_shape), 1, IMAGES))


def _finished(moved: Array, closed: bool) -> Effect:
    """From the KL of every image and turn `[n, turns]`, the last two turns being "all" and "none"."""
    moved = moved[np.isfinite(moved[:, -1])]
    count = len(moved)
    method = "closed form" if closed else f"Monte Carlo, {DRAWS} draws of x"
    if not count:
        return Effect(None, None, method, 0)
    finite = np.asarray(np.isfinite(moved).all(0))
    moved = np.where(finite, moved, np.nan)
    value = moved.mean(0)
    error = moved.std(0, ddof=1) / math.sqrt(count) if count > 1 else np.full(len(value), np.nan)
    each = Estimates(value[:-2], error[:-2], "nats") if len(value) > 2 else None
    return Effect(each, estimate(value[-2], error[-2], "nats") if finite[-2] else None, method, count)
