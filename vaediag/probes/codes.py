"""A seeded subset of the images with their posteriors: what every probe starts from."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.aliases import Law, Seed
from vaediag.backend import tf
from vaediag.errors import InputError
from vaediag.records.estimate import Array
from vaediag.seeds import fold

PIXELS = 2**18  # held at once: a decoder's gradient keeps every layer of every image alive
MOMENT_DRAWS = 256


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """Images and q(z | x) of each, in the order of `index`; every entry is finite, every spread positive.

    `q` holds the laws themselves, in parts of consecutive images (batch `[part]`, event `[L]`, eager tensors), so that
    any family of posteriors can be evaluated again.
    """

    index: Array  # [n], sorted: which images
    x: Array | None  # [n, *event], float32; None where the probe needs the posteriors only
    mean: Array  # [n, L]
    stddev: Array  # [n, L]
    z: Array  # [n, L], one draw from q(z | x) per image
    q: tuple[Law, ...]

    def __len__(self) -> int:
        return len(self.index)


def subset(count: int, limit: int, seed: int | Seed) -> Array:
    """Which of `count` images a probe looks at: `min(count, limit)` sorted indices, a function of the seed."""
    if limit < 1:
        raise InputError(f"limit: expected at least one image; got {limit}. Try 256.")
    if count <= limit:
        return np.arange(count)
    entropy = np.atleast_1d(np.asarray(seed, np.int32)).view(np.uint32)
    return np.sort(np.random.default_rng(entropy).choice(count, limit, replace=False))


def images_at_once(event_shape: tuple[int, ...], width: int = 1) -> int:
    """Images that a probe puts through the networks together, 4 to 256: a function of the model's shapes alone.

    `width`: numbers that the law of one pixel holds, where they are many (256 levels of a Categorical).
    """
    return int(np.clip(PIXELS // math.prod(event_shape) // max(1, width // 8), 4, 256))


def encode_subset(vae: Any, images: Any, index: Array, seed: Seed, *, keep_images: bool = True) -> Codes:
    """Encode the images at `index` (anything with `take(indices)`) and draw one z for each.

    Images whose pixels, posterior, draw, log q(z | x) or log p(z) are not finite, or whose posterior has no spread, are
    left out: `Codes.index` says which remained.
    Raises InputError when none does.
    """
    size = images_at_once(tuple(vae.event_shape))
    parts = []
    for part, start in enumerate(range(0, len(index), size)):
        chosen = np.asarray(index[start : start + size])
        x = np.asarray(images.take(chosen), np.float32)
        encoded = _encode(vae, chosen, x, fold(seed, part))
        if encoded is not None:
            parts.append(encoded if keep_images else dataclasses.replace(encoded, x=None))
    if not parts:
        raise InputError(
            f"images: expected at least one with a finite code and a density at it; none of {len(index)} has."
            " Look for NaN weights in the encoder, a posterior without spread, or images out of its range."
        )
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in ("index", "mean", "stddev", "z")
    }
    x = np.concatenate([part.x for part in parts if part.x is not None]) if keep_images else None
    return Codes(x=x, q=tuple(law for part in parts for law in part.q), **joined)


def _encode(vae: Any, index: Array, x: Array, seed: Seed) -> Codes | None:
    finite = np.isfinite(x).reshape(len(x), -1).all(1)
    while finite.any():  # laws cannot be sliced in general: the images that remain are encoded again
        index, x = index[finite], x[finite]
        q = vae.encode(tf.constant(x))
        mean, stddev = moments(q, seed)
        z = q.sample(seed=seed).numpy()
        density = q.log_prob(z).numpy() + vae.prior.log_prob(z).numpy()
        finite = (np.isfinite(mean + stddev + z) & (stddev > 0)).all(1) & np.isfinite(density)
        if finite.all():
            return Codes(index, x, mean, stddev, z, (q,))
    return None


def moments(q: Law, seed: Seed) -> tuple[Array, Array]:
    """Mean and standard deviation of each code `[n, L]`; from 256 draws where the family does not say."""
    try:
        return q.mean().numpy(), q.stddev().numpy()
    except NotImplementedError:
        draws = q.sample(MOMENT_DRAWS, seed=fold(seed, 1)).numpy()
        return draws.mean(0), draws.std(0, ddof=1)
