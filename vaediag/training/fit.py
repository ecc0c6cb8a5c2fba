"""How far is a loss from a·reconstruction + b·KL + c, measured in what chance in z explains? NumPy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaediag.records.estimate import Array
from vaediag.training.ask import Answers
from vaediag.training.terms import Terms

ROUNDING = 5e-4  # of each term: float32 sums, clipped probabilities, a small constant inside a logarithm
ROUNDS = 4  # of weighting: the weights depend on a and b


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights with standard errors (0 where fixed), and the misfit: chi-square over its degrees of freedom."""

    weights: Array  # [3]: of the reconstruction, of the KL, and a constant per image
    errors: Array  # [3]
    covariance: Array  # [3, 3]
    chi2: float
    misfit: float

    @property
    def ratio(self) -> float:
        """Weight of the KL where the reconstruction has weight 1; NaN without a reconstruction."""
        return float(self.weights[1] / self.weights[0]) if self.weights[0] else float("nan")

    @property
    def ratio_error(self) -> float:
        a, b = self.weights[:2]
        if not a:
            return float("nan")
        gradient = np.array([-b / a**2, 1 / a, 0.0])
        return float(np.sqrt(max(gradient @ self.covariance @ gradient, 0.0)))


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One way to see the answers: which reconstruction term, at which z, and what is summed over images."""

    losses: Array  # [groups]
    columns: Array  # [groups, 3]: reconstruction, KL, and what a constant per image adds
    spread: Array  # [groups, 3]: variance of one draw of the reconstruction, of the KL, and their covariance
    scatter: Array | None  # [groups]: of one call
    calls: int
    draws: float  # behind the columns; infinite where they are exact

    @classmethod
    def of(cls, answers: Answers, terms: Terms, term: str, at: str, sums: tuple[bool, bool]) -> View:
        """`at` is "draw" or "mean" of q(z | x); `sums` says whether reconstruction and KL are summed over images."""
        once, kl = terms.drawn[term], terms.kl
        drawn = at == "draw"
        each = once.mean(0) if drawn else terms.centred[term]
        scale = [np.where(by_sum, answers.sizes, 1.0) for by_sum in sums]
        mean, square = answers.weights, answers.weights**2
        away, kl_away = once - once.mean(0), kl - kl.mean(0)
        degrees = max(len(once) - 1, 1)
        variances = [
            square @ ((p * q).sum(0) / degrees) for p, q in ((away, away), (kl_away, kl_away), (away, kl_away))
        ]
        parts = (scale[0] ** 2, scale[1] ** 2, scale[0] * scale[1])
        spread = np.stack([v * s for v, s in zip(variances, parts, strict=True)], 1) * drawn
        columns = np.stack([scale[0] * (mean @ each), scale[1] * (mean @ kl.mean(0)), scale[0]], 1)
        calls = 1 if answers.repeats else answers.calls
        scatter = None if answers.repeats else answers.scatter
        return cls(answers.losses, columns, spread, scatter, calls, terms.draws)

    def variance(self, a: Array, b: Array) -> Array:
        """Of what chance leaves in each loss, `[..., groups]`, for weights `[...]`."""
        a, b = np.asarray(a)[..., None], np.asarray(b)[..., None]
        one = a**2 * self.spread[:, 0] + b**2 * self.spread[:, 1] + 2 * a * b * self.spread[:, 2]
        size = (self.columns**2).mean(0)  # of all groups: one log loss may be near 0 because its parts cancel
        rounding = ROUNDING**2 * (a**2 * size[0] + b**2 * size[1])
        theirs = one
        if self.scatter is not None:  # as measured, smoothed over the groups
            ratio = (self.scatter / np.maximum(one, 1e-300)).mean(-1, keepdims=True)
            theirs = np.where(one.any(-1, keepdims=True), one * ratio, self.scatter)
        return theirs / self.calls + one / self.draws + rounding + 1e-12 * self.losses**2

    def chi2(self, a: Array, b: Array, c: Array) -> Array:
        """Of fixed weights, each `[readings]`: `[readings]`."""
        expected = np.stack([a, b, c], 1) @ self.columns.T
        return ((self.losses - expected) ** 2 / self.variance(a, b)).sum(-1)

    def fit(self, fixed: tuple[float | None, float | None, float | None]) -> Fit:
        """Least squares, weighted by what chance explains, over the weights that are None."""
        free = np.array([weight is None for weight in fixed])
        weights = np.array([1.0 if weight is None else weight for weight in fixed])
        if free[0]:  # a scale to begin with
            weights[:2] *= np.abs(self.losses).mean() / max(np.abs(self.columns[:, 0]).mean(), 1e-300)
        covariance = np.zeros((3, 3))
        for _ in range(ROUNDS if free.any() else 0):
            root = 1 / np.sqrt(self.variance(weights[0], weights[1]))
            design = self.columns[:, free] * root[:, None]
            left = (self.losses - self.columns[:, ~free] @ weights[~free]) * root
            scale = np.maximum(np.sqrt((design**2).sum(0)), 1e-300)
            weights[free] = np.linalg.lstsq(design / scale, left, rcond=None)[0] / scale
            inverse = np.linalg.pinv((design / scale).T @ (design / scale), rcond=1e-12)
            covariance[np.ix_(free, free)] = inverse / np.outer(scale, scale)
        chi2 = float(self.chi2(*(weights[i : i + 1] for i in range(3)))[0])
        misfit = chi2 / max(len(self.losses) - int(free.sum()), 1)
        covariance = covariance * max(misfit, 1.0)
        return Fit(weights, np.sqrt(np.diag(covariance)), covariance, chi2, misfit)
