"""The truncated Normal far from its interval, where TFP's float32 formulas lose their digits: moments, entropy, CRPS.

In float64, with the interval mirrored into the lower tail, where CDFs keep their digits. Beyond `FAR` standard
deviations the law is, to three digits, an exponential one cut off at the other end.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf
from vaediag.laws.continuous_bernoulli import crps as continuous_bernoulli_crps

FAR = 30.0


class Standard(NamedTuple):
    """Bounds in standard deviations of the (mirrored) Normal, float64; `near` is false where the law is exponential.

    There the other numbers are those of some law that gives no NaN.
    """

    low: Tensor
    high: Tensor
    mass: Tensor
    near: Tensor
    flip: Tensor
    far_low: Tensor
    far_high: Tensor


def standard(law: Law) -> Standard:
    loc, scale, low, high = _parameters(law)
    a, b = (low - loc) / scale, (high - loc) / scale
    flip = a + b > 0.0
    a, b = tf.where(flip, -b, a), tf.where(flip, -a, b)
    near = b > -FAR
    safe_a, safe_b = tf.where(near, a, -1.0 + 0.0 * b), tf.where(near, b, 1.0 + 0.0 * b)
    return Standard(safe_a, safe_b, _ndtr(safe_b) - _ndtr(safe_a), near, flip, a, b)


def moments(law: Law) -> tuple[Tensor, Tensor]:
    """Mean and variance."""
    loc, scale, low, high = _parameters(law)
    one = standard(law)
    a, b = _density(one.low), _density(one.high)
    away = (a - b) / one.mass
    square = 1.0 + (_times(one.low, a) - _times(one.high, b)) / one.mass - away * away
    rate = -one.far_high / scale  # of the exponential law that falls from the near end
    near_end = tf.where(one.flip, low, high)
    inward = -_sign(one.flip)
    decay = tf.where(one.near, 1.0 + 0.0 * rate, rate)
    width = tf.where(tf.math.is_finite(high - low), high - low, 0.0 * scale + 1e30)
    lost = tf.exp(-tf.minimum(decay * width, 700.0))
    gone = width * lost / (1.0 - lost)
    far_mean = 1.0 / decay - gone
    far_variance = 1.0 / decay**2 - gone * (width + gone)
    mean = tf.where(one.near, loc + _sign(one.flip) * scale * away, near_end + inward * far_mean)
    variance = tf.where(one.near, scale**2 * square, far_variance)
    return tf.cast(mean, tf.float32), tf.cast(tf.maximum(variance, 0.0), tf.float32)


def entropy(law: Law) -> Tensor:
    _, scale, low, high = _parameters(law)
    one = standard(law)
    tilt = (_times(one.low, _density(one.low)) - _times(one.high, _density(one.high))) / (2.0 * one.mass)
    rate = tf.where(one.near, 1.0 + 0.0 * scale, -one.far_high / scale)
    width = tf.where(tf.math.is_finite(high - low), high - low, 0.0 * scale + 1e30)
    lost = tf.exp(-tf.minimum(rate * width, 700.0))
    far = 1.0 - tf.math.log(rate) + tf.math.log1p(-lost) - rate * width * lost / (1.0 - lost)
    value = tf.math.log(math.sqrt(2 * math.pi * math.e) * scale * one.mass) + tilt
    return tf.cast(tf.where(one.near, value, far), tf.float32)


def crps(law: Law, x: Tensor) -> Tensor:
    """Source: Jordan, Krueger & Lerch (2019), appendix A."""
    loc, scale, low, high = _parameters(law)
    one = standard(law)
    y = tf.clip_by_value(tf.cast(x, tf.float64), low, high)
    z = _sign(one.flip) * (y - loc) / scale
    z = tf.where(one.near, z, 0.0 * z)
    below, above, at = (_ndtr(t) for t in (one.low, one.high, z))
    doubled = _ndtr(one.high * math.sqrt(2)) - _ndtr(one.low * math.sqrt(2))
    score = z * one.mass * (2.0 * at - above - below) + 2.0 * _density(z) * one.mass - doubled / math.sqrt(math.pi)
    score = tf.cast(scale * score / tf.square(one.mass), tf.float32)
    width = tf.where(tf.math.is_finite(high - low), high - low, 60.0 * scale / -tf.minimum(one.far_high, -1.0))
    logit = tf.where(one.near, 0.0 * y, -one.far_high) * width / scale  # log density ratio from one end to the other
    part = tf.where(one.flip, high - y, y - low) / width
    part = tf.where(one.near, 0.5 + 0.0 * y, tf.where(tf.math.is_finite(part), part, 1.0))
    far = tf.cast(width, tf.float32) * continuous_bernoulli_crps(tf.cast(logit, tf.float32), tf.cast(part, tf.float32))
    return tf.where(one.near, score, far) + tf.abs(x - tf.cast(y, tf.float32))


def quantile(law: Law, p: Tensor) -> Tensor:
    """x with F(x) = p."""
    loc, scale, low, high = _parameters(law)
    one, p = standard(law), tf.cast(p, tf.float64)
    part = tf.where(one.flip, 1.0 - p, p)
    z = tf.math.ndtri(_ndtr(one.low) + part * one.mass)
    rate = tf.where(one.near, 0.0 * scale + 1.0, -one.far_high / scale)
    width = tf.where(tf.math.is_finite(high - low), high - low, 0.0 * scale + 1e30)
    lost = tf.exp(-tf.minimum(rate * width, 700.0))
    inward = -tf.math.log1p(-(1.0 - part) * (1.0 - lost)) / rate
    far = tf.where(one.flip, low + inward, high - inward)
    found = tf.where(one.near, loc + _sign(one.flip) * scale * z, far)
    return tf.cast(tf.clip_by_value(found, low, high), tf.float32)


def _sign(flip: Tensor) -> Tensor:
    return 1.0 - 2.0 * tf.cast(flip, tf.float64)


def _parameters(law: Law) -> list[Tensor]:
    return [tf.cast(t, tf.float64) for t in (law.loc, law.scale, law.low, law.high)]


def _density(z: Tensor) -> Tensor:
    return tf.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)


def _times(z: Tensor, density: Tensor) -> Tensor:
    """z times the density, 0 at infinity."""
    return tf.where(tf.math.is_finite(z), tf.where(tf.math.is_finite(z), z, 0.0) * density, 0.0)


def _ndtr(z: Tensor) -> Tensor:
    return 0.5 * tf.math.erfc(-z * math.sqrt(0.5))
