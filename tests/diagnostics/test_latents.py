"""q(z | x) against p(z) in every pair of classes, and what the prior says about each latent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from vaediag.backend import tf, tfd
from vaediag.diagnostics.latents import NO_PRODUCT, factors, prior_mean, prior_stddev
from vaediag.diagnostics.latents import rate as measure
from vaediag.heads.posteriors import MeanTriL
from vaediag.heads.priors import Mixture, Normal, StandardNormal
from vaediag.seeds import pair

RNG = np.random.default_rng(0)
IMAGES, LATENTS = 4, 3
MEAN, STDDEV = RNG.normal(size=(IMAGES, LATENTS)).astype("f4"), RNG.uniform(0.3, 0.9, (IMAGES, LATENTS)).astype("f4")
ROOT = (np.tril(RNG.normal(size=(IMAGES, LATENTS, LATENTS)), -1) * 0.4 + STDDEV[:, :, None] * np.eye(3)).astype("f4")
LOC, SCALE = np.array([0.2, -0.5, 1.0], "f4"), np.array([1.0, 0.7, 1.5], "f4")
CORRELATED = np.array([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [-0.3, 0.2, 0.7]], "f4")
TWO = np.array([[-1.0, 0.0, 1.0], [1.0, 1.0, 1.0]], "f4")

DIAGONAL = {
    "independent": tfd.Independent(tfd.Normal(MEAN, STDDEV), 1),
    "nested": tfd.Independent(tfd.Independent(tfd.Independent(tfd.Normal(MEAN, STDDEV), 0), 1), 0),
    "diag": tfd.MultivariateNormalDiag(MEAN, STDDEV),
    "nested diag": tfd.Independent(tfd.MultivariateNormalDiag(MEAN, STDDEV), 0),
}
FULL = {
    "tril": tfd.MultivariateNormalTriL(MEAN, ROOT),
    "full": tfd.MultivariateNormalFullCovariance(MEAN, ROOT @ ROOT.transpose(0, 2, 1)),
    "operator": tfd.MultivariateNormalLinearOperator(MEAN, tf.linalg.LinearOperatorLowerTriangular(ROOT)),
    "tril with signs": tfd.MultivariateNormalTriL(MEAN, ROOT * np.array([1, -1, -1], "f4")),
    "nested tril": tfd.Independent(tfd.MultivariateNormalTriL(MEAN, ROOT), 0),
}
NORMALS = {name: (law, np.stack([np.diag(s**2) for s in STDDEV])) for name, law in DIAGONAL.items()}
NORMALS |= {name: (law, ROOT @ ROOT.transpose(0, 2, 1)) for name, law in FULL.items()}
NORMALS["sample"] = (
    tfd.Sample(tfd.Normal(MEAN[:, 0], STDDEV[:, 0]), LATENTS),
    STDDEV[:, 0, None, None] ** 2 * np.eye(LATENTS),
)
PRODUCTS = {
    "standard": (StandardNormal().law(LATENTS), 0 * LOC, np.eye(LATENTS)),
    "independent": (tfd.Independent(tfd.Normal(LOC, SCALE), 1), LOC, np.diag(SCALE**2)),
    "sample": (tfd.Sample(tfd.Normal(0.5, 2.0), LATENTS), 0.5 + 0 * LOC, 4 * np.eye(LATENTS)),
    "diag": (tfd.MultivariateNormalDiag(LOC, SCALE), LOC, np.diag(SCALE**2)),
    "nested": (tfd.Independent(tfd.MultivariateNormalDiag(LOC, SCALE), 0), LOC, np.diag(SCALE**2)),
    "tril without correlation": (tfd.MultivariateNormalTriL(LOC, np.diag(SCALE)), LOC, np.diag(SCALE**2)),
    "trained": (
        tfd.MultivariateNormalTriL(tf.Variable(LOC), tf.Variable(np.diag(SCALE))),
        LOC,
        np.diag(SCALE**2),
    ),
}
JOINED = {
    "tril": (tfd.MultivariateNormalTriL(LOC, CORRELATED), LOC, CORRELATED @ CORRELATED.T),
    "full": (tfd.MultivariateNormalFullCovariance(LOC, CORRELATED @ CORRELATED.T), LOC, CORRELATED @ CORRELATED.T),
}
MIXTURES = {
    "mixture": Mixture([0.3, 0.7], TWO, np.ones((2, 3))).law(),
    "same family": tfd.MixtureSameFamily(
        tfd.Categorical(probs=[0.3, 0.7]), tfd.MultivariateNormalDiag(TWO, [SCALE] * 2)
    ),
}
ODD = {
    "laplace": tfd.Independent(tfd.Laplace(MEAN, STDDEV), 1),
    "mixture": tfd.MixtureSameFamily(
        tfd.Categorical(logits=tf.zeros((IMAGES, 2))), tfd.MultivariateNormalDiag(tf.stack([MEAN, MEAN + 1], 1))
    ),
}


def rate(q, p, z) -> Any:
    """Untyped: a checker cannot know which of the optional parts are there."""
    return measure(q, p, z)


def normal_kl(mean, covariance, loc, other):
    """KL(N(mean, covariance) || N(loc, other)) in nats."""
    precision, away = np.linalg.inv(other.astype(float)), mean.astype(float) - loc
    log_det = np.linalg.slogdet(other)[1] - np.linalg.slogdet(covariance)[1]
    return 0.5 * (np.trace(precision @ covariance) + away @ precision @ away - len(away) + log_det)


def one_dimensional(q, p):
    return quad(lambda t: q.pdf(t) * (q.logpdf(t) - p.logpdf(t)), -40, 40, points=[*q.args[:1], *p.args[:1]])[0]


@pytest.mark.parametrize("posterior", NORMALS)
@pytest.mark.parametrize("prior", PRODUCTS | JOINED)
def test_every_pair_of_normals_has_a_closed_form(posterior, prior):
    q, covariances = NORMALS[posterior]
    p, loc, other = (PRODUCTS | JOINED)[prior]
    z, mean = q.sample(seed=pair(0)), q.mean().numpy()
    exact = [normal_kl(one, spread, loc, other) for one, spread in zip(mean, covariances, strict=True)]
    found = rate(q, p, z)
    np.testing.assert_allclose(found.total, exact, rtol=1e-4, atol=1e-5)
    assert found.method == "closed form"
    if prior in JOINED:
        assert (found.per_latent, found.total_correlation, found.why_not) == (None, None, NO_PRODUCT)
        return
    for k in range(LATENTS):
        single = [
            normal_kl(one[k : k + 1], spread[k : k + 1, k : k + 1], loc[k], other[k : k + 1, k : k + 1])
            for one, spread in zip(mean, covariances, strict=True)
        ]
        np.testing.assert_allclose(found.per_latent[:, k], single, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        found.total_correlation, np.array(exact) - found.per_latent.numpy().sum(1), rtol=1e-3, atol=1e-4
    )


@pytest.mark.parametrize("prior", ["tril", "trained", "tril without correlation"])
def test_a_graph_sees_the_prior_as_it_is(prior):
    q, p = FULL["tril"], (PRODUCTS | JOINED)[prior][0]
    z = q.sample(seed=pair(0))
    inside, outside = tf.function(lambda z: rate(q, p, z)[:3])(z), rate(q, p, z)[:3]
    for one, two in zip(inside, outside, strict=True):
        assert (one is None) == (two is None)
        if one is not None:
            np.testing.assert_allclose(one, two, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("prior", ["independent", "sample"])
@pytest.mark.parametrize("posterior", ["independent", "diag", "tril", "laplace"])
def test_normal_and_laplace_have_their_closed_form(prior, posterior):
    loc, scale = (LOC, SCALE) if prior == "independent" else (np.full(LATENTS, 0.4), np.full(LATENTS, 1.3))
    laplace = tfd.Laplace(LOC, SCALE)
    p = tfd.Independent(laplace, 1) if prior == "independent" else tfd.Sample(tfd.Laplace(0.4, 1.3), LATENTS)
    q = (DIAGONAL | FULL | ODD)[posterior]
    found = rate(q, p, q.sample(seed=pair(0)))
    spread = q.stddev().numpy()
    family, size = (stats.laplace, STDDEV) if posterior == "laplace" else (stats.norm, spread)
    for n, k in np.ndindex(2, LATENTS):
        exact = one_dimensional(family(MEAN[n, k], size[n, k]), stats.laplace(loc[k], scale[k]))
        assert float(found.per_latent[n, k]) == pytest.approx(exact, abs=2e-5)
    assert found.method == "closed form"


def test_a_laplace_posterior_and_a_normal_prior_have_their_closed_form():
    q = ODD["laplace"]
    found = rate(q, PRODUCTS["diag"][0], q.sample(seed=pair(0)))
    for n, k in np.ndindex(2, LATENTS):
        exact = one_dimensional(stats.laplace(MEAN[n, k], STDDEV[n, k]), stats.norm(LOC[k], SCALE[k]))
        assert float(found.per_latent[n, k]) == pytest.approx(exact, abs=2e-5)
    assert found.method == "closed form"


@pytest.mark.parametrize(
    ("q", "p", "why"),
    [
        *((q, p, NO_PRODUCT) for p in MIXTURES.values() for q in (DIAGONAL["diag"], FULL["tril"], *ODD.values())),
        *((ODD["laplace"], p, NO_PRODUCT) for p, _, _ in JOINED.values()),
        *((ODD["mixture"], p, "no one-dimensional marginals") for p, _, _ in PRODUCTS.values()),
        (DIAGONAL["nested"], tfd.Sample(tfd.Logistic(0.0, 1.0), LATENTS), None),
        (FULL["full"], tfd.Independent(tfd.Logistic(LOC, SCALE), 1), None),
    ],
    ids=lambda value: "" if isinstance(value, str) or value is None else type(value).__name__,
)
def test_everything_else_is_monte_carlo_and_says_so(q, p, why):
    found, z = rate(q, p, q.sample(5000, seed=pair(1))), q.sample(20_000, seed=pair(2))
    assert found.method == "Monte Carlo"
    draws, density = (np.asarray(each, float) for each in (found.total, q.log_prob(z) - p.log_prob(z)))
    error = np.hypot(draws.std(0) / 5000**0.5, density.std(0) / 20_000**0.5)
    assert (abs(draws.mean(0) - density.mean(0)) < 4 * error).all()
    assert (error < 0.05 * (1 + density.mean(0))).all()
    assert why in found.why_not if why else found.why_not is None
    assert (found.per_latent is None) == bool(why)


def test_a_head_with_full_covariance_against_a_joined_prior():
    raw = RNG.normal(size=(5, MeanTriL().outputs(LATENTS))).astype("f4")
    q, (p, loc, other) = MeanTriL().law(raw), JOINED["tril"]
    exact = [normal_kl(m, c, loc, other) for m, c in zip(q.mean().numpy(), q.covariance().numpy(), strict=True)]
    np.testing.assert_allclose(rate(q, p, q.mean()).total, exact, rtol=1e-4)


def test_a_law_with_correlation_is_no_product():
    assert factors(FULL["tril"]) is None
    assert factors(JOINED["tril"][0]) is None
    assert factors(tfd.MultivariateNormalTriL(LOC, np.diag(SCALE) + 1e-6 * np.tri(3, k=-1, dtype="f4"))) is None


def test_mean_and_standard_deviation_of_a_prior():
    law = Normal([1.0, -2.0], [0.5, 3.0]).law()
    np.testing.assert_allclose(prior_mean(law), [1, -2])
    np.testing.assert_allclose(prior_stddev(law), [0.5, 3])
    both = Mixture([0.5, 0.5], [[0.0, 1.0], [2.0, 1.0]], np.ones((2, 2))).law()
    np.testing.assert_allclose(prior_mean(both), [1, 1])
    np.testing.assert_allclose(prior_stddev(both), [2**0.5, 1], rtol=1e-6)


def test_a_prior_that_does_not_say_gives_nan():
    law = tfd.Independent(tfd.LogitNormal([0.0, 1.0], 1.0), 1)
    assert np.isnan(prior_mean(law)).all()
    assert np.isnan(prior_stddev(law)).all()
