"""Every head against SciPy: raw outputs in, log-probability, CDF and mean out."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.heads.likelihood_cases import CASES, EVENT, POSITIVE, D, N
from vaediag.backend import tf, tfd
from vaediag.errors import InputError
from vaediag.heads import from_config
from vaediag.heads import likelihoods as heads

ALL = [pytest.param(case, id=case.name) for case in CASES]


def joined(case, raw):
    """Groups `[N, D]` as the one tensor that the head documents."""
    if isinstance(case.head, heads.Categorical):
        return np.stack(raw, -1).reshape(N, -1)
    return np.concatenate(raw, 1)


def check(case, law, raw, *, rtol=2e-4, atol=2e-5):
    truth = case.truth(*(group.astype(float) for group in raw))
    log = truth.logpmf if case.discrete else truth.logpdf
    for x in case.at:
        values = tf.fill((N, *EVENT), np.float32(x))
        np.testing.assert_allclose(law.log_prob(values).numpy().reshape(N, D), log(x), rtol=rtol, atol=atol)
        np.testing.assert_allclose(law.cdf(values).numpy().reshape(N, D), truth.cdf(x), rtol=rtol, atol=atol)
    if (
        case.mean
        and not isinstance(law, tfd.QuantizedDistribution | tfd.Categorical)
        and law.__class__.__name__ != "Rescaled"
    ):
        np.testing.assert_allclose(law.mean().numpy().reshape(N, D), truth.mean(), rtol=rtol, atol=atol)


@pytest.mark.parametrize("case", ALL)
def test_the_law_is_the_one_that_scipy_gives(case):
    raw = case.raw()
    law = case.head.law(joined(case, raw), EVENT)
    assert tuple(law.batch_shape) == (N, *EVENT)
    assert tuple(law.event_shape) == ()
    assert law.dtype == tf.float32
    check(case, law, raw)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in POSITIVE])
def test_numbers_that_the_network_made_positive_are_taken_as_they_are(case):
    raw = [1 / (1 + np.exp(-group)) if "probs" in case.name else np.exp(group) for group in case.raw()]
    raw = [np.abs(group).astype(np.float32) for group in raw]
    check(case, case.head.law(np.concatenate(raw, 1), EVENT), raw)


@pytest.mark.parametrize("case", ALL)
def test_every_layout_gives_the_same_law(case):
    raw = case.raw()
    x = tf.fill((N, *EVENT), np.float32(case.at[1]))
    expected = case.head.law(joined(case, raw), EVENT).log_prob(x)
    images = [group.reshape(N, *EVENT) for group in raw]
    if isinstance(case.head, heads.Categorical):
        channels = np.stack(images, -1).reshape(N, *EVENT[:-1], -1)
        layouts = {"channels": channels, "trailing": np.stack(images, -1), "list": [channels]}
    else:
        layouts = {"channels": np.concatenate(images, -1), "first": np.stack(images, 1), "list": images}
        layouts["rows"] = list(raw)
        if case.groups > 1:
            layouts["trailing"] = np.stack(images, -1)
        if hasattr(case.head, "components"):  # one tensor for each of weights, locations, scales
            layouts["three"] = [np.concatenate(images[at : at + 2], -1) for at in (0, 2, 4)]
    for name, outputs in layouts.items():
        np.testing.assert_array_equal(case.head.law(outputs, EVENT).log_prob(x), expected, err_msg=name)


@pytest.mark.parametrize("case", ALL)
def test_outputs_that_saturate_stay_finite(case):
    levels = np.array([-30.0, 0.0, 30.0], np.float32)
    grid = np.stack(np.meshgrid(*[levels] * min(case.groups, 3)), -1).reshape(-1, min(case.groups, 3))
    event = (len(grid),)
    raw = [grid[:, i % grid.shape[1]][None] for i in range(case.groups)]
    rows = np.stack(raw, -1).reshape(1, -1) if isinstance(case.head, heads.Categorical) else np.concatenate(raw, 1)
    outputs = tf.constant(rows)
    middle = case.at[len(case.at) // 2]
    with tf.GradientTape() as tape:
        tape.watch(outputs)
        law = case.head.law(outputs, event)
        log_prob = law.log_prob(tf.fill((1, *event), np.float32(middle)))
    assert np.isfinite(log_prob).all()
    assert np.isfinite(tape.gradient(log_prob, outputs)).all()
    if case.name != "log-normal":  # a log x of 3e6 has no x
        assert np.isfinite(law.sample(seed=[1, 2])).all()


@pytest.mark.parametrize("case", ALL)
def test_a_numpy_image_means_what_the_tensor_means(case):
    law = case.head.law(joined(case, case.raw()), EVENT)
    x = np.full((N, *EVENT), case.at[1])  # float64, as NumPy images are
    np.testing.assert_array_equal(law.log_prob(x), law.log_prob(tf.constant(x, tf.float32)))


@pytest.mark.parametrize("case", ALL + [pytest.param(case, id=case.name) for case in POSITIVE])
def test_config_round_trip(case):
    config = case.head.to_config()
    assert from_config(config) == case.head
    assert config["family"] == case.head.family
    assert case.head.describe()
    assert isinstance(case.head, heads.Likelihood)
    assert json.loads(json.dumps(config)) == config  # plain data


@pytest.mark.parametrize("case", ALL)
def test_the_wrong_number_of_outputs_names_both_numbers_and_a_remedy(case):
    right = case.head.outputs(EVENT)
    assert right == case.groups * D
    with pytest.raises(InputError, match=f"expected {right} outputs.*got {right + 1}.*choose the likelihood"):
        case.head.law(np.zeros((N, right + 1), np.float32), EVENT)


def test_grey_values_have_no_probability_under_a_categorical():
    law = heads.Categorical(4).law(np.zeros((1, 4), np.float32), (1,))
    np.testing.assert_allclose(
        law.log_prob([[[1.0]], [[1.9]], [[4.0]], [[-1.0]]]).numpy().ravel(), [np.log(0.25), *[-np.inf] * 3], rtol=1e-6
    )


def test_a_grid_of_scaled_bytes_has_probabilities_not_densities():
    for head in (heads.DiscretizedLogistic(low=-1, high=1), heads.Categorical(256, low=0, high=1)):
        outputs = np.random.default_rng(1).normal(size=(1, head.outputs((1,)))).astype(np.float32)
        grid = np.linspace(head.low, head.top, 256).astype(np.float32)
        assert float(np.exp(head.law(outputs, (1,)).log_prob(grid[:, None, None])).sum()) == pytest.approx(1, abs=1e-4)
