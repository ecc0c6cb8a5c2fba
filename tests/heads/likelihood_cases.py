"""Every likelihood head with raw outputs and what SciPy says of the law that they mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special, stats

from vaediag.heads import likelihoods as heads

EVENT = (2, 3, 2)
D, N = 12, 3


@dataclass(frozen=True)
class Case:
    """A head, groups of raw outputs `[N, D]`, and its law by SciPy.

    Attributes:
        truth: from the groups (float64) to an object with logpdf or logpmf, cdf, mean.
        at: values of x to look at.
    """

    name: str
    head: Any
    groups: int
    truth: Callable[..., Any]
    at: tuple[float, ...]
    discrete: bool = False
    mean: bool = True
    spread: float = 1.0  # of the raw outputs
    shift: float = 0.0

    def raw(self, seed: int = 0) -> list[np.ndarray]:
        rng = np.random.default_rng([seed, len(self.name)])
        return [
            (self.shift * (i == 0) + self.spread * rng.normal(size=(N, D))).astype(np.float32)
            for i in range(self.groups)
        ]


@dataclass(frozen=True)
class Formula:
    """A law by formulas, where SciPy has none."""

    log: Callable[[Any], Any]
    cdf: Callable[[Any], Any]
    expected: Any

    def logpdf(self, x: Any) -> Any:
        return self.log(x)

    def logpmf(self, x: Any) -> Any:
        return self.log(x)

    def mean(self) -> Any:
        return self.expected


def softplus(x: np.ndarray) -> np.ndarray:
    return np.logaddexp(0, x)


def continuous_bernoulli(logits: np.ndarray) -> Formula:
    p, c = special.expit(logits), np.log(logits / np.tanh(logits / 2))
    return Formula(
        lambda x: x * np.log(p) + (1 - x) * np.log1p(-p) + c,
        lambda x: (p**x * (1 - p) ** (1 - x) + p - 1) / (2 * p - 1),
        p / (2 * p - 1) + 1 / (2 * np.arctanh(1 - 2 * p)),
    )


def mixture(law: Callable[..., Any]) -> Callable[..., Formula]:
    """Two components; groups are logits 1, 2, locations 1, 2, raw scales 1, 2."""

    def truth(l1: Any, l2: Any, m1: Any, m2: Any, s1: Any, s2: Any) -> Formula:
        weights = special.softmax([l1, l2], 0)
        parts = [law(m1, s1), law(m2, s2)]
        density = "logpdf" if hasattr(parts[0], "pdf") else "logpmf"

        def log(x: Any) -> Any:
            return special.logsumexp(
                [np.log(w) + getattr(part, density)(x) for w, part in zip(weights, parts, strict=True)], axis=0
            )

        def cdf(x: Any) -> Any:
            return sum(w * part.cdf(x) for w, part in zip(weights, parts, strict=True))

        return Formula(log, cdf, sum(w * part.mean() for w, part in zip(weights, parts, strict=True)))

    return truth


def cells(low: float, high: float, levels: int = 256) -> Callable[..., Formula]:
    """A logistic law summed over the cells of a grid; locations and scales in units of x."""
    step = (high - low) / (levels - 1)

    def truth(loc: Any, log_scale: Any) -> Formula:
        law = stats.logistic(loc, np.maximum(np.exp(log_scale), 1e-3 * step))

        @np.errstate(divide="ignore", invalid="ignore")  # in the branch that is not taken
        def log(x: Any) -> Any:
            upper = np.where(x > high - step / 4, np.inf, x + step / 2)
            lower = np.where(x < low + step / 4, -np.inf, x - step / 2)
            return np.where(
                lower + upper > 2 * loc,
                law.logsf(lower) + np.log1p(-np.exp(law.logsf(upper) - law.logsf(lower))),
                law.logcdf(upper) + np.log1p(-np.exp(law.logcdf(lower) - law.logcdf(upper))),
            )

        def cdf(x: Any) -> Any:
            return np.where(x > high - step / 4, 1.0, law.cdf(x + step / 2))

        grid = low + step * np.arange(levels)
        return Formula(log, cdf, sum(x * np.exp(log(x)) for x in grid))

    return truth


def categorical(*logits: Any) -> Formula:
    probs = special.softmax(logits, 0)
    return Formula(
        lambda x: np.log(probs[int(x)]),
        lambda x: probs[: int(x) + 1].sum(0),
        (probs * np.arange(len(logits))[:, None, None]).sum(0),
    )


def inflated(counts: Any, zeros: Any) -> Formula:
    pi = special.expit(zeros)
    return Formula(
        lambda x: np.log(pi * (x == 0) + (1 - pi) * counts.pmf(x)),
        lambda x: pi + (1 - pi) * counts.cdf(x),
        (1 - pi) * counts.mean(),
    )


def negative_binomial(mean: Any, theta: Any) -> Any:
    return stats.nbinom(theta, theta / (theta + mean))


def truncated(loc: Any, sigma: Any, low: float, high: float) -> Any:
    return stats.truncnorm((low - loc) / sigma, (high - loc) / sigma, loc, sigma)


def logit_normal(loc: Any, sigma: Any) -> Formula:
    law: Any = stats.norm(loc, sigma)
    return Formula(
        lambda x: law.logpdf(special.logit(x)) - np.log(x * (1 - x)), lambda x: law.cdf(special.logit(x)), None
    )


REAL, UNIT, COUNTS = (-2.0, 0.1, 3.0), (0.05, 0.5, 0.97), (0.0, 1.0, 4.0)
BYTES = (0.0, 1.0, 100.0, 254.0, 255.0)
SYMMETRIC = tuple(float(np.float32(2 * k / 255 - 1)) for k in (0, 1, 100, 255))
exp = np.exp
CASES = (
    Case("bernoulli", heads.Bernoulli(), 1, lambda a: stats.bernoulli(special.expit(a)), (0.0, 1.0), True),
    Case("continuous bernoulli", heads.ContinuousBernoulli(), 1, continuous_bernoulli, UNIT),
    Case("binomial", heads.Binomial(total_count=7), 1, lambda a: stats.binom(7, special.expit(a)), COUNTS, True),
    Case("normal", heads.Normal(0.5), 1, lambda m: stats.norm(m, 0.5), REAL),
    Case("normal pixel", heads.Normal("pixel"), 2, lambda m, s: stats.norm(m, exp(s / 2)), REAL),
    Case("normal log σ", heads.Normal("pixel", spread="log_scale"), 2, lambda m, s: stats.norm(m, exp(s)), REAL),
    Case(
        "normal softplus",
        heads.Normal("pixel", spread="softplus"),
        2,
        lambda m, s: stats.norm(m, softplus(s)),
        REAL,
    ),
    Case("laplace", heads.Laplace(0.5), 1, lambda m: stats.laplace(m, 0.5), REAL),
    Case("laplace pixel", heads.Laplace("pixel"), 2, lambda m, s: stats.laplace(m, exp(s)), REAL),
    Case("logistic", heads.Logistic("pixel"), 2, lambda m, s: stats.logistic(m, exp(s)), REAL),
    Case("student t", heads.StudentT("pixel", df=4), 2, lambda m, s: stats.t(4, m, exp(s)), REAL),
    Case(
        "log-normal",
        heads.LogNormal("pixel"),
        2,
        lambda m, s: stats.lognorm(exp(s / 2), scale=exp(m)),
        (0.05, 1.0, 7.0),
    ),
    Case("logit-normal", heads.LogitNormal("pixel"), 2, lambda m, s: logit_normal(m, exp(s / 2)), UNIT, mean=False),
    Case(
        "truncated normal",
        heads.TruncatedNormal("pixel", low=-1, high=2),
        2,
        lambda m, s: truncated(m, exp(s / 2), -1, 2),
        (-0.9, 0.1, 1.9),
    ),
    Case("beta", heads.Beta(), 2, lambda a, b: stats.beta(exp(a), exp(b)), UNIT),
    Case("beta softplus", heads.Beta("softplus"), 2, lambda a, b: stats.beta(softplus(a), softplus(b)), UNIT),
    Case("normal mixture", heads.NormalMixture(2), 6, mixture(lambda m, s: stats.norm(m, exp(s / 2))), REAL),
    Case("discretized logistic", heads.DiscretizedLogistic(), 2, cells(0, 255), BYTES, True, spread=2.0, shift=100.0),
    Case(
        "discretized logistic on [-1, 1]",
        heads.DiscretizedLogistic(low=-1, high=1),
        2,
        cells(-1, 1),
        SYMMETRIC,
        True,
    ),
    Case(
        "discretized logistic mixture",
        heads.DiscretizedLogisticMixture(components=2, levels=8),
        6,
        mixture(cells(0, 7, 8)),
        (0.0, 3.0, 7.0),
        True,
        mean=False,
    ),
    Case("categorical", heads.Categorical(5), 5, categorical, COUNTS, True),
    Case("poisson", heads.Poisson(), 1, lambda a: stats.poisson(exp(a)), COUNTS, True),
    Case("poisson softplus", heads.Poisson("softplus"), 1, lambda a: stats.poisson(softplus(a)), COUNTS, True),
    Case(
        "negative binomial", heads.NegativeBinomial(), 2, lambda m, t: negative_binomial(exp(m), exp(t)), COUNTS, True
    ),
    Case(
        "zero-inflated poisson",
        heads.ZeroInflatedPoisson(),
        2,
        lambda m, z: inflated(stats.poisson(exp(m)), z),
        COUNTS,
        True,
    ),
    Case(
        "zero-inflated negative binomial",
        heads.ZeroInflatedNegativeBinomial(),
        3,
        lambda m, t, z: inflated(negative_binomial(exp(m), exp(t)), z),
        COUNTS,
        True,
    ),
)
POSITIVE = (  # given as they are: outputs that must be >= 0
    Case("normal σ", heads.Normal("pixel", spread="scale"), 2, stats.norm, REAL),
    Case("beta positive", heads.Beta("positive"), 2, stats.beta, UNIT),
    Case("poisson positive", heads.Poisson("positive"), 1, stats.poisson, COUNTS, True),
    Case("nb positive", heads.NegativeBinomial("positive"), 2, negative_binomial, COUNTS, True),
    Case("bernoulli probs", heads.Bernoulli("probs"), 1, stats.bernoulli, (0.0, 1.0), True),
)
