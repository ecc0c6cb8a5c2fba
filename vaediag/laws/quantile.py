"""Quantiles of a per-pixel law: closed form, sums over a finite support, inversion of the CDF, order statistics."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from vaediag.aliases import Law, Seed, Tensor
from vaediag.backend import tf, tfp
from vaediag.distributions import Rescaled
from vaediag.laws import support, truncated_normal
from vaediag.laws.answer import Answer
from vaediag.laws.pit import cdf
from vaediag.laws.traits import Traits, traits

DRAWS = 1024  # order statistics, where no CDF is known
DOUBLINGS = 128  # enough to reach every float32 from the first bracket


def quantile(law: Law, p: float | Tensor, *, seed: Seed, draws: int = DRAWS) -> Answer:
    """The smallest x with F(x) >= p, `[n, *event]`.

    Args:
        law: per-pixel law.
        p: a probability in (0, 1), or a tensor of them that broadcasts against the law's batch (float32, or a float64
            scalar).
        seed: places the first bracket; draws the order statistics of families without CDF.
        draws: how many of these.
    """
    if isinstance(law, Rescaled):
        found = quantile(law.distribution, p, seed=seed, draws=draws)
        return Answer(law.values(found.value), found.method, None if found.error is None else law.step * found.error)
    kind = traits(law)
    if kind.family == "normal":
        return Answer(law.loc + law.scale * _ndtri(p))
    if kind.family == "truncated_normal":
        return Answer(truncated_normal.quantile(law, _full(law, p)))
    if kind.family == "bernoulli":
        return Answer(tf.cast(tf.cast(p, tf.float32) > 1.0 - law.probs_parameter(), tf.float32))
    at = support.points(law) if kind.discrete else None
    if at is not None and (len(at) <= support.SHORT or kind.ranked or kind.step != 1.0 or support.tabled(law)):
        return Answer(_finite(law, p, at))
    if at is not None:
        return Answer(integers(law, _full(law, p), kind))
    try:
        return Answer(tf.cast(law.quantile(_full(law, p)), tf.float32))
    except NotImplementedError:
        pass  # not offered for this family: next answer
    if kind.ranked:
        return _order_statistic(law, p, seed, draws)
    if kind.discrete:
        return Answer(integers(law, _full(law, p), kind), "inverted CDF")
    return Answer(_inverted(law, _full(law, p), kind, seed), "inverted CDF")


def has_monotone_sampler(law: Law) -> bool:
    """Whether `quantile(u)` follows the law continuously, so that the noise u can be held while z moves."""
    kind = traits(law)
    return not kind.ranked or (kind.discrete and support.points(law) is not None)


def _ndtri(p: float | Tensor) -> float | Tensor:
    return NormalDist().inv_cdf(p) if isinstance(p, float) else tf.cast(tf.math.ndtri(p), tf.float32)


def _full(law: Law, p: float | Tensor) -> Tensor:
    shape = law.batch_shape_tensor()
    return tf.broadcast_to(tf.cast(p, tf.float32), tf.broadcast_dynamic_shape(shape, tf.shape(p)))


def _finite(law: Law, p: float | Tensor, at: np.ndarray) -> Tensor:
    reached = tf.cumsum(support.masses(law, at), axis=-1)[..., :-1]
    missed = tf.cast(reached < tf.cast(p, tf.float32)[..., None], tf.int32)
    return tf.gather(tf.constant(at), tf.reduce_sum(missed, -1))


def integers(law: Law, p: Tensor, kind: Traits) -> Tensor:
    """Bisection on the integers; low < answer <= high throughout. `p` has the law's batch shape."""
    low = tf.fill(tf.shape(p), max(kind.lower, -(2.0**24)) - 1.0)
    if kind.upper < 2.0**16:
        low, high = low, tf.fill(tf.shape(p), kind.upper)
    else:
        low, high = _bracket(law, p, low, kind)

    def apart(low: Tensor, high: Tensor) -> Tensor:
        return tf.reduce_any(high - low > 1.0)

    def halve(low: Tensor, high: Tensor) -> tuple[Tensor, Tensor]:
        middle = tf.math.floor((low + high) / 2.0)
        missed = cdf(law, middle, kind) < p
        move = high - low > 1.0
        return tf.where(move & missed, middle, low), tf.where(move & ~missed, middle, high)

    return tf.while_loop(apart, halve, (low, high), maximum_iterations=64)[1]


def _bracket(law: Law, p: Tensor, low: Tensor, kind: Traits) -> tuple[Tensor, Tensor]:
    """(low, high) with F(low) < p <= F(high): doubled from 1 upwards, from -1 downwards where nothing bounds it."""

    def short(_: Tensor, high: Tensor) -> Tensor:
        return tf.reduce_any((cdf(law, high, kind) < p) & (high < 2.0**24))

    def double(low: Tensor, high: Tensor) -> tuple[Tensor, Tensor]:
        missed = cdf(law, high, kind) < p
        return tf.where(missed, high, low), tf.where(missed, 2.0 * tf.abs(high) + 1.0, high)

    return tf.while_loop(short, double, (low, tf.maximum(low + 1.0, 0.0)), maximum_iterations=32)


def _inverted(law: Law, p: Tensor, kind: Traits, seed: Seed) -> Tensor:
    """Chandrupatla's method between brackets that start at eight draws and double until they hold the answer."""
    few = tf.cast(law.sample(8, seed=seed), tf.float32)
    least, most = tf.reduce_min(few, 0), tf.reduce_max(few, 0)
    width = tf.maximum(most - least, 1e-6 * (1.0 + tf.abs(most)))
    shape = tf.shape(p)
    low = tf.broadcast_to(tf.maximum(least - width, kind.lower), shape)
    high = tf.broadcast_to(tf.minimum(most + width, kind.upper), shape)
    width = tf.broadcast_to(width, shape)

    def outside(low: Tensor, high: Tensor, _: Tensor) -> Tensor:
        under = (cdf(law, low, kind) >= p) & (low > kind.lower)
        over = (cdf(law, high, kind) < p) & (high < kind.upper)
        return tf.reduce_any(under | over)

    def widen(low: Tensor, high: Tensor, width: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        under, over = cdf(law, low, kind) >= p, cdf(law, high, kind) < p
        new_low = tf.where(under, tf.maximum(low - width, max(kind.lower, -3e38)), low)
        new_high = tf.where(over, tf.minimum(high + width, min(kind.upper, 3e38)), high)
        return new_low, new_high, tf.minimum(2.0 * width, 1e38)

    low, high, _ = tf.while_loop(outside, widen, (low, high, width), maximum_iterations=DOUBLINGS)
    found = tfp.math.find_root_chandrupatla(
        lambda x: cdf(law, x, kind) - p, low, high, position_tolerance=1e-7, value_tolerance=1e-7, max_iterations=64
    )
    return found.estimated_root


def _order_statistic(law: Law, p: float | Tensor, seed: Seed, draws: int) -> Answer:
    ordered = tf.sort(tf.cast(law.sample(draws, seed=seed), tf.float32), axis=0)
    p = tf.cast(p, tf.float32)
    middle = p * draws
    spread = tf.sqrt(draws * p * (1.0 - p))

    def at(rank: Tensor) -> Tensor:
        index = tf.cast(tf.clip_by_value(tf.math.ceil(rank) - 1.0, 0.0, draws - 1.0), tf.int32)
        if index.shape.rank == 0:
            return ordered[index]
        index = tf.broadcast_to(index, tf.shape(ordered)[1:])
        return tf.gather(tf.transpose(ordered, [*range(1, ordered.shape.rank), 0]), index, batch_dims=index.shape.rank)

    error = (at(middle + spread) - at(middle - spread)) / 2.0
    return Answer(at(middle), f"Monte Carlo, {draws} draws", error)
