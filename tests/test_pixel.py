from time import perf_counter
from typing import Any

import numpy as np
import pytest
from scipy import stats

from vaediag.backend import tf, tfd
from vaediag.errors import InputError
from vaediag.heads import priors
from vaediag.laws.pixel import pixel as eager
from vaediag.pixel import pixel
from vaediag.seeds import pair
from vaediag.traversal import look
from vaediag.vae import from_callables

EVENT, LATENTS = (2, 3, 1), 3
W = np.random.default_rng(0).normal(size=(LATENTS, 6)).astype(np.float32)
Z = np.array([0.5, -1.0, 2.0], np.float32)


def linear(z):
    return tf.reshape(tf.matmul(z, W), (-1, *EVENT))


def make(law, event=EVENT):
    return from_callables(
        lambda x: tfd.Normal(tf.reshape(x, (tf.shape(x)[0], -1))[:, :LATENTS], 1.0),
        law, prior=priors.StandardNormal(LATENTS), event_shape=event, name="linear",
    )  # fmt: skip


LAWS = {
    "normal": lambda z: tfd.Normal(linear(z), 0.5),
    "one sigma per image": lambda z: tfd.Normal(linear(z), tf.reshape(tf.exp(z[:, :1]), (-1, 1, 1, 1))),
    "bernoulli": lambda z: tfd.Bernoulli(logits=linear(z)),
    "beta": lambda z: tfd.Beta(1.0 + tf.abs(linear(z)), 2.0),
    "poisson": lambda z: tfd.Poisson(log_rate=linear(z)),
    "logit_normal": lambda z: tfd.LogitNormal(linear(z), 1.0),
    "beta_binomial": lambda z: tfd.BetaBinomial(6.0, 1.0 + tf.abs(linear(z)), 2.0),
    "generalized_pareto": lambda z: tfd.GeneralizedPareto(linear(z), 1.0, 0.1),
    "mixture": lambda z: tfd.MixtureSameFamily(
        tfd.Categorical(probs=[0.4, 0.6]), tfd.Normal(tf.stack([linear(z), linear(z) + 3.0], -1), 0.5)
    ),
}


@pytest.fixture(scope="module", params=LAWS)
def model(request):
    return make(LAWS[request.param])


def test_is_what_a_look_shows_at_that_pixel(model):
    views = ("mean", "mode", "stddev", "sample")
    for seed, index in enumerate([(0, 0, 0), (1, 2, 0)]):
        one = pixel(model, Z, index, seed=seed)
        shown = look(model, Z, views=views, seed=seed).views
        for name in views:
            assert getattr(one, name) == pytest.approx(float(shown[name][(0, *index)]), rel=1e-5, abs=1e-6), name
        assert one.index == index


def test_compiled_and_eager_agree(model):
    one = pixel(model, Z, (1, 0, 0), observed=0.75, seed=5)
    other = eager(model.law(Z[None]), (1, 0, 0), observed=0.75, seed=pair(5))
    np.testing.assert_allclose(one.support, other.support, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(one.density, other.density, rtol=1e-3, atol=1e-4)
    assert (one.family, one.discrete, one.notes) == (other.family, other.discrete, other.notes)
    assert (one.below, one.upto) == (pytest.approx(other.below, abs=1e-5), pytest.approx(other.upto, abs=1e-5))


def test_the_density_is_that_of_the_pixel_asked_for():
    one = pixel(make(LAWS["normal"]), Z, (1, 2, 0), observed=1.0)
    mean = float(Z @ W[:, 5])
    np.testing.assert_allclose(one.density, stats.norm.pdf(one.support, mean, 0.5), rtol=1e-4)
    assert one.below == one.upto == pytest.approx(stats.norm.cdf(1.0, mean, 0.5), abs=1e-5)
    assert len(one.support) == 256
    assert isinstance(one.density, np.ndarray)


def test_moving_z_index_seed_or_x_traces_nothing_anew():
    traced = []

    def decode(z):
        traced.append(z.shape)
        return tfd.Normal(linear(z), 0.5)

    model = make(decode)
    pixel(model, Z, (0, 0, 0), observed=0.1)
    before = len(traced)
    seen = {pixel(model, Z * k, (k % 2, k % 3, 0), observed=0.1 * k, seed=k).sample for k in range(6)}
    assert len(traced) == before
    assert len(seen) == 6


@pytest.mark.parametrize("law", ["normal", "bernoulli"])
def test_answers_while_a_slider_moves(law):
    """Five milliseconds at 28 x 28 on an idle machine; the best of several, so that a busy one does not decide."""
    weights = tf.constant(np.random.default_rng(0).normal(size=(LATENTS, 784)), tf.float32)

    def decode(z):
        at = tf.reshape(z @ weights, (-1, 28, 28, 1))
        return tfd.Normal(at, 0.5) if law == "normal" else tfd.Bernoulli(logits=at)

    model = make(decode, (28, 28, 1))
    times = []
    for k in range(20):
        start = perf_counter()
        pixel(model, Z * k, (k, k, 0), observed=1.0)
        times.append(perf_counter() - start)
    assert min(times) < 0.005


def test_a_decoder_that_cannot_be_traced_is_still_asked():
    model = make(lambda z: tfd.Normal(np.asarray(linear(z)), 0.5))
    assert pixel(model, Z, (0, 1, 0)).mean == pytest.approx(float(Z @ W[:, 1]), rel=1e-5)


def test_a_law_that_cannot_be_sliced():
    class Whole(tfd.Normal):
        def __getitem__(self, _):
            raise NotImplementedError

    one, whole = (pixel(make(lambda z, kind=kind: kind(linear(z), 0.5)), Z, (1, 1, 0)) for kind in (tfd.Normal, Whole))
    np.testing.assert_allclose(whole.support, one.support, rtol=1e-5)
    np.testing.assert_allclose(whole.density, one.density, rtol=1e-4)


def test_what_the_law_does_not_have_is_none_with_a_reason():
    one = pixel(make(lambda z: tfd.Cauchy(linear(z), 1.0)), Z, (0, 0, 0), observed=float("nan"))
    assert (one.mean, one.stddev, one.observed, one.below) == (None, None, None, None)
    assert one.notes == {
        "mean": "the law has none", "stddev": "the law has none", "observed": "x is not a number here",
    }  # fmt: skip


def test_monte_carlo_says_so():
    skewed = make(lambda z: tfd.SinhArcsinh(linear(z), 1.0, skewness=0.3))
    assert pixel(skewed, Z, (0, 0, 0)).notes["mean"].startswith("Monte Carlo, 1024 draws; standard")


def test_vectors_take_one_number():
    model = make(lambda z: tfd.Normal(tf.matmul(z, W), 0.5), (6,))
    assert pixel(model, Z[None], 4).mean == pytest.approx(float(Z @ W[:, 4]), rel=1e-5)


def wrong(value) -> Any:
    return value


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda m: pixel(m, np.zeros(2), (0, 0, 0)), r"z: expected one code of shape \[3\]; got shape \(2,\)"),
        (lambda m: pixel(m, np.zeros((2, 3)), (0, 0, 0)), "z: expected one code"),
        (lambda m: pixel(m, [np.nan, 0, 0], (0, 0, 0)), "z: expected finite numbers"),
        (lambda m: pixel(m, Z, (2, 0, 0)), r"index: expected a position inside an image of shape \(2, 3, 1\)"),
        (lambda m: pixel(m, Z, (0, 0)), r"index: .* Try \(1, 1, 0\), its centre"),
        (lambda m: pixel(m, Z, (-1, 0, 0)), "index"),
        (lambda m: pixel(m, Z, wrong((0.5, 0, 0))), "index"),
        (lambda m: pixel(m, Z, wrong("abc")), "index"),
        (lambda m: pixel(m, Z, 3), "index"),
        (lambda m: pixel(m, Z, (0, 0, 0), observed=wrong("white")), "observed: expected .*; got str"),
        (lambda m: pixel(m, Z, (0, 0, 0), points=1), "points"),
        (lambda m: pixel(m, Z, (0, 0, 0), seed=-1), "seed"),
    ],
)
def test_impossible_requests_are_refused_in_one_line(call, says):
    with pytest.raises(InputError, match=says) as error:
        call(make(LAWS["normal"]))
    assert "\n" not in str(error.value)
