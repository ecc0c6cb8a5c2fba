from typing import Any

import numpy as np
import pytest
from scipy.special import logsumexp

from vaediag.backend import tf, tfd
from vaediag.diagnostics.latents import rate
from vaediag.errors import InputError
from vaediag.heads.priors import Mixture
from vaediag.probes import pairwise as pairwise_module
from vaediag.probes.codes import Codes, encode_subset
from vaediag.probes.information import image_limit, mixture
from vaediag.probes.information import information as measure
from vaediag.probes.pairwise import pairwise
from vaediag.seeds import pair


def information(*given: Any, **options: Any) -> Any:
    """Untyped: a checker cannot know which of the optional parts are there."""
    return measure(*given, **options)


def codes_of(vae, pile, count, seed=0):
    return encode_subset(vae, pile(vae.simulate(count, seed)), np.arange(count), pair(seed), keep_images=False)


def exact_rate(codes):
    """KL(q(z | x) || N(0, I)) of posteriors that factorise, `[M]`."""
    variance = codes.stddev.astype(float) ** 2
    return 0.5 * (codes.mean.astype(float) ** 2 + variance - 1 - np.log(variance)).sum(1)


def given(mean, stddev, seed=0):
    """Codes of a made-up encoder."""
    q = tfd.Independent(tfd.Normal(tf.constant(mean, tf.float32), tf.constant(stddev, tf.float32)), 1)
    z = q.sample(seed=pair(seed)).numpy()
    return Codes(np.arange(len(mean)), None, q.mean().numpy(), q.stddev().numpy(), z, (q,))


def within(estimate, truth, bias=0.0):
    """Three standard errors, and what so many images are known to be off by."""
    return abs(estimate.value - truth) <= 3 * estimate.standard_error + bias


@pytest.mark.parametrize("correlated", [False, True])
def test_an_exact_model_has_the_information_of_its_closed_form(linear, pile, correlated):
    vae = linear(size=20, latents=2, noise=0.7, correlated=correlated)
    found = information(vae, codes_of(vae, pile, 2000), rate=vae.information, prior_factorises=True)
    assert not found.mutual_information.saturated
    assert within(found.mutual_information.lower, vae.information)
    assert within(found.mutual_information.upper, vae.information)
    assert found.mutual_information.lower.value <= found.mutual_information.upper.value
    assert within(found.marginal_kl.lower, 0.0)
    assert within(found.marginal_kl.upper, 0.0, bias=0.02)  # leave-in: the density at a code's own centre is too high
    assert within(found.total_correlation.lower, 0.0)
    assert within(found.total_correlation.upper, 0.0, bias=0.02)
    assert abs(found.dimension_kl.value).max() < 0.01
    assert within(found.mc_residual, 0.0)


def test_a_saturated_estimate_leaves_the_gaussian_ceiling(linear, pile):
    vae = linear(latents=16, noise=0.25)
    codes = codes_of(vae, pile, 1000)
    found = information(vae, codes, rate=exact_rate(codes), prior_factorises=True)
    assert vae.information > 25
    assert found.mutual_information.saturated
    assert found.mutual_information.lower.value == pytest.approx(np.log(1000), abs=0.01)
    assert within(found.mutual_information.upper, vae.information)
    assert found.marginal_kl.saturated
    assert within(found.marginal_kl.lower, 0.0)
    assert found.marginal_kl.upper.value > 15
    assert abs(found.dimension_kl.value).max() < 0.05


@pytest.mark.parametrize("correlated", [False, True])
def test_rate_and_marginal_kl_are_the_sums_of_their_parts(linear, pile, correlated):
    vae = linear(size=20, latents=3, spread=0.6, shift=0.3, correlated=correlated)
    codes = codes_of(vae, pile, 300)
    found = information(vae, codes, rate=7.0, prior_factorises=True)
    z = tf.constant(codes.z)
    own = [q.log_prob(part).numpy() for q, part in zip(codes.q, tf.split(z, [256, 44]), strict=True)]
    carlo = np.mean(np.concatenate(own) - vae.prior.log_prob(z).numpy(), dtype=float)
    assert 7.0 + found.mc_residual.value == pytest.approx(carlo, abs=1e-5)
    parts = found.mutual_information.lower.value + found.marginal_kl.upper.value
    assert parts == pytest.approx(carlo, abs=1e-5)
    parts = found.total_correlation.upper.value + found.dimension_kl.value.sum()
    assert parts == pytest.approx(found.marginal_kl.upper.value, abs=1e-9)


@pytest.mark.parametrize("correlated", [False, True])
def test_pairs_agree_with_the_laws_themselves_whatever_the_blocks(linear, pile, correlated, monkeypatch):
    vae = linear(size=20, latents=3, correlated=correlated)
    codes = codes_of(vae, pile, 270)
    pairs: Any = pairwise(codes)
    q = vae.encode(vae.simulate(270, 0))
    each = tfd.Normal(q.mean(), q.stddev()).log_prob(codes.z[:, None]).numpy().astype(float)
    np.testing.assert_allclose(pairs.joint, q.log_prob(codes.z[:, None]).numpy(), rtol=2e-5, atol=2e-4)
    np.testing.assert_allclose(pairs.latents, logsumexp(each, 1) - np.log(270), rtol=1e-5, atol=1e-5)
    monkeypatch.setattr(pairwise_module, "BLOCK", 256 * 3 * 7)
    told = []
    small: Any = pairwise(codes, told.append)
    np.testing.assert_allclose(small.joint, pairs.joint, rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(small.latents, pairs.latents, rtol=1e-5, atol=1e-5)
    assert told == [256, 270]


def test_order_of_images_and_latents_does_not_matter(linear):
    rng = np.random.default_rng(0)
    mean, stddev = rng.standard_normal((400, 3)), rng.uniform(0.2, 0.6, (400, 3))
    codes = given(mean, stddev)
    vae = linear(latents=3)
    images, latents = rng.permutation(400), np.array([2, 0, 1])

    def moved(rows, columns):
        q = tfd.Independent(tfd.Normal(codes.mean[rows][:, columns], codes.stddev[rows][:, columns]), 1)
        return Codes(codes.index, None, q.mean().numpy(), q.stddev().numpy(), codes.z[rows][:, columns], (q,))

    def numbers(found):
        bounds = found.mutual_information, found.marginal_kl, found.total_correlation
        return [n for b in bounds for e in (b.lower, b.upper) for n in (e.value, e.standard_error)]

    plain, by_image, by_latent = (
        information(vae, c, rate=1.0, prior_factorises=True)
        for c in (codes, moved(images, np.arange(3)), moved(np.arange(400), latents))
    )
    np.testing.assert_allclose(numbers(by_image), numbers(plain), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(numbers(by_latent), numbers(plain), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(by_latent.dimension_kl.value, plain.dimension_kl.value[latents], atol=1e-5)


def test_mixtures_hold_the_own_posterior_or_leave_it_out():
    joint = 2 * np.random.default_rng(4).standard_normal((30, 30)).astype("f4")
    leave_in, leave_one_out = mixture(joint)
    others = np.stack([np.delete(row, i) for i, row in enumerate(joint.astype(float))])
    assert leave_in.value == pytest.approx((logsumexp(joint, 1) - np.log(30)).mean(), abs=1e-5)
    assert leave_one_out.value == pytest.approx((logsumexp(others, 1) - np.log(29)).mean(), abs=1e-5)


def test_the_influence_of_an_image_is_what_leaving_it_out_changes():
    rng = np.random.default_rng(5)
    codes = given(rng.standard_normal((150, 1)), rng.uniform(0.05, 0.6, (150, 1)))
    joint = pairwise(codes).joint
    whole = mixture(joint)
    without = [mixture(np.delete(np.delete(joint, n, 0), n, 1)) for n in range(150)]
    for kind in (0, 1):
        change = np.array([whole[kind].value - one[kind].value for one in without])
        slope = np.polyfit(whole[kind].influence / 149, change, 1)[0]
        assert slope == pytest.approx(1, abs=0.05)
        assert np.corrcoef(whole[kind].influence, change)[0, 1] > 0.999


def test_codes_beside_the_prior_have_the_marginal_kl_of_their_shift(linear):
    rng = np.random.default_rng(1)
    inner = np.sqrt(0.75)
    codes = given(1 + inner * rng.standard_normal((2000, 2)), np.full((2000, 2), 0.5))  # q(z) = N(1, I)
    found = information(linear(latents=2), codes, rate=exact_rate(codes), prior_factorises=True)
    assert within(found.marginal_kl.lower, 1.0)
    assert within(found.marginal_kl.upper, 1.0, bias=0.02)
    np.testing.assert_allclose(found.dimension_kl.value, 0.5, atol=0.1)
    assert within(found.mutual_information.lower, np.log(4))
    assert within(found.mc_residual, 0.0)


def test_correlated_codes_have_the_total_correlation_of_their_correlation(linear):
    rng = np.random.default_rng(2)
    shared = np.sqrt(0.75) * rng.standard_normal((2000, 1))
    codes = given(np.repeat(shared, 2, 1), np.full((2000, 2), 0.5))  # q(z) = N(0, [[1, .75], [.75, 1]])
    truth = -0.5 * np.log(1 - 0.75**2)
    found = information(linear(latents=2), codes, rate=exact_rate(codes), prior_factorises=True)
    assert within(found.total_correlation.lower, truth)
    assert within(found.total_correlation.upper, truth, bias=0.02)
    np.testing.assert_allclose(found.dimension_kl.value, 0.0, atol=0.02)


def test_a_collapsed_code_knows_nothing(linear):
    codes = given(np.zeros((500, 4)), np.ones((500, 4)))
    found = information(linear(latents=4), codes, rate=0.0, prior_factorises=True)
    for bound in (found.mutual_information, found.marginal_kl, found.total_correlation):
        assert abs(bound.lower.value) < 1e-5
        assert abs(bound.upper.value) < 1e-5
        assert not bound.saturated


def test_a_prior_that_does_not_factorise_has_no_split(linear):
    vae = linear(latents=2)
    parts = tfd.MultivariateNormalDiag(np.zeros((2, 2), "f4"), np.array([[1.0, 1.0], [2.0, 2.0]], "f4"))
    vae.prior = tfd.MixtureSameFamily(tfd.Categorical(probs=[0.5, 0.5]), parts)
    codes = given(np.zeros((50, 2)), np.full((50, 2), 0.9))
    found = information(vae, codes, rate=1.0, prior_factorises=False)
    assert found.total_correlation is None
    assert found.dimension_kl is None
    assert np.isfinite(found.marginal_kl.upper.value)


class Sheared:
    """The same model in other coordinates z' = A z: the prior is N(0, A A'), no product."""

    def __init__(self, vae):
        self.vae, self.latent_dim, self.event_shape = vae, vae.latent_dim, vae.event_shape
        rng = np.random.default_rng(0)
        self.shear = (np.tril(0.3 * rng.normal(size=2 * [vae.latent_dim]), -1) + np.eye(vae.latent_dim)).astype("f4")
        self.prior = tfd.MultivariateNormalTriL(np.zeros(vae.latent_dim, "f4"), self.shear)

    def encode(self, x):
        q = self.vae.encode(x)
        return tfd.MultivariateNormalTriL(q.mean() @ self.shear.T, self.shear @ self.vae.root)

    def simulate(self, count, seed):
        return self.vae.simulate(count, seed)


@pytest.mark.parametrize("latents", [2, 16])  # 16: far more nats than log M
def test_a_joined_normal_prior_has_the_numbers_of_the_same_model_with_a_product(linear, pile, latents):
    vae = linear(size=64, latents=latents, noise=0.4, correlated=True)
    other = Sheared(vae)
    codes, moved = (codes_of(one, pile, 600) for one in (vae, other))
    plain = information(vae, codes, rate=0.0, prior_factorises=True)
    joined = information(other, moved, rate=0.0, prior_factorises=False)
    exact = np.concatenate([rate(q, other.prior, q.mean()).total for q in moved.q]).mean(dtype=float)
    closed = np.concatenate([rate(q, vae.prior, q.mean()).total for q in codes.q]).mean(dtype=float)
    assert exact == pytest.approx(closed, rel=1e-4)
    for one, two in zip(
        (plain.mutual_information, plain.marginal_kl), (joined.mutual_information, joined.marginal_kl), strict=True
    ):
        assert one.saturated == two.saturated == (latents == 16)
        for before, after in ((one.lower, two.lower), (one.upper, two.upper)):
            assert after.value == pytest.approx(before.value, rel=1e-3, abs=2e-3)
            assert after.standard_error == pytest.approx(before.standard_error, rel=2e-3, abs=1e-3)
    assert joined.marginal_kl.lower.value <= 3 * joined.marginal_kl.lower.standard_error  # q(z) is p(z)
    assert joined.mutual_information.lower.value < vae.information < joined.mutual_information.upper.value + 0.5
    parts = joined.mutual_information.lower.value + joined.marginal_kl.upper.value
    assert parts == pytest.approx(joined.mc_residual.value, abs=1e-3)
    assert joined.total_correlation is None


@pytest.mark.parametrize("latents", [1, 24])  # 24: far more nats than log M
def test_codes_that_fill_a_mixture_prior(linear, latents):
    """q(z) is p(z), two clusters apart; what the codes know is their cluster and where in it they are."""
    rng = np.random.default_rng(0)
    centres = 3 * np.sign(rng.standard_normal((1500, 1))) * np.ones((1, latents))
    narrow, wide = 0.3, 1.0
    codes = given(
        centres + np.sqrt(wide**2 - narrow**2) * rng.standard_normal((1500, latents)), np.full((1500, latents), narrow)
    )
    vae = linear(latents=latents)
    vae.prior = Mixture(
        [0.5, 0.5], 3 * np.array([[-1.0], [1.0]]) * np.ones((2, latents)), wide * np.ones((2, latents))
    ).law()
    found = information(vae, codes, rate=0.0, prior_factorises=False)
    truth = latents * np.log(wide / narrow) + np.log(2)
    assert found.mutual_information.saturated == found.marginal_kl.saturated == (latents == 24)
    lower, upper = found.mutual_information.lower, found.mutual_information.upper
    assert lower.value - 3 * lower.standard_error < truth < upper.value + 3 * upper.standard_error
    assert found.marginal_kl.lower.value <= 3 * found.marginal_kl.lower.standard_error
    if latents == 1:
        assert within(lower, truth, bias=0.03)
        assert within(found.marginal_kl.upper, 0.0, bias=0.03)
    parts = lower.value + found.marginal_kl.upper.value
    assert parts == pytest.approx(found.mc_residual.value, abs=1e-3)
    assert (found.total_correlation, found.dimension_kl) == (None, None)


def test_a_posterior_without_marginals_has_no_split_either(linear):
    rng = np.random.default_rng(0)
    centres = tf.constant(rng.standard_normal((60, 2, 2)), tf.float32)
    parts = tfd.MultivariateNormalDiag(centres, tf.fill(centres.shape, 0.3))
    q = tfd.MixtureSameFamily(tfd.Categorical(probs=[0.5, 0.5]), parts)
    codes = Codes(np.arange(60), None, q.mean().numpy(), q.stddev().numpy(), q.sample(seed=pair(0)).numpy(), (q,))
    found = information(linear(latents=2), codes, rate=1.0, prior_factorises=True)
    assert found.total_correlation is None
    assert found.mutual_information.lower.value < found.mutual_information.upper.value


def test_codes_that_no_other_posterior_covers_leave_the_other_ceilings(linear):
    mean = np.arange(40.0)[:, None] * 1e4
    codes = given(mean - mean.mean(), np.full((40, 1), 0.1))
    found = information(linear(latents=1), codes, rate=1.0, prior_factorises=True)
    assert found.mutual_information.saturated
    assert np.isfinite(found.mutual_information.upper.value)


def test_standard_errors_are_those_of_repetition(linear):
    """Over 60 data sets the spread of each number must be what its standard error says, within 40 %."""
    rng = np.random.default_rng(3)
    vae = linear(latents=2)
    rows = []
    for seed in range(60):
        spread = rng.uniform(0.3, 0.9, (200, 2))
        codes = given(0.3 + np.sqrt(0.6) * rng.standard_normal((200, 2)), spread, seed)
        found = information(vae, codes, rate=exact_rate(codes), prior_factorises=True)
        both = found.mutual_information.lower, found.marginal_kl.upper, found.mc_residual, found.dimension_kl[0]
        rows.append([(e.value, e.standard_error) for e in both])
    table = np.array(rows)
    ratio = table[:, :, 1].mean(0) / table[:, :, 0].std(0, ddof=1)
    np.testing.assert_allclose(ratio, 1.0, atol=0.4)


def test_progress_may_cancel(linear):
    def cancel(*_):
        raise KeyboardInterrupt

    codes = given(np.zeros((10, 2)), np.ones((10, 2)))
    with pytest.raises(KeyboardInterrupt):
        information(linear(latents=2), codes, rate=0.0, prior_factorises=True, progress=cancel)


def test_one_image_is_refused(linear):
    with pytest.raises(InputError, match="at least two"):
        information(linear(latents=2), given(np.zeros((1, 2)), np.ones((1, 2))), rate=0.0, prior_factorises=True)


def test_codes_outside_the_prior_are_refused(linear):
    vae = linear(latents=2)
    vae.prior = tfd.Independent(tfd.Uniform([-1.0, -1.0], [1.0, 1.0]), 1)
    codes = given(np.full((4, 2), 5.0), np.full((4, 2), 0.1))
    with pytest.raises(InputError, match="4 of 4 codes"):
        information(vae, codes, rate=0.0, prior_factorises=True)


def test_full_covariances_limit_the_images(linear):
    assert image_limit(linear(latents=6, correlated=True)) == 2000
    assert image_limit(linear(size=400, latents=400, correlated=True)) == 419
    assert image_limit(linear(size=400, latents=400)) == 2000
