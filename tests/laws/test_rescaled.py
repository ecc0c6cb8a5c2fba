"""Bytes that were scaled to another range are still bytes."""

import numpy as np
import pytest

from vaediag.backend import tf, tfd
from vaediag.distributions import Rescaled

BYTES = np.arange(256, dtype=np.float32)
INNER = tfd.QuantizedDistribution(tfd.Logistic(np.array([[100.0, 3.0, 260.0]], np.float32), 6.0), 0.0, 255.0)


@pytest.mark.parametrize(("first", "step"), [(0.0, 1 / 255), (-1.0, 2 / 255), (0.0, 1.0)])
def test_masses_are_those_of_the_integers(first, step):
    law = Rescaled(INNER, first, step)
    x = (np.float32(first) + np.float32(step) * BYTES)[:, None, None]
    np.testing.assert_allclose(law.prob(x), INNER.prob(BYTES[:, None, None]), rtol=3e-5)
    np.testing.assert_allclose(np.asarray(law.prob(x)).sum(0), 1.0, rtol=1e-5)
    np.testing.assert_array_equal(law.cdf(x), INNER.cdf(BYTES[:, None, None]))
    np.testing.assert_allclose(law.sample(5, seed=[0, 1]), first + step * INNER.sample(5, seed=[0, 1]), rtol=1e-5)
    assert law.batch_shape == (1, 3)
    assert law[0, 2].batch_shape == ()


def test_values_between_the_steps_are_impossible():
    law = Rescaled(INNER, 0.0, 1 / 255)
    assert np.isneginf(law.log_prob([[0.5001, 0.5 / 255, 0.1]])[0, :2]).all()
    np.testing.assert_array_equal(law.cdf(tf.constant([[100.5 / 255] * 3])), INNER.cdf(tf.constant([[100.0] * 3])))


def test_what_the_integers_know_is_rescaled():
    counts = tfd.Binomial(255.0, probs=np.array([[0.2, 0.7, 0.5]], np.float32))
    law = Rescaled(counts, -1.0, 2 / 255)
    np.testing.assert_allclose(law.mean(), -1 + 2 / 255 * counts.mean(), rtol=1e-5)
    np.testing.assert_allclose(law.stddev(), 2 / 255 * counts.stddev(), rtol=1e-5)
    np.testing.assert_allclose(law.variance(), (2 / 255) ** 2 * counts.variance(), rtol=1e-5)
    np.testing.assert_allclose(law.mode(), -1 + 2 / 255 * counts.mode(), rtol=1e-5)
    with pytest.raises(NotImplementedError):
        Rescaled(INNER, 0.0, 1.0).mean()
    with pytest.raises(ValueError, match="step"):
        Rescaled(INNER, 0.0, 0.0)
