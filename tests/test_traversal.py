import gc
import weakref
from typing import Any

import numpy as np
import pytest

from vaediag import decoding
from vaediag.backend import tf, tfd
from vaediag.errors import InputError
from vaediag.heads import priors
from vaediag.traversal import grid, interpolate, look, traverse
from vaediag.vae import from_callables


def f32(values):
    return np.asarray(values, np.float32)


EVENT, LATENTS = (2, 3, 1), 3

W = np.random.default_rng(0).normal(size=(LATENTS, 6)).astype(np.float32)


def wrong(value) -> Any:
    """A value of the wrong type, hidden from the type checker."""
    return value


def linear(z):
    return tf.reshape(tf.matmul(z, W), (-1, *EVENT))


def encode(x):
    flat = tf.reshape(x, (-1, 6))
    mean = flat[:, :LATENTS] + tf.constant([1.0, 2.0, 3.0])
    return tfd.MultivariateNormalDiag(mean, tf.ones_like(mean) * tf.constant([0.1, 0.2, 0.3]))


def make(law, prior=None):
    return from_callables(
        encode, law, prior=prior or priors.Normal([1.0, 0.0, -1.0], [1.0, 2.0, 0.5]), event_shape=EVENT, name="linear"
    )


@pytest.fixture(scope="module")
def normal():
    return make(lambda z: tfd.Normal(linear(z), 0.5))


@pytest.fixture(scope="module")
def bernoulli():
    return make(lambda z: tfd.Bernoulli(logits=linear(z)))


def expected_mean(z):
    return (z @ W).reshape(*z.shape[:-1], *EVENT)


def test_look_shows_what_the_decoder_says(normal):
    z = f32([[0.0, 1.0, 2.0], [1.0, 0.0, 0.0]])
    seen = look(normal, z)
    np.testing.assert_allclose(seen.views["mean"], expected_mean(z), rtol=1e-5)
    np.testing.assert_allclose(seen.views["stddev"], 0.5)
    assert (seen.model, seen.likelihood, seen.seed, seen.notes) == ("linear", "normal", 0, {})
    assert all(type(values) is np.ndarray and values.dtype == np.float32 for values in seen.views.values())


def test_every_view_of_one_code(normal):
    names = ("mean", "mode", "sample", "stddev", "entropy", "quantile", "interval_width")
    seen = look(normal, np.zeros(LATENTS), views=names, p=0.1, level=0.5)
    assert {values.shape for values in seen.views.values()} == {(1, *EVENT)}
    np.testing.assert_allclose(seen.views["quantile"], -0.64078, rtol=1e-4)
    np.testing.assert_allclose(seen.views["interval_width"], 0.67449, rtol=1e-4)
    np.testing.assert_allclose(seen.views["entropy"], 0.5 * np.log(2 * np.pi * np.e * 0.25), rtol=1e-4)
    assert seen.notes == {"quantile": "p = 0.1", "interval_width": "level = 0.5"}


def test_samples_are_a_function_of_the_seed_and_follow_z(normal):
    first, again, other = (look(normal, np.zeros(LATENTS), seed=s).views["sample"] for s in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.05
    moved = look(normal, f32([0.1, 0, 0]), seed=3)
    np.testing.assert_allclose(moved.views["sample"] - moved.views["mean"], first, atol=1e-5)


def test_the_first_of_several_codes_has_the_noise_of_one_alone(normal):
    several = look(normal, np.zeros((4, LATENTS))).views["sample"]
    np.testing.assert_array_equal(several[:1], look(normal, np.zeros(LATENTS)).views["sample"])
    assert np.abs(several[0] - several[1]).max() > 0.05


def test_many_codes_are_decoded_in_parts_with_the_same_result(normal, monkeypatch):
    z = np.random.default_rng(1).normal(size=(7, LATENTS)).astype(np.float32)
    whole = look(normal, z)
    monkeypatch.setattr(decoding, "ELEMENTS", 18)  # three codes at a time
    parts = look(normal, z)
    np.testing.assert_allclose(parts.views["mean"], whole.views["mean"], rtol=1e-6)
    noise = (parts.views["sample"] - parts.views["mean"]).reshape(7, -1)
    assert len(np.unique(noise[:, 0])) == 7  # no part repeats the noise of another


def test_traverse_moves_one_latent_per_row_in_prior_standard_deviations(normal):
    walk = traverse(normal, dims=[2, 1], span=(-2, 2), steps=5, seed=1)
    assert walk.z.shape == (2, 5, LATENTS)
    np.testing.assert_allclose(walk.positions, np.tile([-2, -1, 0, 1, 2], (2, 1)))
    np.testing.assert_allclose(walk.z[0, :, 2], -1.0 + 0.5 * walk.positions[0])
    np.testing.assert_allclose(walk.z[1, :, 1], 2.0 * walk.positions[1])
    np.testing.assert_array_equal(walk.z[0, :, :2], np.tile([1.0, 0.0], (5, 1)))
    np.testing.assert_allclose(walk.mean, expected_mean(walk.z), rtol=1e-4, atol=1e-5)
    assert (walk.dims, walk.kind, walk.units) == ((2, 1), "traversal", "prior standard deviations")
    assert walk.row_labels == ("z2", "z1")
    assert walk.sample.shape == walk.stddev.shape == (2, 5, *EVENT)


def test_all_latents_are_the_default(normal):
    assert traverse(normal, steps=2).dims == (0, 1, 2)
    assert traverse(normal, 1, steps=2).dims == (1,)


def test_held_noise_is_the_same_at_every_step(normal):
    held = traverse(normal, steps=4)
    noise = held.sample - held.mean
    np.testing.assert_allclose(noise, np.broadcast_to(noise[:1, :1], noise.shape), atol=1e-5)
    free = traverse(normal, steps=4, hold_noise=False)
    noise = (free.sample - free.mean).reshape(12, -1)
    assert len(np.unique(noise[:, 0])) == 12
    assert (held.hold_noise, free.hold_noise) == (True, False)


def test_held_noise_makes_binary_samples_monotone_in_the_probability(bernoulli):
    walk = traverse(bernoulli, 0, steps=21, span=(-6, 6))
    steps = np.diff(walk.sample[0], axis=0) * np.sign(W[0].reshape(EVENT))
    assert set(np.unique(walk.sample)) == {0.0, 1.0}
    assert (steps >= 0).all()
    assert (steps.sum(0) <= 1).all()


def test_held_noise_of_a_rejection_sampler_does_not_jump():
    beta = make(lambda z: tfd.Beta(2.0 + tf.abs(linear(z)), 3.0))
    walk = traverse(beta, 0, steps=41, span=(-1, 1), views=("sample", "stddev"))
    assert np.abs(np.diff(walk.sample[0], axis=0)).max() < 0.2 * walk.stddev.max()


def test_posterior_units_start_at_an_image(normal):
    image = np.full(EVENT, 0.5, np.float32)
    walk = traverse(normal, 1, start=image, units="posterior", span=(-1, 1), steps=3)
    np.testing.assert_allclose(walk.z[0, :, 1], [2.3, 2.5, 2.7], rtol=1e-5)
    np.testing.assert_allclose(walk.z[0, :, 0], 1.5)
    same = traverse(normal, 1, start=normal.encode(image[None]), units="posterior", span=(-1, 1), steps=3)
    np.testing.assert_array_equal(same.z, walk.z)


def test_start_fixes_the_other_latents(normal):
    walk = traverse(normal, 0, start=f32([9.0, 8.0, 7.0]), steps=2, span=(-1, 1))
    np.testing.assert_allclose(walk.z[0], [[0.0, 8.0, 7.0], [2.0, 8.0, 7.0]])


def test_interpolation_ends_at_its_ends(normal):
    start, end = f32([[0, 0, 0], [1, 1, 1]]), f32([2, 2, 2])
    path = interpolate(normal, start, end, steps=3)
    np.testing.assert_allclose(path.z[:, 0], start)
    np.testing.assert_allclose(path.z[:, -1], [end, end])
    np.testing.assert_allclose(path.z[0, 1], [1, 1, 1])
    assert (path.kind, path.dims, path.positions[0].tolist()) == ("interpolation", (), [0.0, 0.5, 1.0])


def test_interpolation_between_images_goes_through_their_posterior_means(normal):
    images = np.random.default_rng(2).random((2, *EVENT)).astype(np.float32)
    path = interpolate(normal, images[0], images[1], steps=2)
    np.testing.assert_allclose(path.z[0], normal.encode(images).mean(), rtol=1e-6)
    rows = interpolate(normal, images, images[::-1], steps=2)
    np.testing.assert_allclose(rows.z[:, 0], normal.encode(images).mean(), rtol=1e-6)


def test_a_grid_moves_rows_and_columns(normal):
    plane = grid(normal, (2, 0), steps=3, span=(-1, 1))
    assert plane.z.shape == (3, 3, LATENTS)
    np.testing.assert_allclose(plane.z[:, 0, 2], [-1.5, -1.0, -0.5])
    np.testing.assert_allclose(plane.z[0, :, 0], [0.0, 1.0, 2.0])
    np.testing.assert_allclose(plane.z[..., 1], 0.0)
    assert plane.row_labels == ("z2 = -1", "z2 = 0", "z2 = 1")


def test_a_mixture_prior_has_a_centre_and_a_spread():
    prior = priors.Mixture([0.5, 0.5], [[-1.0] * 3, [1.0] * 3], 0.5)
    walk = traverse(make(lambda z: tfd.Normal(linear(z), 0.5), prior), 0, steps=2, span=(0, 1))
    np.testing.assert_allclose(walk.z[0, :, 0], [0.0, np.sqrt(1.25)], atol=1e-5)


def test_monte_carlo_and_undefined_views_say_so():
    skewed = make(lambda z: tfd.SinhArcsinh(linear(z), 1.0, skewness=0.3))
    notes = look(skewed, np.zeros(LATENTS)).notes
    assert notes["mean"].startswith("Monte Carlo, 1024 draws; standard error up to 0.0")
    cauchy = look(make(lambda z: tfd.Cauchy(linear(z), 1.0)), np.zeros(LATENTS))
    assert cauchy.notes["mean"] == "undefined or infinite for 6 of 6 values"
    assert np.isnan(cauchy.views["mean"]).all()


def test_one_latent():
    model = from_callables(
        lambda x: tfd.Normal(x[:, :1], 1.0), lambda z: tfd.Normal(tf.tile(z, (1, 4)), 1.0),
        prior=priors.StandardNormal(1), event_shape=(4,),
    )  # fmt: skip
    assert traverse(model, steps=3).mean.shape == (1, 3, 4)
    assert look(model, [0.5]).views["mean"].shape == (1, 4)
    with pytest.raises(InputError, match="two different latents"):
        grid(model, (0, 0))


def test_a_decoder_that_cannot_be_traced_is_still_shown():
    model = make(lambda z: tfd.Normal(np.asarray(linear(z)), 0.5))  # needs values, not symbols
    z = f32([[1.0, 0.0, 0.0]])
    np.testing.assert_allclose(look(model, z).views["mean"], expected_mean(z), rtol=1e-5)


def test_the_compiled_call_is_reused_and_dies_with_the_model():
    traced = []

    def law(z):
        traced.append(z.shape)
        return tfd.Normal(linear(z), 0.5)

    model = make(law)
    look(model, np.zeros(LATENTS))
    before = len(traced)
    for count in (1, 2, 5):
        look(model, np.zeros((count, LATENTS)), seed=count)
    assert len(traced) == before
    alive = weakref.ref(model)
    del model, law
    gc.collect()
    assert alive() is None


@pytest.mark.parametrize("law", [lambda z: tfd.Normal(linear(z), 0.5), lambda z: tfd.Bernoulli(logits=linear(z))])
def test_moving_a_slider_traces_nothing_anew(law):
    """z, the seed, p, level and x are inputs of one compiled call."""
    traced = []

    def decode(z):
        traced.append(z.shape)
        return law(z)

    model = make(decode)
    views = ("quantile", "interval_width", "residual", "sample")
    first = look(model, np.zeros(LATENTS), views=views, x=np.zeros(EVENT))
    before = len(traced)
    for step, p in enumerate((0.1, 0.5, 0.9, 0.99)):
        last = look(model, np.full(LATENTS, p), views=views, p=p, level=p, seed=step, x=np.full(EVENT, p))
    assert len(traced) == before
    assert np.abs(last.views["quantile"] - first.views["quantile"]).max() > 0.5
    assert last.notes["quantile"] == "p = 0.99"


def test_quantiles_keep_their_digits_near_the_ends(normal):
    seen = look(normal, np.zeros(LATENTS), views=("quantile",), p=1 - 1e-9)
    np.testing.assert_allclose(seen.views["quantile"], 0.5 * 5.997807, rtol=1e-5)


def test_a_residual_counts_standard_deviations_from_the_mean(normal):
    z, x = f32([[0.0, 1.0, 2.0], [1.0, 0.0, 0.0]]), np.arange(12, dtype=np.float32).reshape(2, *EVENT)
    each = look(normal, z, views=("residual",), x=x)
    np.testing.assert_allclose(each.views["residual"], (x - expected_mean(z)) / 0.5, rtol=1e-5, atol=1e-5)
    one = look(normal, z, views=("residual", "mean"), x=x[0].astype(np.float64))
    np.testing.assert_allclose(one.views["residual"], (x[:1] - expected_mean(z)) / 0.5, rtol=1e-5, atol=1e-5)
    assert each.notes == one.notes == {}


def test_a_residual_in_parts(normal, monkeypatch):
    monkeypatch.setattr(decoding, "ELEMENTS", 18)
    z, x = np.zeros((7, LATENTS)), np.random.default_rng(0).normal(size=(7, *EVENT)).astype(np.float32)
    for image in (x, x[:1], x[0]):
        seen = look(normal, z, views=("residual",), x=image).views["residual"]
        np.testing.assert_allclose(seen, np.broadcast_to(image, (7, *EVENT)) / 0.5, rtol=1e-5)


def test_a_residual_without_a_spread_is_undefined_not_zero():
    certain = make(lambda z: tfd.Bernoulli(probs=tf.ones_like(linear(z)) * f32([[[1], [0.5], [0]], [[1], [1], [1]]])))
    seen = look(certain, np.zeros(LATENTS), views=("residual",), x=np.ones(EVENT))
    assert np.isnan(seen.views["residual"][0]).sum() == 5
    assert seen.views["residual"][0, 0, 1, 0] == pytest.approx(1.0)
    assert seen.notes == {"residual": "undefined or infinite for 5 of 6 values"}
    hole = look(certain, np.zeros(LATENTS), views=("residual",), x=np.full(EVENT, np.nan))
    assert hole.notes == {"residual": "undefined or infinite for 6 of 6 values"}


def test_a_residual_from_draws_carries_their_error():
    model = make(lambda z: tfd.SinhArcsinh(linear(z), 1.0, skewness=0.3))
    note = look(model, np.zeros(LATENTS), views=("residual",), x=np.full(EVENT, 0.9)).notes["residual"]
    assert note.startswith("Monte Carlo, 1024 draws; standard error up to 0.0")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda m: look(m, np.zeros(3), views=("residual",)), "x: expected an image for the view 'residual'; got None"),
        (lambda m: look(m, np.zeros(3), views=("residual",), x=np.zeros(5)), r"x: expected one image of .*\(5,\)"),
        (lambda m: look(m, np.zeros((3, 3)), views=("residual",), x=np.zeros((2, *EVENT))), "one for each of 3 codes"),
        (lambda m: look(m, np.zeros(3), views=("residual",), x="cat"), "x: expected an array of numbers; got str"),
        (lambda m: traverse(m, views=("mean", "residual")), "views: expected names among mean.*'residual'"),
        (lambda m: look(m, np.zeros(2)), r"z: expected one code of shape \[3\].*\(1, 2\)"),
        (lambda m: look(m, np.zeros((1, 2, 3))), r"z: expected one code"),
        (lambda m: look(m, np.zeros((0, 3))), r"z: expected one code"),
        (lambda m: look(m, [np.nan, 0, 0]), "z: expected finite numbers"),
        (lambda m: look(m, "zero"), "z: expected an array of numbers"),
        (lambda m: look(m, np.zeros(3), views=("median",)), "views: expected names among mean.*'median'"),
        (lambda m: look(m, np.zeros(3), views="mean"), "got the string 'mean'"),
        (lambda m: look(m, np.zeros(3), views=()), "views"),
        (lambda m: look(m, np.zeros(3), seed=-1), "seed"),
        (lambda m: look(m, np.zeros(3), p=1.0), "p: expected a probability"),
        (lambda m: look(m, np.zeros(3), level=0.0), "level: expected a probability"),
        (lambda m: traverse(m, dims=[3]), "dims: expected latents from 0 to 2; got 3"),
        (lambda m: traverse(m, dims=[]), "dims"),
        (lambda m: traverse(m, steps=1), "steps"),
        (lambda m: traverse(m, steps=True), "steps"),
        (lambda m: traverse(m, span=(1, 1)), "span"),
        (lambda m: traverse(m, span=wrong(3)), "span: expected two numbers"),
        (lambda m: traverse(m, span=(0, np.inf)), "span"),
        (lambda m: traverse(m, units="image"), "units: expected 'prior' or 'posterior'"),
        (lambda m: traverse(m, units="posterior"), "start: units='posterior'.*got None"),
        (lambda m: traverse(m, units="posterior", start=np.zeros(3)), "got a code"),
        (lambda m: traverse(m, start=np.zeros(4)), r"start: expected a code of shape \[3\]"),
        (lambda m: traverse(m, start=m.encode(np.zeros((2, *EVENT)))), "of one image over 3 latents; got 6"),
        (lambda m: interpolate(m, np.zeros(3), np.zeros(4)), r"end: expected codes \[rows, 3\]"),
        (lambda m: grid(m, (0, 0)), "two different latents"),
        (lambda m: grid(m, wrong((0, 1, 2))), "two different latents"),
    ],
)
def test_impossible_requests_are_refused_in_one_line(normal, call, says):
    with pytest.raises(InputError, match=says) as error:
        call(normal)
    assert "\n" not in str(error.value)


def test_a_decoder_with_control_flow_over_tensors_is_compiled():
    runs = []

    def law(z):
        runs.append(1)
        total = tf.zeros((tf.shape(z)[0], *EVENT))
        for _ in tf.range(2):  # needs autograph when traced
            total += linear(z)
        return tfd.Normal(total, 0.5)

    model = make(law)
    z = f32([[1.0, 0.0, 0.0]])
    np.testing.assert_allclose(look(model, z).views["mean"], 2 * expected_mean(z), rtol=1e-5)
    before = len(runs)
    look(model, z)
    assert len(runs) == before  # compiled: Python did not run again
