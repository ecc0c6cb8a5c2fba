"""One pixel's PIT against closed forms, against the whole diagnosis, and where the model is wrong."""

from time import perf_counter
from typing import Any

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import norm

from vaediag import diagnose, from_callables
from vaediag.backend import tf, tfd
from vaediag.errors import InputError
from vaediag.heads.priors import StandardNormal
from vaediag.pixel_calibration import pixel_calibration
from vaediag.probes import pixel_pit
from vaediag_models import oracles
from vaediag_models.oracles.linear import normal_dispersion

INDEX = (1, 2, 0)
LIGHT = ("prior", "information", "corrected", "pictures")


def near(estimate, truth, errors=4.0):
    return abs(estimate.value - truth) < errors * estimate.standard_error


@pytest.fixture(scope="module")
def exact():
    return oracles.linear_gaussian(12, 3, 0.5, 1, event_shape=(3, 4, 1))


@pytest.fixture(scope="module")
def cells():
    return oracles.binary_cells(12, 2, 1, event_shape=(3, 4, 1))


def test_an_exact_model_has_a_flat_histogram(exact):
    found = pixel_calibration(exact.vae, exact.simulate(2000, 1), INDEX)
    assert near(found.dispersion, 1.0)
    assert near(found.bias, 0.0)
    assert found.reduced_chi2 is not None
    assert near(found.reduced_chi2, 1.0)
    assert found.histogram.sum() == pytest.approx(1.0, abs=1e-6)
    assert found.bar_error == pytest.approx(np.sqrt(0.05 * 0.95 / 2000), rel=1e-3)
    assert np.abs(found.histogram - 0.05).max() < 4 * found.bar_error
    assert found.dispersion.standard_error == pytest.approx(12 / np.sqrt(180 * 2000), rel=0.1)  # Var (u - 1/2)² = 1/180
    assert (found.family, found.discrete, found.count, found.total, found.excluded) == ("normal", False, 2000, 2000, 0)
    assert (found.index, found.notes, found.seed, found.model) == (INDEX, {}, 0, "linear-gaussian")


def test_half_the_sigma_is_over_confident():
    model = oracles.miscalibrated(12, 3, 0.5, 1, factor=0.5, event_shape=(3, 4, 1))
    found = pixel_calibration(model.vae, model.simulate(2000, 1), INDEX)
    ratio = model.residual_variance("posterior")[6]
    assert found.dispersion.value > 1.3
    assert near(found.dispersion, float(normal_dispersion(ratio)))
    assert found.reduced_chi2 is not None
    assert near(found.reduced_chi2, float(ratio))
    assert found.histogram[[0, -1]].min() > 1.5 * found.histogram[9:11].max()


def test_a_shift_is_bias(exact):
    found = pixel_calibration(exact.vae, exact.simulate(800, 1) + np.float32(0.5), INDEX)
    assert found.bias.value > 5 * (found.bias.standard_error or 1.0)


def test_binary_x_is_not_randomised(cells):
    """Exact model: each bar is 1/20 on average, and dispersion's spread is that of the integrated form."""
    x = cells.simulate(2000, 3)
    found = pixel_calibration(cells.vae, x, (0, 1, 0))
    assert near(found.dispersion, 1.0)
    assert near(found.bias, 0.0)
    assert found.discrete
    assert found.reduced_chi2 is None
    assert "no scale" in found.notes["reduced_chi2"]
    assert found.bar_error is not None
    assert np.abs(found.histogram - 0.05).max() < 4 * found.bar_error
    randomised = np.sqrt(0.05 * 0.95 / 2000)
    assert found.bar_error < 0.6 * randomised
    q = 1 - expit(cells.logits[0, :, 1])  # the pixel's law in each cell of its latent, equally likely
    square = np.stack([4 * ((q - 0.5) ** 2 + (q - 0.5) / 2 + 0.25), 4 * (0.25 - (q - 0.5) / 2 + (q - 0.5) ** 2)])
    chance = np.stack([1 - q, q])
    spread = np.sqrt((chance * square**2).sum(0).mean() - (chance * square).sum(0).mean() ** 2)
    assert found.dispersion.standard_error == pytest.approx(spread / np.sqrt(2000), rel=0.1)


def test_sharper_binary_forecasts_are_over_confident():
    model = oracles.binary_cells(12, 2, 1, sharpness=3.0, event_shape=(3, 4, 1))
    found = pixel_calibration(model.vae, model.simulate(2000, 3), (0, 1, 0))
    assert found.dispersion.value > 1 + 4 * (found.dispersion.standard_error or 1.0)


@pytest.mark.parametrize("kind", ["linear", "binary"])
def test_agrees_with_the_map_of_the_diagnosis(kind, exact, cells):
    """The images are the same, only the draws of z differ."""
    model = exact if kind == "linear" else cells
    x = model.simulate(400, 7)
    maps = diagnose(model.vae, x, skip=LIGHT).calibration.posterior.maps
    found = pixel_calibration(model.vae, x, INDEX)
    error = maps.dispersion_error[INDEX]
    assert abs(found.dispersion.value - maps.dispersion[INDEX]) < 3 * error
    assert found.dispersion.standard_error == pytest.approx(float(error), rel=0.25)
    assert abs(found.bias.value - maps.bias[INDEX]) < 3 * maps.bias_error[INDEX]


def test_chunks_do_not_matter_for_what_is_measured(exact, monkeypatch):
    x = exact.simulate(400, 2)
    whole = pixel_calibration(exact.vae, x, INDEX)
    sizes = []

    class Watched:
        def take(self, indices):
            sizes.append(len(indices))
            return x[indices]

    monkeypatch.setattr(pixel_pit, "images_at_once", lambda *_: 30)
    parts = pixel_pit.pixel_pit(exact.vae, Watched(), INDEX, np.arange(400), np.array([0, 1], np.int32))
    assert max(sizes) == 30
    assert len(parts) == 400
    assert abs(parts.dispersion().value - whole.dispersion.value) < 3 * (whole.dispersion.standard_error or 0.0)


def test_a_seeded_subset(exact):
    x = exact.simulate(300, 2)
    first, again, other = (pixel_calibration(exact.vae, x, INDEX, seed=seed, limit=50) for seed in (1, 1, 2))
    assert (first.count, first.total) == (50, 300)
    assert first.dispersion == again.dispersion
    assert first.dispersion != other.dispersion
    one = pixel_calibration(exact.vae, x, INDEX, limit=1)
    assert (one.count, one.dispersion.standard_error, one.bar_error) == (1, None, None)


def test_images_with_holes_are_left_out_and_counted(exact):
    x = exact.simulate(50, 2)
    x[3, 0, 0, 0], x[7] = np.nan, np.inf
    found = pixel_calibration(exact.vae, x, INDEX)
    assert (found.count, found.excluded) == (48, 2)
    with pytest.raises(InputError, match="all 5 gave NaN or infinite values"):
        pixel_calibration(exact.vae, np.full_like(x[:5], np.nan), INDEX)


@pytest.mark.parametrize("kind", ["linear", "binary"])
def test_the_images_behind_a_pixel_are_those_farthest_out(kind, exact, cells):
    model = exact if kind == "linear" else cells
    x = model.simulate(300, 7)
    all_of_them = pixel_calibration(model.vae, x, INDEX, farthest=1000).farthest
    assert all_of_them is not None
    assert sorted(all_of_them.index) == list(range(300))
    assert (np.diff(np.abs(all_of_them.residual)) <= 0).all()
    np.testing.assert_array_equal(all_of_them.value, x[(all_of_them.index, *INDEX)])
    few = pixel_calibration(model.vae, x, INDEX).farthest
    assert few is not None
    for name in ("index", "value", "u", "residual"):
        np.testing.assert_array_equal(getattr(few, name), getattr(all_of_them, name)[:12])
    if kind == "linear":
        np.testing.assert_allclose(all_of_them.u, norm.cdf(all_of_them.residual), atol=1e-6)
        assert (all_of_them.residual**2).mean() == pytest.approx(
            pixel_calibration(model.vae, x, INDEX).reduced_chi2.value, rel=1e-5
        )
        assert all_of_them.residuals == "standardised residuals"
    else:  # one number tells all of a coin: the chance of 1, here from u = 1 - p / 2 or (1 - p) / 2
        p = np.where(all_of_them.value == 1, 2 - 2 * all_of_them.u, 1 - 2 * all_of_them.u)
        pearson = (all_of_them.value - p) / np.sqrt(p * (1 - p))
        np.testing.assert_allclose(all_of_them.residual, pearson, rtol=1e-4)
        assert all_of_them.residuals == "Pearson residuals"


def test_an_image_that_was_changed_is_found(exact):
    x = exact.simulate(400, 2)
    x[(123, *INDEX)] += 20.0
    for options in ({}, {"limit": 399, "seed": 3}):
        found = pixel_calibration(exact.vae, x, INDEX, **options).farthest
        assert found is not None
        assert (found.index[0], found.value[0]) == (123, x[(123, *INDEX)])
        assert found.residual[0] > 2 * abs(found.residual[1])
        assert found.u[0] > 0.999


def law_of_one(decode) -> Any:
    return from_callables(lambda x: tfd.Normal(x[:, :1] * 0, 1.0), decode, prior=StandardNormal(1), event_shape=(4,))


def test_certain_and_wrong_comes_first():
    model = law_of_one(lambda z: tfd.Bernoulli(logits=tf.tile(z * 0, (1, 4)) + np.array([0, 200, -1, 1], "f4")))
    x = np.ones((30, 4), np.float32)
    x[17, 1] = 0
    found = pixel_calibration(model, x, 1).farthest
    assert found is not None
    assert found.index[0] == 17
    assert np.isnan(found.residual[0])
    assert (found.residual[1:] == 0).all()


def test_no_moments_no_residuals():
    model = law_of_one(lambda z: tfd.Cauchy(tf.tile(z * 0, (1, 4)), 1.0))
    x = np.random.default_rng(0).standard_cauchy((30, 4)).astype(np.float32)
    found = pixel_calibration(model, x, 2).farthest
    assert found is not None
    assert found.residuals == "normal scores"
    np.testing.assert_array_equal(found.index, np.argsort(-np.abs(x[:, 2]))[:12])


def test_fewer_images_than_asked_for(exact):
    x = exact.simulate(5, 2)
    x[3] = np.nan
    found = pixel_calibration(exact.vae, x, INDEX).farthest
    assert found is not None
    assert sorted(found.index) == [0, 1, 2, 4]
    none = pixel_calibration(exact.vae, x, INDEX, farthest=0).farthest
    assert none is not None
    assert len(none.index) == 0


def test_another_pixel_traces_nothing_anew():
    traced = []

    def decode(z):
        traced.append(z.shape)
        return tfd.Normal(tf.tile(z[:, :1], (1, 6)), 1.0)

    model = from_callables(lambda x: tfd.Normal(x[:, :1], 1.0), decode, prior=StandardNormal(1), event_shape=(6,))
    x = np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32)
    pixel_calibration(model, x, 0)
    before, start = len(traced), perf_counter()
    values = {pixel_calibration(model, x, k, seed=k).dispersion.value for k in range(6)}
    assert len(traced) == before
    assert len(values) == 6
    assert perf_counter() - start < 2.0


@pytest.mark.parametrize("heavy", [3.0, 9.0])
def test_chi2_needs_a_fourth_moment(heavy):
    model = from_callables(
        lambda x: tfd.Normal(x[:, :1], 1.0), lambda z: tfd.StudentT(heavy, tf.tile(z, (1, 4)), 1.0),
        prior=StandardNormal(1), event_shape=(4,),
    )  # fmt: skip
    found = pixel_calibration(model, np.zeros((20, 4), np.float32), 2)
    assert (found.reduced_chi2 is None) == (heavy < 4)


def test_a_law_that_cannot_be_sliced():
    class Whole(tfd.Normal):
        def __getitem__(self, _):
            raise NotImplementedError

    def decoder(kind) -> Any:
        return lambda z: kind(tf.tile(z, (1, 4)) * np.arange(1.0, 5.0, dtype=np.float32), 0.5)

    x = np.random.default_rng(0).normal(size=(40, 4)).astype(np.float32)
    one, whole = (
        pixel_calibration(
            from_callables(lambda x: tfd.Normal(x[:, :1], 1.0), decoder(k), prior=StandardNormal(1), event_shape=(4,)),
            x,
            3,
        )
        for k in (tfd.Normal, Whole)
    )
    assert whole.dispersion.value == pytest.approx(one.dispersion.value, rel=1e-4)
    assert whole.reduced_chi2 is not None
    assert one.reduced_chi2 is not None
    assert whole.reduced_chi2.value == pytest.approx(one.reduced_chi2.value, rel=1e-4)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"index": (3, 0, 0)}, r"index: expected a position inside an image of shape \(3, 4, 1\); got \(3, 0, 0\)"),
        ({"index": (0, 0)}, "index"),
        ({"limit": 0}, "limit: expected at least one image"),
        ({"farthest": -1}, "farthest: expected the number of images to name, 0 or more; got -1"),
        ({"seed": -1}, "seed"),
        ({"images": np.zeros((5, 7), np.float32)}, "images: expected shape"),
    ],
)
def test_impossible_requests_are_refused_in_one_line(exact, change, says):
    asked = {"images": exact.simulate(4, 0), "index": INDEX, **change}
    with pytest.raises(InputError, match=says) as error:
        pixel_calibration(exact.vae, asked.pop("images"), asked.pop("index"), **asked)
    assert "\n" not in str(error.value)
