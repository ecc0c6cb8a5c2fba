"""The coordinate in which a pixel's law is tabulated: x itself, log x for positive x, logit x between two bounds.

A density that runs over orders of magnitude near a bound (LogNormal, LogitNormal, Beta, Gamma) has all its shape in a
sliver of x: equal steps of x would put the most likely values between two knots.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf
from vaediag.laws.traits import Traits
from vaediag.records.estimate import Array

FLAT = ("truncated_normal", "continuous_bernoulli", "uniform", "triangular", "pert", "bates")  # finite at their bounds
LEAST, MOST = -87.0, 88.0  # logarithms of the float32 numbers
LAST = 16.63  # logit of the float32 before 1
DRAWN = 16  # draws of each law that say where its mass is


@dataclass(frozen=True, slots=True)
class Warp:
    """t(x): x, log(x - lower), or the logit of x between the bounds; increasing, cut off where float32 ends."""

    kind: str  # "none", "log" or "logit"
    lower: float = 0.0
    upper: float = 1.0

    def limits(self) -> tuple[float, float]:
        """The least and the greatest t of a float32 x inside the support."""
        return {"none": (-np.inf, np.inf), "log": (LEAST, MOST), "logit": (LEAST, LAST)}[self.kind]

    def place(self, x: Array) -> Array:
        """t of x, any shape."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self._place(x, np.log, np.clip)

    def traced(self, x: Tensor) -> Tensor:
        """`place` of a tensor."""
        return self._place(x, tf.math.log, tf.clip_by_value)

    def _place(self, x: Any, log: Callable[[Any], Any], clip: Callable[..., Any]) -> Any:
        if self.kind == "none":
            return x
        inside = clip(x, self.lower, self.upper)
        t = log(inside - self.lower)
        return clip(t - log(self.upper - inside) if self.kind == "logit" else t, *self.limits())

    def x(self, t: Array) -> Array:
        """x of t; the inverse of `place`."""
        if self.kind == "none":
            return t
        if self.kind == "log":
            return self.lower + np.exp(t)
        return self.lower + (self.upper - self.lower) / (1 + np.exp(-t))


def warp_of(kind: Traits) -> Warp:
    """The coordinate for a continuous law."""
    if kind.discrete or kind.lower == -np.inf or kind.family in FLAT:
        return Warp("none")
    return Warp("log" if kind.upper == np.inf else "logit", kind.lower, min(kind.upper, float(np.finfo("f4").max)))


def spread_of(warp: Warp, law: Law, seed: Any) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of t under a per-pixel law, from a few draws: `[n, *event]` each."""
    t = warp.traced(tf.cast(law.sample(DRAWN, seed=seed), tf.float32))
    return tf.reduce_mean(t, 0), tf.math.reduce_std(t, 0)
