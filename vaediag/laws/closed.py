"""CRPS of families whose two means are known: CRPS = E|x - X| - E|X - X'| / 2 (Jordan, Krueger & Lerch 2019).

E|x - X| is written with F and the density at x instead of two CDFs, whose difference would lose its digits where the
law is narrow against its mean.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf, tfp
from vaediag.laws import truncated_normal
from vaediag.laws.density import log_prob
from vaediag.laws.loops import summed
from vaediag.laws.pit import cdf, inflation
from vaediag.laws.traits import family_of

Parts = Callable[[Law, Tensor], tuple[Tensor, Tensor]]  # (E|x - X|, E|X - X'| / 2)


def crps(law: Law, x: Tensor) -> Tensor | None:
    """CRPS in closed form, `[n, *event]`; None for families without one here."""
    name = family_of(law).name
    if name == "truncated_normal":
        return truncated_normal.crps(law, x)
    if name.endswith("inflated"):
        return _inflated(law, x)
    parts = PARTS.get(name)
    if parts is None:
        return None
    apart, half = parts(law, x)
    return apart - half


def _poisson(law: Law, x: Tensor) -> tuple[Tensor, Tensor]:
    rate = law.rate_parameter()
    whole, upto, mass = _counted(law, x)
    half = rate * (tf.math.bessel_i0e(2.0 * rate) + tf.math.bessel_i1e(2.0 * rate))
    return (x - rate) * (2.0 * upto - 1.0) + 2.0 * tf.where(whole < 0.0, 0.0, rate) * mass, half


def _negative_binomial(law: Law, x: Tensor) -> tuple[Tensor, Tensor]:
    size, logits = law.total_count, law.logits_parameter()
    odds = tf.exp(logits)
    mean, whole_upto_mass = size * odds, _counted(law, x)
    whole, upto, mass = whole_upto_mass
    apart = (x - mean) * (2.0 * upto - 1.0) + 2.0 * odds * (tf.maximum(whole, 0.0) + size) * mass
    return apart, 0.5 * _difference(4.0 * odds * (1.0 + odds), size)


def _binomial(law: Law, x: Tensor) -> tuple[Tensor, Tensor]:
    trials, p = law.total_count, law.probs_parameter()
    whole, upto, mass = _counted(law, x)
    inside = (whole >= 0.0) & (whole < trials)
    apart = (x - trials * p) * (2.0 * upto - 1.0) + 2.0 * p * tf.where(inside, trials - whole, 0.0) * mass
    return apart, 0.5 * _difference(-4.0 * p * (1.0 - p), -trials)


def _counted(law: Law, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The whole number at or below x, F there and the mass there (0 where it is impossible)."""
    whole = tf.math.floor(x)
    return whole, cdf(law, whole), tf.exp(log_prob(law, whole))


LEAST, NODES = 1e-4, 72


def _difference(c: Tensor, size: Tensor) -> Tensor:
    """E|X - X'| for integers with |characteristic function|² = (1 + c sin²(t/2))^-size; relative error below 1e-5.

    E|D| = (1/pi) integral over [0, pi] of (1 - phi(t)) / (1 - cos t); with w = tan(t/2) = exp(y) the integrand is
    analytic around the whole real line of y, where the trapezoidal rule converges exponentially.
    """
    start = LEAST / tf.sqrt(1.0 + tf.abs(c * size))
    ends = [tf.math.log(start), tf.math.log(1.0 / LEAST) + 0.0 * start]
    gap = (ends[1] - ends[0]) / NODES

    def value(w: Tensor) -> Tensor:
        square = tf.square(w)
        return -tf.math.expm1(-size * tf.math.log1p(c * square / (1.0 + square))) / w

    def node(j: Tensor) -> tuple[Tensor]:
        return (value(tf.exp(ends[0] + j * gap)),)

    total = 0.5 * (value(start) + value(tf.exp(ends[1])))
    total += summed(node, 1, tf.shape(total), 1.0, NODES - 1.0)[0]
    beyond = c * size * start + value(1.0 / LEAST)  # both tails of the integral, to first order
    return (gap * total + beyond) / math.pi


def _gamma(law: Law, x: Tensor) -> tuple[Tensor, Tensor]:
    shape, rate = law.concentration, law.rate if law.rate is not None else tf.exp(law.log_rate)
    density = tf.exp(log_prob(law, x))
    half = tf.exp(-tfp.math.lbeta(0.5 * tf.ones_like(shape), shape)) / rate
    apart = (x - shape / rate) * (2.0 * cdf(law, x) - 1.0) + 2.0 * tf.where(x > 0.0, x * density, 0.0) / rate
    return apart, half


def _exponential(law: Law, x: Tensor) -> tuple[Tensor, Tensor]:
    mean = 1.0 / law.rate
    inside = tf.maximum(x, 0.0)
    return tf.abs(x - inside) + inside + mean * (2.0 * tf.exp(-inside / mean) - 1.0), 0.5 * mean


def _beta(law: Law, x: Tensor) -> tuple[Tensor, Tensor]:
    a, b = law.concentration1, law.concentration0
    whole = a + b
    own = tfp.math.lbeta(a, b)
    half = 2.0 * tf.exp(tfp.math.lbeta(2.0 * a, 2.0 * b) - 2.0 * own) / whole
    y = tf.clip_by_value(x, 0.0, 1.0)
    peak = 2.0 / whole * tf.exp(tf.math.xlogy(a, y) + tf.math.xlog1py(b, -y) - own)
    return (x - a / whole) * (2.0 * cdf(law, x) - 1.0) + peak, half


def _log_normal(law: Law, x: Tensor) -> tuple[Tensor, Tensor]:
    mean, inside = tf.exp(law.loc + 0.5 * law.scale**2), x > 0.0
    omega = (tf.math.log(tf.where(inside, x, 1.0)) - law.loc) / law.scale
    omega = tf.where(inside, omega, -float("inf"))
    apart = x * tf.math.erf(omega * math.sqrt(0.5)) - mean * tf.math.erf((omega - law.scale) * math.sqrt(0.5))
    return apart, mean * tf.math.erf(0.5 * law.scale)


PARTS: dict[str, Parts] = {
    "poisson": _poisson,
    "negative_binomial": _negative_binomial,
    "binomial": _binomial,
    "gamma": _gamma,
    "exponential": _exponential,
    "beta": _beta,
    "log_normal": _log_normal,
}


def _inflated(law: Law, x: Tensor) -> Tensor | None:
    """An atom of weight w beside X0: E|x - X| = w |x - at| + (1 - w) E|x - X0|, and the like for pairs."""
    inner = law.distribution
    parts = PARTS.get(family_of(inner).name)
    if parts is None:
        return None
    weight, at = inflation(law), law.inflated_loc + tf.zeros_like(x)
    apart, half = parts(inner, x)
    between, _ = parts(inner, at)
    rest = 1.0 - weight
    return weight * tf.abs(x - at) + rest * apart - weight * rest * between - rest * rest * half
