import itertools

import numpy as np
import pytest

from vaediag.backend import tf, tfd
from vaediag.probes import codes as codes_module
from vaediag.probes import effect as effect_module
from vaediag.probes.codes import encode_subset
from vaediag.probes.effect import (
    DECODES,
    TURNS,
    compile_replacing,
    has_closed_form,
    image_limit,
    latent_effect,
)
from vaediag.seeds import fold, pair


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


def asked(latents):
    return np.pad(np.arange(latents + 2), (0, TURNS - latents - 2), constant_values=latents + 1).astype("i4")


def moved(vae, z, other, seed=0):
    """KL `[n, L + 2]` of replacing each latent, all, none."""
    closed = has_closed_form(vae.law(z[:1]))
    step = compile_replacing(vae, closed=closed)
    return step(z, other, asked(vae.latent_dim), pair(seed)).numpy()[: vae.latent_dim + 2].T


def two(latents, count=5, seed=0):
    return np.random.default_rng(seed).normal(size=(2, count, latents)).astype("f4")


def mixing(latents, pixels, ignored=(), seed=0):
    """Two layers from codes to `[n, pixels]`, blind to the latents in `ignored`."""
    rng = np.random.default_rng(seed)
    first = rng.normal(size=(latents, 16)).astype("f4")
    first[list(ignored)] = 0.0
    second = rng.normal(size=(16, pixels)).astype("f4") / 4
    return lambda z: tf.nn.relu(z @ first + 0.1) @ second


@pytest.mark.parametrize("correlated", [False, True])
def test_the_linear_model_has_its_closed_form(linear, pile, correlated):
    vae = linear(correlated=correlated)
    codes = encode_subset(vae, pile(vae.simulate(256, 0)), np.arange(256), pair(0))
    found = latent_effect(vae, codes, seed=pair(1))
    signal = (vae.weights.astype(float) ** 2).sum(0) / vae.noise**2
    exact = 0.5 * signal * ((codes.mean**2 + codes.stddev**2).mean(0) + 1)
    assert (abs(found.effect.value - exact) < 3.5 * found.effect.standard_error).all()
    assert (found.effect.standard_error < 0.12 * exact).all()
    gram = vae.weights.T @ vae.weights / vae.noise**2
    second = codes.mean.T @ codes.mean / 256 + vae.root @ vae.root.T + np.eye(6)
    assert abs(found.effect_all.value - 0.5 * np.trace(gram @ second)) < 3.5 * found.effect_all.standard_error
    assert found.effect_method == "closed form"
    assert found.effect_images == 256
    assert found.effect.unit == found.effect_all.unit == "nats"


def test_latents_are_replaced_by_the_models_own_prior(linear, pile):
    vae = linear(latents=2)
    centre, spread = np.array([3.0, -1.0], "f4"), np.array([0.2, 2.0], "f4")
    vae.prior = tfd.MultivariateNormalDiag(centre, spread)
    codes = encode_subset(vae, pile(vae.simulate(256, 0)), np.arange(256), pair(0))
    found = latent_effect(vae, codes, seed=pair(1))
    signal = (vae.weights.astype(float) ** 2).sum(0) / vae.noise**2
    exact = 0.5 * signal * (((codes.mean - centre) ** 2 + codes.stddev**2).mean(0) + spread**2)
    assert (abs(found.effect.value - exact) < 3.5 * found.effect.standard_error).all()


def test_bernoulli_pixels_against_every_possible_image():
    network = mixing(3, 4)
    vae = Plain(lambda z: tfd.Bernoulli(logits=network(z), dtype=tf.float32), (4,), 3)
    z, other = two(3)
    images = np.array(list(itertools.product([0.0, 1.0], repeat=4)), "f4")

    def log_masses(code):
        return tf.reduce_sum(vae.law(code[None]).log_prob(images), 1).numpy().astype(float)

    found = moved(vae, z, other)
    for n, k in itertools.product(range(5), range(3)):
        changed = z[n].copy()
        changed[k] = other[n, k]
        own, new = log_masses(z[n]), log_masses(changed)
        assert found[n, k] == pytest.approx((np.exp(own) * (own - new)).sum(), rel=1e-4, abs=1e-6)
    own, new = log_masses(z[0]), log_masses(other[0])
    assert found[0, 3] == pytest.approx((np.exp(own) * (own - new)).sum(), rel=1e-4)
    assert (found[:, 4] == 0).all()


def test_a_family_without_closed_form_is_estimated_without_bias(pile):
    network = mixing(2, 6)
    vae = Plain(lambda z: tfd.Poisson(log_rate=network(z)), (6,), 2)
    z, other = two(2)
    found = np.stack([moved(vae, z, other, seed) for seed in range(60)])
    own, new = np.exp(network(z).numpy()), np.exp(network(other).numpy())
    exact = (own * np.log(own / new) - own + new).sum(1)
    error = found[:, :, 2].std(0, ddof=1) / np.sqrt(60)
    assert (abs(found[:, :, 2].mean(0) - exact) < 4 * error).all()
    assert (error < 0.1 * exact + 0.05).all()
    assert (found[:, :, 3] == 0).all()
    assert latent_effect(vae, codes_of(vae, pile, 8), seed=pair(0)).effect_method == "Monte Carlo, 16 draws of x"


A, B = np.array([0.5, 0.9, 1.6], "f4"), np.array([0.8, 0.4, 1.9], "f4")
FAMILIES = {
    "normal": lambda p: tfd.Normal(p, p),
    "laplace": lambda p: tfd.Laplace(p, p),
    "cauchy": lambda p: tfd.Cauchy(p, p),
    "bernoulli": lambda p: tfd.Bernoulli(logits=p, dtype=tf.float32),
    "continuous bernoulli": lambda p: tfd.ContinuousBernoulli(logits=4 * p - 3),
    "beta": lambda p: tfd.Beta(1 + p, 2 * p),
    "gamma": lambda p: tfd.Gamma(1 + p, p),
    "exponential": lambda p: tfd.Exponential(p),
    "categorical": lambda p: tfd.Categorical(logits=tf.stack([p, 1 - p, 0.5 * p], -1)),
    "logit normal": lambda p: tfd.LogitNormal(p, 1 + p),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_closed_forms_agree_with_monte_carlo(name):
    law, other = FAMILIES[name](A), FAMILIES[name](B)
    assert has_closed_form(law)
    x = law.sample(40_000, seed=[1, 2])
    ratio = (law.log_prob(x) - other.log_prob(x)).numpy().astype(float)
    found = tfd.kl_divergence(law, other).numpy()
    assert (abs(found - ratio.mean(0)) < 4.5 * ratio.std(0) / 200).all()


@pytest.mark.parametrize("closed", [True, False])
def test_what_the_decoder_ignores_has_exactly_no_effect(pile, closed):
    network = mixing(5, 64, ignored=(1, 4))
    vae = Plain(lambda z: (tfd.Normal if closed else tfd.Logistic)(network(z), np.float32(0.01)), (64,), 5)
    found = latent_effect(vae, codes_of(vae, pile, 37), seed=pair(3))
    assert (found.effect.value[[1, 4]] == 0).all()
    assert (found.effect.standard_error[[1, 4]] == 0).all()
    assert (found.effect.value[[0, 2, 3]] > 1).all()


def test_the_names_of_the_latents_do_not_matter():
    network = mixing(4, 6)
    order = [2, 0, 3, 1]
    back = np.argsort(order).tolist()
    plain = Plain(lambda z: tfd.Normal(network(z), 1.0), (6,), 4)
    renamed = Plain(lambda z: tfd.Normal(network(tf.gather(z, back, axis=1)), 1.0), (6,), 4)
    z, other = two(4)
    here, there = moved(plain, z, other), moved(renamed, z[:, order], other[:, order])
    np.testing.assert_allclose(there[:, :4], here[:, order], rtol=1e-5)
    np.testing.assert_allclose(there[:, 4], here[:, 4], rtol=1e-5)


def test_a_prior_that_is_no_product_leaves_only_all_latents_together(pile):
    parts = tfd.MultivariateNormalDiag(np.array([[-1, -1], [1, 1]], "f4"), np.full((2, 2), 0.5, "f4"))
    prior = tfd.MixtureSameFamily(tfd.Categorical(probs=[0.5, 0.5]), parts)
    vae = Plain(lambda z: tfd.Normal(z @ np.eye(2, 3, dtype="f4"), 1.0), (3,), 2, prior)
    codes = codes_of(vae, pile, 256)
    found = latent_effect(vae, codes, seed=pair(0))
    assert found.effect is None
    exact = 0.5 * ((codes.mean**2 + codes.stddev**2).mean(0) + 1.25).sum()
    assert abs(found.effect_all.value - exact) < 3.5 * found.effect_all.standard_error


def test_images_without_a_law_are_left_out(pile):
    vae = Plain(lambda z: tfd.Normal(z, tf.where(z[:, :1] > 1.0, np.float32(np.nan), 1.0)), (2,), 2)
    codes = codes_of(vae, pile, 100)
    good = codes.z[:, 0] <= 1.0
    assert 10 < good.sum() < 90
    found = latent_effect(vae, codes, seed=pair(0))
    assert found.effect_images == good.sum()
    assert np.isfinite(found.effect.value[1])


def test_an_infinite_effect_is_undefined_and_spoils_no_other(pile):
    def law(z):  # the width follows latent 0: x may fall outside of what another width allows
        return tfd.Uniform(z[:, 1:] * 0 - tf.exp(z[:, :1]), tf.exp(z[:, :1]))

    vae = Plain(law, (1,), 2)
    found = latent_effect(vae, codes_of(vae, pile, 50), seed=pair(0))
    assert np.isnan(found.effect.value[0])
    assert found.effect.value[1] == 0
    assert found.effect_all is None
    assert found.effect_images == 50


def test_no_image_with_a_law_at_all_gives_nothing(pile):
    vae = Plain(lambda z: tfd.Normal(z * np.float32(np.nan), 1.0), (2,), 2)
    found = latent_effect(vae, codes_of(vae, pile, 5), seed=pair(0))
    assert (found.effect, found.effect_all, found.effect_images) == (None, None, 0)


def test_one_image_has_no_standard_error(pile):
    vae = Plain(lambda z: tfd.Normal(z, 1.0), (2,), 2)
    found = latent_effect(vae, codes_of(vae, pile, 1), seed=pair(0))
    assert np.isfinite(found.effect.value).all()
    assert np.isnan(found.effect.standard_error).all()
    assert found.effect_all.standard_error is None


@pytest.mark.parametrize("latents", [1, 8, 512, 584, 1000, 10**6])
def test_many_latents_are_paid_for_with_fewer_images(latents):
    limit = image_limit(latents)
    assert limit == (256 if latents <= 512 else max(2, DECODES // (latents + 2)))


@pytest.mark.parametrize("latents", [2, 20])  # of more than 14 the turns need a second call
def test_parts_and_calls_do_not_change_what_is_measured(pile, latents, monkeypatch):
    network = mixing(latents, 4)
    vae = Plain(lambda z: tfd.Normal(network(z), 1.0), (4,), latents)
    codes = codes_of(vae, pile, 20)
    monkeypatch.setattr(codes_module, "PIXELS", 4 * 8)  # eight images at once
    found = latent_effect(vae, codes, seed=pair(0))
    again, other = (latent_effect(vae, codes, seed=pair(seed)) for seed in (0, 1))
    np.testing.assert_array_equal(found.effect.value, again.effect.value)
    assert (found.effect.value != other.effect.value).all()
    drawn = np.concatenate([vae.prior.sample(8, seed=fold(pair(0), part, 0)).numpy() for part in range(3)])[:20]
    for k in (0, 1, latents - 1):
        changed = np.where(np.arange(latents) == k, drawn, codes.z)
        apart = ((network(codes.z) - network(changed)).numpy().astype(float) ** 2).sum(1) / 2
        assert found.effect.value[k] == pytest.approx(apart.mean(), rel=1e-4)
        assert found.effect.standard_error[k] == pytest.approx(apart.std(ddof=1) / np.sqrt(20), rel=1e-4)


def test_progress_counts_decodes_and_may_cancel(pile):
    vae = Plain(lambda z: tfd.Normal(z[:, :2], 1.0), (2,), 30)
    codes, seen = codes_of(vae, pile, 6), []
    latent_effect(vae, codes, seed=pair(0), progress=lambda *told: seen.append(told))
    assert seen == [("replacing latents", 6 * 16, 6 * 32), ("replacing latents", 6 * 32, 6 * 32)]

    def cancel(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        latent_effect(vae, codes, seed=pair(0), progress=cancel)


@pytest.mark.slow
@pytest.mark.parametrize("images", [100, 256])
def test_standard_errors_cover(linear, pile, images, monkeypatch):
    """Fresh images, codes and prior draws in 400 replications of the exact model."""
    vae = linear(size=16, latents=3)
    truth = (vae.weights.astype(float) ** 2).sum(0) / vae.noise**2
    step = compile_replacing(vae, closed=True)
    monkeypatch.setattr(effect_module, "compile_replacing", lambda *_args, **_options: step)
    inside = []
    for seed in range(400):
        codes = encode_subset(vae, pile(vae.simulate(images, seed)), np.arange(images), pair(seed))
        found = latent_effect(vae, codes, seed=fold(pair(seed), 9))
        hits = abs(found.effect.value - truth) < 1.96 * found.effect.standard_error
        inside.append([*hits, abs(found.effect_all.value - truth.sum()) < 1.96 * found.effect_all.standard_error])
    covered = np.mean(inside, 0)
    print(images, covered)
    assert (covered > 0.91).all()
    assert (covered < 0.98).all()
