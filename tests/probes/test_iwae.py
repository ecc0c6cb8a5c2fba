import dataclasses
import math
from types import SimpleNamespace

import numpy as np
import pytest
from arviz_stats.base.array import BaseArray
from scipy.special import logsumexp

from vaediag.backend import tf, tfd
from vaediag.errors import InputError
from vaediag.probes import codes as codes_module
from vaediag.probes.iwae import LADDER, NO_FIT, bounds, effective_share, importance, log_importance_weights, summary
from vaediag.seeds import pair
from vaediag_models.oracles.recipes import linear_gaussian

RNG = np.random.default_rng(0)


def scaled(scale, latents=2):
    """A linear model whose q has the exact mean and `scale` times the exact standard deviation."""
    model = linear_gaussian(16, latents, seed=3)
    return dataclasses.replace(model, covariance=model.covariance * scale**2)


def weighed(model, pile, count, *, seed=0, **options):
    x = model.simulate(count, 1)
    return importance(model.vae, pile(x), np.arange(count), seed=pair(seed), **options)


def test_with_the_exact_posterior_every_bound_is_the_evidence(pile):
    model = scaled(1.0)
    found = weighed(model, pile, 20)
    exact = model.evidence(model.simulate(20, 1))
    np.testing.assert_allclose(found.iwae.elbo, exact, atol=2e-4)
    np.testing.assert_allclose(found.iwae.bound, exact, atol=2e-4)
    np.testing.assert_allclose(found.iwae.value, exact.mean(), atol=1e-4)
    np.testing.assert_allclose(found.iwae.gain, 0, atol=1e-5)
    assert found.pareto_k.exact == 1
    assert np.isnan(found.pareto_k.value).all()
    assert found.pareto_k.over == 0
    assert found.ess.value == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("scale", [0.7, 1.5])
def test_a_wrong_posterior_is_repaired_by_more_codes(pile, scale):
    model = scaled(scale, latents=3)
    x = model.simulate(64, 1)
    found = weighed(model, pile, 64, ladder=(1, 10, 100, 1000)).iwae
    exact, elbo = model.evidence(x).mean(), model.elbo(x).mean()
    assert abs(found.value[0] - elbo) < 4 * scale**2 * math.sqrt(3 / 2 / 64 / 1000)  # sd of |e|^2 s^2 / 2, all codes
    assert (np.diff(found.value) > 0).all()
    assert found.value[0] < elbo + 0.05 < exact - 0.05
    assert abs(found.value[-1] - exact) < 0.1
    np.testing.assert_allclose(found.gain, found.value - found.value[0], atol=1e-9)
    assert (found.gain_error[1:] < found.standard_error[1:] / 3).all()  # images differ more than their gains


def test_the_ladder_is_the_mean_over_groups_of_codes():
    log_weights = 3 * RNG.standard_normal((4, 100)) - 700
    found = bounds(log_weights, LADDER)
    for rung, k in enumerate(LADDER):
        groups = [logsumexp(log_weights[:, i : i + k], axis=1) - math.log(k) for i in range(0, 100, k)]
        np.testing.assert_allclose(found[:, rung], np.mean(groups, 0), rtol=1e-12)


def test_codes_after_the_last_whole_group_are_not_used():
    log_weights = RNG.standard_normal((3, 25))
    np.testing.assert_allclose(bounds(log_weights, (1, 10))[:, 1], bounds(log_weights[:, :20], (1, 10))[:, 1])


def test_the_effective_share_of_a_gaussian_of_the_wrong_width(pile):
    """E[w^2] = (s^2 / sqrt(2 s^2 - 1))^L for q with s times the exact standard deviation, exact mean."""
    scale, latents = 1.4, 2
    found = weighed(scaled(scale, latents), pile, 20, ladder=(1, 2000))
    expected = (math.sqrt(2 * scale**2 - 1) / scale**2) ** latents
    assert found.ess.value == pytest.approx(expected, abs=0.005)
    assert found.iwae.ess.mean() == pytest.approx(found.ess.value)
    assert found.ess.standard_error == pytest.approx(found.iwae.ess.std(ddof=1) / math.sqrt(20))


def test_a_common_factor_does_not_move_the_share():
    log_weights = 2 * RNG.standard_normal((5, 40))
    np.testing.assert_allclose(effective_share(log_weights - 900), effective_share(log_weights), rtol=1e-10)


def test_k_hat_agrees_with_arviz_on_the_same_weights(pile):
    model = scaled(0.6, latents=4)
    x = pile(model.simulate(30, 1))
    found = importance(model.vae, x, np.arange(30), seed=pair(0)).pareto_k
    log_weights = log_importance_weights(model.vae, x, np.arange(30), draws=100, seed=pair(0))
    _, expected = BaseArray().psislw(-log_weights)
    np.testing.assert_allclose(found.value, expected, rtol=1e-6)
    assert found.threshold == pytest.approx(0.5)
    assert found.over == (expected > 0.5).mean() > 0.2


def test_weights_of_zero_count_as_zero_and_no_infinity_is_stored():
    log_weights = RNG.standard_normal((3, 100))
    log_weights[1, 10:] = -np.inf  # fewer than a tail and one more: no law fits
    log_weights[2, ::2] = -np.inf  # every pair holds one
    found = summary(log_weights, np.array([4, 7, 9]), LADDER)
    np.testing.assert_array_equal(np.isnan(found.iwae.value), [True, True, True, True, True, True, False])
    assert np.isnan(found.iwae.elbo).tolist() == [False, True, True]
    np.testing.assert_allclose(found.iwae.bound, logsumexp(log_weights, axis=1) - math.log(100))
    assert found.pareto_k.value[1] == NO_FIT
    assert found.iwae.ess[1] < 0.1
    for values in (*dataclasses.astuple(found.iwae), found.pareto_k.value):
        assert not np.isinf(values).any()


def simulated_weights(rng, count, draws):
    """log weights of Gaussian posteriors in two whitened dimensions: q is shifted by chance, and 1.3 times too wide."""
    shift, e = 0.5 * rng.standard_normal((count, 1, 2)), rng.standard_normal((count, draws, 2))
    ratio = 2 * math.log(1.3) - 0.5 * ((shift + 1.3 * e) ** 2).sum(2) + 0.5 * (e**2).sum(2)
    return 4 * rng.standard_normal((count, 1)) + ratio


def test_standard_errors_cover_over_images():
    rng, ladder = np.random.default_rng(5), (1, 5, 25)
    truth = bounds(simulated_weights(rng, 100_000, 25), ladder)
    value, gain = np.array([0.0, *(truth - truth[:, :1]).mean(0)[1:]]), (truth - truth[:, :1]).mean(0)
    value += math.log(1.3) * 2 - 0.5 * 2 * (1.3**2 + 0.25) + 1  # the bound with one code, in closed form
    runs = [summary(simulated_weights(rng, 256, 25), np.arange(256), ladder).iwae for _ in range(800)]
    covered = np.mean([abs(run.value - value) < 1.96 * run.standard_error for run in runs], 0)
    gained = np.mean([abs(run.gain - gain) < 1.96 * run.gain_error for run in runs], 0)[1:]
    for share in (*covered, *gained):
        assert 0.92 < share < 0.98


def test_the_same_seed_gives_the_same_weights_and_parts_do_not_know_what_comes_after(pile, monkeypatch):
    model = scaled(0.8)
    one, again, other = (weighed(model, pile, 6, seed=seed, ladder=(1, 25)).iwae for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.bound, again.bound)
    assert (one.bound != other.bound).all()
    monkeypatch.setattr(codes_module, "PIXELS", 16 * 4)  # four images at once
    x = pile(np.repeat(model.simulate(1, 1), 10, 0))
    whole = log_importance_weights(model.vae, x, np.arange(10), draws=25, seed=pair(0))
    first = log_importance_weights(model.vae, x, np.arange(8), draws=25, seed=pair(0))
    np.testing.assert_array_equal(whole[:8], first)
    assert len(np.unique(whole)) > 249 - 3  # but for ties of float32


def test_images_are_found_by_their_index(pile):
    model = scaled(1.0)
    x = model.simulate(30, 1)
    found = importance(model.vae, pile(x), np.array([3, 11, 28]), seed=pair(0)).iwae
    np.testing.assert_array_equal(found.images, [3, 11, 28])
    np.testing.assert_allclose(found.elbo, model.evidence(x[[3, 11, 28]]), atol=2e-4)


def altered(model, **parts):
    """The model with another `encode` or `decode`."""
    names = ("encode", "decode", "law", "prior", "event_shape", "latent_dim")
    return SimpleNamespace(**{name: getattr(model.vae, name) for name in names} | parts)


def test_images_without_a_finite_weight_are_left_out(pile):
    model = scaled(1.0)
    x = model.simulate(12, 1)
    x[[2, 5]] = np.nan
    found = importance(model.vae, pile(x), np.arange(12), seed=pair(0))
    good = np.delete(np.arange(12), [2, 5])
    np.testing.assert_array_equal(found.iwae.images, good)
    np.testing.assert_array_equal(found.pareto_k.images, good)
    np.testing.assert_allclose(found.iwae.value, model.evidence(x[good]).mean(), atol=1e-4)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_codes_where_the_decoder_breaks_weigh_nothing(pile, bad):
    model = scaled(1.0)

    def decode(z):
        mean = tf.where(z[:, :1] > 1, np.float32(bad), model.vae.decode(z).mean())
        return tfd.Independent(tfd.Normal(mean, np.float32(model.sigma)), 1)

    x = model.simulate(60, 1)
    found = importance(altered(model, decode=decode), pile(x), np.arange(60), seed=pair(0)).iwae
    assert 20 < len(found.images) < 60
    whole = ~np.isnan(found.elbo)
    np.testing.assert_allclose(found.bound[whole], model.evidence(x[found.images[whole]]), atol=2e-4)


def test_nothing_to_weigh_is_refused(pile):
    model = scaled(1.0)
    x = np.full((3, 16), np.nan, "f4")
    with pytest.raises(InputError, match="none of 3"):
        importance(model.vae, pile(x), np.arange(3), seed=pair(0))
    with pytest.raises(InputError, match="none of 0"):
        importance(model.vae, pile(x), np.arange(0), seed=pair(0))


@pytest.mark.parametrize("ladder", [(), (2, 100), (1, 100, 50), (1, 1, 100), (1, 5, 20)])
def test_other_ladders_are_refused(pile, ladder):
    with pytest.raises(InputError, match="ladder"):
        weighed(scaled(1.0), pile, 2, ladder=ladder)


def test_one_image_has_no_standard_error(pile):
    found = weighed(scaled(1.3), pile, 1)
    assert found.ess.standard_error is None
    assert np.isnan(found.iwae.standard_error).all()
    assert np.isfinite(found.iwae.value).all()


def test_posteriors_that_are_mixtures_or_correlated_can_be_weighed(pile):
    model = scaled(1.0)
    plain = model.vae.encode

    def encode(x):
        centre, spread = plain(x).mean(), plain(x).stddev()
        parts = tfd.MultivariateNormalDiag(tf.stack([centre, centre], 1), tf.stack([spread, 1.5 * spread], 1))
        return tfd.MixtureSameFamily(tfd.Categorical(probs=[0.5, 0.5]), parts)

    x = model.simulate(16, 1)
    found = importance(altered(model, encode=encode), pile(x), np.arange(16), seed=pair(0), ladder=(1, 1000)).iwae
    np.testing.assert_allclose(found.bound, model.evidence(x), atol=0.15)


def test_progress_counts_codes_and_may_cancel(pile, monkeypatch):
    monkeypatch.setattr(codes_module, "PIXELS", 16 * 4)
    seen = []
    weighed(scaled(1.0), pile, 6, ladder=(1, 25), progress=lambda *told: seen.append(told))
    assert [told[1:] for told in seen] == [(40, 150), (80, 150), (100, 150), (120, 150), (140, 150), (150, 150)]
    assert {told[0] for told in seen} == {"weighing codes"}

    def cancel(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        weighed(scaled(1.0), pile, 6, progress=cancel)
