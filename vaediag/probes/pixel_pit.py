"""The PIT of one pixel over many images, z ~ q(z | x) (definitions.md, section 2): one compiled call per chunk."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.aliases import Seed, Tensor
from vaediag.backend import tf
from vaediag.compiled import compiled
from vaediag.diagnostics import pit
from vaediag.errors import InputError
from vaediag.laws import moments
from vaediag.laws.pit import cdf_pair
from vaediag.laws.pixel import narrowed
from vaediag.laws.traits import traits
from vaediag.probes.codes import images_at_once
from vaediag.records.estimate import Array, Estimate, estimate
from vaediag.seeds import fold

BARS = 20
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class PixelPit:
    """One row per image whose numbers are all finite."""

    family: str
    discrete: bool
    bars: Array  # [n, 20]: the share of [F(x-), F(x)] in each bar
    first: Array  # [n]: mean of u - 1/2
    second: Array  # [n]: mean of (u - 1/2)²
    square: Array | None  # [n]: ((x - mean) / stddev)²; None unless its mean has a standard error

    def __len__(self) -> int:
        return len(self.first)

    @property
    def histogram(self) -> Array:
        return self.bars.mean(0)

    def dispersion(self) -> Estimate:
        return _mean(12 * self.second)

    def bias(self) -> Estimate:
        return _mean(self.first)

    def reduced_chi2(self) -> Estimate | None:
        return None if self.square is None else _mean(self.square)

    def bar_error(self) -> float | None:
        """Standard error of one bar when each is 1/20 on average; interval widths are pooled over the bars."""
        if len(self) < 2:
            return None
        variance = float((self.bars**2).mean()) - 1 / BARS**2
        return math.sqrt(max(variance, 0.0) / len(self))


def pixel_pit(vae: Any, images: Any, index: tuple[int, ...], chosen: Array, seed: Seed) -> PixelPit:
    """Where x_i falls in p(x_i | z), z one draw from q(z | x), for the images at `chosen`.

    Holds one chunk of images at a time.

    Args:
        images: anything with `take(indices)`.
        index: a position inside the event.
        seed: int32 pair.
    Raises:
        InputError: no image gives finite numbers.
    """
    call = compiled(vae, "pixel pit", _measure, lambda: _signature(vae))
    size = images_at_once(tuple(vae.event_shape))
    parts = []
    for part, start in enumerate(range(0, len(chosen), size)):
        x = np.asarray(images.take(chosen[start : start + size]), np.float32)
        parts.append([tensor.numpy() for tensor in call(x, fold(seed, part), index)])
    bars, first, second, square, finite = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    if not finite.any():
        raise InputError(
            f"images: expected at least one with finite results; all {len(chosen)} gave NaN or infinite values. "
            "Look for NaN weights in the model, or values of x outside the support of the likelihood."
        )
    facts = call.facts
    rows = [np.asarray(column[finite], np.float64) for column in (bars, first, second, square)]
    scaled = rows[3] if facts["scaled"] else None
    return PixelPit(facts["family"], facts["discrete"], rows[0], rows[1], rows[2], scaled)


def _measure(vae: Any, facts: Facts, x: Tensor, seed: Seed, index: Tensor) -> tuple[Tensor, ...]:
    """(bars `[n, 20]`, mean u - 1/2, mean (u - 1/2)², squared residual, is everything finite), the others `[n]`."""
    z = tf.cast(vae.encode(x).sample(seed=fold(seed, 0)), tf.float32)
    law = vae.law(z)
    place = tf.unstack(index)
    observed = x[(slice(None), *place)]
    kind = traits(law)  # of the whole law: one pixel's parameters are not known while tracing
    one = narrowed(law, (slice(None), *place), rank=1)
    law, values = (law, x) if one is None else (one, observed)
    facts |= {"family": kind.family, "discrete": kind.discrete, "scaled": kind.scale_family and kind.fourth_moment}

    def at(tensor: Tensor) -> Tensor:
        full = tf.broadcast_to(tensor, tf.shape(values))
        return full if values is observed else full[(slice(None), *place)]

    below, upto = (at(each) for each in cdf_pair(law, values, seed=fold(seed, 1)))
    first, second = pit.moments(below, upto)
    fine = pit.histogram(below[:, None], upto[:, None], discrete=kind.interval_pit)
    bars = tf.reduce_sum(tf.reshape(fine, (-1, BARS, pit.BINS // BARS)), -1)
    square = tf.zeros_like(first)
    if facts["scaled"]:
        mean, spread = (at(find(law, seed=fold(seed, 2)).value) for find in (moments.mean, moments.stddev))
        square = ((observed - mean) / spread) ** 2
    pixels = tf.reduce_all(tf.math.is_finite(tf.reshape(x, (tf.shape(x)[0], -1))), 1)
    finite = pixels & tf.reduce_all(tf.math.is_finite(z), 1) & tf.math.is_finite(first + second + square)
    return bars, first, second, square, finite


def _signature(vae: Any) -> list[Any]:
    event = tuple(vae.event_shape)
    return [
        tf.TensorSpec((None, *event), tf.float32),
        tf.TensorSpec((2,), tf.int32),
        tf.TensorSpec((len(event),), tf.int32),
    ]


def _mean(rows: Array) -> Estimate:
    count = len(rows)
    return estimate(rows.mean(), rows.std(ddof=1) / math.sqrt(count) if count > 1 else np.nan)
