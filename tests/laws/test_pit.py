"""PIT against SciPy, and exact laws give uniform u."""

import numpy as np
import pytest
from scipy import stats

from vaediag.backend import tf, tfd
from vaediag.laws.pit import RANKS, SCORE_LIMIT, cdf_pair, normal_scores

X = np.linspace(-4, 6, 60).reshape(2, 5, 6).astype(np.float32)
COUNTS = np.arange(30).reshape(2, 3, 5).astype(np.float32)
ONE = np.ones(1, np.float32)


@pytest.mark.parametrize(
    ("law", "reference", "x"),
    [
        (tfd.Normal(0.3 * ONE, 1.2), stats.norm(0.3, 1.2), X),
        (tfd.Laplace(0.3 * ONE, 1.2), stats.laplace(0.3, 1.2), X),
        (tfd.Logistic(0.3 * ONE, 1.2), stats.logistic(0.3, 1.2), X),
        (tfd.StudentT(5.0 * ONE, 0.3, 1.2), stats.t(5, 0.3, 1.2), X),
        (tfd.Beta(0.5 * ONE, 2.0), stats.beta(0.5, 2.0), X),
        (tfd.Gamma(2.0 * ONE, 3.0), stats.gamma(2, scale=1 / 3), X),
        (tfd.LogNormal(0.3 * ONE, 0.5), stats.lognorm(0.5, scale=np.exp(0.3)), X),
        (tfd.Uniform(-1.0 * ONE, 2.0), stats.uniform(-1, 3), X),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, tfd.Distribution) else "",
)
def test_continuous_laws_against_scipy_inside_and_outside_the_support(law, reference, x):
    below, upto = cdf_pair(law, tf.constant(x))
    np.testing.assert_allclose(upto, reference.cdf(x), atol=2e-6)
    np.testing.assert_array_equal(below, upto)


@pytest.mark.parametrize(
    ("law", "reference", "x"),
    [
        (tfd.Bernoulli(probs=0.3 * ONE), stats.bernoulli(0.3), COUNTS),
        (tfd.ProbitBernoulli(probs=0.3 * ONE), stats.bernoulli(0.3), COUNTS),
        (tfd.Binomial(10.0 * ONE, probs=0.3), stats.binom(10, 0.3), COUNTS),
        (tfd.Poisson(8.0 * ONE), stats.poisson(8), COUNTS),
        (tfd.NegativeBinomial(3.0 * ONE, probs=0.7), stats.nbinom(3, 0.3), COUNTS),
        (tfd.Geometric(probs=0.2 * ONE), stats.geom(0.2, loc=-1), COUNTS),
        (tfd.BetaBinomial(10.0 * ONE, 2.0, 3.0), stats.betabinom(10, 2, 3), COUNTS),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, tfd.Distribution) else "",
)
@pytest.mark.parametrize("offset", [0.0, -3.0, 0.25])
def test_discrete_laws_against_scipy_on_and_off_the_grid(law, reference, x, offset):
    x = x + np.float32(offset)
    below, upto = cdf_pair(law, tf.constant(x))
    np.testing.assert_allclose(upto, reference.cdf(x), atol=3e-6)
    np.testing.assert_allclose(below, reference.cdf(np.ceil(x) - 1), atol=3e-6)


EXACT = [
    "normal", "continuous_bernoulli", "beta", "mixture of normals", "inflated", "doublesided_maxwell", "broadcast",
    "bernoulli", "categorical", "finite_discrete", "poisson", "skellam", "quantized", "mixture of poissons",
    "zero_inflated_negative_binomial", "ordered_logistic",
]  # fmt: skip


@pytest.mark.parametrize("exact", EXACT)
def test_an_exact_law_gives_a_uniform_pit_and_standard_normal_scores(exact, make_law, seed):
    law = make_law(exact, 500)
    x = tf.cast(law.sample(seed=[5, 6]), tf.float32)
    a, b = (np.asarray(t, np.float64) for t in cdf_pair(law, x, seed=seed))
    assert (a >= 0).all()
    assert (a <= b).all()
    assert (b <= 1).all()
    near(4 * ((a - 0.5) ** 2 + (a - 0.5) * (b - 0.5) + (b - 0.5) ** 2), 1.0)  # dispersion
    near((a + b) / 2, 0.5)  # bias
    scores = np.asarray(normal_scores(law, x, seed=seed), np.float64)
    near(scores, 0.0)
    near(scores**2, 1.0)


def near(values, expected):
    assert abs(values.mean() - expected) < 4 * values.std() / np.sqrt(values.size)


def test_a_wrong_law_does_not():
    law = tfd.Normal(tf.zeros((500, 6)), 1.0)
    u = np.asarray(cdf_pair(law, tf.random.stateless_normal((500, 6), [0, 1], stddev=1.1))[1])
    assert 12 * ((u - 0.5) ** 2).mean() > 1.05


@pytest.mark.parametrize(
    ("law", "reference"),
    [
        (tfd.Normal(0.3 * ONE, 1.2), stats.norm(0.3, 1.2)),
        (tfd.Laplace(0.3 * ONE, 1.2), stats.laplace(0.3, 1.2)),
        (tfd.Logistic(0.3 * ONE, 1.2), stats.logistic(0.3, 1.2)),
        (tfd.StudentT(5.0 * ONE, 0.3, 1.2), stats.t(5, 0.3, 1.2)),
        (tfd.HalfNormal(2.0 * ONE), stats.halfnorm(scale=2)),
        (tfd.Gumbel(0.3 * ONE, 1.2), stats.gumbel_r(0.3, 1.2)),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, tfd.Distribution) else "",
)
def test_scores_are_exact_far_into_the_upper_tail(law, reference, seed):
    x = reference.isf([0.5, 1e-2, 1e-4, 1e-5, 3e-6, 1e-9]).astype(np.float32)
    expected = np.minimum(stats.norm.isf(reference.sf(x)), SCORE_LIMIT)
    np.testing.assert_allclose(normal_scores(law, tf.constant(x), seed=seed), expected, atol=2e-3)


def test_scores_of_a_sure_bernoulli_keep_their_tails(seed):
    law = tfd.Bernoulli(logits=tf.constant([-12.0, -12.0, 12.0]))
    scores = normal_scores(law, tf.constant([1.0, 0.0, 0.0]), seed=seed)
    p = 1 / (1 + np.exp(12))
    assert float(scores[0]) >= stats.norm.isf(p)
    assert float(scores[2]) <= stats.norm.ppf(p)


def test_ranks_share_ties(seed):
    a, b = cdf_pair(tfd.Skellam(tf.fill((3,), 1e-6), 1e-6), tf.constant([-1.0, 0.0, 1.0]), seed=seed)
    np.testing.assert_allclose(a, [0, 0, RANKS / (RANKS + 1)], atol=1e-6)
    np.testing.assert_allclose(b, [1 / (RANKS + 1), 1, 1], atol=1e-6)


def test_a_family_without_cdf_needs_a_seed():
    with pytest.raises(ValueError, match="seed"):
        cdf_pair(tfd.Skellam(1.0, 1.0), tf.constant(0.0))


def test_nan_parameters_stay_nan_and_are_not_counted_as_inside():
    for law in (tfd.Normal(np.nan * ONE, 1.0), tfd.GeneralizedExtremeValue(np.nan * ONE, 1.0, 0.1)):
        assert np.isnan(cdf_pair(law, tf.zeros(1))[1]).all()


def test_nothing_lies_below_a_support_that_is_not_known_while_tracing():
    @tf.function
    def below(loc):
        return cdf_pair(tfd.GeneralizedPareto(loc, 1.0, 0.1), loc - 0.5)

    assert [float(each[0]) for each in below(tf.constant([2.0]))] == [0.0, 0.0]
