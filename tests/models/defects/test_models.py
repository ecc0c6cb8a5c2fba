"""What the models of the bench claim to be: exact where nothing was planted, and wrong only where something was."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag.backend import tf
from vaediag_models.defects import kinds
from vaediag_models.defects.bits import BitsModel
from vaediag_models.defects.gaussian import GaussianModel, random_gaussian
from vaediag_models.defects.size import Size
from vaediag_models.oracles.linear import exact_posterior

SIZE = Size(4, 3, 200)
MODELS = {kinds.GAUSSIAN: GaussianModel, kinds.BITS: BitsModel}


@pytest.fixture(scope="module")
def models():
    # latents of the binary model own equal blocks of pixels
    return {family: make(Size(4, 2, 200) if family == kinds.BITS else SIZE) for family, make in MODELS.items()}


def planted(name: str, seed: int = 3):
    kind = kinds.KINDS[name]
    size = Size(4, 2, 200) if kind.family == kinds.BITS else SIZE
    return kind, kind.plant(size, np.random.default_rng(seed))


def spread_of_weights(model, x) -> np.ndarray:
    """Standard deviation over codes of log p(x, z) - log q(z | x): 0 where q is the posterior."""
    vae = model.vae
    q = vae.encode(tf.constant(x))
    z = q.sample(20, seed=[1, 2])
    weights = [vae.decode(one).log_prob(tf.constant(x)) + vae.prior.log_prob(one) - q.log_prob(one) for one in z]
    return np.std(np.stack(weights), 0)


@pytest.mark.parametrize("name", [kind.name for kind in kinds.EXACT])
def test_the_encoder_of_an_exact_model_is_the_posterior(models, name):
    kind, made = planted(name)
    models[kind.family].state(made.numbers)
    assert np.max(spread_of_weights(models[kind.family], made.images(30))) < 1e-3


WRONG_ENCODERS = {
    "latent ignored by the decoder",
    "latent passes noise",
    "q × 0.7",
    "q × 1.4",
    "q without its correlation",
}


IMPOSSIBLE = {"0–255 under Bernoulli", "NaN in 4 % of the images"}


@pytest.mark.parametrize("name", [kind.name for kind in kinds.DEFECTS if kind.name not in IMPOSSIBLE])
def test_only_defects_of_the_encoder_leave_it_wrong(models, name):
    kind, made = planted(name)
    models[kind.family].state(made.numbers)
    spread = np.mean(spread_of_weights(models[kind.family], made.images(30)))
    assert spread > 0.1 if name in WRONG_ENCODERS else spread < 1e-3


@pytest.mark.parametrize("stated", [None, np.linspace(0.2, 0.9, 16)])
def test_encoder_by_the_general_formula(stated):
    numbers = random_gaussian(SIZE, np.random.default_rng(0), stated)
    white = numbers.weights / numbers.stated[:, None]
    gain, covariance = exact_posterior(white, 1.0)
    np.testing.assert_allclose(numbers.gain, gain / numbers.stated, atol=1e-12)
    np.testing.assert_allclose(np.diag(numbers.spread**2), covariance, atol=1e-12)


def test_no_latent_can_take_up_a_shift_of_the_mean():
    numbers = random_gaussian(SIZE, np.random.default_rng(1))
    np.testing.assert_allclose(numbers.gain @ np.ones(16), 0.0, atol=1e-12)


def test_a_compiled_model_takes_other_numbers(models):
    model = models[kinds.GAUSSIAN]
    z = tf.constant(np.random.default_rng(0).standard_normal((5, 3)), tf.float32)
    mean = tf.function(lambda z: model.vae.law(z).mean())
    for seed in (1, 2):
        numbers = random_gaussian(SIZE, np.random.default_rng(seed))
        model.state(numbers)
        expected = (z.numpy() @ numbers.weights.T + numbers.offset).reshape(5, 4, 4, 1)
        np.testing.assert_allclose(mean(z), expected, atol=1e-5)


def test_a_latent_that_is_ignored_leaves_the_aggregated_posterior_the_prior():
    _, made = planted("latent ignored by the decoder")
    x = made.images(20_000).reshape(20_000, -1)
    mean = (x - made.numbers.offset) @ made.numbers.gain.T
    spread = np.cov(mean.T) + np.diag(made.numbers.spread**2)
    np.testing.assert_allclose(spread, np.eye(3), atol=0.05)
    assert not made.numbers.weights[:, 0].any()
    kl = 0.5 * (0.3 + 0.7 - 1 - np.log(0.3))
    assert kl > 0.5  # nats, paid for nothing


def test_means_and_widths_are_right_where_only_the_correlation_is_missing():
    _, made = planted("q without its correlation")
    white = made.numbers.weights / made.numbers.stated[:, None]
    gain, covariance = exact_posterior(white, 1.0)
    np.testing.assert_allclose(made.numbers.gain, gain / made.numbers.stated, atol=1e-12)
    np.testing.assert_allclose(made.numbers.spread**2, np.diag(covariance), atol=1e-12)
    assert covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]) == pytest.approx(-0.78)


def test_a_latent_that_passes_noise_changes_x_and_is_the_prior():
    _, made = planted("latent passes noise")
    assert not made.numbers.gain[0].any()
    assert made.numbers.spread[0] == 1
    effect = np.sum((made.numbers.weights[:, 0] / made.numbers.stated) ** 2)
    assert effect == pytest.approx(0.25)


@pytest.mark.parametrize("name", list(kinds.KINDS))
def test_images_follow_from_the_generator(name):
    kind, made = planted(name)
    x = made.images(7)
    assert x.shape == (7, 4, 4, 1)
    assert x.dtype == np.float32
    assert np.isnan(x).sum() == (name == "NaN in 4 % of the images")
    assert np.array_equal(x, planted(name)[1].images(7), equal_nan=True)
    assert not np.array_equal(x, planted(name, seed=4)[1].images(7), equal_nan=True)
    assert ((x == 0) | (x == 1)).all() == (kind.family == kinds.BITS and "under Bernoulli" not in name)
