"""The closed forms of the linear oracles against simulation through their own three distributions."""

import dataclasses

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from vaediag.backend import tf, tfd
from vaediag.errors import InputError
from vaediag_models import oracles

N = 20_000
CASES = {
    "exact": lambda: oracles.linear_gaussian(12, 3, 0.5, 1),
    "diagonal": lambda: oracles.linear_gaussian(12, 3, 0.7, 2, orthogonal=True, mean=-3.0, event_shape=(4, 3, 1)),
    "stated": lambda: oracles.miscalibrated(12, 2, 0.5, 3, factor=0.8),
    "true": lambda: oracles.miscalibrated(12, 2, 0.5, 3, factor=1.25, encoder="true"),
    "narrow": lambda: oracles.wrong_posterior(12, 3, 0.5, 4, factor=0.7),
    "shrunk": lambda: shrunk(oracles.linear_gaussian(12, 3, 0.5, 8)),
    "collapsed": lambda: oracles.collapsed(12, 3, 0.5, 5, dead=(0, 2)),
    "correlated": lambda: oracles.correlated_noise(12, 2, 0.5, 6, rho=0.5),
}


def shrunk(model):
    """An encoder whose means are too small."""
    return dataclasses.replace(model, gain=0.9 * model.gain)


@pytest.fixture(scope="module", params=CASES)
def case(request):
    """An oracle, N of its images and, per conditioning, (z, residual) drawn through `.vae`."""
    model = CASES[request.param]()
    x = model.simulate(N, 7)
    q = model.vae.encode(tf.constant(x))
    gain, spread = model.model_posterior
    centred = tf.constant(x.reshape(N, -1) - model.offset, tf.float32)
    factor = tf.constant(np.linalg.cholesky(spread), tf.float32)
    corrected = tfd.MultivariateNormalTriL(centred @ tf.constant(gain.T, tf.float32), factor)
    z = {
        "posterior": q.sample(seed=[1, 2]),
        "posterior_mean": q.mean(),
        "corrected": corrected.sample(seed=[3, 4]),
        "prior": tf.random.stateless_normal((N, len(spread)), [5, 6]),
    }
    return model, x, q, z


def close(values, expected, errors=4.5):
    """The mean of independent rows agrees with `expected` within its own standard errors."""
    values = np.asarray(values, np.float64)
    error = values.std(0, ddof=1) / np.sqrt(len(values)) + 1e-6
    worst = np.max(np.abs(values.mean(0) - expected) / error)
    assert worst < errors, f"{worst:.1f} standard errors off"


def residual(model, x, z):
    law = model.vae.decode(z).distribution
    return ((x - law.mean()) / law.stddev()).numpy().reshape(len(x), -1)


@pytest.mark.parametrize("conditioning", ["posterior", "posterior_mean", "corrected"])
def test_calibration_under_each_z(case, conditioning):
    model, x, _, z = case
    r = residual(model, x, z[conditioning])
    close(r**2, model.residual_variance(conditioning))
    close((r**2).mean(1), model.reduced_chi2(conditioning))
    close((12 * (norm.cdf(r) - 0.5) ** 2).mean(1), model.dispersion(conditioning))
    score = r * (2 * norm.cdf(r) - 1) + 2 * norm.pdf(r) - 1 / np.sqrt(np.pi)
    close(model.stated_sigma * score.mean(1), model.crps(conditioning))
    log_score = 0.5 * (r**2 + np.log(2 * np.pi * model.stated_sigma**2)).sum(1)
    close(log_score, model.log_score(conditioning))


def test_calibration_of_the_marginal_predictive(case):
    model, x, _, _ = case
    stated = np.sqrt(np.diag(model.model_covariance))
    r = (x.reshape(N, -1) - model.offset) / stated
    close((r**2).mean(1), model.reduced_chi2("prior"))
    close((12 * (norm.cdf(r) - 0.5) ** 2).mean(1), model.dispersion("prior"))


def test_evidence_and_bound(case):
    model, x, q, z = case
    few = x[:50]
    dense = multivariate_normal(model.offset, model.model_covariance).logpdf(few.reshape(50, -1))
    np.testing.assert_allclose(model.evidence(few), dense, rtol=1e-6)
    assert np.all(model.elbo(few) <= model.evidence(few) + 1e-9)
    prior = model.vae.prior.log_prob(z["posterior"])
    close(q.log_prob(z["posterior"]) - prior, model.rate())
    close(-model.vae.decode(z["posterior"]).log_prob(tf.constant(x)), model.distortion())
    close(model.rate(x), model.rate())
    close(model.distortion(x), model.distortion())
    close(model.elbo(x), model.elbo())


def test_latents(case):
    model, _, q, z = case
    stddev = np.sqrt(np.diag(model.covariance))
    pull = (z["corrected"] - q.mean()).numpy() / stddev
    close(12 * (norm.cdf(pull) - 0.5) ** 2, model.latent_dispersion())
    means = q.mean().numpy()
    close(0.5 * (stddev**2 + means**2 - 1 - 2 * np.log(stddev)), model.kl())
    centred = z["posterior"].numpy()
    close(centred[:, :, None] * centred[:, None], model.aggregate_covariance)
    other = np.random.default_rng(0).standard_normal(centred.shape)
    norms = np.sum(model.weights**2, 0) / model.stated_sigma**2
    close(0.5 * norms * (centred - other) ** 2, model.effect())


def test_variance(case):
    model, x, _, z = case
    signal = model.vae.decode(z["prior"]).mean().numpy().reshape(N, -1)
    close((signal - model.offset) ** 2, model.latent_signal("prior"))
    signal = model.vae.decode(z["posterior"]).mean().numpy().reshape(N, -1)
    close((signal - model.offset) ** 2, model.latent_signal("aggregate"))
    close((x.reshape(N, -1) - model.offset) ** 2, model.data_variance())


@pytest.mark.parametrize("name", ["exact", "diagonal", "collapsed"])
def test_an_exact_model_has_the_values_of_one(name):
    model = CASES[name]()
    x = model.simulate(30, 0)
    for conditioning in ("posterior", "prior", "corrected"):
        assert model.reduced_chi2(conditioning) == pytest.approx(1)
        assert model.dispersion(conditioning) == pytest.approx(1)
    assert model.dispersion("posterior_mean") < 0.97
    np.testing.assert_allclose(model.latent_dispersion(), 1)
    np.testing.assert_allclose(model.elbo(x), model.evidence(x))
    assert model.marginal_kl() == pytest.approx(0, abs=1e-9)
    precision = np.eye(3) + model.weights.T @ model.weights / model.sigma**2
    assert model.mutual_information() == pytest.approx(0.5 * np.linalg.slogdet(precision)[1])
    assert model.rate() == pytest.approx(model.mutual_information())
    assert model.sigma_star() == pytest.approx(model.sigma)
    assert model.variance_ratio() == pytest.approx(1)
    assert model.independence_cost() == pytest.approx(0, abs=1e-9)


def test_each_fault_shows_where_it_should():
    scaled = oracles.miscalibrated(400, 2, 0.5, 0, factor=0.8, encoder="true")
    assert scaled.reduced_chi2() == pytest.approx(0.8**-2)
    scaled = oracles.miscalibrated(400, 2, 0.5, 0, factor=0.8)
    np.testing.assert_allclose(scaled.latent_dispersion(), 1)
    assert scaled.reduced_chi2() == pytest.approx(0.8**-2, rel=0.01)
    narrow = oracles.wrong_posterior(20, 3, 0.5, 0, factor=0.7)
    assert np.all(narrow.latent_dispersion() > 1.3)
    dead = oracles.collapsed(20, 4, 0.5, 0, dead=(1, 3))
    np.testing.assert_allclose(dead.kl()[[1, 3]], 0, atol=1e-12)
    assert np.all(dead.kl()[[0, 2]] > 0.5)
    np.testing.assert_allclose(dead.effect()[[1, 3]], 0)


def test_correlated_noise_costs_what_the_chain_rule_says():
    model = oracles.correlated_noise(30, 2, 0.5, 0, rho=0.4, dead=(0, 1))
    assert model.independence_cost() == pytest.approx(-0.5 * 29 * np.log(1 - 0.4**2))
    noise = model.simulate(N, 1) - model.offset
    close(noise[:, 1:] * noise[:, :-1] / 0.25, 0.4)


def test_heavy_tails_keep_the_variance():
    model = oracles.heavy_tails(200, 1, 0.5, 0, degrees=9.0, dead=(0,))
    r = (model.simulate(4000, 1) - model.offset) / 0.5
    close((r**2).mean(1), 1.0)
    assert (r**4).mean() > 3.8


def test_diagonal_and_full_posteriors_agree():
    diagonal = oracles.linear_gaussian(10, 3, 0.5, 4, orthogonal=True)
    full = oracles.linear_gaussian(10, 3, 0.5, 4, orthogonal=True, posterior="tril")
    x = tf.constant(diagonal.simulate(20, 0))
    one, other = diagonal.vae.encode(x), full.vae.encode(x)
    np.testing.assert_allclose(one.mean(), other.mean(), atol=1e-5)
    np.testing.assert_allclose(one.stddev(), other.stddev(), rtol=1e-4)
    assert isinstance(one, tfd.Independent)
    assert isinstance(other, tfd.MultivariateNormalTriL)


def test_images_repeat_with_their_seed():
    model = oracles.linear_gaussian(16, 2, 0.5, 0, event_shape=(4, 4, 1))
    x = model.simulate(5, 3)
    assert x.shape == (5, 4, 4, 1)
    assert x.dtype == np.float32
    np.testing.assert_array_equal(x, model.simulate(5, 3))
    assert np.abs(x - model.simulate(5, 4)).max() > 0.1
    assert abs(model.offset.mean()) > 0.1


def test_refuses_what_cannot_be():
    with pytest.raises(InputError, match="event_shape"):
        oracles.linear_gaussian(10, 2, event_shape=(3, 3))
    with pytest.raises(InputError, match="posterior"):
        oracles.linear_gaussian(10, 2, posterior="diag")
    with pytest.raises(InputError, match="encoder"):
        oracles.miscalibrated(10, 2, encoder="else")
    with pytest.raises(InputError, match="degrees"):
        oracles.heavy_tails(10, 2, degrees=2.0).simulate(3, 0)
    with pytest.raises(InputError, match="conditioning"):
        oracles.linear_gaussian(10, 2).dispersion("else")
