"""KL over bins: 0 on average for codes of the prior, a lower bound elsewhere."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from vaediag.probes.binned import BINS, binned_kl


def test_codes_of_the_prior_are_called_so():
    u = np.random.default_rng(0).random((200, 400))
    found = binned_kl(u)
    assert abs(found.value.mean()) < 4 * found.value.std() / 20
    ratio = found.value.std() / found.standard_error.mean()
    assert 0.55 < ratio < 0.9
    assert (found.value > 0.05 + 3 * found.standard_error).sum() == 0


def test_clusters_are_found_however_narrow_the_posteriors_are():
    rng = np.random.default_rng(1)
    z = rng.choice([-0.9, 0.9], (200, 100)) + 0.436 * rng.standard_normal((200, 100))
    edges = norm.ppf(np.arange(BINS + 1) / BINS)
    mass = np.diff(0.5 * (norm.cdf(edges, -0.9, 0.436) + norm.cdf(edges, 0.9, 0.436)))
    exact = (mass * np.log(BINS * mass)).sum()
    found = binned_kl(norm.cdf(z))
    assert abs(found.value.mean() - exact) < 4 * found.value.std() / 10
    assert 0.8 < found.value.std() / found.standard_error.mean() < 1.3


def test_columns_are_latents_and_order_does_not_matter():
    rng = np.random.default_rng(2)
    u = rng.random((150, 3)) ** [1.0, 2.0, 1.0]
    one, other = binned_kl(u), binned_kl(u[rng.permutation(150)][:, ::-1])
    np.testing.assert_array_equal(one.value, other.value[::-1])
    assert one.value[1] > 5 * one.standard_error[0]
    for few in (np.ones((50, 2)), np.array([[0.05], [0.55], [0.85]])):
        found = binned_kl(few)
        assert np.isfinite(found.value + found.standard_error).all()
