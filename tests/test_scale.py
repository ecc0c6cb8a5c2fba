"""One σ for a decoder that states none: against closed forms, under laws, and where it must fail."""

from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

import vaediag as vd
from vaediag.backend import tf, tfd
from vaediag.errors import InputError
from vaediag.heads import from_config
from vaediag.scale import estimate_scale
from vaediag_models import oracles

D, L = 12, 3
WEIGHTS = np.random.default_rng(5).normal(size=(D, L)).astype(np.float32)
OFFSET = np.linspace(-1, 1, D, dtype=np.float32)


def model(likelihood, *, scale=1.0, weights=WEIGHTS, spread=0.0):
    """Linear; q(z | x) is N(W⁺ (x - b), spread²), nearly a point where spread is 0."""
    inverse = np.linalg.pinv(weights).T.astype(np.float32)

    def encode(x):
        mean = (x / scale - OFFSET) @ inverse
        return [mean, np.float32(np.log(spread**2 + 1e-12)) + 0 * mean]

    def decode(z):
        return scale * (z @ weights.T + OFFSET)

    return vd.VAE(
        encode, decode, posterior=vd.posteriors.MeanLogVar(), likelihood=likelihood, event_shape=(D,), latent_dim=L
    )


def images(count=500, seed=0, noise=None):
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(count, D)) * 0.3 if noise is None else noise(rng, (count, D))
    return (rng.normal(size=(count, L)) @ WEIGHTS.T + OFFSET + noise).astype(np.float32)


def residuals(x):
    centred = x.astype(float) - OFFSET
    return centred - centred @ np.linalg.pinv(WEIGHTS).T @ WEIGHTS.T


def test_the_sigma_of_a_normal_is_the_root_mean_square_residual():
    x = images()
    found = estimate_scale(model(vd.likelihoods.Normal(5.0)), x)
    assert found.likelihood.scale == pytest.approx(np.sqrt(np.mean(residuals(x) ** 2)), rel=1e-4)
    assert found.likelihood.estimated == "500 images"
    assert found.describe()["likelihood"] == f"normal, fixed σ {found.likelihood.scale:.4g}, estimated from 500 images"
    assert from_config(found.likelihood.to_config()) == found.likelihood
    assert found.source is None
    assert found.assumed == ()  # described already
    assert float(np.max(found.law(np.zeros((1, L))).scale)) == pytest.approx(found.likelihood.scale)


def test_draws_of_the_posterior_widen_it():
    """σ*² = mean residual² + mean Σ w² spread²: the closed form of a linear decoder."""
    x = images(4000)
    found = estimate_scale(model(vd.likelihoods.Normal(5.0), spread=0.2), x, limit=4000).likelihood.scale
    assert found == pytest.approx(np.sqrt(np.mean(residuals(x) ** 2) + 0.04 * (WEIGHTS**2).sum() / D), rel=0.01)


def test_it_is_the_sigma_star_of_the_exact_linear_model():
    truth = oracles.linear_gaussian(D, L, 0.5, 1, event_shape=(3, 4, 1))
    gain, covariance = truth.model_posterior
    root = np.linalg.cholesky(covariance).astype(np.float32)

    def encode(x):
        mean = (tf.reshape(x, (-1, D)) - truth.offset.astype(np.float32)) @ gain.T.astype(np.float32)
        return tfd.MultivariateNormalTriL(mean, root)

    decode = lambda z: z @ truth.weights.T.astype(np.float32) + truth.offset.astype(np.float32)  # noqa: E731
    vae = vd.VAE(encode, decode, likelihood=vd.likelihoods.Normal(1.0), event_shape=(3, 4, 1), latent_dim=L)
    found = estimate_scale(vae, truth.simulate(4000, 2), limit=4000)
    assert found.likelihood.scale == pytest.approx(truth.sigma_star(), rel=0.01)


@pytest.mark.parametrize(
    ("head", "log_density", "noise"),
    [
        (vd.likelihoods.Laplace(2.0), stats.laplace.logpdf, None),
        (vd.likelihoods.Logistic(2.0), stats.logistic.logpdf, None),
        (
            vd.likelihoods.StudentT(2.0, df=4),
            lambda r, scale: stats.t.logpdf(r, 4, scale=scale),
            lambda rng, shape: rng.standard_t(3, shape),
        ),
    ],
)
def test_other_families_have_their_own_maximum(head, log_density, noise):
    x = images(200, noise=noise)
    r = residuals(x)
    best: Any = optimize.minimize_scalar(
        lambda s: -log_density(r, scale=np.exp(s)).sum(), bounds=(-6, 3), method="bounded"
    )
    assert estimate_scale(model(head), x).likelihood.scale == pytest.approx(np.exp(best.x), rel=2e-3)


def test_x_times_c_gives_sigma_times_c_and_the_order_of_images_does_not_matter():
    x = images()
    one = estimate_scale(model(vd.likelihoods.Normal(1.0)), x).likelihood.scale
    large = estimate_scale(model(vd.likelihoods.Normal(1.0), scale=255.0), 255 * x).likelihood.scale
    assert large == pytest.approx(255 * one, rel=1e-4)
    turned = estimate_scale(model(vd.likelihoods.Normal(1.0)), x[::-1].copy()).likelihood.scale
    assert turned == pytest.approx(one, rel=1e-5)


def test_the_seed_decides_and_the_model_is_left_alone():
    vae = model(vd.likelihoods.Normal(1.0), spread=0.2)
    first, again, other = (estimate_scale(vae, images(), limit=100, seed=seed).likelihood.scale for seed in (1, 1, 2))
    assert first == again != other
    assert vae.likelihood == vd.likelihoods.Normal(1.0)
    assert float(np.max(vae.law(np.zeros((1, L))).scale)) == 1.0


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (vd.likelihoods.Bernoulli(), "got bernoulli from logits, which has no scale"),
        (vd.likelihoods.LogitNormal(1.0), "can take.*impossible"),
    ],
)
def test_what_has_no_scale_is_refused_in_a_sentence(head, says):
    with pytest.raises(InputError, match=says):
        estimate_scale(model(head), images())


def test_a_scale_that_the_network_states_is_not_estimated():
    vae = vd.VAE(
        lambda x: [x[:, :L], x[:, :L]], lambda z: z @ np.ones((L, 2 * D), np.float32), event_shape=(D,), latent_dim=L,
        posterior=vd.posteriors.MeanLogVar(), likelihood=vd.likelihoods.Normal("pixel"),
    )  # fmt: skip
    with pytest.raises(InputError, match="states itself"):
        estimate_scale(vae, images())


def test_images_without_residuals_have_no_scale():
    x = np.zeros((4, D), np.float32) + OFFSET
    vae = model(vd.likelihoods.Normal(1.0), weights=np.eye(D, L, dtype=np.float32) * 0 + 0)
    with pytest.raises(InputError, match="no density"):
        estimate_scale(vae, x)
