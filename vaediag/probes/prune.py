"""Is a latent worth its nats? The ELBO lost when z_k is drawn from the prior, less the KL that this saves.

prune_cost[k] = E_x {E_q log p(x | z) - E_q~ log p(x | z)} - [rate - E_x KL(q(z_-k | x) || p(z_-k))] with
q~_k(z | x) = q(z_-k | x) p(z_k): definitions.md, section 4. Both terms share x and z_-k, so the difference is taken
image by image; below 0 the latent costs more than it gives. Several z'_k per image, from different parts of the prior,
are averaged first; the image is the sampling unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from vaediag.aliases import Law, Seed, Tensor
from vaediag.backend import tf
from vaediag.diagnostics.latents import CLOSED_FORM, MONTE_CARLO, factors
from vaediag.diagnostics.model_traits import model_traits
from vaediag.errors import InputError
from vaediag.prepared import kept
from vaediag.probes.codes import Codes, images_at_once
from vaediag.probes.effect import DECODES, TURNS
from vaediag.probes.effect import image_limit as image_limit  # the same bound on decodes
from vaediag.probes.saved import saved_rate
from vaediag.records.estimate import Array, Estimates
from vaediag.seeds import fold

STAGE = "pruning latents"
DRAWS = 4  # of z'_k per image, fewer where that would pass `DECODES` in all

Progress = Callable[[str, int, int], None]


class Prune(NamedTuple):
    """The part of `Collapse` about pruning, in nats per image."""

    prune_cost: Estimates | None  # NaN for a latent where log p(x | z) was not finite
    prune_method: str  # of the KL that is saved: "closed form" or "Monte Carlo"; without a cost the reason
    prune_images: int  # how many images were used


def prune_cost(vae: Any, codes: Codes, *, seed: Seed, progress: Progress | None = None) -> Prune:
    """Draw every latent in turn from the prior, and weigh what x loses against the KL that is saved.

    Args:
        vae: its `law` and `prior` are used.
        codes: images with one z each, from `encode_subset`, of at most `image_limit` images.
        seed: int32 pair; the images are worked on in parts, each with a seed of its own.
        progress: called as `progress(stage, done, total)` with counts of decodes; may raise to cancel.
    Returns:
        estimates over the images whose own log p(x | z) is finite; None where p(z) is no product over latents, or q
        does not say q(z_k | z_-k, x).
    Raises:
        InputError: codes without their images.
    """
    if codes.x is None:
        raise InputError("codes: expected the images too; got codes alone. Use encode_subset(..., keep_images=True).")
    saved, method = _saved(vae, codes)
    if saved is None:
        return Prune(None, method, len(codes))
    lost = _lost(vae, codes, codes.x, seed, progress)
    return _finished(lost, saved, method)


def draws_per_image(count: int, latents: int) -> int:
    """How many z'_k each of `count` images gets: 4, fewer where that would pass 150 000 decodes."""
    return int(np.clip(DECODES // (count * (latents + 1)), 1, DRAWS))


def spread_draws(law: Law, count: int, images: int, seed: Seed) -> Tensor:
    """Draws of every latent from its prior `[count, images, L]`, the j-th from the j-th part in `count` of its mass.

    Their average is unbiased and varies less than that of independent draws, which stand in where the law has no
    quantiles.
    """
    within = tf.random.stateless_uniform((count, images, *law.batch_shape), seed=seed)
    chance = (tf.reshape(tf.range(count, dtype=tf.float32), (-1, 1, 1)) + within) / count
    try:
        return law.quantile(tf.clip_by_value(chance, 2**-24, 1 - 2**-24))
    except NotImplementedError:
        return law.sample((count, images), seed=seed)


def compile_pruning(vae: Any) -> Any:
    """A `tf.function` `(x [n, *event], z [n, L], other [S, n, L], turns [t, 2]) -> log p lost [t, n]` in nats.

    Turn (k, s) replaces latent k of `z` by that of `other[s]`. k = L replaces none: 0, or NaN where log p(x | z) itself
    is not finite. Pixels are subtracted before they are added up: what the decoder ignores costs exactly nothing.
    """
    latents = vae.latent_dim

    @tf.function
    def step(x: Tensor, z: Tensor, other: Tensor, turns: Tensor) -> Tensor:
        own = vae.law(z).log_prob(x)

        def one(turn: Tensor) -> Tensor:
            changed = tf.where(tf.range(latents) == turn[0], other[turn[1]], z)
            lost = own - vae.law(changed).log_prob(x)
            return tf.cast(tf.reduce_sum(lost, list(range(1, lost.shape.rank))), tf.float32)

        return tf.map_fn(one, turns, fn_output_signature=tf.float32, parallel_iterations=1)

    return step


def _saved(vae: Any, codes: Codes) -> tuple[Array | None, str]:
    """The KL that each latent's pruning saves `[n, L]`, and how it is known; None, and why not."""
    parts, methods, first = [], set(), 0
    for q in codes.q:
        stop = first + int(q.batch_shape[0])
        each, method = saved_rate(q, vae.prior, tf.constant(codes.z[first:stop]))
        if each is None:
            return None, method
        parts.append(each.numpy().astype(float))
        methods.add(method)
        first = stop
    return np.concatenate(parts), CLOSED_FORM if methods == {CLOSED_FORM} else MONTE_CARLO


def _lost(vae: Any, codes: Codes, images: Array, seed: Seed, progress: Progress | None) -> Array:
    """log p(x | z) lost by replacing each latent `[n, L]`, averaged over the draws; the last column replaces none."""
    latents, count = vae.latent_dim, len(codes)
    size = min(count, images_at_once(tuple(vae.event_shape), model_traits(vae).width))
    draws = draws_per_image(count, latents)
    pairs = [(k, s) for k in range(latents) for s in range(draws)] + [(latents, 0)]
    turns = np.array(pairs, np.int32)
    block = math.ceil(len(turns) / math.ceil(len(turns) / TURNS))
    step, prior = kept(vae, "pruning", lambda: compile_pruning(vae)), factors(vae.prior)
    parts = []
    for start in range(0, count, size):
        z = np.resize(codes.z[start : start + size], (size, latents))  # one shape, one trace
        x = np.resize(images[start : start + size], (size, *vae.event_shape))
        other = spread_draws(prior, draws, size, fold(seed, start // size))
        real, lost = min(size, count - start), []
        for first in range(0, len(turns), block):
            asked = turns[first : first + block]
            filled = np.concatenate([asked, np.repeat(turns[-1:], block - len(asked), 0)])
            lost.append(step(x, z, other, filled).numpy()[: len(asked), :real])
            if progress is not None:
                progress(STAGE, start * len(turns) + real * (first + len(asked)), count * len(turns))
        table = np.concatenate(lost).astype(float)
        each = table[:-1].reshape(latents, draws, real).mean(1)
        parts.append(np.concatenate([each, table[-1:]]).T)
    return np.concatenate(parts)


def _finished(lost: Array, saved: Array, method: str) -> Prune:
    usable = np.isfinite(lost[:, -1])
    cost = lost[usable, :-1] - saved[usable]
    count = len(cost)
    if not count:
        return Prune(None, "no image could be used", 0)
    cost = np.where(np.isfinite(cost).all(0), cost, np.nan)
    error = cost.std(0, ddof=1) / math.sqrt(count) if count > 1 else np.full(cost.shape[1], np.nan)
    return Prune(Estimates(cost.mean(0), error, "nats"), method, count)
