"""A prepared model gives the numbers of the model itself, compiles once, and reads its weights every time."""

from __future__ import annotations

import numpy as np
import pytest

import vaediag as vd
from vaediag.backend import tf, tfd
from vaediag.prepared import kept, prepare
from vaediag.records.schema import to_tree
from vaediag_models.oracles import linear_gaussian

MODEL = linear_gaussian(12, 2, 0.5, orthogonal=True, event_shape=(4, 3, 1))


@pytest.fixture(scope="module")
def images():
    return MODEL.simulate(130, 3)


def test_the_numbers_are_those_of_the_model_itself(images):
    ready = prepare(MODEL.vae)
    plain = [to_tree(vd.diagnose(MODEL.vae, images, seed=seed, skip=("pictures",)))[0] for seed in (0, 1)]
    again = [to_tree(vd.diagnose(ready, images, seed=seed, skip=("pictures",)))[0] for seed in (0, 1)]
    assert again == plain
    assert plain[0]["evidence"] != plain[1]["evidence"]


def test_nothing_is_compiled_twice(images):
    calls = []

    def decode(z):
        calls.append(1)
        return tfd.Independent(tfd.Normal(tf.tile(z, [1, 2]), 1.0), 1)

    def encode(x):
        return tfd.Independent(tfd.Normal(x[:, :2], 0.5), 1)

    vae = prepare(vd.from_callables(encode, decode, prior=vd.priors.StandardNormal(2), event_shape=(4,)))
    x = images.reshape(len(images), -1)[:, :4]
    vd.diagnose(vae, x, skip=("pictures",))
    first = len(calls)
    vd.diagnose(vae, x + 1, seed=1, skip=("pictures",))
    assert len(calls) - first < 0.4 * first  # what is left is asked eagerly, with numbers


def test_weights_that_change_are_read_again(images):
    sigma = tf.Variable(0.5)

    def decode(z):
        mean = tf.reshape(tf.matmul(z, weights) + offset, (-1, 4, 3, 1))
        return tfd.Independent(tfd.Normal(mean, sigma), 3)

    weights, offset = tf.constant(MODEL.weights.T, tf.float32), tf.constant(MODEL.offset, tf.float32)
    plain = vd.from_callables(MODEL.vae.encode, decode, prior=MODEL.vae.prior, event_shape=(4, 3, 1))
    ready = prepare(plain)
    vd.diagnose(ready, images, skip=("pictures",))
    sigma.assign(1.0)
    later, expected = (vd.diagnose(vae, images, skip=("pictures",)) for vae in (ready, plain))
    for name in ("posterior", "prior", "corrected"):
        one, other = getattr(later.calibration, name), getattr(expected.calibration, name)
        assert one.dispersion == other.dispersion
        np.testing.assert_array_equal(one.pit_histogram, other.pit_histogram)
    assert later.calibration.posterior.reduced_chi2.value < 0.5


def test_depth_is_the_same_and_follows_a_model_that_is_not_prepared(images):
    gain = [1.0]

    def decode(z):
        mean = tf.reshape(gain[0] * tf.matmul(z, weights) + offset, (-1, 4, 3, 1))
        return tfd.Independent(tfd.Normal(mean, 0.5), 3)

    weights, offset = tf.constant(MODEL.weights.T, tf.float32), tf.constant(MODEL.offset, tf.float32)
    vae = vd.from_callables(MODEL.vae.encode, decode, prior=MODEL.vae.prior, event_shape=(4, 3, 1))
    light = ("prior", "information", "corrected", "pictures")
    ready = prepare(vae)
    vd.diagnose(ready, images, seed=5, skip=light, include="deep")
    plain, again = (to_tree(vd.diagnose(each, images, skip=light, include="deep"))[0] for each in (vae, ready))
    assert again == plain
    gain[0] = 0.5
    later = to_tree(vd.diagnose(vae, images, skip=light, include="deep"))[0]
    for section, name in (("collapse", "effect"), ("collapse", "prune_cost"), ("evidence", "iwae")):
        assert later[section][name] != plain[section][name]
    assert later["independence"] != plain["independence"]


def test_only_a_prepared_model_keeps():
    made = []
    for vae in (MODEL.vae, prepare(MODEL.vae)):
        for _ in range(2):
            kept(vae, "key", lambda: made.append(1))
    assert len(made) == 3
