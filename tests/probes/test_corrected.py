from typing import Any

import numpy as np
import pytest

from vaediag.backend import tf, tfd
from vaediag.errors import InputError
from vaediag.probes import codes as codes_module
from vaediag.probes.corrected import corrected_codes as correct
from vaediag.probes.corrected import latent_dispersion, latent_pit
from vaediag.seeds import pair


def corrected_codes(*given: Any, **options: Any) -> Any:
    """Untyped: a checker cannot know which of the optional parts are there."""
    return correct(*given, **options)


def dispersion_of(spread):
    """12 E (Phi(t / spread) - 1/2)^2 with t ~ N(0, 1): the dispersion of exact codes under a posterior scaled so."""
    return 12 / (2 * np.pi) * np.arcsin(1 / (1 + spread**2))


@pytest.mark.parametrize("correlated", [False, True])
@pytest.mark.parametrize("spread", [0.7, 1.0, 1.4])
def test_latent_dispersion_tells_the_spread_of_q(linear, spread, correlated):
    vae = linear(spread=spread, correlated=correlated)
    found = corrected_codes(vae, vae.simulate(256, 1), seed=pair(0))
    dispersion = latent_dispersion(found.u)
    error = np.sqrt((dispersion.standard_error**2).mean() / 6)
    assert abs(dispersion.value.mean() - dispersion_of(spread)) < 3 * error
    assert abs(dispersion.value - dispersion_of(spread)).max() < 3.5 * dispersion.standard_error.max()
    assert found.run.method == "mala"
    assert found.run.reliable
    assert 0.5 < found.run.acceptance.value < 1
    assert 0 < found.run.acceptance.standard_error < 0.02


def test_start_is_a_draw_from_q_and_the_end_follows_the_posterior(linear):
    """Start and end must both have the right mean: q moved by half a unit is pulled back."""
    vae = linear(shift=0.5)
    x = vae.simulate(256, 1)
    found = corrected_codes(vae, x, seed=pair(0))
    exact = x.reshape(256, -1) @ vae.gain
    spread = np.diag(vae.root)
    np.testing.assert_allclose((found.start - exact).mean(0), 0.5, atol=4 * spread.max() / 16)
    np.testing.assert_allclose((found.z - exact).mean(0), 0.0, atol=4 * spread.max() / 16)


def test_a_prior_that_is_no_gaussian_is_followed(linear):
    """Without data (noise so large that x says nothing), the corrected codes are draws from the prior."""
    vae = linear(latents=1, noise=1e4)
    mixture = tfd.MixtureSameFamily(
        tfd.Categorical(probs=[0.5, 0.5]),
        tfd.MultivariateNormalDiag(np.array([[-1.0], [1.0]], "f4"), np.full((2, 1), 0.8, "f4")),
    )
    vae.prior = mixture
    found = corrected_codes(vae, vae.simulate(256, 1), seed=pair(0))
    squares = found.z[:, 0].astype(float) ** 2
    assert abs(squares.mean() - (1 + 0.8**2)) < 3 * squares.std() / 16


def test_the_same_seed_gives_the_same_codes(linear):
    vae = linear(size=16, latents=2)
    x = vae.simulate(8, 1)
    one, again, other = (corrected_codes(vae, x, seed=pair(s), steps=10) for s in (0, 0, 1))
    np.testing.assert_array_equal(one.z, again.z)
    assert (one.z != other.z).any()


def test_parts_have_seeds_of_their_own_and_do_not_know_what_comes_after(linear, monkeypatch):
    vae = linear(size=16, latents=2)
    x = np.repeat(vae.simulate(1, 1), 20, 0)
    monkeypatch.setattr(codes_module, "PIXELS", 16 * 8)  # eight images at once
    whole = corrected_codes(vae, x, seed=pair(0), steps=10)
    first = corrected_codes(vae, x[:16], seed=pair(0), steps=10)
    np.testing.assert_array_equal(whole.z[:16], first.z)
    assert whole.z.shape == whole.u.shape == whole.start.shape == (20, 2)
    assert len(np.unique(whole.z, axis=0)) == 20


def test_progress_counts_images_and_may_cancel(linear):
    vae = linear(size=16, latents=2)
    seen = []
    corrected_codes(vae, vae.simulate(6, 1), seed=pair(0), progress=lambda *told: seen.append(told))
    done = [told[1] for told in seen]
    assert done == sorted(done)
    assert len(done) == 5
    assert seen[-1][1:] == (6, 6)

    def cancel(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        corrected_codes(vae, vae.simulate(6, 1), seed=pair(0), progress=cancel)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_codes_of_undefined_likelihood_are_never_accepted(linear, bad):
    vae = linear(size=16, latents=1, noise=2.0)
    plain = vae.decode

    class Broken(tfd.Independent):
        def _log_prob(self, value):
            fine = super()._log_prob(value)
            return tf.where(self.code[:, 0] > 0, np.float32(bad), fine)

    def decode(z):
        law = Broken(plain(z).distribution, 3)
        law.code = z
        return law

    vae.decode = decode
    found = corrected_codes(vae, vae.simulate(100, 1), seed=pair(0))
    began_well = found.start[:, 0] <= 0
    assert 20 < began_well.sum() < 80
    assert (found.z[began_well] <= 0).all()
    assert np.isnan(found.z[~began_well]).all()
    assert np.isnan(found.u[~began_well]).all()
    assert 0 < found.run.acceptance.value < 1
    assert np.isfinite(latent_dispersion(found.u).value).all()


@pytest.mark.parametrize("correlated", [False, True])
def test_without_a_gradient_codes_are_resampled(linear, correlated):
    vae = linear(size=32, latents=2, spread=0.7, correlated=correlated)
    plain = vae.decode
    vae.decode = lambda z: plain(tf.numpy_function(lambda a: a, [z], tf.float32, stateful=False))
    found = corrected_codes(vae, vae.simulate(256, 1), seed=pair(0), index=np.arange(256) * 3)
    assert found.run.method == "importance resampling"
    assert found.run.acceptance is None
    assert found.run.reliable
    assert found.run.pareto_k_over < 0.1
    assert found.run.images[-1] == 765
    dispersion = latent_dispersion(found.u)
    np.testing.assert_array_less(abs(dispersion.value - dispersion_of(0.7)), 3.5 * dispersion.standard_error)


def test_codes_far_from_q_are_called_unreliable(linear):
    vae = linear(size=64, latents=6, spread=0.05)
    plain = vae.decode
    vae.decode = lambda z: plain(tf.stop_gradient(z))
    found = corrected_codes(vae, vae.simulate(32, 1), seed=pair(0))
    assert found.run.pareto_k_over > 0.2
    assert not found.run.reliable


@pytest.mark.parametrize("noise", [0.02, 0.5])
@pytest.mark.parametrize(
    ("spread", "shift"), [(0.01, 0.0), (0.3, 0.0), (1.0, 0.0), (1.0, 2.0), (4.0, 2.0), (100.0, 0.0)]
)
def test_a_step_is_found_for_any_width_of_q_and_tells_width_from_place(linear, spread, shift, noise):
    """q wrong by factors of a hundred, or by two standard deviations of the posterior: the codes still arrive."""
    right = np.diag(linear(noise=noise).root)
    vae = linear(noise=noise, spread=spread, shift=shift * right)
    x = vae.simulate(256, 1)
    found = corrected_codes(vae, x, seed=pair(0))
    assert found.run.reliable
    assert 0.4 < found.run.acceptance.value < 0.7
    off = (found.z - x.reshape(256, -1) @ vae.gain) / right
    np.testing.assert_allclose(off.mean(0), 0.0, atol=4 / 16)
    np.testing.assert_allclose((off**2).mean(0), 1.0, atol=4 * np.sqrt(2) / 16)
    width, offset = found.mixing.width, found.mixing.offset
    np.testing.assert_array_less(abs(width.value - spread), 4 * width.standard_error)
    away = shift / spread
    np.testing.assert_array_less(abs(offset.value - away), 8 * offset.standard_error)  # the root of a mean square
    if shift:
        np.testing.assert_allclose(offset.value, away, rtol=0.15)


def test_an_image_has_its_own_step(linear):
    """One q of a hundred times the right width among right ones changes nothing for these."""
    vae = linear()
    x, plain = vae.simulate(64, 1), vae.encode

    def encode(image):
        q, wide = plain(image), np.where(np.arange(len(image)) == 5, np.float32(100), np.float32(1))
        return tfd.Independent(tfd.Normal(q.mean(), q.stddev() * wide[:, None]), 1)

    exact = corrected_codes(vae, x, seed=pair(0)).z
    vae.encode = encode
    mixed = corrected_codes(vae, x, seed=pair(0)).z
    others = np.arange(64) != 5
    np.testing.assert_allclose(mixed[others], exact[others], atol=1e-5)
    assert (abs((mixed[5] - x[5].ravel() @ vae.gain) / np.diag(vae.root)) < 5).all()


def test_chains_that_do_not_arrive_are_called_unreliable(linear):
    """Where p(x | z) is rough, only steps that lead nowhere are accepted; and a short chain does not tell."""
    vae = linear(size=16, latents=2)
    plain = vae.decode

    class Rough(tfd.Independent):
        def _log_prob(self, value):
            return super()._log_prob(value) + 50 * tf.sin(1e7 * self.code[:, 0])

    def decode(z):
        law = Rough(plain(z).distribution, 3)
        law.code = z
        return law

    x = vae.simulate(32, 1)
    assert not corrected_codes(vae, x, seed=pair(0), steps=10).run.reliable
    vae.decode = decode
    found = corrected_codes(vae, x, seed=pair(0))
    assert found.run.memory > 0.9
    assert not found.run.reliable


def test_one_image_has_no_standard_error(linear):
    vae = linear(size=16, latents=1)
    found = corrected_codes(vae, vae.simulate(1, 1), seed=pair(0), steps=7)
    assert found.z.shape == (1, 1)
    assert found.run.acceptance.standard_error is None
    assert np.isnan(latent_dispersion(found.u).standard_error).all()


def test_posteriors_without_marginals_have_no_u(linear):
    vae = linear(size=16, latents=2)
    mean = vae.encode

    def encode(x):
        centre = mean(x).mean()
        both = tf.stack([centre - 0.2, centre + 0.2], 1)
        parts = tfd.MultivariateNormalDiag(both, tf.fill(tf.shape(both), 0.3))
        return tfd.MixtureSameFamily(tfd.Categorical(probs=[0.5, 0.5]), parts)

    vae.encode = encode
    found = corrected_codes(vae, vae.simulate(8, 1), seed=pair(0), steps=5)
    assert found.u is None
    assert np.isfinite(found.z).all()


@pytest.mark.parametrize(("count", "steps", "named"), [(0, 50, "x:"), (3, 0, "steps:")])
def test_nothing_to_do_is_refused(linear, count, steps, named):
    vae = linear(size=16, latents=2)
    with pytest.raises(InputError, match=named):
        corrected_codes(vae, vae.simulate(count, 1), seed=pair(0), steps=steps)


def test_latent_pit_is_the_histogram_of_each_latent():
    u = np.random.default_rng(0).random((300, 3)) ** [1.0, 2.0, 0.5]
    u[0], u[1] = 1.0, 0.0
    expected = [np.histogram(column, 20, (0, 1))[0] / 300 for column in u.T]
    np.testing.assert_allclose(latent_pit(u), expected)
    gone = u.copy()
    gone[5:, 1] = np.nan
    np.testing.assert_allclose(latent_pit(gone).sum(1), 1.0)
    assert np.isnan(latent_pit(np.full((4, 2), np.nan))).all()
