from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import kstest, multivariate_normal, norm

from vaediag.backend import tf, tfd, tfp
from vaediag.diagnostics.latents import NO_PRODUCT
from vaediag.errors import InputError
from vaediag.probes import codes as codes_module
from vaediag.probes import prune as prune_module
from vaediag.probes.codes import encode_subset
from vaediag.probes.prune import compile_pruning, draws_per_image, image_limit, prune_cost, spread_draws
from vaediag.probes.saved import given_the_others, saved_rate
from vaediag.seeds import fold, pair
from vaediag_models.oracles import binary_cells


class Plain:
    """A decoder from a function of codes to per-pixel laws; q is the prior shifted by x's first value, half as wide."""

    def __init__(self, law, event_shape, latents, prior=None):
        self.law, self.event_shape, self.latent_dim = law, event_shape, latents
        self.prior = prior or tfd.Independent(tfd.Normal(tf.zeros(latents), tf.ones(latents)), 1)

    def encode(self, x):
        shift = tf.reshape(x, (-1, int(np.prod(self.event_shape))))[:, :1]
        mean = tf.tile(shift, (1, self.latent_dim))
        return tfd.Independent(tfd.Normal(mean, tf.fill(tf.shape(mean), 0.5)), 1)


def codes_of(vae, pile, count, seed=0):
    x = np.random.default_rng(seed).normal(size=(count, *vae.event_shape)).astype("f4")
    return encode_subset(vae, pile(x), np.arange(count), pair(seed))


def normal_kl(mean, covariance):
    """KL(N(mean, covariance) || N(0, I)) `[n]`."""
    trace, log_det = np.trace(covariance), np.linalg.slogdet(covariance)[1]
    return 0.5 * (trace + (mean**2).sum(1) - len(covariance) - log_det)


def agrees(found, exact, errors=3.5):
    return (abs(found.value - exact) < errors * found.standard_error).all()


def test_orthogonal_latents_have_their_closed_form(linear, pile):
    vae = linear()
    codes = encode_subset(vae, pile(vae.simulate(256, 0)), np.arange(256), pair(0))
    found = prune_cost(vae, codes, seed=pair(1))
    signal = (vae.weights.astype(float) ** 2).sum(0) / vae.noise**2
    exact = signal - 0.5 * np.log1p(signal)
    assert agrees(found.prune_cost, exact)
    assert (found.prune_cost.standard_error < 0.15 * exact).all()
    assert (found.prune_method, found.prune_images, found.prune_cost.unit) == ("closed form", 256, "nats")


@pytest.mark.parametrize("factorised", [False, True])
def test_correlated_latents_have_the_answer_of_the_traces(linear, pile, factorised):
    """Given the images everything but z and z' is known; `factorised`: q keeps its diagonal only, and is not exact."""
    vae = linear(size=20, correlated=True)
    images = vae.simulate(256, 0)
    spread = vae.root.astype(float) @ vae.root.T
    if factorised:
        spread, encode = np.diag(np.diag(spread)), vae.encode
        vae.encode = lambda x: tfd.MultivariateNormalDiag(encode(x).mean(), np.sqrt(np.diag(spread)).astype("f4"))
    codes = encode_subset(vae, pile(images), np.arange(256), pair(0))
    found = prune_cost(vae, codes, seed=pair(1))
    x, mean, weights = images.reshape(256, -1).astype(float), codes.mean.astype(float), vae.weights.astype(float)
    exact = []
    for k, column in enumerate(weights.T):
        moved = 1 + (mean[:, k] ** 2).mean() + spread[k, k]
        with_z = ((x - mean @ weights.T) * mean[:, k : k + 1]).mean(0) - weights @ spread[:, k]
        lost = (column @ column * moved + 2 * column @ with_z) / (2 * vae.noise**2)
        kept = np.delete(np.arange(6), k)
        saved = normal_kl(mean, spread) - normal_kl(mean[:, kept], spread[np.ix_(kept, kept)])
        exact.append(lost - saved.mean())
    assert agrees(found.prune_cost, np.array(exact))
    assert found.prune_method == "closed form"


def test_binary_pixels_against_every_cell(pile):
    oracle = binary_cells(dimensions=8, latents=2)
    images = oracle.simulate(256, 0)
    codes = encode_subset(oracle.vae, pile(images), np.arange(256), pair(0))
    found = prune_cost(oracle.vae, codes, seed=pair(1))
    pixels = images.reshape(256, 2, 1, 4).astype(float)
    log_p = (pixels * oracle.logits - np.logaddexp(0, oracle.logits)).sum(-1)  # [n, L, K] of its own block
    chance = np.exp(log_p) / np.exp(log_p).sum(-1, keepdims=True)
    exact = ((chance - 1 / oracle.cells) * log_p).sum(-1) - oracle.rate(images)
    assert agrees(found.prune_cost, exact.mean(0))
    assert (found.prune_cost.standard_error < 0.25 * exact.mean(0)).all()
    assert found.prune_method == "Monte Carlo"  # no KL of a mixture is known


@pytest.mark.parametrize("closed", [True, False])
def test_what_the_decoder_ignores_is_worth_minus_its_kl_exactly(pile, closed):
    prior = tfd.Independent((tfd.Normal if closed else tfd.Logistic)([0.0, 1.0, 0.0], 1.0), 1)
    vae = Plain(lambda z: tfd.Normal(100 * z[:, 1:2] * np.ones(64, "f4"), 0.01), (64,), 3, prior)
    codes = codes_of(vae, pile, 37)
    found = prune_cost(vae, codes, seed=pair(3))
    q, p = tfd.Normal(codes.mean, codes.stddev), prior.distribution
    kl = (tfd.kl_divergence(q, p) if closed else q.log_prob(codes.z) - p.log_prob(codes.z)).numpy()
    np.testing.assert_allclose(found.prune_cost.value[[0, 2]], -kl.mean(0)[[0, 2]], rtol=1e-5)
    error = kl.std(0, ddof=1) / np.sqrt(37)
    np.testing.assert_allclose(found.prune_cost.standard_error[[0, 2]], error[[0, 2]], rtol=1e-5)
    assert found.prune_cost.value[1] > 100
    assert found.prune_method == ("closed form" if closed else "Monte Carlo")


def test_the_names_of_the_latents_do_not_matter():
    rng = np.random.default_rng(0)
    matrix, order = rng.normal(size=(4, 6)).astype("f4"), [2, 0, 3, 1]
    back = np.argsort(order).tolist()
    plain = Plain(lambda z: tfd.Normal(tf.tanh(z) @ matrix, 1.0), (6,), 4)
    renamed = Plain(lambda z: tfd.Normal(tf.tanh(tf.gather(z, back, axis=1)) @ matrix, 1.0), (6,), 4)
    x, z, other = rng.normal(size=(5, 6)), rng.normal(size=(5, 4)), rng.normal(size=(2, 5, 4))
    x, z, other = (values.astype("f4") for values in (x, z, other))
    turns = np.array([(k, s) for k in range(5) for s in range(2)], "i4")
    here = compile_pruning(plain)(x, z, other, turns).numpy().reshape(5, 2, 5)
    there = compile_pruning(renamed)(x, z[:, order], other[..., order], turns).numpy().reshape(5, 2, 5)
    np.testing.assert_allclose(there[:4], here[order], rtol=1e-4, atol=1e-5)
    assert (here[4] == 0).all()
    assert (there[4] == 0).all()


def mixture(family, seed=0):
    """Five codes of three latents, their q a mixture of two Gaussians with and without correlation."""
    rng = np.random.default_rng(seed)
    centres, weights = rng.normal(size=(5, 2, 3)), rng.normal(size=(5, 2))
    root = np.tril(rng.normal(size=(2, 3, 3)), -1) + np.eye(3)
    if family == "same":
        parts = tfd.MultivariateNormalTriL(centres.astype("f4"), root.astype("f4"))
        q = tfd.MixtureSameFamily(tfd.Categorical(logits=weights.astype("f4")), parts)
        return q, centres, weights, root @ root.transpose(0, 2, 1)
    parts = [
        tfd.MultivariateNormalTriL(centres[:, 0].astype("f4"), root[0].astype("f4")),
        tfd.Independent(tfd.Normal(centres[:, 1].astype("f4"), np.full((5, 3), 0.5, "f4")), 1),
    ]
    q = tfd.Mixture(tfd.Categorical(logits=weights.astype("f4")), parts)
    return q, centres, weights, np.stack([root[0] @ root[0].T, 0.25 * np.eye(3)])


@pytest.mark.parametrize("family", ["same", "different"])
def test_what_the_others_say_about_a_latent_of_a_mixture(family):
    q, centres, weights, covariances = mixture(family)
    z = q.sample(seed=pair(0))
    found = given_the_others(q, z).numpy()
    chance = np.exp(weights) / np.exp(weights).sum(1, keepdims=True)

    def density(n, code):
        parts = zip(chance[n], centres[n], covariances, strict=True)
        return sum(p * multivariate_normal(centre, spread).pdf(code) for p, centre, spread in parts)

    for n in range(2):
        for k in range(3):
            code = z[n].numpy().astype(float)
            whole = quad(lambda t, n=n, k=k, code=code: density(n, np.where(np.arange(3) == k, t, code)), -15, 15)[0]
            assert found[n, k] == pytest.approx(np.log(density(n, code) / whole), abs=1e-4)


def test_a_mixture_as_posterior_is_pruned_by_monte_carlo(pile):
    """q(z | x) is a mixture of two equal parts, so the answer is that of the part itself."""
    matrix = np.random.default_rng(0).normal(size=(3, 8)).astype("f4")
    one, two = (Plain(lambda z: tfd.Normal(z @ matrix, 1.0), (8,), 3) for _ in range(2))
    root = (np.tril(np.full((3, 3), 0.3), -1) + 0.5 * np.eye(3)).astype("f4")
    plain = lambda x: tfd.MultivariateNormalTriL(x[:, :3], root)  # noqa: E731

    def doubled(x):
        parts = tfd.MultivariateNormalTriL(tf.tile(x[:, None, :3], (1, 2, 1)), root)
        return tfd.MixtureSameFamily(tfd.Categorical(logits=tf.zeros((len(x), 2))), parts)

    one.encode, two.encode = plain, doubled
    exact, carlo = (prune_cost(vae, codes_of(vae, pile, 200), seed=pair(1)) for vae in (one, two))
    assert (exact.prune_method, carlo.prune_method) == ("closed form", "Monte Carlo")
    error = np.hypot(exact.prune_cost.standard_error, carlo.prune_cost.standard_error)
    assert (abs(exact.prune_cost.value - carlo.prune_cost.value) < 3 * error).all()


def test_the_saved_rate_of_a_correlated_posterior_is_that_of_dropping_its_row_and_column():
    rng = np.random.default_rng(2)
    mean, root = rng.normal(size=(4, 5)), np.tril(rng.normal(size=(4, 5, 5)), -1) + np.eye(5)
    q = tfd.MultivariateNormalTriL(mean.astype("f4"), root.astype("f4"))
    prior = tfd.Independent(tfd.Normal(tf.zeros(5), 1.0), 1)
    found, method = saved_rate(q, prior, q.sample(seed=pair(0)))
    assert method == "closed form"
    for n in range(4):
        spread = root[n] @ root[n].T
        for k in range(5):
            kept = np.delete(np.arange(5), k)
            exact = normal_kl(mean[n : n + 1], spread) - normal_kl(mean[n : n + 1, kept], spread[np.ix_(kept, kept)])
            assert float(found[n, k]) == pytest.approx(exact[0], abs=1e-4)


def test_draws_are_the_prior_together_and_each_from_its_own_part():
    law = tfd.Normal([0.0, 3.0], [1.0, 0.1])
    drawn = (spread_draws(law, 4, 5000, pair(0)).numpy() - [0, 3]) / [1, 0.1]
    for draws in np.moveaxis(drawn, -1, 0).reshape(2, -1):
        assert kstest(draws, "norm").pvalue > 1e-3
    assert (np.floor(4 * norm.cdf(drawn)) == np.arange(4)[:, None, None]).mean() > 0.9999  # rounding at the borders
    assert drawn.mean(0).std() < 0.25  # four independent draws: 0.5
    assert np.corrcoef(drawn[0, :, 0], drawn[0, :, 1])[0, 1] == pytest.approx(0, abs=0.05)


def test_a_prior_without_quantiles_is_drawn_from_all_the_same():
    parts = tfd.Normal([[-3.0, 3.0]], 0.1)
    law = tfd.MixtureSameFamily(tfd.Categorical(logits=[[0.0, 0.0]]), parts)
    drawn = spread_draws(law, 4, 2000, pair(0)).numpy()
    assert drawn.shape == (4, 2000, 1)
    assert (drawn > 0).mean() == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(("count", "latents", "draws"), [(256, 16, 4), (256, 145, 4), (256, 200, 2), (256, 500, 1)])
def test_many_latents_are_paid_for_with_fewer_draws(count, latents, draws):
    assert draws_per_image(count, latents) == draws
    assert image_limit(latents) == 256


def test_a_prior_that_is_no_product_has_no_answer(pile):
    parts = tfd.MultivariateNormalDiag(np.array([[-1, -1], [1, 1]], "f4"), np.full((2, 2), 0.5, "f4"))
    prior = tfd.MixtureSameFamily(tfd.Categorical(probs=[0.5, 0.5]), parts)
    vae = Plain(lambda z: tfd.Normal(z, 1.0), (2,), 2, prior)
    assert prune_cost(vae, codes_of(vae, pile, 7), seed=pair(0)) == (None, NO_PRODUCT, 7)


def test_a_posterior_that_does_not_say_what_a_latent_is_given_the_others_has_no_answer(pile):
    vae = Plain(lambda z: tfd.Normal(z, 1.0), (2,), 2)
    vae.encode = lambda x: tfd.TransformedDistribution(
        tfd.MultivariateNormalDiag(x, tf.ones_like(x)), tfp.bijectors.Scale(2.0)
    )
    found = prune_cost(vae, codes_of(vae, pile, 7), seed=pair(0))
    assert found.prune_cost is None
    assert "TransformedDistribution" in found.prune_method


def test_images_without_a_density_are_left_out_and_an_impossible_one_spoils_only_its_latent(pile):
    def law(z):  # latent 0 moves the support, which x may leave; there is no law at all above 1.2
        return tfd.Uniform(z[:, :1] - 2, tf.where(z[:, :1] > 1.2, np.float32(np.nan), z[:, :1] + 2))

    vae = Plain(law, (1,), 2)
    x = np.linspace(-1, 1, 80).astype("f4")[:, None]
    codes = encode_subset(vae, pile(x), np.arange(80), pair(0))
    bad = codes.z[:, 0] > 1.2
    assert 0 < bad.sum() < 20
    found = prune_cost(vae, codes, seed=pair(0))
    assert found.prune_images == 80 - bad.sum()
    assert np.isnan(found.prune_cost.value[0])
    assert np.isfinite(found.prune_cost.value[1])


def test_no_usable_image_gives_nothing(pile):
    vae = Plain(lambda z: tfd.Normal(z * np.float32(np.nan), 1.0), (2,), 2)
    assert prune_cost(vae, codes_of(vae, pile, 5), seed=pair(0)) == (None, "no image could be used", 0)


def test_one_image_has_no_standard_error(pile):
    vae = Plain(lambda z: tfd.Normal(z, 1.0), (2,), 2)
    found = prune_cost(vae, codes_of(vae, pile, 1), seed=pair(0))
    assert np.isfinite(found.prune_cost.value).all()
    assert np.isnan(found.prune_cost.standard_error).all()


def test_codes_without_their_images_are_refused(pile):
    vae = Plain(lambda z: tfd.Normal(z, 1.0), (2,), 2)
    with pytest.raises(InputError, match="keep_images"):
        prune_cost(vae, replace(codes_of(vae, pile, 3), x=None), seed=pair(0))


def test_parts_and_calls_do_not_change_what_is_measured(pile, monkeypatch):
    matrix = np.random.default_rng(0).normal(size=(7, 4)).astype("f4")
    vae = Plain(lambda z: tfd.Normal(tf.tanh(z) @ matrix, 1.0), (4,), 7)
    codes = codes_of(vae, pile, 20)
    monkeypatch.setattr(codes_module, "PIXELS", 4 * 8)  # eight images at once
    found, again, other = (prune_cost(vae, codes, seed=pair(seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(found.prune_cost.value, again.prune_cost.value)
    assert (found.prune_cost.value != other.prune_cost.value).all()
    parts = [spread_draws(vae.prior.distribution, 4, 8, fold(pair(0), part)).numpy() for part in range(3)]
    drawn = np.concatenate(parts, 1)[:, :20]
    off = codes.x - np.tanh(codes.z) @ matrix
    kl = 0.5 * (codes.mean**2 + codes.stddev**2 - 1) - np.log(codes.stddev)
    for k in (0, 3, 6):
        change = (np.tanh(drawn[:, :, k]) - np.tanh(codes.z[:, k]))[..., None] * matrix[k]
        each = (((off - change) ** 2).sum(-1) - (off**2).sum(-1)).mean(0) / 2 - kl[:, k]
        assert found.prune_cost.value[k] == pytest.approx(each.mean(), rel=1e-3)
        assert found.prune_cost.standard_error[k] == pytest.approx(each.std(ddof=1) / np.sqrt(20), rel=1e-3)


def test_progress_counts_decodes_and_may_cancel(pile):
    vae = Plain(lambda z: tfd.Normal(z, 1.0), (7,), 7)
    codes, seen = codes_of(vae, pile, 6), []
    prune_cost(vae, codes, seed=pair(0), progress=lambda *told: seen.append(told))
    assert seen == [("pruning latents", 6 * 15, 6 * 29), ("pruning latents", 6 * 29, 6 * 29)]

    def cancel(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prune_cost(vae, codes, seed=pair(0), progress=cancel)


@pytest.mark.slow
@pytest.mark.parametrize("correlated", [False, True])
def test_intervals_cover(linear, pile, correlated, monkeypatch):
    """Fresh images, codes and prior draws in 500 replications of the exact model; 256 images, nominal 95 %."""
    vae = linear(size=16, latents=3, correlated=correlated)
    weights, spread = vae.weights.astype(float), vae.root.astype(float) @ vae.root.T
    signal = (weights**2).sum(0) / vae.noise**2
    saved = 0.5 * np.log(np.linalg.inv(spread).diagonal())  # E KL of the exact posterior, given the others
    truth = signal - saved
    step = compile_pruning(vae)
    monkeypatch.setattr(prune_module, "compile_pruning", lambda _vae: step)
    inside = []
    for seed in range(500):
        codes = encode_subset(vae, pile(vae.simulate(256, seed)), np.arange(256), pair(seed))
        found = prune_cost(vae, codes, seed=fold(pair(seed), 9)).prune_cost
        inside.append(abs(found.value - truth) < 1.96 * found.standard_error)
    covered = np.mean(inside, 0)
    print(correlated, covered)
    assert (covered > 0.92).all()
    assert (covered < 0.98).all()
