"""The logit-normal law: moments, entropy and CRPS by quadrature over y = logit(x) ~ N(loc, scale²).

TFP has none of them. Integrands are smooth on the scale of min(1, scale), and vanish beyond |y| = 17 (there x is 0 or
1 in float32) and 7 standard deviations: Gauss-Legendre with 48 nodes on each side of a pivot is exact to 1e-5.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf
from vaediag.laws.loops import summed

NODES, WEIGHTS = np.polynomial.legendre.leggauss(48)
REACH, EDGE = 7.0, 17.0
HALF_TURN, ROOT_HALF = math.sqrt(2 * math.pi), math.sqrt(0.5)


def moments(law: Law) -> tuple[Tensor, Tensor]:
    """Mean and variance, from integrals of F and 1 - F about x = sigmoid(loc)."""
    loc = law.distribution.loc + tf.zeros(law.batch_shape_tensor())
    pivot = tf.sigmoid(loc)

    def below(y: Tensor, upto: Tensor, slope: Tensor) -> tuple[Tensor, Tensor]:
        return -upto * slope, 2.0 * (pivot - tf.sigmoid(y)) * upto * slope

    def above(y: Tensor, upto: Tensor, slope: Tensor) -> tuple[Tensor, Tensor]:
        return (1.0 - upto) * slope, 2.0 * (tf.sigmoid(y) - pivot) * (1.0 - upto) * slope

    first, second = _both_sides(law, loc, 2, below, above)
    return pivot + first, tf.maximum(second - first * first, 0.0)


def crps(law: Law, x: Tensor) -> Tensor:
    """Integral of F² below x and (1 - F)² above it."""
    inside = tf.clip_by_value(x, 0.0, 1.0)
    y = tf.clip_by_value(tf.math.log(inside) - tf.math.log1p(-inside), -EDGE, EDGE)
    loc, reach = law.distribution.loc, REACH * law.distribution.scale
    pivot = tf.clip_by_value(y, loc - reach, loc + reach)
    score = _both_sides(
        law, pivot, 1, lambda _, upto, slope: (upto**2 * slope,), lambda _, upto, slope: ((1.0 - upto) ** 2 * slope,)
    )[0]
    return score + tf.abs(tf.sigmoid(pivot) - tf.sigmoid(y)) + tf.abs(x - inside)


def entropy(law: Law) -> Tensor:
    """That of the Normal plus E[log x (1 - x)]."""
    loc, scale = law.distribution.loc, law.distribution.scale
    step = REACH / 64.0

    def term(node: Tensor) -> tuple[Tensor]:
        at = step * node
        y = loc + scale * at
        return (-step * tf.exp(-0.5 * at * at) / HALF_TURN * (tf.nn.softplus(y) + tf.nn.softplus(-y)),)

    own = law.distribution.entropy() + 0.0 * loc
    return own + summed(term, 1, tf.shape(own), -64.0, 64.0)[0]


Side = Callable[[Tensor, Tensor, Tensor], tuple[Tensor, ...]]  # of y, F(y) and dx/dy


def _both_sides(law: Law, pivot: Tensor, count: int, below: Side, above: Side) -> tuple[Tensor, ...]:
    """`count` integrals over y of `below` up to the pivot plus `above` from there on."""
    loc, scale = law.distribution.loc, law.distribution.scale
    low = tf.minimum(tf.maximum(loc - REACH * scale, -EDGE), pivot)
    high = tf.maximum(tf.minimum(loc + REACH * scale, EDGE), pivot)
    nodes, weights = tf.constant(NODES, tf.float32), tf.constant(WEIGHTS, tf.float32)

    def terms(node: Tensor) -> tuple[Tensor, ...]:
        at = tf.minimum(tf.cast(node, tf.int32), len(NODES) - 1)
        total: list[Tensor] = [0.0] * count
        for start, stop, side in ((low, pivot, below), (pivot, high, above)):
            half = 0.5 * (stop - start)
            y = start + half * (1.0 + tf.gather(nodes, at))
            x = tf.sigmoid(y)
            upto = 0.5 * tf.math.erfc((loc - y) / scale * ROOT_HALF)
            more = side(y, upto, x * (1.0 - x))
            weight = tf.gather(weights, at) * half
            total = [now + weight * value for now, value in zip(total, more, strict=True)]
        return tuple(total)

    return summed(terms, count, tf.shape(low), 0.0, len(NODES) - 1.0)
