import numpy as np
import pytest
from scipy import stats

from vaediag.backend import tf, tfd
from vaediag.errors import InputError
from vaediag.laws.pixel import pixel
from vaediag.laws.views import view


def test_the_right_pixel_of_the_right_code(make_law, seed):
    law = make_law("normal", 2)
    one = pixel(law, (1, 2), seed=seed, code=1, observed=2.0)
    assert (one.mean, one.stddev, one.mode) == (pytest.approx(1.6), pytest.approx(1.6), pytest.approx(1.6))
    np.testing.assert_allclose(one.density, stats.norm.pdf(one.support, 1.6, 1.6), rtol=1e-4)
    assert one.below == one.upto == pytest.approx(stats.norm.cdf(2.0, 1.6, 1.6), abs=1e-5)
    assert (one.family, one.discrete, one.index, one.observed, one.notes) == ("normal", False, (1, 2), 2.0, {})
    assert isinstance(one.density, np.ndarray)


@pytest.mark.parametrize(
    "kind",
    ["normal one scale", "laplace", "beta", "continuous_bernoulli", "mixture of normals", "transformed", "broadcast"],
)
def test_densities_integrate_to_one(kind, make_law, seed):
    one = pixel(make_law(kind), (0, 1), seed=seed)
    mass = one.density.sum() * (one.support[1] - one.support[0])
    assert mass == pytest.approx(1, abs=0.03)
    mean = (one.support * one.density).sum() * (one.support[1] - one.support[0])
    assert one.mean == pytest.approx(float(mean), abs=0.1 / float(one.density.max()))


@pytest.mark.parametrize("kind", ["bernoulli", "categorical", "finite_discrete", "poisson", "quantized", "skellam"])
def test_masses_add_up_to_one(kind, make_law, seed):
    one = pixel(make_law(kind), (1, 0), seed=seed, observed=0.0)
    assert one.discrete
    assert one.density.sum() == pytest.approx(1, abs=2e-3)
    assert one.upto is not None
    assert one.below is not None
    assert one.upto > one.below


def test_a_law_that_cannot_be_sliced_gives_the_same(seed):
    class Whole(tfd.Normal):
        def __getitem__(self, _):
            raise NotImplementedError

    loc = np.arange(6, dtype=np.float32).reshape(1, 2, 3)
    sliced, whole = (pixel(kind(loc, 0.5), (1, 1), seed=seed) for kind in (tfd.Normal, Whole))
    np.testing.assert_allclose(whole.support, sliced.support, rtol=1e-5)
    np.testing.assert_allclose(whole.density, sliced.density, rtol=1e-4)
    assert whole.mean == sliced.mean == 4.0


def test_what_the_law_does_not_have_is_none_with_a_reason(seed):
    one = pixel(tfd.Cauchy(tf.zeros((1, 2)), 1.0), (0,), seed=seed)
    assert (one.mean, one.stddev, one.mode) == (None, None, 0.0)
    assert one.notes == {"mean": "the law has none", "stddev": "the law has none"}
    assert (one.observed, one.below, one.upto) == (None, None, None)
    assert one.density.max() > 0.3  # heavy tails do not push the middle out of the grid


def test_the_grid_reaches_an_observed_outlier(seed):
    one = pixel(tfd.Normal(tf.zeros((1, 2)), 1.0), (0,), seed=seed, observed=12.0)
    assert one.support.max() == pytest.approx(12.0, abs=0.1)


def test_large_counts_are_thinned_to_the_points_asked_for(seed):
    one = pixel(tfd.Poisson(tf.fill((1, 2), 1e5)), (0,), seed=seed, points=50)
    assert len(one.support) <= 51
    assert (one.support == np.round(one.support)).all()


@pytest.mark.parametrize("index", [(2, 0), (0,), (0, 0, 0), (-1, 0)])
def test_positions_outside_the_image_are_refused(index, make_law, seed):
    with pytest.raises(InputError, match=r"inside an image of shape \(2, 3\)"):
        pixel(make_law("normal"), index, seed=seed)


def test_mean_is_the_view_called_mean(make_law, seed):
    law = make_law("beta")
    assert pixel(law, (0, 2), seed=seed).mean == pytest.approx(float(view(law, "mean", seed=seed)[0][0, 0, 2]))


def test_bytes_are_shown_where_their_mass_is(seed):
    law = tfd.QuantizedDistribution(tfd.Logistic(tf.constant([[3.0, 100.0]]), 2.0), 0.0, 255.0)
    low = pixel(law, (0,), seed=seed)
    assert low.support[0] == 0
    assert low.support[-1] < 40
    assert low.density.sum() == pytest.approx(1, abs=1e-3)
    assert pixel(law, (1,), seed=seed, observed=200.0).support[-1] == 200
