"""One recipe for every standard error, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag.engine.jackknife import covariance, jackknife


def grouped(values, groups: int = 50):
    """Sums of n, v and v² per group, group = index mod `groups`."""
    index = np.arange(len(values)) % groups

    def total(what):
        return np.array([what[index == g].sum(0) for g in range(groups)])

    return {"n": total(np.ones(len(values))), "v": total(values), "v2": total(values**2)}


def mean(total):
    return {"mean": total["v"] / total["n"]}


def test_mean_has_the_textbook_error():
    """With one image per group it is the standard error of the mean, exactly."""
    values = np.random.default_rng(0).gamma(2.0, size=50)
    found, errors = jackknife(mean, grouped(values))
    assert found["mean"] == pytest.approx(values.mean())
    assert errors["mean"] == pytest.approx(values.std(ddof=1) / np.sqrt(50))


@pytest.mark.parametrize("images", [1000, 1037, 130, 70, 20])
def test_mean_error_is_unbiased(images):
    """Average squared error over many data sets is the variance of the mean, also for unequal and empty groups."""
    rng = np.random.default_rng(images)
    squares = []
    for _ in range(300):
        _, errors = jackknife(mean, grouped(rng.standard_normal(images)))
        squares.append(errors["mean"] ** 2)
    assert np.mean(squares) * images == pytest.approx(1, abs=0.08)


def test_ratio_of_means_by_the_delta_method():
    rng = np.random.default_rng(1)
    values = 5 + rng.standard_normal(5000)
    _, errors = jackknife(lambda t: {"cv": t["v2"] / t["v"]}, grouped(values))
    ratio = (values**2).mean() / values.mean()
    influence = (values**2 - ratio * values) / values.mean()
    assert errors["cv"] == pytest.approx(influence.std() / np.sqrt(5000), rel=0.25)


def test_arrays_keep_their_shape():
    values = np.random.default_rng(2).standard_normal((200, 3, 2))
    found, errors = jackknife(lambda t: {"mean": t["v"] / t["n"].sum()}, grouped(values))
    assert found["mean"].shape == errors["mean"].shape == (3, 2)
    np.testing.assert_allclose(errors["mean"], values.std((0,)) / np.sqrt(200), rtol=0.4)


def test_one_image_has_no_error():
    found, errors = jackknife(mean, grouped(np.array([3.0])))
    assert found["mean"] == 3
    assert np.isnan(errors["mean"])
    assert np.isnan(covariance(lambda t: np.array([t["v"] / t["n"]]), grouped(np.array([3.0])))).all()


def test_covariance_of_a_vector():
    rng = np.random.default_rng(3)
    values = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 2]], 50)
    found = covariance(lambda t: t["v"] / t["n"], grouped(values))
    np.testing.assert_allclose(found, np.cov(values.T) / 50, rtol=1e-9)
