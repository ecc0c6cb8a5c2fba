import numpy as np
import pytest
from scipy.stats import wishart

from vaediag.backend import tf, tfd
from vaediag.probes.codes import Codes
from vaediag.probes.gaussian_bounds import Moments, information_ceiling, log_det_shortfall, marginal_floor
from vaediag.probes.gaussian_bounds import gaussian_moments as moments_or_none

L = 8


def gaussian_moments(codes: Codes) -> Moments:
    moments = moments_or_none(codes)
    assert moments is not None
    return moments


def codes_of(mean, root):
    """Codes with one root covariance for all images: `[L]` standard deviations or `[L, L]` lower triangular."""
    mean = mean.astype("f4")
    if root.ndim == 1:
        q = tfd.Independent(tfd.Normal(mean, np.broadcast_to(root.astype("f4"), mean.shape)), 1)
    else:
        q = tfd.MultivariateNormalTriL(mean, root.astype("f4"))
    return Codes(np.arange(len(mean)), None, mean, q.stddev().numpy(), mean, (q,))


def repeated(root, outer, count, runs=100):
    """(ceiling, floor) for `runs` sets of Gaussian means with root covariance `outer`."""
    prior = tfd.MultivariateNormalDiag(tf.fill([L], 1.5), tf.fill([L], 2.0))
    found = []
    for seed in range(runs):
        mean = np.random.default_rng(seed).standard_normal((count, L)) @ outer.T
        moments = gaussian_moments(codes_of(mean, root))
        parts = information_ceiling(moments), marginal_floor(moments, prior)
        found.append([part.estimate() for part in parts if part is not None])
    value = np.array([[e.value for e in row] for row in found])
    error = np.array([[e.standard_error for e in row] for row in found])
    return value, error


@pytest.mark.parametrize("full", [False, True])
def test_ceiling_and_floor_of_a_gaussian_code_are_its_information_and_kl(full):
    rng = np.random.default_rng(9)
    root = np.tril(rng.uniform(0.05, 0.1, (L, L))) + 0.3 * np.eye(L) if full else np.full(L, 0.4)
    outer = np.linalg.cholesky(np.eye(L) * 0.8 + 0.1) if full else np.diag(np.linspace(0.5, 1.2, L))
    within = root @ root.T if full else np.diag(root**2)
    total = within + outer @ outer.T
    truth = 0.5 * (np.linalg.slogdet(total)[1] - np.linalg.slogdet(within)[1])
    kl = 0.5 * (np.trace(total) / 4 + L * 1.5**2 / 4 - L - np.linalg.slogdet(total)[1] + L * np.log(4))
    value, error = repeated(root, outer, 200)
    assert abs(value[:, 0].mean() - truth) < 3 * value[:, 0].std() / 10 + 0.01
    assert value[:, 1].mean() < kl
    assert value[:, 1].mean() > kl - L * (L + 3) / (4 * 200) - 0.02
    np.testing.assert_allclose(error.mean(0), value.std(0, ddof=1), rtol=0.2)


def test_latents_that_do_not_move_add_no_correction():
    """One latent of eight carries everything: the sample's log det is short by one latent's noise, not by eight."""
    outer = np.diag([3.0] + [0.0] * (L - 1))
    value, _ = repeated(np.ones(L), outer, 100)
    assert value[:, 0].mean() == pytest.approx(0.5 * np.log(10), abs=3 * value[:, 0].std() / 10)


@pytest.mark.parametrize(("size", "count"), [(1, 30), (5, 30), (20, 60)])
def test_the_shortfall_is_that_of_wishart_matrices(size, count):
    draws = wishart(count - 1, np.eye(size) / (count - 1)).rvs(4000, random_state=0).reshape(-1, size, size)
    short = -0.5 * np.linalg.slogdet(draws)[1]
    assert log_det_shortfall(size, count) == pytest.approx(short.mean(), abs=4 * short.std() / np.sqrt(4000))


def test_the_shortfall_is_zero_without_noise_and_linear_between_whole_latents():
    assert log_det_shortfall(0.0, 50) == 0.0
    ends = log_det_shortfall(2.0, 50), log_det_shortfall(3.0, 50)
    assert log_det_shortfall(2.5, 50) == pytest.approx(sum(ends) / 2)
    assert log_det_shortfall(16.0, 2000) == pytest.approx(16 * 17 / (4 * 2000), rel=0.01)


@pytest.mark.parametrize("count", [6, L + 1])
def test_fewer_images_than_latents_bound_nothing(count):
    moments = gaussian_moments(codes_of(np.random.default_rng(0).standard_normal((count, L)), np.full(L, 0.01)))
    assert information_ceiling(moments) is None
    assert marginal_floor(moments, tfd.MultivariateNormalDiag(tf.zeros(L), tf.ones(L))) is None


def test_other_families_have_no_gaussian_bounds():
    laplace = tfd.Independent(tfd.Laplace(np.zeros((3, 2), "f4"), 1.0), 1)
    zeros = np.zeros((3, 2), "f4")
    assert moments_or_none(Codes(np.arange(3), None, zeros, zeros + 1, zeros, (laplace,))) is None
    moments = gaussian_moments(codes_of(np.eye(L), np.ones(L)))
    assert marginal_floor(moments, tfd.Independent(tfd.Laplace(tf.zeros(L), 1.0), 1)) is None
