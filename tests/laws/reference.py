"""Laws in float64, made of SciPy's densities and CDFs and of sums: what every answer is compared with."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

NEAR = 1e-9


def _between(ends: Any, count: int) -> np.ndarray:
    low, high = ends
    return np.linspace(low, high, count)


class Masses(NamedTuple):
    """A discrete law: increasing points, and their probabilities."""

    at: np.ndarray
    mass: np.ndarray

    def log_prob(self, x: np.ndarray) -> np.ndarray:
        place = np.clip(np.searchsorted(self.at, x - NEAR), 0, len(self.at) - 1)
        with np.errstate(divide="ignore"):
            return np.where(np.abs(self.at[place] - x) <= NEAR, np.log(self.mass[place]), -np.inf)

    def cdf(self, x: np.ndarray) -> np.ndarray:
        return np.concatenate([[0.0], np.cumsum(self.mass)])[np.searchsorted(self.at, x + NEAR, side="right")]

    def below(self, x: np.ndarray) -> np.ndarray:
        return np.concatenate([[0.0], np.cumsum(self.mass)])[np.searchsorted(self.at, x - NEAR, side="left")]

    def mean(self) -> float:
        return float(self.mass @ self.at)

    def stddev(self) -> float:
        return float(np.sqrt(self.mass @ (self.at - self.mean()) ** 2))

    def entropy(self) -> float:
        some = self.mass[self.mass > 0]
        return float(-some @ np.log(some))

    def quantile(self, p: float) -> float:
        return float(self.at[np.argmax(np.cumsum(self.mass) >= p)])

    def crps(self, x: np.ndarray) -> np.ndarray:
        total = np.cumsum(self.mass)
        apart = np.abs(np.subtract.outer(x, self.at)) @ self.mass
        return apart - np.sum(np.diff(self.at) * (total * (1 - total))[:-1])


class Density(NamedTuple):
    """A law of `scipy.stats`, or anything with logpdf, cdf, ppf, mean, std and entropy."""

    law: Any

    def log_prob(self, x: np.ndarray) -> np.ndarray:
        return self.law.logpdf(x)

    def cdf(self, x: np.ndarray) -> np.ndarray:
        return self.law.cdf(x)

    below = cdf

    def mean(self) -> float:
        return float(self.law.mean())

    def stddev(self) -> float:
        return float(self.law.std())

    def entropy(self) -> float:
        with np.errstate(divide="ignore", invalid="ignore"):
            found = float(self.law.entropy())
        if np.isfinite(found):
            return found
        x = _between(self.law.ppf([1e-9, 1 - 1e-9]), 200_001)
        return float(np.trapezoid(-self.law.pdf(x) * self.law.logpdf(x), x))

    def quantile(self, p: float) -> float:
        return float(self.law.ppf(p))

    def crps(self, x: np.ndarray) -> np.ndarray:
        """E|x - X| from E|X - X'| = 2 int F (1 - F), both by the trapezoidal rule on quantiles."""
        p = np.concatenate([10.0 ** np.arange(-12, -3, 0.05), np.linspace(1e-3, 0.5, 8_000)])
        even = _between(self.law.ppf([1e-9, 1 - 1e-9]), 8_000)
        at = np.unique(np.concatenate([self.law.ppf(p), self.law.isf(p), even]))
        upto = self.law.cdf(at)
        pairs = np.trapezoid(upto * (1 - upto), at)
        below = np.concatenate([[0.0], np.cumsum(np.diff(at) * (upto[1:] + upto[:-1]) / 2)])
        inside = np.clip(x, at[0], at[-1])
        under = np.interp(inside, at, below) + np.maximum(x - at[-1], 0.0)
        return self.mean() - x + 2 * under - pairs


class Mixture:
    """Of `scipy.stats` densities."""

    def __init__(self, weights: np.ndarray, parts: list[Any]) -> None:
        self.weights, self.parts = np.asarray(weights), parts

    def logpdf(self, x):
        return np.log(sum(w * part.pdf(x) for w, part in zip(self.weights, self.parts, strict=True)))

    def cdf(self, x):
        return sum(w * part.cdf(x) for w, part in zip(self.weights, self.parts, strict=True))

    def ppf(self, p):
        ends = np.array([part.ppf([1e-13, 1 - 1e-13]) for part in self.parts])
        low, high = np.full(np.shape(p), ends.min()), np.full(np.shape(p), ends.max())
        for _ in range(80):
            middle = (low + high) / 2
            under = self.cdf(middle) < p
            low, high = np.where(under, middle, low), np.where(under, high, middle)
        return high

    def isf(self, p):
        return self.ppf(1 - np.asarray(p))

    def mean(self):
        return sum(w * part.mean() for w, part in zip(self.weights, self.parts, strict=True))

    def std(self):
        square = sum(w * (part.var() + part.mean() ** 2) for w, part in zip(self.weights, self.parts, strict=True))
        return np.sqrt(square - self.mean() ** 2)

    def entropy(self):
        x = _between(self.ppf(np.array([1e-9, 1 - 1e-9])), 200_001)
        log = self.logpdf(x)
        return np.trapezoid(-np.exp(log) * log, x)


class OfLogit:
    """x = sigmoid(Y), Y of `scipy.stats`; moments on a fine grid of Y."""

    def __init__(self, law: Any) -> None:
        self.law = law
        y = _between(law.ppf([1e-13, 1 - 1e-13]), 400_001)
        self.x, self.weight = 1 / (1 + np.exp(-y)), law.pdf(y) * (y[1] - y[0])
        self.slope = -np.logaddexp(0, y) - np.logaddexp(0, -y)

    def logpdf(self, x):
        x = np.asarray(x, float)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = self.law.logpdf(np.log(x) - np.log1p(-x)) - np.log(x) - np.log1p(-x)
        return np.where((x > 0) & (x < 1), found, -np.inf)

    def cdf(self, x):
        x = np.clip(x, 0, 1)
        with np.errstate(divide="ignore"):
            return self.law.cdf(np.log(x) - np.log1p(-x))

    def ppf(self, p):
        return 1 / (1 + np.exp(-self.law.ppf(p)))

    def isf(self, p):
        return 1 / (1 + np.exp(-self.law.isf(p)))

    def mean(self):
        return float(self.weight @ self.x)

    def std(self):
        return float(np.sqrt(self.weight @ (self.x - self.mean()) ** 2))

    def entropy(self):
        return float(self.law.entropy() + self.weight @ self.slope)


class ContinuousBernoulli:
    """Density proportional to exp(logit x) on [0, 1]."""

    def __init__(self, logit: float) -> None:
        self.logit = logit
        self.log_norm = 0.0 if logit == 0 else float(np.log(logit / np.expm1(logit)))
        self.grid = np.linspace(0, 1, 400_001)
        self.weight = np.exp(self.logpdf(self.grid)) / 400_000
        self.weight[[0, -1]] /= 2

    def logpdf(self, x):
        x = np.asarray(x, float)
        return np.where((x >= 0) & (x <= 1), self.logit * x + self.log_norm, -np.inf)

    def cdf(self, x):
        x = np.clip(x, 0, 1)
        return x if self.logit == 0 else np.expm1(self.logit * x) / np.expm1(self.logit)

    def ppf(self, p):
        p = np.asarray(p)
        return p if self.logit == 0 else np.log1p(p * np.expm1(self.logit)) / self.logit

    def isf(self, p):
        return self.ppf(1 - np.asarray(p))

    def mean(self):
        return float(self.weight @ self.grid)

    def std(self):
        return float(np.sqrt(self.weight @ (self.grid - self.mean()) ** 2))

    def entropy(self):
        return -(self.log_norm + self.logit * self.mean())
