import numpy as np
import pytest
from scipy import special, stats

from vaediag.backend import tf, tfd, tfp
from vaediag.distributions import Rescaled
from vaediag.errors import InputError
from vaediag.laws import moments
from vaediag.laws.views import VIEWS, view

BROKEN = {
    "beta_quotient": "TFP's hypergeometric function takes minutes",
    "poisson_log_normal": "TFP's log_prob is above 0 for some counts, its sampler draws them",
    "zipf": "too heavy a tail for draws to settle",
}
SELECTED = [
    "normal one scale", "cauchy", "continuous_bernoulli", "beta", "logit_normal", "mixture of normals", "transformed",
    "von_mises", "gamma_gamma", "exponential", "broadcast", "bernoulli", "categorical", "finite_discrete", "poisson",
    "skellam", "quantized", "ordered_logistic",
]  # fmt: skip


@pytest.mark.parametrize("kind", SELECTED)
def test_views_agree_with_draws(kind, make_law, seed):
    agree_with_draws(make_law(kind), seed)


def agree_with_draws(law, seed):
    """Every view has the law's shape, and says so where it is undefined or from Monte Carlo."""
    draws = np.asarray(law.sample(1500, seed=[8, 9]), np.float64)
    density = np.asarray(law.log_prob(law.sample(1500, seed=[8, 9])), np.float64)
    values, notes = {}, {}
    for name in VIEWS:
        values[name], notes[name] = view(law, name, seed=seed, p=0.3)
        values[name] = np.asarray(values[name], np.float64)
        assert values[name].shape == tuple(law.batch_shape)
        assert np.isfinite(values[name]).all() or "undefined" in notes[name]
    tolerance = 6 * draws.std(0) / np.sqrt(len(draws)) + 1e-6
    close = np.abs(values["mean"] - draws.mean(0)) < tolerance
    assert (close | ~np.isfinite(values["mean"])).all()
    kurtosis = np.clip(stats.kurtosis(draws), 0, 30) + 2
    close = np.abs(values["stddev"] / draws.std(0) - 1) < 4 * np.sqrt(kurtosis / 4 / len(draws)) + 1e-3
    assert (close | ~np.isfinite(values["stddev"])).all()
    assert (np.abs(values["entropy"] + density.mean(0)) < 7 * density.std(0) / np.sqrt(len(draws)) + 1e-3).all()
    at_mode = np.asarray(law.log_prob(tf.cast(values["mode"], tf.float32)))
    assert ((at_mode >= density.max(0) - 5e-3) | np.isnan(values["mode"])).all()
    assert ((draws < values["quantile"] - 1e-6).mean(0) < 0.36).all()
    assert ((draws <= values["quantile"] + 1e-6).mean(0) > 0.24).all()
    assert (values["interval_width"] >= 0).all()


@pytest.mark.slow
def test_views_of_every_family(name, make_law, seed):
    if name in BROKEN:
        pytest.skip(BROKEN[name])
    agree_with_draws(make_law(name), seed)


def test_closed_forms_have_no_note(make_law, seed):
    for kind in ("normal", "bernoulli", "continuous_bernoulli"):
        assert {view(make_law(kind), name, seed=seed)[1] for name in VIEWS} == {None}


def test_interval_width_and_quantile_of_a_normal(seed):
    law = tfd.Normal(tf.zeros((1, 2)), 2.0)
    np.testing.assert_allclose(view(law, "interval_width", seed=seed, level=0.5)[0], 4 * 0.67449, rtol=1e-4)
    np.testing.assert_allclose(view(law, "quantile", seed=seed, p=0.975)[0], 3.91993, rtol=1e-4)


def test_the_mean_of_a_continuous_bernoulli_is_not_probs(seed):
    law = tfd.ContinuousBernoulli(logits=np.full((1, 1), 3.0, np.float32))
    assert float(view(law, "mean", seed=seed)[0][0, 0]) == pytest.approx(0.719, abs=5e-4)


def test_monte_carlo_errors_are_what_they_say(seed):
    law = tfp.bijectors.Sigmoid()(tfd.Normal(tf.fill((500,), 0.5), 1.0))
    exact = stats.norm(0.5, 1).expect(special.expit)
    square = stats.norm(0.5, 1).expect(lambda t: special.expit(t) ** 2)
    for ask, truth in ((moments.mean, exact), (moments.stddev, np.sqrt(square - exact**2))):
        found = ask(law, seed=seed)
        z = (np.asarray(found.value) - truth) / np.asarray(found.error)
        assert abs(z.std() - 1) < 0.15
        assert abs(z.mean()) < 0.2
        assert found.method == "Monte Carlo, 1024 draws"
    note = view(law, "mean", seed=seed)[1]
    assert note is not None
    assert note.startswith("Monte Carlo, 1024 draws; standard error up to 0.00")


def test_more_draws_give_smaller_errors(seed):
    law = tfp.bijectors.Sigmoid()(tfd.Normal(tf.fill((50,), 0.5), 1.0))
    few, many = (np.mean(np.asarray(moments.mean(law, seed=seed, draws=n).error)) for n in (256, 4096))
    assert many == pytest.approx(few / 4, rel=0.1)


def test_a_searched_mode_lies_inside_the_support(seed):
    scale = tf.exp(tf.linspace(-1.0, 1.0, 6))[None]
    found, note = view(tfd.GeneralizedPareto(0.0, scale, 0.2), "mode", seed=seed)
    assert note is not None
    assert "searched" in note
    assert np.all(np.asarray(found) >= 0)
    np.testing.assert_allclose(found / scale, 0.0, atol=0.05)


def test_a_searched_mode_is_found_precisely(seed):
    law = tfp.bijectors.Sinh()(tfd.Normal(tf.constant([[0.0, 3.0]]), 0.5))
    grid = np.linspace(-3, 40, 400_001, dtype=np.float32)
    expected = grid[np.asarray(law.log_prob(grid[:, None, None])).argmax(0)]
    found, note = view(law, "mode", seed=seed)
    np.testing.assert_allclose(found, expected, atol=0.02)
    assert note == "searched from 256 draws"


@pytest.mark.parametrize(("name", "level", "p"), [("median", 0.9, 0.5), ("quantile", 0.9, 0.0), ("mean", 1.0, 0.5)])
def test_impossible_views_are_refused(name, level, p, seed):
    with pytest.raises(InputError):
        view(tfd.Normal(tf.zeros((1, 2)), 1.0), name, seed=seed, level=level, p=p)


@pytest.mark.parametrize("kind", ["long", "rescaled", "poisson", "skellam"])
def test_both_moments_at_once_are_those_of_one_by_one(kind, make_law, seed):
    long = tfd.QuantizedDistribution(tfd.Logistic(np.array([[100.0, 3.0]], np.float32), 9.0), 0.0, 255.0)
    law = {"long": long, "rescaled": Rescaled(long, -1.0, 2 / 255)}.get(kind) or make_law(kind)
    both = moments.mean_and_stddev(law, seed=seed)
    for found, ask in zip(both, (moments.mean, moments.stddev), strict=True):
        np.testing.assert_allclose(found, ask(law, seed=seed).value, rtol=1e-6)
