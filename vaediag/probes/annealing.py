"""Chains that walk from the prior p(z) to p(z) p(x | z), or back, and the weights they gather on the way.

At the inverse temperature b the chains follow p(z) p(x | z)^b by Hamiltonian Monte Carlo. Every step from b to b' adds
(b' - b) log p(x | z) to the log weight *before* the chains move at b' (annealed importance sampling, Neal, 2001,
doi:10.1023/A:1008923215028; with HMC on decoders, Wu et al., 2017, arXiv:1611.04273).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from vaediag.aliases import Seed, Tensor
from vaediag.backend import tf, tfp
from vaediag.records.estimate import Array
from vaediag.seeds import fold

LEAPFROG = 10
TARGET = 0.8  # acceptance: with a fixed number of leapfrog steps, lower ones were less exact per decode (measured)
PER_CALL = 10  # temperatures in one compiled call, after which the user may cancel
MOVE, JITTER = range(2)  # what seeds are folded with

Report = Callable[[int], None]  # told how many temperatures were passed


class Route(NamedTuple):
    """Where each image's chains pass, `[temperatures + 1, n]`; one start to one end, in either direction."""

    path: Array  # inverse temperatures from 0 to 1, or from 1 to 0
    log_steps: Array  # of HMC at each of them, in units of the prior's width

    def back(self) -> Route:
        return Route(self.path[::-1], self.log_steps[::-1])


class Walk(NamedTuple):
    """What the chains gathered, and how they moved."""

    log_weights: Array  # [n, chains]; minus infinity where p(x | z) was zero or undefined
    acceptance: Array  # [n], of HMC proposals, over the chains that have a weight; NaN where none has
    spread: Array  # [temperatures, n], standard deviation of log p(x | z) over chains, at all of the path but its end
    log_steps: Array  # [temperatures, n], taken: those of the route, plus what adaption added


def walk(advance: Any, x: Array, z: Array, route: Route, *, seed: Seed, report: Report, adaption: float = 0.0) -> Walk:
    """Move codes `[n * chains, L]` (all of the first image, then of the second ...) of images `[n, *event]` along.

    `advance` is from `compile_advance`. The weights are those of the route's end against its start: from prior draws to
    the posterior their mean is unbiased for p(x), back from posterior draws for 1 / p(x), unless steps are adapted.
    """
    count, chains, ends = len(x), len(z) // len(x), len(route.path) - 1
    image, code = tf.constant(np.repeat(x, chains, 0), tf.float32), tf.constant(z, tf.float32)
    weight, shift = tf.zeros(len(z), tf.float64), tf.zeros(count)
    told: list[list[Array]] = []
    for first in range(0, ends, PER_CALL):
        kept = min(PER_CALL, ends - first)
        known = np.minimum(np.arange(first, first + PER_CALL + 1), ends)  # one shape: the end is repeated
        path, log_steps = tf.constant(route.path[known]), tf.constant(route.log_steps[known[1:]], tf.float32)
        key = fold(seed, first)
        code, weight, shift, *more = advance(image, code, weight, path, log_steps, shift, np.float32(adaption), key)
        told.append([values.numpy()[:kept].astype(float) for values in more])
        report(kept)
    acceptance, spread, taken = (np.concatenate(values) for values in zip(*told, strict=True))
    log_weights = weight.numpy().reshape(count, chains)
    alive = np.isfinite(log_weights).any(1)
    return Walk(log_weights, np.where(alive, acceptance.mean(0), np.nan), spread, taken)


def compile_advance(vae: Any, chains: int, width: Array) -> Any:
    """A `tf.function` over `PER_CALL` temperatures; `width` `[L]` scales the steps.

    `(x [rows, *event], z [rows, L], log weights [rows], path [PER_CALL + 1, n], log_steps [PER_CALL, n], shift [n],
    adaption, seed) -> (z, log weights, shift, acceptance, spread, log steps taken)`, the last three `[PER_CALL, n]`.
    `shift` is added to the log steps and grows by `adaption` times the acceptance above `TARGET`.
    """

    def over_chains(values: Tensor, alive: Tensor, otherwise: float) -> Tensor:
        """Mean of `[rows]` over the chains that have a weight, `[n]`."""
        total = tf.reduce_sum(tf.reshape(tf.where(alive, values, 0.0), (-1, chains)), 1)
        number = tf.reduce_sum(tf.reshape(tf.cast(alive, tf.float32), (-1, chains)), 1)
        return tf.where(number > 0, tf.math.divide_no_nan(total, number), otherwise)

    @tf.function
    def advance(
        x: Tensor,
        z: Tensor,
        weight: Tensor,
        path: Tensor,
        log_steps: Tensor,
        shift: Tensor,
        adaption: Tensor,
        seed: Tensor,
    ) -> Any:
        def one(state: Any, t: Tensor) -> Any:
            z, weight, shift = state[:3]
            like = log_likelihood(vae, x, z)
            gain = tf.repeat(path[t + 1] - path[t], chains)
            weight += tf.math.multiply_no_nan(tf.cast(like, tf.float64), gain)  # no step gains nothing: 0 * -inf is 0
            alive = tf.math.is_finite(weight)
            power = tf.repeat(tf.cast(path[t + 1], tf.float32), chains)
            taken = log_steps[t] + shift
            # a random length, drawn before the move: no orbit can keep returning to where it began
            length = tf.random.stateless_uniform(tf.shape(like), fold(seed, JITTER, t), 0.8, 1.2)
            length *= tf.repeat(tf.exp(taken), chains)

            def target(code: Tensor) -> Tensor:
                value = vae.prior.log_prob(code) + tf.math.multiply_no_nan(log_likelihood(vae, x, code), power)
                return tf.where(tf.math.is_finite(value), value, tf.constant(-np.inf, value.dtype))

            kernel = tfp.mcmc.HamiltonianMonteCarlo(target, length[:, None] * width, LEAPFROG)
            z, result = kernel.one_step(z, kernel.bootstrap_results(z), seed=fold(seed, MOVE, t))
            ratio = tf.minimum(result.log_accept_ratio, 0.0)
            chance = tf.where(tf.math.is_nan(ratio), 0.0, tf.exp(ratio))
            acceptance = over_chains(chance, alive, TARGET)
            centred = like - tf.repeat(over_chains(like, alive, 0.0), chains)
            spread = tf.sqrt(over_chains(centred**2, alive, 0.0))
            return z, weight, shift + adaption * (acceptance - TARGET), acceptance, spread, taken

        nothing = tf.zeros_like(shift)
        start = (z, weight, shift, nothing, nothing, nothing)
        codes, weights, shifts, *told = tf.scan(one, tf.range(PER_CALL), start, parallel_iterations=1)
        return codes[-1], weights[-1], shifts[-1], *told

    return advance


def log_likelihood(vae: Any, x: Tensor, z: Tensor) -> Tensor:
    """log p(x | z) `[rows]`; minus infinity where not finite."""
    value = vae.decode(z).log_prob(x)
    return tf.where(tf.math.is_finite(value), value, tf.constant(-np.inf, value.dtype))
