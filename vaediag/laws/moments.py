"""Mean, standard deviation, entropy and mode of a per-pixel law, also for families that do not offer them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vaediag.aliases import Law, Seed, Tensor
from vaediag.backend import tf
from vaediag.laws import support
from vaediag.laws.answer import Answer
from vaediag.laws.traits import traits
from vaediag.seeds import fold

DRAWS = 1024
OTHER_STDDEV = ("von_mises", "gamma_gamma")  # TFP 0.25 gives the circular one, and a wrong formula
BATCH = 64  # draws that are in memory at a time


def mean(law: Law, *, seed: Seed, draws: int = DRAWS) -> Answer:
    """E[x], in units of x. `draws`, here and below, is a multiple of `BATCH`."""
    found = _offered(law.mean)
    if found is not None:
        return Answer(_full(law, found))
    at = support.points(law)
    if at is not None:
        return Answer(support.expectation(support.masses(law, at), at))
    centre, square, _ = _moments(law, seed, draws)
    return _monte_carlo(centre, tf.sqrt(square / draws), draws)


def stddev(law: Law, *, seed: Seed, draws: int = DRAWS) -> Answer:
    """Standard deviation, in units of x."""
    found = _offered(law.stddev) if traits(law).family not in OTHER_STDDEV else None
    if found is not None:
        return Answer(_full(law, found))
    at = support.points(law)
    if at is not None:
        mass = support.masses(law, at)
        apart = at - support.expectation(mass, at)[..., None]
        return Answer(tf.sqrt(support.expectation(mass, apart * apart)))
    _, square, fourth = _moments(law, seed, draws)
    sd = tf.sqrt(square)
    error = tf.sqrt(tf.maximum(fourth - square * square, 0.0) / draws)
    return _monte_carlo(sd, tf.math.divide_no_nan(error, 2.0 * sd), draws)


def entropy(law: Law, *, seed: Seed, draws: int = DRAWS) -> Answer:
    """-E[log p(x)], nats per pixel; differential for densities."""
    found = _offered(law.entropy)
    if found is not None:
        return Answer(_full(law, found))
    at = support.points(law)
    if at is not None:
        mass = support.masses(law, at)
        return Answer(-tf.reduce_sum(tf.math.xlogy(mass, mass), -1))

    def surprise(part: Tensor) -> tuple[Tensor, Tensor]:
        values = -law.log_prob(part)
        return tf.reduce_sum(values, 0), tf.reduce_sum(values * values, 0)

    total, square = _summed(law, seed, draws, surprise, 2)
    value = total / draws
    return _monte_carlo(value, tf.sqrt(tf.maximum(square / draws - value * value, 0.0) / draws), draws)


def mode(law: Law, *, seed: Seed) -> Answer:
    """The most likely x; searched for where the family does not offer it. Not finite where there is none."""
    if traits(law).family == "exponential":  # TFP answers as for Gamma, whose mode needs a concentration above 1
        return Answer(tf.zeros(law.batch_shape_tensor()))
    found = _offered(law.mode)
    if found is not None:
        return Answer(_full(law, found))
    at = support.points(law)
    if at is not None:
        return Answer(tf.gather(tf.constant(at), tf.argmax(support.masses(law, at), axis=-1)))
    draws = tf.cast(law.sample(4 * BATCH, seed=seed), tf.float32)
    best = _likeliest(law, draws)
    if traits(law).discrete:
        return Answer(best, f"the most likely of {4 * BATCH} draws")
    width = tf.math.reduce_std(draws, 0) / 4.0
    # not beyond the draws: outside the support TFP's density may be anything
    low, high = tf.reduce_min(draws, 0), tf.reduce_max(draws, 0)
    for _ in range(4):
        near = best + width * tf.reshape(tf.linspace(-1.0, 1.0, 17), (-1, *(1 for _ in best.shape)))
        best = _likeliest(law, tf.clip_by_value(near, low, high))
        width = width / 8.0
    return Answer(best, f"searched from {4 * BATCH} draws")


def _offered(ask: Callable[[], Tensor]) -> Tensor | None:
    try:
        return tf.cast(ask(), tf.float32)
    except NotImplementedError:
        return None


def _full(law: Law, values: Tensor) -> Tensor:
    """Families whose scale is shared may answer with fewer axes than the law has."""
    if values.shape == law.batch_shape.concatenate(law.event_shape):
        return values
    return tf.broadcast_to(values, tf.concat([law.batch_shape_tensor(), law.event_shape_tensor()], 0))


def _summed(
    law: Law, seed: Seed, draws: int, sums: Callable[[Tensor], Sequence[Tensor]], count: int
) -> tuple[Tensor, ...]:
    """Totals over `draws` draws (a multiple of `BATCH`) of what `sums` makes of each batch, `count` tensors `[*batch]`.

    A loop in the graph: unrolled, the sampler would be traced once per batch.
    """

    def add(start: Tensor, totals: tuple[Tensor, ...]) -> tuple[Tensor, tuple[Tensor, ...]]:
        part = tf.cast(law.sample(BATCH, seed=fold(seed, start)), tf.float32)
        return start + BATCH, tuple(total + more for total, more in zip(totals, sums(part), strict=True))

    zeros = (tf.zeros(law.batch_shape_tensor()),) * count
    return tf.while_loop(lambda start, _: start < draws, add, (tf.constant(0), zeros), parallel_iterations=1)[1]


def _moments(law: Law, seed: Seed, draws: int) -> tuple[Tensor, Tensor, Tensor]:
    """Mean, and central second and fourth moments, from `draws` draws."""
    pivot = tf.reduce_mean(tf.cast(law.sample(BATCH, seed=seed), tf.float32), 0)  # keeps the digits of the powers

    def powers(part: Tensor) -> list[Tensor]:
        apart = part - pivot
        square = apart * apart
        return [tf.reduce_sum(power, 0) for power in (apart, square, square * apart, square * square)]

    a, b, c, d = (total / draws for total in _summed(law, seed, draws, powers, 4))
    square = tf.maximum(b - a * a, 0.0)
    fourth = d - 4.0 * a * c + 6.0 * a * a * b - 3.0 * a * a * a * a
    return pivot + a, square, fourth


def _monte_carlo(value: Tensor, error: Tensor, draws: int) -> Answer:
    return Answer(value, f"Monte Carlo, {draws} draws", error)


def _likeliest(law: Law, candidates: Tensor) -> Tensor:
    """Of `[k, *batch]` candidates the one with the largest density, `[*batch]`."""
    density = law.log_prob(candidates)
    density = tf.where(tf.math.is_nan(density), -float("inf"), density)
    best = tf.argmax(density, axis=0, output_type=tf.int32)
    return tf.reduce_sum(tf.where(_rows(candidates) == best[None], candidates, 0.0), 0)


def _rows(candidates: Tensor) -> Tensor:
    count = tf.shape(candidates)[0]
    return tf.reshape(tf.range(count), (-1, *(1 for _ in candidates.shape[1:])))
