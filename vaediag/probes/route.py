"""Which temperatures and step sizes annealing uses for an image: found by a short run whose weights do not count.

Temperatures are laid so that log p(x | z) fluctuates equally from each to the next (equal thermodynamic length: Gelman
and Meng, 1998, doi:10.1214/ss/1028905934). The logistic schedule of Wu et al. (2017) is as good where p(x | z) says
little, but a small sigma changes nearly everything close to the prior, where it has too few temperatures. [Linear
model, D = 64, L = 8, sigma = 0.1, 1000 temperatures: log p(x) is missed by 3 to 27 nats with it, by 0.5 with these.]
"""

from __future__ import annotations

from typing import Any

import numpy as np

from vaediag.aliases import Seed
from vaediag.backend import tf
from vaediag.probes.annealing import Report, Route, Walk, compile_advance, log_likelihood, walk
from vaediag.records.estimate import Array
from vaediag.seeds import fold

ADAPTION = 0.5  # change of the log step size per unit of acceptance missed
FIRST_STEP = 0.7  # in units of the prior's width
EVEN = 0.2  # share of the temperatures that are laid without regard to what the pilot saw
SMOOTH = 9  # neighbours over which its noisy spreads are averaged
PRIOR_DRAWS = 1000
PILOT_START, PILOT, START, FORWARD, BACKWARD = range(5)  # what seeds are folded with


def pilot_length(temperatures: int) -> int:
    """Temperatures of the run that finds the others: a tenth, at least 50."""
    return max(temperatures // 10, 50)


class Annealer:
    """A model made ready for annealing: compiled once for each number of images."""

    def __init__(self, vae: Any, chains: int, temperatures: int, seed: Seed) -> None:
        self.vae, self.chains, self.temperatures = vae, chains, temperatures
        low, high = np.quantile(vae.prior.sample(PRIOR_DRAWS, seed=seed).numpy(), [0.25, 0.75], axis=0)
        width = (high - low) / 1.349  # the standard deviation of a normal; finite for any tails
        self._advance = compile_advance(vae, chains, np.where(width > 0, width, 1.0).astype(np.float32))

    def forward(self, x: Array, seed: Seed, report: Report) -> tuple[Walk, Route]:
        """From the prior to the posterior of each image `[n, *event]`, on a route found by a pilot run.

        The route is fixed before the chains that count start: chains that adapted it to themselves would not leave
        their distribution in place, and the mean weight would no longer be unbiased for p(x).
        """
        route = self._pilot(x, seed, report)
        z = self._prior_codes(len(x), fold(seed, START))
        return walk(self._advance, x, z, route, seed=fold(seed, FORWARD), report=report), route

    def backward(self, x: Array, z: Array, route: Route, seed: Seed, report: Report) -> Walk:
        """From one exact posterior draw `[n, L]` per image back to the prior, all chains from the same draw."""
        start = np.repeat(z, self.chains, 0)
        return walk(self._advance, x, start, route.back(), seed=fold(seed, BACKWARD), report=report)

    def _pilot(self, x: Array, seed: Seed, report: Report) -> Route:
        z = self._prior_codes(len(x), fold(seed, PILOT_START))
        like = log_likelihood(self.vae, tf.constant(np.repeat(x, self.chains, 0), tf.float32), tf.constant(z))
        route = guess(like.numpy().reshape(len(x), -1), pilot_length(self.temperatures))
        found = walk(self._advance, x, z, route, seed=fold(seed, PILOT), report=report, adaption=ADAPTION)
        return refined(route.path, found, self.temperatures)

    def _prior_codes(self, images: int, seed: Seed) -> Array:
        return self.vae.prior.sample(images * self.chains, seed=seed).numpy()


def guess(log_likelihood: Array, temperatures: int) -> Route:
    """A route from log p(x | z) at prior draws `[n, chains]`: exact where p(x | z) is Gaussian in z.

    With s its standard deviation under the prior, log(1 + s b) grows evenly, and steps shrink like (1 + s b)^(-1/2).
    """
    finite = np.isfinite(log_likelihood)
    number = np.maximum(finite.sum(1, keepdims=True), 1)
    values = np.where(finite, log_likelihood, 0).astype(float)
    centred = np.where(finite, values - values.sum(1, keepdims=True) / number, 0)
    scale = np.maximum(np.sqrt((centred**2).sum(1) / number[:, 0]), 1.0)
    grown = np.linspace(0, 1, temperatures + 1)[:, None] * np.log1p(scale)
    path = np.clip(np.expm1(grown) / scale, 0, 1)
    path[-1] = 1
    return Route(path, np.log(FIRST_STEP) - grown / 2)


def refined(path: Array, pilot: Walk, temperatures: int) -> Route:
    """The route on which the spread that the pilot saw along its `path` is shared out evenly over `temperatures`."""
    routes = [
        _refined(*columns, temperatures) for columns in zip(path.T, pilot.spread.T, pilot.log_steps.T, strict=True)
    ]
    return Route(*(np.stack(parts, 1) for parts in zip(*routes, strict=True)))


def _refined(path: Array, spread: Array, log_steps: Array, temperatures: int) -> tuple[Array, Array]:
    place = np.linspace(0, 1, len(path))  # the pilot's path is even in this coordinate
    length = np.diff(path) * spread
    length = np.convolve(np.pad(length, SMOOTH // 2, mode="edge"), np.full(SMOOTH, 1 / SMOOTH), "valid")
    total = length.sum()
    share = length / total if total > 0 else np.full(len(length), 1 / len(length))
    passed = np.concatenate([[0], np.cumsum((1 - EVEN) * share + EVEN / len(share))])
    where = np.interp(np.linspace(0, 1, temperatures + 1), passed / passed[-1], place)
    found = np.interp(where, place, path)
    found[0], found[-1] = 0, 1
    return found, np.interp(where, place[1:], log_steps)
