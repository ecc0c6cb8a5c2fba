"""Sums over the points of a discrete law, one point at a time: memory stays that of one image per point held.

A byte has 256 points; holding the mass of each for a chunk of images would take gigabytes. Every sum is written in F
below a pivot and 1 - F above it, so that far from 0 no digits are lost.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf
from vaediag.laws import support
from vaediag.laws.density import log_prob
from vaediag.laws.loops import blocked, summed
from vaediag.laws.pit import cdf
from vaediag.laws.quantile import integers
from vaediag.laws.traits import traits

NODES = 2048  # points of an unbounded law that are visited; a law that reaches farther is visited in strides,
HEAD = 64  # but for its first points: the mass may be steep there
REACH, MARGIN = 14.0, 12.0  # the window reaches so many standard deviations, and points, to both sides of the mean


def countable(law: Law) -> np.ndarray | None:
    """The integers of a law with a long finite support and a CDF, `[K]`; None for others."""
    kind = traits(law)
    if kind.ranked or kind.step != 1.0 or support.tabled(law):
        return None
    at = support.points(law)
    return at if at is not None and len(at) > support.SHORT else None


def moments(law: Law, at: np.ndarray) -> tuple[Tensor, Tensor]:
    """Mean and variance of a law on the integers `at`."""
    kind = traits(law)
    half = tf.fill(law.batch_shape_tensor(), 0.5)
    pivot = integers(law, half, kind)

    def terms(k: Tensor) -> tuple[Tensor, Tensor]:
        upto, away = cdf(law, k, kind), k - pivot
        above = away >= 0.0
        rest = tf.where(above, 1.0 - upto, upto)
        return tf.where(above, rest, -rest), (2.0 * tf.abs(away) + tf.where(above, 1.0, -1.0)) * rest

    first, second = summed(terms, 2, tf.shape(pivot), float(at[0]), float(at[-1]) - 1.0)
    return pivot + first, tf.maximum(second - first * first, 0.0)


def crps(law: Law, x: Tensor, at: np.ndarray) -> Tensor:
    """Sum over the integers `at` of (F(k) - 1[k >= x])², and the distance of x from them."""
    kind = traits(law)
    inside = tf.clip_by_value(x, float(at[0]), float(at[-1]))

    def terms(k: Tensor) -> tuple[Tensor]:
        upto = cdf(law, k, kind)
        reached = tf.clip_by_value(inside - k, 0.0, 1.0)  # part of the gap from k to k + 1 that lies below x
        return (reached * upto * upto + (1.0 - reached) * tf.square(1.0 - upto),)

    return summed(terms, 1, tf.shape(x), float(at[0]), float(at[-1]) - 1.0)[0] + tf.abs(x - inside)


class Window(NamedTuple):
    """Points of each pixel: HEAD of them one by one from `first` on, then strides; `count` in all, at most."""

    first: Tensor
    stride: Tensor
    count: Tensor

    def at(self, j: Tensor) -> tuple[Tensor, Tensor]:
        """The middle of stride j, and how many integers the stride has."""
        beyond = j - HEAD
        middle = self.first + HEAD + self.stride * beyond + (self.stride - 1.0) / 2.0
        return tf.where(beyond < 0.0, self.first + j, middle), tf.where(beyond < 0.0, 1.0, self.stride)


def window(law: Law, mean: Tensor, stddev: Tensor) -> Window:
    """Integers that hold all but about 1e-6 of the mass, in odd strides where there are more than NODES."""
    kind = traits(law)
    low = tf.maximum(tf.floor(mean - REACH * stddev - MARGIN), kind.lower)
    high = tf.minimum(tf.math.ceil(mean + REACH * stddev + MARGIN), kind.upper)
    rest = tf.maximum(high - low + 1.0 - HEAD, 0.0)
    stride = tf.maximum(2.0 * tf.math.ceil(rest / NODES / 2.0 - 0.5) + 1.0, 1.0)
    return Window(low, stride, HEAD + tf.reduce_max(tf.math.ceil(rest / stride)))


def crps_of_counts(law: Law, x: Tensor, mean: Tensor, stddev: Tensor) -> Tensor:
    """E|x - X| - E|X - X'| / 2 of an unbounded law on the integers, each from a sum of its CDF.

    E|x - X| = mean - x + 2 sum_{k < x} F(k) for whole x, E|X - X'| = 2 sum F (1 - F).
    """
    kind = traits(law)
    points = window(law, mean, stddev)
    whole = tf.math.floor(x)

    def terms(j: Tensor) -> tuple[Tensor, Tensor]:
        k, wide = points.at(j)
        upto = cdf(law, k, kind)
        part = tf.clip_by_value(whole - (k - (wide - 1.0) / 2.0), 0.0, wide)  # integers of the stride that are below x
        return part * upto, wide * upto * (1.0 - upto)

    below, pairs = summed(terms, 2, tf.shape(x), 0.0, points.count - 1.0)
    top = points.first + HEAD + points.stride * (points.count - HEAD)
    below += tf.maximum(whole - top, 0.0)
    return mean - whole + 2.0 * below + (x - whole) * (2.0 * cdf(law, whole, kind) - 1.0) - pairs


def entropy_of_counts(law: Law, mean: Tensor, stddev: Tensor) -> Tensor:
    """-sum p log p over the window."""
    points = window(law, mean, stddev)
    upper = traits(law).upper

    def surprise(j: Tensor) -> tuple[Tensor]:
        k, wide = points.at(j)
        value = log_prob(law, tf.minimum(k, upper))
        mass = tf.exp(value)
        return (tf.where((mass > 0.0) & (k <= upper), -wide * mass * value, 0.0),)

    return summed(surprise, 1, tf.shape(mean), 0.0, points.count - 1.0)[0]


def mode_of_counts(law: Law, mean: Tensor, stddev: Tensor) -> Tensor:
    """The most likely integer of the window: by strides, then one by one around the best."""
    points = window(law, mean, stddev)
    upper = traits(law).upper

    def better(k: Tensor, state: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
        k = tf.minimum(k, upper) + 0.0 * mean
        value = log_prob(law, k)
        best = tf.reduce_max(value, 0)
        found = tf.reduce_min(tf.where(tf.equal(value, best), k, float("inf")), 0)
        more = best > state[1]
        return tf.where(more, found, state[0]), tf.where(more, best, state[1])

    start = (points.first, tf.fill(tf.shape(mean), -float("inf")))
    shape = tf.shape(mean)
    coarse = blocked(lambda j, _, now: better(points.at(j)[0], now), start, shape, 0.0, points.count - 1.0)
    centre, reach = coarse[0], tf.reduce_max(points.stride) - 1.0
    return blocked(lambda j, _, now: better(tf.maximum(centre + j, points.first), now), coarse, shape, -reach, reach)[0]
