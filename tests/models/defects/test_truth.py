"""Laws of noise and codes: variance 1, and the one thing that is wrong with each."""

import numpy as np
import pytest
from scipy import stats

from vaediag_models.defects import kinds, truth

IMAGES, PIXELS = 4000, 60


def kurtosis(values: np.ndarray) -> float:
    """Excess kurtosis of all values together; 0 for a Normal."""
    return float(stats.kurtosis(values.ravel()))


def drawn(law) -> np.ndarray:
    return law(np.random.default_rng(0), IMAGES, PIXELS)


LAWS = {
    "normal": truth.normal,
    "student": truth.student(5),
    "uniform": truth.uniform,
    "by image": truth.by_image(0.4),
    "ar1": truth.ar1(0.2),
    "clusters": truth.two_clusters,
}


@pytest.mark.parametrize("name", LAWS)
def test_mean_and_variance_are_those_of_the_standard_normal(name):
    values = drawn(LAWS[name])
    assert values.shape == (IMAGES, PIXELS)
    assert abs(values.mean()) < 0.01
    assert values.var() == pytest.approx(1, abs=0.04)
    np.testing.assert_allclose(values.var(0), 1, atol=0.3)


def test_tails():
    assert kurtosis(drawn(truth.uniform)) == pytest.approx(-1.2, abs=0.02)
    assert kurtosis(drawn(truth.student(9))) == pytest.approx(6 / 5, abs=0.2)
    assert abs(kurtosis(drawn(truth.ar1(0.5)))) < 0.05


def test_every_image_has_its_scale():
    scale = np.log(drawn(truth.by_image(0.4)).std(1))
    assert scale.std() == pytest.approx(np.hypot(0.4, 1 / np.sqrt(2 * PIXELS)), abs=0.02)
    within = drawn(truth.by_image(0.4))
    assert kurtosis(within / within.std(1, keepdims=True)) < 0.05


def test_neighbours_are_correlated_and_the_first_pixel_is_like_the_others():
    noise = drawn(truth.ar1(0.2))
    correlation = np.corrcoef(noise.T)
    np.testing.assert_allclose(np.diag(correlation, 1), 0.2, atol=0.07)
    assert np.diag(correlation, 1).mean() == pytest.approx(0.2, abs=0.01)
    assert np.diag(correlation, 2).mean() == pytest.approx(0.04, abs=0.01)
    assert drawn(truth.ar1(0.6))[:, 0].var() == pytest.approx(1, abs=0.1)


def test_clusters():
    values = drawn(truth.two_clusters)
    assert (np.abs(values) < 0.3).mean() < 0.1  # a Normal: 0.24
    assert drawn(truth.narrow(0.6)).std() == pytest.approx(0.6, abs=0.01)


def test_where_sigma_is_wrong():
    factors = kinds.quarter(np.ones(64)).reshape(8, 8)
    assert (factors == 1.5).sum() == 16
    assert (factors[:4, :4] == 1.5).all()
    assert np.mean(kinds.scattered(np.ones(64)) ** 2) == pytest.approx(1)
