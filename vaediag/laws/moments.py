"""Mean, standard deviation, entropy and mode of a per-pixel law, also for families that do not offer them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vaediag.aliases import Law, Seed, Tensor
from vaediag.backend import tf
from vaediag.distributions import Rescaled
from vaediag.laws import logit_normal, sums, support, truncated_normal
from vaediag.laws.answer import Answer
from vaediag.laws.traits import traits
from vaediag.seeds import fold

DRAWS = 1024
# TFP 0.25 gives the circular one, a wrong formula, and one that loses its digits far from the interval
OTHER_STDDEV = ("von_mises", "gamma_gamma", "truncated_normal")
NO_WINDOW = ("zipf", "poisson_log_normal")  # no moments, or masses that TFP gets wrong
SUMMED = "summed over the counts around the mean"
BATCH = 64  # draws that are in memory at a time


def mean(law: Law, *, seed: Seed, draws: int = DRAWS) -> Answer:
    """E[x], in units of x. `draws`, here and below, is a multiple of `BATCH`."""
    if isinstance(law, Rescaled):
        return _scaled(law, mean(law.distribution, seed=seed, draws=draws), law.first)
    found = None if traits(law).family == "truncated_normal" else _offered(law.mean)
    if found is not None:
        return Answer(_full(law, found))
    at = support.points(law)
    if at is not None and not _long(law):
        return Answer(support.expectation(support.masses(law, at), at))
    summed = _summed_moments(law)
    if summed is not None:
        return Answer(summed[0])
    centre, square, _ = _moments(law, seed, draws)
    return _monte_carlo(centre, tf.sqrt(square / draws), draws)


def stddev(law: Law, *, seed: Seed, draws: int = DRAWS) -> Answer:
    """Standard deviation, in units of x."""
    if isinstance(law, Rescaled):
        return _scaled(law, stddev(law.distribution, seed=seed, draws=draws), 0.0)
    family = traits(law).family
    found = _offered(law.stddev) if family not in OTHER_STDDEV else None
    if found is not None:
        return Answer(_full(law, found))
    at = support.points(law)
    if at is not None and not _long(law):
        mass = support.masses(law, at)
        apart = at - support.expectation(mass, at)[..., None]
        return Answer(tf.sqrt(support.expectation(mass, apart * apart)))
    summed = _summed_moments(law)
    if summed is not None:
        return Answer(tf.sqrt(summed[1]))
    _, square, fourth = _moments(law, seed, draws)
    sd = tf.sqrt(square)
    error = tf.sqrt(tf.maximum(fourth - square * square, 0.0) / draws)
    return _monte_carlo(sd, tf.math.divide_no_nan(error, 2.0 * sd), draws)


def mean_and_stddev(law: Law, *, seed: Seed, draws: int = DRAWS) -> tuple[Tensor, Tensor]:
    """What `mean` and `stddev` answer; where both come from one sum over the points, that is done once."""
    inner = law.distribution if isinstance(law, Rescaled) else law
    offered = all(_offered(ask) is not None for ask in (inner.mean, inner.stddev))
    at = sums.countable(inner)
    if at is None or offered:
        return mean(law, seed=seed, draws=draws).value, stddev(law, seed=seed, draws=draws).value
    first, second = sums.moments(inner, at)
    spread = tf.sqrt(second)
    return (law.values(first), law.step * spread) if isinstance(law, Rescaled) else (first, spread)


def _long(law: Law) -> bool:
    return sums.countable(law) is not None


def _summed_moments(law: Law) -> tuple[Tensor, Tensor] | None:
    """(mean, variance) by quadrature, or from the CDF at the points of a long support; None where neither is known."""
    family = traits(law).family
    if family in ("logit_normal", "truncated_normal"):
        mean_, variance = (logit_normal if family == "logit_normal" else truncated_normal).moments(law)
        return _full(law, mean_), _full(law, variance)
    at = sums.countable(law)
    return None if at is None else sums.moments(law, at)


def _scaled(law: Rescaled, found: Answer, first: float) -> Answer:
    error = None if found.error is None else law.step * found.error
    return Answer(first + law.step * found.value, found.method, error)


def entropy(law: Law, *, seed: Seed, draws: int = DRAWS) -> Answer:
    """-E[log p(x)], nats per pixel; differential for densities."""
    if isinstance(law, Rescaled):
        return entropy(law.distribution, seed=seed, draws=draws)
    kind = traits(law)
    if kind.family == "truncated_normal":
        return Answer(_full(law, truncated_normal.entropy(law)))
    found = _offered(law.entropy)
    if found is not None:
        return Answer(_full(law, found))
    if kind.family == "logit_normal":
        return Answer(_full(law, logit_normal.entropy(law)))
    at = support.points(law)
    if at is not None and not _long(law):
        mass = support.masses(law, at)
        return Answer(-tf.reduce_sum(tf.math.xlogy(mass, mass), -1))
    if _counts(law):
        return Answer(sums.entropy_of_counts(law, *_first_two(law, seed)), None if _long(law) else SUMMED)

    def surprise(part: Tensor) -> tuple[Tensor, Tensor]:
        values = -law.log_prob(part)
        return tf.reduce_sum(values, 0), tf.reduce_sum(values * values, 0)

    total, square = _summed(law, seed, draws, surprise, 2)
    value = total / draws
    return _monte_carlo(value, tf.sqrt(tf.maximum(square / draws - value * value, 0.0) / draws), draws)


def _counts(law: Law) -> bool:
    """A law on the integers whose moments are known: its mass can be summed over a window around the mean."""
    kind = traits(law)
    if kind.step != 1.0 or kind.family in NO_WINDOW:
        return False
    return _long(law) or all(_offered(ask) is not None for ask in (law.mean, law.stddev))


def _first_two(law: Law, seed: Seed) -> tuple[Tensor, Tensor]:
    return mean(law, seed=seed).value, stddev(law, seed=seed).value


def mode(law: Law, *, seed: Seed) -> Answer:
    """The most likely x; searched for where the family does not offer it. Not finite where there is none."""
    if isinstance(law, Rescaled):
        return _scaled(law, mode(law.distribution, seed=seed), law.first)
    if traits(law).family == "exponential":  # TFP answers as for Gamma, whose mode needs a concentration above 1
        return Answer(tf.zeros(law.batch_shape_tensor()))
    found = _offered(law.mode)
    if found is not None:
        return Answer(_full(law, found))
    at = support.points(law)
    if at is not None and not _long(law):
        return Answer(tf.gather(tf.constant(at), tf.argmax(support.masses(law, at), axis=-1)))
    if _counts(law):
        return Answer(sums.mode_of_counts(law, *_first_two(law, seed)), None if _long(law) else SUMMED)
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
