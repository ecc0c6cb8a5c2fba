"""Where does x fall in its own law? The probability integral transform and its normal scores, per pixel, traced."""

from __future__ import annotations

from vaediag.aliases import Law, Seed, Tensor
from vaediag.backend import tf, tfd
from vaediag.distributions import Rescaled
from vaediag.laws import support
from vaediag.laws.traits import Traits, traits

SCORE_LIMIT = 4.753424  # Phi^-1(1 - 1e-6)
LEAST = 1e-6
RANKS = 64  # draws behind a rank where no CDF is known


def cdf_pair(law: Law, x: Tensor, *, seed: Seed | None = None) -> tuple[Tensor, Tensor]:
    """F(x-) and F(x) of every pixel, in [0, 1].

    Args:
        law: per-pixel law, batch `[n, *event]`.
        x: float32 `[n, *event]`.
        seed: int32 pair; used only by families without a CDF.
    Returns:
        (below, upto): equal for a law with a density. With atoms `[below, upto]` is the interval in which a randomised
        PIT is uniform. Families without CDF: the interval of x's rank among 64 draws, ties included. Outside the
        support both are 0 or 1.
    """
    if isinstance(law, Rescaled):
        return cdf_pair(law.distribution, law.steps(x), seed=seed)
    kind = traits(law)
    if kind.family == "bernoulli":
        return _bernoulli_pair(law, x)
    at = support.points(law) if kind.discrete else None
    if at is not None and (len(at) <= support.SHORT or kind.ranked or support.tabled(law)):
        return _finite_pair(law, x, at)
    if kind.ranked:
        return _rank_pair(law, x, seed)
    if kind.family == "inflated" and not kind.discrete:
        upto = cdf(law, x, kind)
        return tf.maximum(upto - _atom(law, x), 0.0), upto
    if kind.discrete:
        return cdf(law, tf.math.ceil(x) - 1.0, kind), cdf(law, tf.math.floor(x), kind)
    upto = cdf(law, x, kind)
    return upto, upto


def cdf(law: Law, x: Tensor, kind: Traits | None = None) -> Tensor:
    """F(x) of a family that has a CDF; 0 below and 1 above the support, where TFP's own may be NaN."""
    if isinstance(law, Rescaled):
        return cdf(law.distribution, law.steps(x))
    kind = kind or traits(law)
    inside = tf.clip_by_value(x, kind.lower, kind.upper)
    upto = tf.clip_by_value(tf.cast(law.cdf(inside), tf.float32), 0.0, 1.0)
    if kind.family in ("other", "generalized_extreme_value"):  # beyond a bound that is not known here TFP answers NaN
        inner = tf.cast(law.sample(seed=[0, 0]), tf.float32)
        beyond = tf.math.is_nan(upto) & tf.math.is_finite(inner)
        upto = tf.where(beyond, tf.cast(x > inner, tf.float32), upto)
    if kind.family == "generalized_pareto":  # TFP's formula goes on below the support
        upto = tf.where(x < law.loc, 0.0, upto)
    if kind.lower > float("-inf"):
        upto = tf.where(x < kind.lower, 0.0, upto)
    if kind.upper < float("inf"):
        upto = tf.where(x >= kind.upper, 1.0, upto)
    return upto


def normal_scores(law: Law, x: Tensor, kind: Traits | None = None, *, seed: Seed) -> Tensor:
    """Phi^-1(u), u clipped to [1e-6, 1 - 1e-6]; u is drawn uniformly from [F(x-), F(x)] where these differ.

    The upper tail is taken from the survival function where the family has an accurate one: float32 F near 1 has no
    digits left for 1 - F.
    """
    kind = kind or traits(law)
    if kind.family == "normal":
        return tf.clip_by_value((x - law.loc) / law.scale, -SCORE_LIMIT, SCORE_LIMIT)
    if kind.family in ("laplace", "logistic", "student_t"):
        tail = law.cdf(law.loc - tf.abs(x - law.loc))  # symmetric: both tails are read from the lower one
        return tf.math.sign(x - law.loc) * -_ndtri(tail)
    if kind.interval_pit:
        below, upto = cdf_pair(law, x, seed=seed)
        v = tf.random.stateless_uniform(tf.shape(below), seed)
        if kind.family == "bernoulli":  # 1 - upto and below are exact where the other is rounded
            p = law.probs_parameter()
            return tf.where(x >= 1.0, -_ndtri((1.0 - v) * p), _ndtri(v * (1.0 - p)))
        return _ndtri(below + v * (upto - below))
    upto = cdf(law, x, kind)
    if not _own_survival(law):
        return _ndtri(upto)
    inside = tf.clip_by_value(x, kind.lower, kind.upper)
    above = tf.where(x < kind.lower, 1.0, tf.where(x > kind.upper, 0.0, law.survival_function(inside)))
    low = upto < 0.5
    score = _ndtri(tf.where(low, upto, above))
    return tf.where(low, score, -score)


def _ndtri(u: Tensor) -> Tensor:
    return tf.math.ndtri(tf.clip_by_value(u, LEAST, 1.0 - LEAST))


def _own_survival(law: Law) -> bool:
    names = ("_survival_function", "_log_survival_function")
    bases = [kind for kind in type(law).__mro__ if kind is not tfd.Distribution and issubclass(kind, tfd.Distribution)]
    return any(name in kind.__dict__ for kind in bases for name in names)


def _bernoulli_pair(law: Law, x: Tensor) -> tuple[Tensor, Tensor]:
    q = 1.0 - law.probs_parameter()
    return tf.where(x > 1.0, 1.0, tf.where(x > 0.0, q, 0.0)), tf.where(x < 0.0, 0.0, tf.where(x < 1.0, q, 1.0))


def _finite_pair(law: Law, x: Tensor, at: Tensor) -> tuple[Tensor, Tensor]:
    mass = support.masses(law, at)
    below = support.expectation(mass, tf.cast(at < x[..., None], tf.float32))
    upto = support.expectation(mass, tf.cast(at <= x[..., None], tf.float32))
    return tf.minimum(below, 1.0), tf.where(x >= float(at[-1]), 1.0, tf.minimum(upto, 1.0))


def _rank_pair(law: Law, x: Tensor, seed: Seed | None) -> tuple[Tensor, Tensor]:
    if seed is None:
        raise ValueError("seed: expected an int32 pair, because this family has no CDF and is ranked among draws.")
    draws = tf.cast(law.sample(RANKS, seed=seed), tf.float32)
    less = tf.reduce_sum(tf.cast(draws < x, tf.float32), 0)
    ties = tf.reduce_sum(tf.cast(tf.equal(draws, x), tf.float32), 0)
    return less / (RANKS + 1), (less + ties + 1.0) / (RANKS + 1)


def _atom(law: Law, x: Tensor) -> Tensor:
    """Probability of x itself under `tfd.Inflated`: the inflated value's mass, 0 elsewhere."""
    return tf.where(tf.equal(x, law.inflated_loc), inflation(law), 0.0)


def inflation(law: Law) -> Tensor:
    """Weight of the atom of `tfd.Inflated`: what TFP 0.25 itself uses, sigmoid(2 * logits) where logits were given."""
    return law.cat.probs_parameter()[..., 0]
