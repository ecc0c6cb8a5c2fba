"""What the prior says about each latent."""

from __future__ import annotations

import numpy as np

from vaediag.backend import tfd
from vaediag.diagnostics.latents import prior_mean, prior_stddev
from vaediag.heads.priors import Mixture, Normal


def test_mean_and_standard_deviation_of_a_prior():
    law = Normal([1.0, -2.0], [0.5, 3.0]).law()
    np.testing.assert_allclose(prior_mean(law), [1, -2])
    np.testing.assert_allclose(prior_stddev(law), [0.5, 3])
    both = Mixture([0.5, 0.5], [[0.0, 1.0], [2.0, 1.0]], np.ones((2, 2))).law()
    np.testing.assert_allclose(prior_mean(both), [1, 1])
    np.testing.assert_allclose(prior_stddev(both), [2**0.5, 1], rtol=1e-6)


def test_a_prior_that_does_not_say_gives_nan():
    law = tfd.Independent(tfd.LogitNormal([0.0, 1.0], 1.0), 1)
    assert np.isnan(prior_mean(law)).all()
    assert np.isnan(prior_stddev(law)).all()
