"""The one σ of a decoder that does not state it: trained with a squared error, or with σ set by each batch."""

from __future__ import annotations

import copy
import dataclasses
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf
from vaediag.errors import InputError
from vaediag.heads.likelihoods import LocationScale
from vaediag.probes.codes import encode_subset, images_at_once, subset
from vaediag.records.estimate import Array
from vaediag.registry import images_for
from vaediag.seeds import fold, pair

CANDIDATES, PASSES = 25, 4
Pairs = Callable[[], Iterator[tuple[Tensor, Tensor]]]

# families whose best scale is a mean: (transform of x, power p) with scale = mean(|T(x) - loc|^p)^(1 / p)
_MEANS: dict[str, tuple[Callable[[Tensor], Tensor], int]] = {
    "normal": (tf.identity, 2),
    "laplace": (tf.identity, 1),
    "log_normal": (tf.math.log, 2),
    "logit_normal": (lambda x: tf.math.log(x) - tf.math.log1p(-x), 2),
}


def estimate_scale(vae: Any, images: Any, *, limit: int = 1000, seed: int = 0) -> Any:
    """The same model with the one scale that makes these images likeliest, given draws of q(z | x).

    For decoders that give locations only: trained with a mean squared error (the loss fixes β σ², not σ), or as a
    σ-VAE whose σ was that of each training batch and is stored nowhere. Use training images or their like: on others
    the scale takes up what does not generalise.

    Args:
        vae: a VAE whose likelihood is a location-scale head with one scale for all pixels; the number that it states
            is replaced, any will do.
        images: Images, an address, a path, or an array `[N, *event_shape]`.
        limit: at most so many images, a seeded subset.
        seed: of the subset and of the draws of z, one per image.
    Returns:
        VAE; its likelihood says what it was estimated from. `source` is None: no address loads
        it. Save it with `vd.save`.
    Raises:
        InputError: a family without a scale, a scale that the network states, x outside the support, residuals that are
            all 0, or a likelihood that grows with the scale without end.
    Source: maximum likelihood for fixed locations; for a normal Rybkin, Daniilidis & Levine (2021), arXiv:2006.13202,
        with z drawn from q(z | x), not its mean, which would make σ too small.
    """
    head = _checked(vae.likelihood)
    data = images_for(vae, images)
    codes = encode_subset(vae, data, subset(len(data), limit, seed), fold(pair(seed), 47), keep_images=False)

    def pairs() -> Iterator[tuple[Tensor, Tensor]]:
        size = images_at_once(tuple(vae.event_shape))
        for start in range(0, len(codes), size):
            x = tf.constant(np.asarray(data.take(codes.index[start : start + size]), np.float32))
            yield x, tf.broadcast_to(vae.law(codes.z[start : start + size]).loc, tf.shape(x))

    value = _mean(head, pairs) if head.family in _MEANS else _searched(head, pairs)
    some = f"{len(codes)}" if len(codes) == len(data) else f"{len(codes)} of the {len(data)}"
    told = f"{some} images" + ("" if data.name == "array" else f" of {data.name}")
    return _with(vae, dataclasses.replace(head, scale=value, value=None, estimated=told))


def _checked(head: Any) -> LocationScale:
    if not isinstance(head, LocationScale):
        arrived = "a distribution of its own" if head is None else head.describe()
        raise InputError(
            f"vae: expected a location-scale likelihood, such as vd.likelihoods.Normal(scale=1.0); got {arrived}, "
            "which has no scale to estimate. Describe the decoder with such a head if it gives locations."
        )
    if head.scale in ("image", "pixel"):
        raise InputError(
            f"vae: expected a likelihood with one scale for all pixels; got {head.describe()}, which the decoder "
            "states itself. Use the model as it is."
        )
    return head


def _mean(head: LocationScale, pairs: Pairs) -> float:
    transform, power = _MEANS[head.family]
    total, count = 0.0, 0
    for x, loc in pairs():
        apart = tf.abs(transform(x) - loc)
        _expect_support(head, apart)
        total += float(tf.reduce_sum(tf.cast(apart, tf.float64) ** power))
        count += math.prod(x.shape)
    return _positive((total / count) ** (1 / power))


def _searched(head: LocationScale, pairs: Pairs) -> float:
    """Maximum over the scale, which has no closed form: a grid of log scales that closes in on the best."""
    residuals = [(float(tf.reduce_sum(tf.square(x - loc))), math.prod(x.shape)) for x, loc in pairs()]
    spread = _positive(math.sqrt(sum(r for r, _ in residuals) / sum(n for _, n in residuals)))
    low, high = math.log(spread) - 7.0, math.log(spread) + 3.0
    for _ in range(PASSES):
        grid = np.linspace(low, high, CANDIDATES)
        total = sum((_log_likelihoods(head, x, loc, grid) for x, loc in pairs()), np.zeros(CANDIDATES))
        best = int(np.argmax(total))
        if best in (0, CANDIDATES - 1) and (low, high) == (math.log(spread) - 7.0, math.log(spread) + 3.0):
            raise InputError(
                f"x: expected images whose likelihood has a maximum over the scale; under {head.describe()} it keeps "
                f"{'growing' if best else 'growing as the scale shrinks'}. Another family fits better."
            )
        best = min(max(best, 1), CANDIDATES - 2)
        low, high = grid[best - 1], grid[best + 1]
    left, middle, right = total[best - 1 : best + 2]
    bend = left - 2 * middle + right
    shift = 0.5 * (left - right) / bend if bend < 0 else 0.0  # vertex of the parabola through the three
    return float(np.exp(grid[best] + np.clip(shift, -1, 1) * (grid[1] - grid[0])))


def _log_likelihoods(head: LocationScale, x: Tensor, loc: Tensor, grid: Array) -> Array:
    found = []
    for scale in np.exp(grid):
        law: Law = head.pixels(loc, tf.constant(scale, tf.float32))
        log_prob = law.log_prob(x)
        _expect_support(head, log_prob)
        found.append(float(tf.reduce_sum(tf.cast(log_prob, tf.float64))))
    return np.array(found)


def _expect_support(head: LocationScale, values: Tensor) -> None:
    outside = int(tf.math.count_nonzero(~tf.math.is_finite(values)))
    if outside:
        raise InputError(
            f"x: expected values that {head.describe()} can take; {outside} of {math.prod(values.shape)} are "
            "impossible (such as exact 0 or 1 under a law on the open interval). Choose another likelihood."
        )


def _positive(scale: float) -> float:
    if scale > 0 and math.isfinite(scale):
        return scale
    raise InputError(
        f"x: expected residuals from which a scale can be estimated; got {scale:g}. Images that equal the decoder's "
        "locations exactly have no density: are these the images, or reconstructions?"
    )


def _with(vae: Any, head: Any) -> Any:
    """The same networks under another head."""
    new = copy.copy(vae)
    new.likelihood, new.source, new.kept = head, None, None
    new._law = dataclasses.replace(vae._law, convert=new._as_law)
    new._words = vae.describe() | {"likelihood": head.describe()}
    return new
