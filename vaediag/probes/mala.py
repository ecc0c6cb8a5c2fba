"""MALA whose step is found per image: one chain per image, on log p(x, z) in coordinates whitened with q.

In the warm-up a chain's step grows while proposals are accepted more often than `TARGET`, and shrinks while less often,
whatever the scale of q; after it the step is fixed, as detailed balance asks for. Nothing is shared between images.
A step of its own for each latent, from squared gradients, was no better on trained networks, and moved chains that were
to stay: an adaption that sees the state bends where the chain dwells.

Sources: MALA, Roberts and Tweedie (1996), doi:10.2307/3318418; L^(-1/6) and 0.574, Roberts and Rosenthal (1998),
doi:10.1111/1467-9868.00123; gains that only fall when the direction turns, Kesten (1958),
doi:10.1214/aoms/1177706705.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from vaediag.aliases import Seed, Tensor
from vaediag.backend import tf
from vaediag.probes.gaussian import Whitening
from vaediag.probes.joint import log_joint
from vaediag.seeds import fold

TARGET = 0.574  # acceptance
FIRST = 1.2  # standard deviation of a proposal per whitened coordinate, times L^(-1/6), before adaption
GAIN = 2.0  # a step of which no proposal is accepted shrinks threefold at once: 1000-fold in 6 steps
FALL = 0.7  # the gain falls with the number of turns to this power
NOISE, CHOICE = range(2)  # what a step's seed is folded with


class State(NamedTuple):
    """All that n chains need to go on."""

    e: Tensor  # [n, L], whitened codes
    log_prob: Tensor  # [n], log p(x, z)
    slope: Tensor  # [n, L], its gradient
    log_step: Tensor  # [n]
    turns: Tensor  # [n], how often the step changed its direction
    above: Tensor  # [n], +1 or -1: was it accepted more often than the target?


def compile_chain(vae: Any, steps: int) -> tuple[Any, Any]:
    """Two `tf.function`s: `begin(image, white, e) -> State` and `advance(image, white, state, gains, seed)`.

    `advance` makes `steps` proposals, each with one decode and one gradient, and returns `(state, path [steps, n, L],
    log p(x, z) [steps, n], acceptance [steps, n])`. `gains` `[steps]`: `GAIN` while the step is sought, then 0.
    Plain graph: on CPU XLA is no faster and changes the draws.
    """

    def slope(image: Tensor, white: Whitening, e: Tensor) -> tuple[Tensor, Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(e)
            value = log_joint(vae, image, white.code(e))
        found = tape.gradient(value, e)
        return value, tf.where(tf.math.is_finite(found), found, 0.0)

    @tf.function
    def begin(image: Tensor, white: Whitening, e: Tensor) -> State:
        value, gradient = slope(image, white, e)
        nothing = tf.zeros_like(value)
        log_step = nothing + math.log(FIRST * e.shape[-1] ** (-1 / 6))
        return State(e, value, gradient, log_step, nothing, nothing)

    def one(image: Tensor, white: Whitening, state: State, gain: Tensor, seed: Seed) -> tuple[State, Tensor]:
        width = tf.exp(state.log_step)[:, None]
        noise = tf.random.stateless_normal(tf.shape(state.e), fold(seed, NOISE))
        e = state.e + width**2 / 2 * state.slope + width * noise
        value, gradient = slope(image, white, e)
        back = (state.e - e - width**2 / 2 * gradient) / width
        ratio = value - state.log_prob + tf.reduce_sum(noise**2 - back**2, 1) / 2
        chance = tf.where(tf.math.is_finite(ratio), tf.exp(tf.minimum(ratio, 0.0)), 0.0)
        taken = tf.random.stateless_uniform(tf.shape(chance), fold(seed, CHOICE)) < chance
        moved = tf.where(taken[:, None], e, state.e)
        slopes = tf.where(taken[:, None], gradient, state.slope)
        above = tf.where(chance > TARGET, 1.0, -1.0)
        turns = state.turns + tf.cast(above * state.above < 0, tf.float32)
        log_step = state.log_step + gain * (1 + turns) ** -FALL * (chance - TARGET)
        value = tf.where(taken, value, state.log_prob)
        return State(moved, value, slopes, log_step, turns, above), chance

    @tf.function
    def advance(image: Tensor, white: Whitening, state: State, gains: Tensor, seed: Tensor) -> Any:
        def step(before: Any, t: Tensor) -> Any:
            return one(image, white, before[0], gains[t], fold(seed, t))

        states, chance = tf.scan(step, tf.range(steps), (state, tf.zeros_like(state.log_prob)), parallel_iterations=1)
        last = State(*(values[-1] for values in states))
        return last, states.e, states.log_prob, chance

    return begin, advance
