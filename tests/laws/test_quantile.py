from typing import Any

import numpy as np
import pytest
from scipy import stats

from vaediag.backend import tf, tfd
from vaediag.laws.quantile import quantile
from vaediag.laws.sample import sample


def f32(values):
    return np.asarray(values, np.float32)


ONE = np.ones(1, np.float32)
LEVELS = [0.001, 0.05, 0.3, 0.5, 0.95, 0.999]

REFERENCES = [
    (tfd.Normal(0.3 * ONE, 1.2), stats.norm(0.3, 1.2), None),
    (tfd.Laplace(0.3 * ONE, 1.2), stats.laplace(0.3, 1.2), None),
    (tfd.StudentT(5.0 * ONE, 0.3, 1.2), stats.t(5, 0.3, 1.2), None),
    (tfd.Beta(0.5 * ONE, 2.0), stats.beta(0.5, 2.0), None),
    (tfd.InverseGaussian(1.0 * ONE, 2.0), stats.invgauss(0.5, scale=2), "inverted CDF"),
    (tfd.ExponentiallyModifiedGaussian(0.3 * ONE, 1.2, 2.0), stats.exponnorm(1 / 2.4, 0.3, 1.2), "inverted CDF"),
    (tfd.Bernoulli(probs=0.3 * ONE), stats.bernoulli(0.3), None),
    (tfd.Binomial(10.0 * ONE, probs=0.3), stats.binom(10, 0.3), None),
    (tfd.Poisson(8.0 * ONE), stats.poisson(8), "inverted CDF"),
    (tfd.Poisson(2e5 * ONE), stats.poisson(2e5), "inverted CDF"),
    (tfd.Geometric(probs=0.2 * ONE), stats.geom(0.2, loc=-1), "inverted CDF"),
    (tfd.NegativeBinomial(3.0 * ONE, probs=0.7), stats.nbinom(3, 0.3), "inverted CDF"),
]


@pytest.mark.parametrize(("law", "reference", "method"), REFERENCES, ids=lambda v: type(v).__name__)
def test_quantiles_against_scipy(law, reference, method, seed):
    for p in LEVELS:
        found = quantile(law, p, seed=seed)
        assert found.method == method
        assert float(found.value[0]) == pytest.approx(float(reference.ppf(p)), rel=2e-3, abs=2e-4)


def test_a_mixture_is_inverted_wherever_it_lies(seed):
    weights, locs, scales = [0.3, 0.7], f32([[-5e3, 5e3], [0, 1e-3]]), f32([[1, 10], [1e-4, 1e-4]])
    law = tfd.MixtureSameFamily(tfd.Categorical(probs=weights), tfd.Normal(locs, scales))
    for p in LEVELS:
        found = quantile(law, p, seed=seed).value
        np.testing.assert_allclose(law.cdf(found), p, atol=2e-4)


def test_each_pixel_can_have_its_own_probability(seed):
    p = tf.constant([[0.1, 0.5, 0.9]])
    for law in (tfd.Normal(tf.zeros((2, 3)), 1.0), tfd.InverseGaussian(tf.ones((2, 3)), 1.0)):
        found = quantile(law, p, seed=seed).value
        np.testing.assert_allclose(law.cdf(found), np.tile(p, (2, 1)), atol=1e-5)


def test_order_statistics_state_their_error(seed):
    law = tfd.Skellam(tf.fill((400,), 30.0), 10.0)
    found = quantile(law, 0.3, seed=seed)
    assert found.method == "Monte Carlo, 1024 draws"
    error = np.asarray(found.value) - stats.skellam(30, 10).ppf(0.3)
    assert error.std() < 0.5
    stated = np.asarray(found.error).mean()
    assert 0.5 * stated < np.sqrt((error**2).mean()) < 2.5 * stated


def test_it_works_inside_a_compiled_function(seed):
    @tf.function(input_signature=[tf.TensorSpec((None, 3))], autograph=False)
    def step(loc):
        mixture = tfd.MixtureSameFamily(
            tfd.Categorical(probs=[0.5, 0.5]), tfd.Normal(tf.stack([loc, loc + 4.0], -1), 1.0)
        )
        return quantile(mixture, 0.25, seed=seed).value, quantile(tfd.Poisson(tf.exp(loc)), 0.5, seed=seed).value

    loc = f32([[0.0, 1.0, -1.0], [2.0, 0.5, 3.0]])
    mixture, counts = step(loc)
    parts = stats.norm.cdf(np.asarray(mixture) - loc), stats.norm.cdf(np.asarray(mixture) - loc - 4)
    np.testing.assert_allclose(np.mean(parts, 0), 0.25, atol=1e-4)
    np.testing.assert_array_equal(counts, stats.poisson(np.exp(loc)).ppf(0.5))


@pytest.mark.parametrize(
    "kind", ["normal", "laplace", "beta", "continuous_bernoulli", "bernoulli", "categorical", "poisson"]
)
def test_samples_follow_the_law(kind, make_law, seed):
    law = make_law(kind, 1500)
    drawn = np.asarray(sample(law, seed=seed).value)
    own = np.asarray(law.sample(seed=[9, 9]), np.float32)
    for pixel in np.ndindex(2, 3):
        here = (slice(None), *pixel)
        result: Any = stats.ks_2samp(drawn[here], own[here])
        assert result.pvalue > 1e-4


def test_the_noise_does_not_depend_on_how_many_codes_follow(make_law, seed):
    for kind in ("normal", "beta"):
        many, one = (np.asarray(sample(make_law(kind, n), seed=seed).value) for n in (5, 1))
        np.testing.assert_allclose(many[:1], one, rtol=1e-5)


def test_noise_that_cannot_be_held_is_said(make_law, seed):
    assert sample(make_law("skellam"), seed=seed, hold_noise=True).method == "noise not held: no CDF"
