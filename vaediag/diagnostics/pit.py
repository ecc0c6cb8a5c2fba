"""Probability integral transforms of one chunk, as histograms and moments per image (traced).

Discrete families: u is uniform on [a, b] = [F(x-), F(x)]. The randomisation is integrated out instead of drawn, which
makes standard errors 2.7 times smaller: a pixel adds to each bin the part of [a, b] that lies in it.
"""

from __future__ import annotations

from vaediag.aliases import Tensor
from vaediag.backend import tf
from vaediag.diagnostics.bins import scatter

BINS = 200
NARROW = 1e-3  # intervals [a, b] narrower than a fifth of a bin are widened to that: the ramps stay exact in float32


def histogram(below: Tensor, upto: Tensor, *, discrete: bool) -> Tensor:
    """Fractions of an image's pixels whose u falls in each of BINS bins, `[n, D] -> [n, BINS]`."""
    counts = _overlaps(below, upto) if discrete else _counts(upto)
    return counts / tf.cast(tf.shape(upto)[1], tf.float32)


def moments(below: Tensor, upto: Tensor) -> tuple[Tensor, Tensor]:
    """(mean of u - 1/2, mean of (u - 1/2)^2) per pixel, the randomisation integrated out; exact for a = b as well."""
    a, b = below - 0.5, upto - 0.5
    return (a + b) / 2, (a * a + a * b + b * b) / 3


def _counts(u: Tensor) -> Tensor:
    index = tf.cast(tf.clip_by_value(tf.where(tf.math.is_nan(u), 0.0, u) * BINS, 0, BINS - 1), tf.int32)
    return scatter(index, None, BINS)


def _overlaps(below: Tensor, upto: Tensor) -> Tensor:
    """Sum over pixels of |[a, b] with bin| / (b - a).

    As a function of p, the share of [a, b] below p is the ramp ((p - a)+ - (p - b)+) / (b - a). On the bin edges the
    second differences of (p - a)+ are non-zero at two edges only, so four scatters and two cumulative sums do.
    """
    a, b = (tf.where(tf.math.is_nan(t), 0.5, t) for t in (below, upto))
    middle = tf.clip_by_value((a + b) / 2, NARROW / 2, 1 - NARROW / 2)
    narrow = b - a < NARROW
    a, b = tf.where(narrow, middle - NARROW / 2, a), tf.where(narrow, middle + NARROW / 2, b)
    weight = tf.cast(1 / (b - a), tf.float64)
    second = _kinks(a, weight) - _kinks(b, weight)  # [n, BINS + 2], at edges 1 .. BINS
    ramp = tf.cumsum(tf.cumsum(second, axis=1), axis=1)[:, :BINS]
    return tf.cast(tf.concat([ramp[:, :1], ramp[:, 1:] - ramp[:, :-1]], 1), tf.float32)


def _kinks(at: Tensor, weight: Tensor) -> Tensor:
    """Second differences of weight * (p - at)+ on the edges p = 1/BINS, 2/BINS, ..."""
    below = tf.floor(at * BINS)  # (p - at)+ starts to rise between this edge and the next
    slot = tf.cast(below, tf.int32)  # edge (slot + 1) / BINS has index slot
    first = ((tf.cast(below, tf.float64) + 1) / BINS - tf.cast(at, tf.float64)) * weight
    width = BINS + 2
    return scatter(slot, first, width) + scatter(slot + 1, weight / BINS - first, width)
