import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.special import expit, logsumexp
from scipy.stats import bernoulli, norm

from vaediag.backend import tf, tfd
from vaediag.errors import InputError
from vaediag.probes import codes as codes_module
from vaediag.probes.ais import NoAisError, ais_record, annealed, chain_error, falls_short, is_reliable
from vaediag.probes.annealing import compile_advance, walk
from vaediag.probes.route import Annealer, guess
from vaediag.records.estimate import Estimate
from vaediag.records.evidence import Sandwich
from vaediag.seeds import pair
from vaediag_models.oracles.recipes import linear_gaussian

MODEL = linear_gaussian(16, 2, seed=3)
X = MODEL.simulate(4, 1)
PARTS = ("encode", "decode", "law", "prior", "event_shape", "latent_dim")


class Pile:
    def __init__(self, x):
        self.x = x

    def take(self, indices):
        return self.x[indices]


def altered(**parts):
    """The linear model with another encoder, decoder or prior."""
    return SimpleNamespace(**{name: getattr(MODEL.vae, name) for name in PARTS} | parts)


def run(vae: Any = MODEL.vae, x=X, *, temperatures=10, chains=4, seed=0, **options):
    """As many images as are simulated for the sandwich: one shape is compiled."""
    return annealed(
        vae, Pile(x), np.arange(len(x)), seed=pair(seed), temperatures=temperatures, chains=chains, **options
    )


@pytest.fixture(scope="module")
def told():
    """What the run of `short` reports."""
    return []


@pytest.fixture(scope="module")
def short(told):
    return run(progress=lambda *numbers: told.append(numbers))


def agrees(found, exact):
    """On average over images, within what the chains allow: the logarithm of a mean is low by about half its square."""
    error = np.sqrt((found.standard_error**2).sum()) / len(exact)
    assert abs((found.log_evidence - exact).mean()) < 4 * error
    assert error < 0.1
    assert found.reliable


def test_the_evidence_of_a_linear_model():
    found = run(temperatures=200, chains=16)
    agrees(found, MODEL.evidence(X))
    assert found.acceptance.value == pytest.approx(0.8, abs=0.08)
    assert abs(found.sandwich.gap.value) < 0.3


@pytest.mark.slow
@pytest.mark.parametrize(("size", "latents", "sigma"), [(16, 2, 0.5), (64, 8, 0.5), (64, 8, 0.2)])
def test_within_a_tenth_of_a_nat_at_a_thousand_temperatures(size, latents, sigma):
    model = linear_gaussian(size, latents, sigma, seed=3)
    x = model.simulate(16, 1)
    found = run(model.vae, x, temperatures=1000, chains=16)
    agrees(found, model.evidence(x))
    assert abs((found.log_evidence - model.evidence(x)).mean()) < 0.1


def test_both_walks_are_unbiased_after_a_few_temperatures():
    """Forwards the mean weight is p(x), backwards 1 / p(x): with 4 temperatures only if every move is exact."""
    model = linear_gaussian(3, 1, 0.8, seed=5)
    x, chains = model.simulate(1, 2), 20_000
    advance = compile_advance(model.vae, chains, np.ones(1, "f4"))
    z = np.random.default_rng(0).standard_normal((chains, 1)).astype("f4")
    like = model.vae.decode(z).log_prob(np.repeat(x, chains, 0)).numpy()[None]
    route = guess(like, 4)
    gain, covariance = model.model_posterior
    exact = ((x - model.offset) @ gain.T + np.sqrt(covariance) * z).astype("f4")
    for start, way, sign in ((z, route, 1), (exact, route.back(), -1)):
        found = walk(advance, x, start, way, seed=pair(1), report=lambda _: None)
        error = found.log_weights - sign * model.evidence(x)
        spread = chain_error(error)[0]
        assert abs(logsumexp(error) - math.log(chains)) < 4 * spread
        assert spread < 0.02
        assert abs(error.mean()) > 10 * spread  # without moves and weights the answer would be far


def test_simulated_images_are_bounded_from_both_sides(monkeypatch):
    """Few temperatures leave a gap, with log p(x) inside; more of them close it."""
    model, seen = linear_gaussian(64, 6, 0.2, seed=3), []
    forward = Annealer.forward
    monkeypatch.setattr(Annealer, "forward", lambda self, x, *rest: (seen.append(x), forward(self, x, *rest))[1])
    found = run(model.vae, model.simulate(4, 1), temperatures=20)
    exact = model.evidence(seen[-1])
    assert len(seen) == 2
    assert found.sandwich.lower.mean() + 1 < exact.mean() < found.sandwich.upper.mean() - 1
    assert found.sandwich.gap.value > 3
    assert found.sandwich.gap.value == pytest.approx((found.sandwich.upper - found.sandwich.lower).mean())
    assert not found.reliable
    longer = run(model.vae, model.simulate(4, 1), temperatures=200)
    assert longer.sandwich.gap.value < found.sandwich.gap.value / 3


def test_with_the_same_seed_no_number_changes_though_the_encoder_does(short):
    def far(x):
        mean = tf.fill((len(x), 2), 50.0)
        return tfd.Independent(tfd.Normal(mean, 1e-3 * tf.ones_like(mean)), 1)

    found = run(altered(encode=far))
    np.testing.assert_array_equal(found.log_evidence, short.log_evidence)
    np.testing.assert_array_equal(found.sandwich.upper, short.sandwich.upper)


def quadrature(log_likelihood):
    """log p(x) of one standard normal latent; `log_likelihood(z [grid]) -> [n, grid]`."""
    z = np.linspace(-9, 9, 40_001)
    return logsumexp(log_likelihood(z) + norm.logpdf(z), axis=1) + math.log(z[1] - z[0])


def one_latent(decode, size, prior=None):
    prior = prior or tfd.MultivariateNormalDiag(tf.zeros(1), tf.ones(1))
    encode = lambda x: tfd.MultivariateNormalDiag(tf.zeros((len(x), 1)), tf.ones(1))  # noqa: E731
    law = lambda z: decode(z).distribution  # noqa: E731
    return SimpleNamespace(encode=encode, decode=decode, law=law, prior=prior, event_shape=(size,), latent_dim=1)


def test_a_posterior_with_two_modes():
    """x = z^2 + noise: plus or minus."""
    vae = one_latent(lambda z: tfd.Independent(tfd.Normal(tf.tile(z**2, (1, 2)), 0.3), 1), 2)
    x = np.array([[0.2, 0.1], [1.0, 1.3], [2.0, 1.8], [4.5, 4.0]], "f4")
    exact = quadrature(lambda z: norm.logpdf(x[:, :, None], z**2, 0.3).sum(1))
    agrees(run(vae, x, temperatures=200, chains=32), exact)


def test_a_prior_with_two_modes_far_apart():
    locs = np.array([[-4.0], [4.0]], "f4")
    prior = tfd.MixtureSameFamily(tfd.Categorical(probs=[0.3, 0.7]), tfd.MultivariateNormalDiag(locs, [[0.5], [0.5]]))
    vae = one_latent(lambda z: tfd.Independent(tfd.Normal(z, 3.0), 1), 1, prior)
    x = np.array([[-5.0], [-1.0], [0.0], [3.0]], "f4")
    parts = norm.logpdf(x, locs[:, 0], math.sqrt(0.25 + 9)) + np.log([0.3, 0.7])
    agrees(run(vae, x, temperatures=100, chains=64), logsumexp(parts, axis=1))


def test_binary_images():
    slopes = np.linspace(-3, 3, 8).astype("f4")
    vae = one_latent(lambda z: tfd.Independent(tfd.Bernoulli(z * slopes), 1), 8)
    x = (np.random.default_rng(0).uniform(size=(4, 8)) < 0.5).astype("f4")
    exact = quadrature(lambda z: bernoulli.logpmf(x[:, :, None], expit(slopes[:, None] * z)).sum(1))
    agrees(run(vae, x, temperatures=100, chains=16), exact)


def test_another_seed_gives_other_numbers(short):
    other = run(seed=1)
    assert (other.log_evidence != short.log_evidence).all()
    assert (other.sandwich.upper != short.sandwich.upper).all()


def test_parts_do_not_know_what_comes_after(monkeypatch):
    monkeypatch.setattr(codes_module, "PIXELS", 16 * 8)  # two images of four chains at once
    x = np.repeat(X[:1], 4, 0)
    whole, first = run(x=x), run(x=x[:2])
    np.testing.assert_array_equal(whole.log_evidence[:2], first.log_evidence)
    np.testing.assert_array_equal(whole.sandwich.upper, first.sandwich.upper)
    assert len(np.unique(whole.log_evidence)) == 4


def test_progress_counts_temperatures_of_all_images_and_may_cancel(short, told):
    assert short.temperatures == 10
    total = 4 * (50 + 10) + 4 * (50 + 10 + 10)
    assert [done for _, done, _ in told] == list(range(40, total + 1, 40))
    assert {(stage, out_of) for stage, _, out_of in told} == {("annealing codes", total)}

    def cancel(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(progress=cancel)


def test_decoders_without_a_gradient_are_refused_with_the_reason():
    plain = MODEL.vae.decode
    for decode in (
        lambda z: plain(tf.stop_gradient(z)),
        lambda z: plain(tf.numpy_function(lambda a: a, [z], tf.float32, stateful=False)),
    ):
        with pytest.raises(NoAisError, match=r"log p\(x, z\) has no gradient"):
            run(altered(decode=decode))


def broken(bad, beyond):
    """The linear decoder, undefined where the first latent is beyond a limit."""

    class Broken(tfd.Independent):
        def _log_prob(self, value):
            return tf.where(self.code[:, 0] > beyond, np.float32(bad), super()._log_prob(value))

    def decode(z):
        law = Broken(MODEL.vae.decode(z).distribution, 1)
        law.code = z
        return law

    return altered(decode=decode)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_codes_where_the_decoder_breaks_weigh_nothing(bad):
    gain, covariance = MODEL.model_posterior
    mean = (X - MODEL.offset) @ gain.T
    limit = float(np.sort(mean[:, 0])[-2:].mean())  # one image lies beyond it
    found = run(broken(bad, limit), temperatures=100, chains=32)
    inside = norm.logcdf(limit, mean[found.images, 0], math.sqrt(covariance[0, 0]))
    near = inside > -3
    assert near.sum() >= 3
    expected = MODEL.evidence(X)[found.images] + inside
    np.testing.assert_allclose(found.log_evidence[near], expected[near], atol=0.5)


def test_chains_without_weight_do_not_blur_what_the_others_see():
    vae = broken(np.nan, 0.0)
    z = np.random.default_rng(0).standard_normal((64, 2)).astype("f4")
    z[:32] = np.abs(z[:32])  # all chains of the first image begin where there is no likelihood
    route = guess(np.zeros((2, 32)), 10)
    found = walk(compile_advance(vae, 32, np.ones(2, "f4")), X[:2], z, route, seed=pair(0), report=lambda _: None)
    np.testing.assert_array_equal(np.isfinite(found.log_weights), z[:, 0].reshape(2, 32) <= 0)
    assert np.isnan(found.acceptance[0])
    np.testing.assert_array_equal(found.spread[:, 0], 0)
    assert (found.spread[:, 1] > 0).all()
    assert np.isfinite(found.spread).all()


def test_images_whose_chains_all_die_are_left_out():
    x = X.copy()
    x[1] = np.nan
    found = run(x=x)
    np.testing.assert_array_equal(found.images, [0, 2, 3])
    assert np.isfinite(found.log_evidence).all()
    assert math.isfinite(found.acceptance.value)
    with pytest.raises(NoAisError, match="every chain"):
        run(broken(np.nan, -np.inf))


def test_a_law_that_cannot_be_sampled_has_no_sandwich_and_is_not_called_reliable():
    class Silent(tfd.Independent):
        def _sample_n(self, *_, **__):
            raise NotImplementedError

    found = run(altered(decode=lambda z: Silent(MODEL.vae.decode(z).distribution, 1)))
    assert found.sandwich is None
    assert not found.reliable
    assert np.isfinite(found.log_evidence).all()


def test_the_record_holds_the_bounds_of_the_same_images(short):
    elbo = np.array([-20.0, np.nan, -21.0, -19.0])
    record = ais_record(short, elbo=elbo, iwae=elbo + 0.5)
    gap = (short.log_evidence - elbo)[[0, 2, 3]]
    assert record.gap.value == pytest.approx(gap.mean())
    assert record.gap.standard_error == pytest.approx(gap.std(ddof=1) / math.sqrt(3))
    assert record.mean.value == pytest.approx(short.log_evidence.mean())
    assert (record.temperatures, record.chains, record.leapfrog) == (10, 4, 10)
    np.testing.assert_array_equal(record.iwae, elbo + 0.5)
    assert np.isnan(ais_record(short, elbo=elbo).iwae).all()
    alone = short._replace(images=short.images[:1], log_evidence=short.log_evidence[:1])
    assert ais_record(alone, elbo=elbo[:1]).mean.standard_error is None
    with pytest.raises(InputError, match="elbo"):
        ais_record(short, elbo=elbo[:3])
    with pytest.raises(NoAisError, match="ELBO"):
        ais_record(short, elbo=np.full(4, np.nan))


def test_the_error_over_chains_is_that_of_the_log_of_the_mean():
    rng = np.random.default_rng(0)
    log_weights = 0.7 * rng.standard_normal((4000, 32)) - 900
    estimates = np.asarray(logsumexp(log_weights, axis=1))
    assert chain_error(log_weights).mean() == pytest.approx(estimates.std(), rel=0.05)
    log_weights[:, 3:] = -np.inf
    assert (chain_error(log_weights) < 1).all()


def test_what_is_called_reliable():
    def between(gap):
        return Sandwich(np.zeros(1), np.full(1, gap), Estimate(gap, None))

    assert is_reliable(Estimate(0.8, None), between(1.9))
    assert not is_reliable(Estimate(0.8, None), between(2.1))
    assert not is_reliable(Estimate(0.2, None), between(0.0))
    assert not is_reliable(Estimate(0.995, None), between(0.0))


@pytest.mark.parametrize(
    ("count", "options", "named"),
    [(0, {}, "index"), (2, {"temperatures": 9}, "temperatures"), (2, {"chains": 1}, "chains")],
)
def test_nothing_to_do_is_refused(count, options, named):
    with pytest.raises(InputError, match=named):
        run(x=X[:count], **options)


def test_a_bound_above_ais_gives_it_away():
    found, error = np.array([-10.0, -12.0]), np.array([0.1, 0.3])
    assert not falls_short(found, error, found - 1)
    assert not falls_short(found, error, np.array([np.nan, -10.7]))
    assert falls_short(found, error, np.array([np.nan, -10.5]))
    assert falls_short(found, error, np.array([-9.1, np.nan]))
