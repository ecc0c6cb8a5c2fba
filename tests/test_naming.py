"""Distributions in words."""

import pytest

from vaediag.backend import tf, tfd
from vaediag.heads import likelihoods, priors
from vaediag.naming import in_words

ZEROS = tf.zeros((4, 3))


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (likelihoods.Normal(0.5), "normal, fixed σ 0.5"),
        (priors.StandardNormal(), "standard normal"),
        (tfd.Bernoulli(logits=ZEROS), "bernoulli"),
        (tfd.Sample(tfd.Normal(0.0, 1.0), 3), "standard normal"),
        (tfd.Sample(tfd.Normal(0.0, 2.0), 3), "diagonal normal"),
        (tfd.MultivariateNormalDiag(tf.zeros(3)), "standard normal"),
        (tfd.MultivariateNormalDiag(tf.Variable(tf.zeros(3))), "diagonal normal"),  # it can be trained
        (tfd.MultivariateNormalDiag(ZEROS), "diagonal normal"),  # a posterior that happens to be at 0
        (tfd.Independent(tfd.Normal(ZEROS, 1.0), 1), "diagonal normal"),
        (tfd.MultivariateNormalTriL(ZEROS, tf.eye(3)), "full-covariance normal"),
        (
            tfd.MixtureSameFamily(tfd.Categorical(logits=tf.zeros(10)), tfd.MultivariateNormalDiag(tf.ones((10, 3)))),
            "mixture of 10 diagonal normals",
        ),
        (tfd.Independent(tfd.Laplace(ZEROS, 1.0), 1), "laplace"),
    ],
)
def test_in_words(part, words):
    assert in_words(part) == words
