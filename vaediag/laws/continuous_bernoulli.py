"""The continuous Bernoulli on [0, 1] (Loaiza-Ganem & Cunningham 2019): what TFP does not offer."""

from __future__ import annotations

from vaediag.aliases import Tensor
from vaediag.backend import tf

SMALL = 0.2  # |logit| below which the closed form loses digits and a series is exact enough


def crps(logits: Tensor, x: Tensor) -> Tensor:
    """CRPS in closed form; absolute error below 5e-5.

    F(t) = (1 - exp(-m t)) / (1 - exp(-m)) for logit -m < 0; a positive logit is the mirror image. Both parts of the
    integral of (F(t) - 1[t >= x])² are elementary.
    """
    inside = tf.clip_by_value(x, 0.0, 1.0)
    y = tf.where(logits > 0.0, 1.0 - inside, inside)
    m = tf.abs(logits)
    score = tf.where(m < SMALL, _series(tf.minimum(m, SMALL), y), _closed(tf.maximum(m, SMALL), y))
    return score + tf.abs(x - inside)


def _closed(m: Tensor, y: Tensor) -> Tensor:
    last = tf.exp(-m)
    at = tf.exp(-m * y)
    below = y - 2.0 * (1.0 - at) / m + (1.0 - at * at) / (2.0 * m)
    above = (at * at - last * last) / (2.0 * m) - 2.0 * last * (at - last) / m + last * last * (1.0 - y)
    return (below + above) / tf.square(1.0 - last)


def _series(m: Tensor, y: Tensor) -> Tensor:
    """To second order in m: F = t + m t(1-t)/2 + m² t(1-t)(1-2t)/12, and 1 - F(t) is F(1-t) of the opposite logit."""
    return _lower(m, y) + _lower(-m, 1.0 - y)


def _lower(m: Tensor, y: Tensor) -> Tensor:
    """Integral of F² over [0, y]."""
    return y * y * y * (1 / 3 + m * (1 / 3 - y / 4) + m * m * (5 / 36 - y / 4 + y * y * (7 / 60)))
