"""What the kept part of the chains tells: have they arrived, do they move, and where is p(z | x) seen from q(z | x)?

All means are over images, one chain each, so that errors are simple ones although the steps of a chain depend on each
other. Codes are in units of q: e_k = (z_k - mean of q) / standard deviation of q.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vaediag.records.estimate import Array, Estimate, Estimates, estimate

FEWEST = 12  # kept steps from which moments are told
LOW_ACCEPTANCE = 0.3  # of the kept steps: below it no step suited the chain
CLIMB = 0.05  # nats per latent: one tenth of the energy of a latent
HELD = 0.7  # correlation over half of the kept steps above which a latent's offset and width are not told apart
STUCK = 0.9  # the same, above which a latent has hardly moved within its own spread


@dataclass(frozen=True, slots=True, eq=False)
class Mixing:
    acceptance: Estimate
    climb: Estimate | None  # nats: mean log p(x, z) of the later half minus that of the earlier; None for a short chain
    memory: Array  # [L], correlation of a chain with itself over half of the kept steps; NaN for a short chain
    offset: Estimates  # [L], root mean square distance of the means of p(z | x) and q, in sd of q; NaN where unknown
    width: Estimates  # [L], sd of q / root mean square sd of p(z | x); NaN where unknown

    @property
    def reliable(self) -> bool:
        if self.climb is None or not self.acceptance.value >= LOW_ACCEPTANCE:
            return False
        arrived = abs(self.climb.value) <= CLIMB * len(self.memory) + 3 * (self.climb.standard_error or 0.0)
        return arrived and bool((self.memory < STUCK).all())


def mixing(path: Array, log_prob: Array, acceptance: Array) -> Mixing | None:
    """From e `[T, n, L]`, log p(x, z) `[T, n]` and the chance of acceptance `[T, n]`; None without images.

    With jumps J(h) = E (e(t + h) - e(t))^2 = 2 width^2 (1 - r(h)) and r(2 h) = r(h)^2: r(h) = J(2 h) / J(h) - 1,
    whatever the offset is. Then width^2 = J(2 h) / 2 / (1 - r(h)^2) and offset^2 = E e^2 - width^2.
    """
    steps, n, latents = path.shape
    if not n:
        return None
    accepted = _mean(acceptance.mean(0))
    if steps < FEWEST:
        nothing = np.full(latents, np.nan)
        return Mixing(accepted, None, nothing, Estimates(nothing, nothing), Estimates(nothing, nothing))
    half, quarter, path = steps // 2, steps // 4, path.astype(float)
    climb = _mean(log_prob[-half:].mean(0) - log_prob[:half].mean(0))
    far = _jumps(path[: half + 2 * quarter], 2 * quarter)
    near = _jumps(path[: half + 2 * quarter], quarter)
    with np.errstate(divide="ignore", invalid="ignore"):
        memory = np.square(np.clip(far.mean(0) / near.mean(0) - 1, 0, 1))
    memory = np.where(near.mean(0) > 0, memory, 1.0)
    known = memory < HELD
    scale = np.where(known, 2 * (1 - memory), np.nan)
    variance = far / scale  # [n, L]: width^2 of each image, poorly; its mean over images is what counts
    away = np.square(path).mean(0) - variance
    return Mixing(accepted, climb, memory, _root(away), _inverse_root(variance))


def _jumps(path: Array, lag: int) -> Array:
    return np.square(path[lag:] - path[:-lag]).mean(0)


def _mean(values: Array) -> Estimate:
    n = len(values)
    return estimate(float(values.mean()), float(values.std(ddof=1)) / math.sqrt(n) if n > 1 else math.nan)


def _error(values: Array) -> Array:
    n = len(values)
    return values.std(0, ddof=1) / math.sqrt(n) if n > 1 else np.full(values.shape[1], np.nan)


def _root(squares: Array) -> Estimates:
    """Root of the mean; its error is that of sqrt(max(mean, error)), for which the mean may be below zero."""
    mean, error = squares.mean(0), _error(squares)
    root = np.sqrt(np.maximum(mean, 0))
    return Estimates(root, error / (2 * np.maximum(root, np.sqrt(error))))


def _inverse_root(squares: Array) -> Estimates:
    mean, error = squares.mean(0), _error(squares)
    width = mean**-0.5
    return Estimates(width, width * error / (2 * mean))
