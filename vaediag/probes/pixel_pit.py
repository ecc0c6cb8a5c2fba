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
from vaediag.diagnostics.model_traits import model_traits
from vaediag.errors import InputError
from vaediag.laws import moments
from vaediag.laws.pit import cdf_pair, normal_scores
from vaediag.laws.pixel import narrowed
from vaediag.laws.traits import family_of, traits
from vaediag.probes.codes import images_at_once
from vaediag.records.estimate import Array, Estimate, estimate
from vaediag.records.pixel import FarImages
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
    index: Array  # [n]: which image
    value: Array  # [n]: x_i
    residual: Array  # [n]: (x - mean) / stddev, or normal scores; infinite where the law is certain of another value
    residuals: str  # what these are

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

    def farthest(self, most: int) -> FarImages:
        """The images with the largest residuals; of equal ones the first."""
        order = np.argsort(-np.abs(self.residual), kind="stable")[:most]
        residual = self.residual[order]
        return FarImages(
            index=self.index[order],
            value=self.value[order],
            u=self.first[order] + 0.5,
            residual=np.where(np.isfinite(residual), residual, np.nan),
            residuals=self.residuals,
        )

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
    if "width" not in call.facts:
        call.facts["width"] = model_traits(vae).width
    size = images_at_once(tuple(vae.event_shape), call.facts["width"])
    parts = []
    for part, start in enumerate(range(0, len(chosen), size)):
        x = np.asarray(images.take(chosen[start : start + size]), np.float32)
        parts.append([tensor.numpy() for tensor in call(x, fold(seed, part), index)])
    *columns, finite = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    if not finite.any():
        raise InputError(
            f"images: expected at least one with finite results; all {len(chosen)} gave NaN or infinite values. "
            "Look for NaN weights in the model, or values of x outside the support of the likelihood."
        )
    facts = call.facts
    bars, first, second, value, residual = (np.asarray(column[finite], np.float64) for column in columns)
    return PixelPit(
        family=facts["family"],
        discrete=facts["discrete"],
        bars=bars,
        first=first,
        second=second,
        square=residual**2 if facts["scaled"] else None,
        index=np.asarray(chosen)[finite],
        value=value,
        residual=residual,
        residuals=facts["residuals"],
    )


def _measure(vae: Any, facts: Facts, x: Tensor, seed: Seed, index: Tensor) -> tuple[Tensor, ...]:
    """(bars `[n, 20]`, mean u - 1/2, mean (u - 1/2)², x, residual, is everything finite), the others `[n]`."""
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
    if family_of(law).heavy and not kind.scale_family:
        facts["residuals"] = "normal scores"
        residual = at(normal_scores(law, values, kind, seed=fold(seed, 2)))
    else:
        facts["residuals"] = "Pearson residuals" if kind.discrete else "standardised residuals"
        mean, spread = (at(find(law, seed=fold(seed, 2)).value) for find in (moments.mean, moments.stddev))
        residual = tf.where(tf.equal(observed, mean), 0.0, (observed - mean) / spread)  # certain and right: not 0 / 0
    pixels = tf.reduce_all(tf.math.is_finite(tf.reshape(x, (tf.shape(x)[0], -1))), 1)
    finite = pixels & tf.reduce_all(tf.math.is_finite(z), 1) & tf.math.is_finite(first + second)
    if facts["scaled"]:
        finite &= tf.math.is_finite(residual)
    return bars, first, second, observed, residual, finite


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
