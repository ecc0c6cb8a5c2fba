"""CRPS and interval score against scoringrules (closed forms and quadrature), and laws that every score obeys."""

import numpy as np
import pytest
import scoringrules as sr
from scipy import integrate, stats

from vaediag.backend import tf, tfd
from vaediag.laws.continuous_bernoulli import crps as continuous_bernoulli_crps
from vaediag.laws.pit import normal_scores
from vaediag.laws.scores import crps, interval_score


def f32(values):
    return np.asarray(values, np.float32)


X = np.linspace(-3, 5, 33).astype(np.float32)
COUNTS = np.arange(12).astype(np.float32)
S = [1, 2]
ONE = np.ones(1, np.float32)


@pytest.mark.parametrize(
    ("law", "x", "expected"),
    [
        (tfd.Normal(0.3, 1.2), X, sr.crps_normal(X, 0.3, 1.2)),
        (tfd.Laplace(0.3, 1.2), X, sr.crps_laplace(X, 0.3, 1.2)),
        (tfd.Logistic(0.3, 1.2), X, sr.crps_logistic(X, 0.3, 1.2)),
        (tfd.StudentT(5.0, 0.3, 1.2), X, sr.crps_t(X, 5.0, 0.3, 1.2)),
        (tfd.StudentT(1.5, 0.3, 1.2), X, sr.crps_t(X, 1.5, 0.3, 1.2)),
        (tfd.Binomial(10.0 * ONE, probs=0.3), COUNTS, sr.crps_binomial(COUNTS, 10, 0.3)),
        (tfd.Bernoulli(probs=0.3 * ONE), COUNTS[:2], (COUNTS[:2] - 0.3) ** 2),
    ],
    ids=["normal", "laplace", "logistic", "t5", "t1.5", "binomial", "bernoulli"],
)
def test_closed_forms_against_scoringrules(law, x, expected):
    np.testing.assert_allclose(crps(law, tf.constant(x), seed=S), expected, atol=2e-5)


def test_a_mixture_of_normals_against_scoringrules():
    m, s, w = f32([0.0, 2.0, -1.0]), f32([1.0, 0.3, 2.0]), f32([0.2, 0.5, 0.3])
    law = tfd.MixtureSameFamily(tfd.Categorical(probs=w), tfd.Normal(m, s))
    expected = sr.crps_mixnorm(X, np.tile(m, (len(X), 1)), np.tile(s, (len(X), 1)), np.tile(w, (len(X), 1)))
    np.testing.assert_allclose(crps(law, tf.constant(X), seed=S), expected, atol=2e-5)


def test_what_is_known_already_is_used(make_law):
    law = make_law("normal", 4)
    x = law.sample(seed=S)
    known = {"mean": law.mean(), "stddev": law.stddev(), "u": law.cdf(x)}
    np.testing.assert_allclose(crps(law, x, seed=S, **known), crps(law, x, seed=S), atol=2e-6)
    wrong = {**known, "u": tf.zeros_like(x)}
    assert np.abs(crps(law, x, seed=S, **wrong) - crps(law, x, seed=S)).max() > 0.01


LOGITS = [-80.0, -9.0, -1.0, -0.21, -0.19, -1e-3, 0.0, 1e-3, 0.19, 0.21, 1.0, 9.0, 80.0]


@pytest.mark.parametrize("logit", LOGITS)
def test_the_continuous_bernoulli_against_quadrature(logit):
    def cumulated(t):
        return t if logit == 0 else np.expm1(logit * t) / np.expm1(logit)

    x = f32([0.0, 0.02, 0.3, 0.5, 0.9, 1.0])
    expected = [
        integrate.quad(lambda t: cumulated(t) ** 2, 0, at)[0]
        + integrate.quad(lambda t: (1 - cumulated(t)) ** 2, at, 1)[0]
        for at in x
    ]
    np.testing.assert_allclose(continuous_bernoulli_crps(tf.constant(logit), tf.constant(x)), expected, atol=5e-5)
    law = tfd.ContinuousBernoulli(probs=tf.sigmoid(logit) * ONE)  # given as probs, not logits
    if abs(logit) < 10:
        np.testing.assert_allclose(crps(law, tf.constant(x), seed=S), expected, atol=1e-4)


def test_outside_the_support_the_distance_is_added():
    law = tfd.ContinuousBernoulli(logits=0.5 * ONE)
    score = crps(law, tf.constant([-1.0, 0.0, 1.0, 2.5]), seed=S).numpy()
    assert score[0] == pytest.approx(score[1] + 1.0, rel=1e-5)
    assert score[3] == pytest.approx(score[2] + 1.5, rel=1e-5)
    law = tfd.FiniteDiscrete([0.0, 0.5, 1.0], probs=[0.2, 0.3, 0.5])
    score = crps(law, tf.constant([-1.0, 0.0]), seed=S).numpy()
    assert score[0] == pytest.approx(score[1] + 1.0, rel=1e-5)


@pytest.mark.parametrize("x", [0.0, 0.1, 0.5, 0.8, 1.0])
def test_a_finite_support_with_gaps_against_its_definition(x):
    outcomes, probs = f32([0.0, 0.25, 1.0]), f32([0.2, 0.5, 0.3])
    draws = np.abs(np.subtract.outer(outcomes, outcomes))
    expected = probs @ np.abs(outcomes - x) - 0.5 * probs @ draws @ probs
    assert float(crps(tfd.FiniteDiscrete(outcomes, probs=probs), tf.constant(x), seed=S)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("law", "reference"),
    [
        (lambda n: tfd.Gumbel(tf.fill((n,), 2.0), 0.5), lambda x: sr.crps_gev(x, 0.0, 2.0, 0.5)),
        (lambda n: tfd.Uniform(tf.fill((n,), -1.0), 3.0), lambda x: sr.crps_uniform(x, -1.0, 3.0)),
    ],
    ids=["gumbel", "uniform"],
)
def test_the_estimator_is_fair(law, reference):
    many = law(4000)
    x = many.sample(seed=[3, 4])
    difference = np.asarray(crps(many, x, seed=S), np.float64) - reference(np.asarray(x, np.float64))
    assert abs(difference.mean()) < 3.5 * difference.std() / np.sqrt(len(difference))
    assert difference.std() < 0.5 * np.std(reference(np.asarray(x, np.float64))) + 0.1


@pytest.mark.parametrize(
    ("law", "lower", "upper"),
    [
        (tfd.Normal(0.3 * ONE, 1.2), *stats.norm(0.3, 1.2).interval(0.9)),
        (tfd.Logistic(0.3 * ONE, 1.2), *stats.logistic(0.3, 1.2).interval(0.9)),
        (tfd.Beta(2.0 * ONE, 3.0), *stats.beta(2, 3).interval(0.9)),
        (tfd.Poisson(4.0 * ONE), *stats.poisson(4).interval(0.9)),
        (tfd.Bernoulli(probs=0.3 * ONE), 0.0, 1.0),
        (tfd.Bernoulli(probs=0.01 * ONE), 0.0, 0.0),
    ],
    ids=["normal", "logistic", "beta", "poisson", "bernoulli", "sure bernoulli"],
)
@pytest.mark.parametrize("shift", [-7.0, 0.0, 5.0])
def test_interval_score_against_scoringrules(law, lower, upper, shift):
    x = X + np.float32(shift)
    expected = sr.interval_score(x, lower, upper, 0.1)
    np.testing.assert_allclose(interval_score(law, tf.constant(x), level=0.9, seed=S), expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("score", [crps, interval_score])
@pytest.mark.parametrize("kind", ["normal", "laplace", "logistic", "student_t", "beta", "continuous_bernoulli"])
def test_scores_are_proper(score, kind, make_law):
    law = make_law(kind, 300)
    x = law.sample(seed=[7, 7])
    own = np.asarray(score(law, x, seed=S)).mean()
    shifted = np.asarray(score(law, x + 0.3, seed=S)).mean()
    assert own < shifted


@pytest.mark.parametrize("kind", ["normal", "laplace", "logistic", "student_t", "mixture of normals"])
def test_scores_scale_with_the_units_of_x(kind, make_law):
    law = make_law(kind, 3)
    x = law.sample(seed=S)
    wide = {
        "normal": lambda: tfd.Normal(10 * law.loc, 10 * law.scale),
        "laplace": lambda: tfd.Laplace(10 * law.loc, 10 * law.scale),
        "logistic": lambda: tfd.Logistic(10 * law.loc, 10 * law.scale),
        "student_t": lambda: tfd.StudentT(law.df, 10 * law.loc, 10 * law.scale),
        "mixture of normals": lambda: tfd.MixtureSameFamily(
            law.mixture_distribution,
            tfd.Normal(10 * law.components_distribution.loc, 10 * law.components_distribution.scale),
        ),
    }[kind]()
    np.testing.assert_allclose(crps(wide, 10 * x, seed=S), 10 * crps(law, x, seed=S), rtol=1e-3, atol=1e-4)


def test_one_erf_in_the_graph_of_a_normal():
    """The pass computes F(x) once; CRPS and interval score add no further error function."""

    def kinds(step):
        traced = tf.function(step, input_signature=[tf.TensorSpec((None, 3))], autograph=False).get_concrete_function()
        found = [op.type for op in traced.graph.get_operations()]
        return {kind: found.count(kind) for kind in ("Erf", "Erfc", "Ndtri", "Erfinv")}

    law = tfd.Normal(tf.zeros((1, 3)), tf.ones((1, 3)))

    def everything(x):
        u = law.cdf(x)
        return u, crps(law, x, seed=S, u=u), interval_score(law, x, seed=S), normal_scores(law, x, seed=S)

    assert kinds(everything) == kinds(law.cdf)
