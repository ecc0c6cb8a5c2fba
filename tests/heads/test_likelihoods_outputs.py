"""Which group of outputs is which, and what is refused because it cannot be what was stated."""

from typing import Any

import numpy as np
import pytest

from vaediag.backend import keras
from vaediag.errors import InputError
from vaediag.heads import likelihoods as heads

EVENT, D = (2, 2), 4
WRONG: Any = 2.5
RNG = np.random.default_rng(3)


def numbers(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def test_two_groups_of_an_image_without_channels_lie_on_the_last_axis():
    both = numbers(3, *EVENT, 2)
    law = heads.Normal("pixel").law(both, EVENT)
    np.testing.assert_array_equal(law.loc, both[..., 0])
    np.testing.assert_allclose(law.scale, np.exp(both[..., 1] / 2), rtol=1e-6)


@pytest.mark.parametrize("keys", [("mean", "log_var"), ("x_mu", "x_logvar"), ("loc", "LogVariance")])
def test_a_dict_is_read_by_its_keys_and_not_in_its_order(keys):
    mean, second = numbers(3, D), numbers(3, D)
    law = heads.Normal("pixel").law({keys[1]: second, keys[0]: mean, "z": numbers(3, 2)}, EVENT)
    np.testing.assert_array_equal(law.loc, mean.reshape(3, *EVENT))
    one = heads.Normal("image").law({keys[1]: second[:, :1], keys[0]: mean}, EVENT)
    np.testing.assert_allclose(np.ravel(one.scale), np.exp(second[:, 0] / 2), rtol=1e-6)


def test_keys_of_counts_carry_the_parameterisation():
    mean, theta, zeros = (np.abs(numbers(3, D)) for _ in range(3))
    law = heads.ZeroInflatedNegativeBinomial("positive").law({"theta": theta, "mu": mean, "dropout": zeros}, EVENT)
    np.testing.assert_allclose(law.distribution.mean(), mean.reshape(3, *EVENT), rtol=1e-5)
    np.testing.assert_allclose(law.distribution.total_count, theta.reshape(3, *EVENT), rtol=1e-6)


@pytest.mark.parametrize(
    ("head", "keys"),
    [
        (heads.Normal("pixel"), ("mean", "log_std")),  # a log σ where a log σ² was stated
        (heads.Normal("pixel", spread="scale"), ("mean", "log_var")),
        (heads.NegativeBinomial(), ("mu", "theta")),  # themselves where logarithms were stated
        (heads.Beta("positive"), ("a", "c")),
    ],
)
def test_keys_that_say_otherwise_are_refused(head, keys):
    with pytest.raises(InputError, match=rf"dict with one key for each.*got the keys {keys[0]}, {keys[1]}"):
        head.law({key: np.ones((1, D), np.float32) for key in keys}, EVENT)


def test_a_shape_that_could_be_read_in_two_ways_is_refused():
    with pytest.raises(InputError, match=r"in several ways.*Return \[n, 8\]"):
        heads.Normal("pixel").law(numbers(1, 4, 2), EVENT)


def test_a_list_says_which_of_its_tensors_is_wrong():
    with pytest.raises(InputError, match=r"expected 4 outputs.*log-variances in tensor 2 of 2.*got 3"):
        heads.Normal("pixel").law([numbers(1, D), numbers(1, 3)], EVENT)


@pytest.mark.parametrize(
    ("head", "outputs", "says"),
    [
        (heads.Bernoulli("probs"), [[-2.0, 0.1, 0.2, 3.0]], "from -2 to 3.*parameters='logits'"),
        (heads.ContinuousBernoulli("probs"), [[0.0, 0.5, 1.0, 1.5]], "probabilities in"),
        (heads.Normal("image", spread="scale"), [[0.0, 0.0, 0.0, 0.0, -0.7]], "scales > 0"),
        (heads.Poisson("positive"), [[1.0, 2.0, -0.5, 1.0]], "positive numbers.*'logs'"),
    ],
)
def test_outputs_outside_the_stated_range_are_refused(head, outputs, says):
    with pytest.raises(InputError, match=says):
        head.law(np.array(outputs, np.float32), EVENT)


def test_a_saturated_sigmoid_keeps_the_value_of_keras_cross_entropy():
    p = np.array([[0.0, 1.0, 1e-9, 0.3]], np.float32)
    x = np.array([[1.0, 0.0, 1.0, 0.4]], np.float32)
    law = heads.Bernoulli("probs").law(p, (4,))
    each = [float(keras.losses.binary_crossentropy(x[:, [i]], p[:, [i]])[0]) for i in range(4)]
    np.testing.assert_allclose(-law.log_prob(x)[0], each, rtol=1e-5)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: heads.Bernoulli("odds"), "parameters: expected one of 'logits', 'probs'"),
        (lambda: heads.Laplace("pixel", spread="log_variance"), "spread: expected one of 'log_scale'"),
        (lambda: heads.StudentT("pixel"), "df: expected a finite number > 0, degrees of freedom"),
        (lambda: heads.TruncatedNormal(low=1, high=0), "low < high"),
        (lambda: heads.NormalMixture(0), "components: expected a whole number >= 1"),
        (lambda: heads.Categorical(WRONG), "levels: expected a whole number"),
        (lambda: heads.Binomial(total_count="many"), "total_count: expected a finite number"),
        (lambda: heads.DiscretizedLogistic(low=1, high=1), "low < high"),
        (lambda: heads.Normal("image", estimated="100 images"), "only a number can be estimated"),
    ],
)
def test_impossible_arguments_are_refused_in_a_sentence(make, says):
    with pytest.raises(InputError, match=says):
        make()


def test_the_floor_is_said_in_standard_deviations():
    assert heads.Normal("image", floor=0.01).least_sigma == 0.01
    assert heads.Normal(0.01).least_sigma is None
    for head in (
        heads.Laplace("pixel", floor=0.1),
        heads.Logistic("pixel", floor=0.1),
        heads.StudentT("pixel", df=5, floor=0.1),
    ):
        low = np.concatenate([np.zeros((1, D)), np.full((1, D), -60.0)], 1).astype(np.float32)
        np.testing.assert_allclose(head.law(low, EVENT).stddev(), head.least_sigma or 0, rtol=1e-5)
    assert heads.StudentT("pixel", df=2).least_sigma is None
