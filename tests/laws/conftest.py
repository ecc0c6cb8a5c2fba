"""One law of every scalar family that TFP offers, small."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from vaediag.aliases import Law
from vaediag.backend import tf, tfd, tfp


def f32(values):
    return np.asarray(values, np.float32)


ONE = np.float32(1.0)


class Values(NamedTuple):
    """Parameters: `a` and `p` are `[codes, 2, 3]`, positive and in (0, 1); `logits` is `[codes, 2, 3, 5]`."""

    a: np.ndarray
    p: np.ndarray
    logits: np.ndarray


def _mixture(parts: Any) -> Law:
    return tfd.MixtureSameFamily(tfd.Categorical(probs=f32([0.4, 0.6])), parts)


def _pair(values: np.ndarray) -> np.ndarray:
    return np.stack([values, values + ONE], -1)


def _inflated(a: np.ndarray) -> Law:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # TFP doubts that anyone wants an atom on a density
        return tfd.Inflated(tfd.Normal(a, a), inflated_loc_probs=0 * a + np.float32(0.3), inflated_loc=0 * a)


CONTINUOUS: dict[str, Callable[[Values], Law]] = {
    "normal": lambda v: tfd.Normal(v.a, v.a),
    "normal one scale": lambda v: tfd.Normal(v.a, np.float32(0.5)),
    "laplace": lambda v: tfd.Laplace(v.a, v.a),
    "logistic": lambda v: tfd.Logistic(v.a, v.a),
    "student_t": lambda v: tfd.StudentT(5 + v.a, v.a, v.a),
    "cauchy": lambda v: tfd.Cauchy(v.a, v.a),
    "gumbel": lambda v: tfd.Gumbel(v.a, v.a),
    "moyal": lambda v: tfd.Moyal(v.a, v.a),
    "generalized_normal": lambda v: tfd.GeneralizedNormal(v.a, v.a, 1.5 * ONE),
    "doublesided_maxwell": lambda v: tfd.DoublesidedMaxwell(v.a, v.a),
    "two_piece_normal": lambda v: tfd.TwoPieceNormal(v.a, v.a, 1.5 * ONE),
    "two_piece_student_t": lambda v: tfd.TwoPieceStudentT(6 + v.a, v.a, v.a, 1.5 * ONE),
    "exponentially_modified_gaussian": lambda v: tfd.ExponentiallyModifiedGaussian(v.a, v.a, 2 * ONE),
    "horseshoe": lambda v: tfd.Horseshoe(v.a),
    "sinh_arcsinh": lambda v: tfd.SinhArcsinh(v.a, v.a, 0.3 * ONE, 1.1 * ONE),
    "johnson_su": lambda v: tfd.JohnsonSU(v.a, 2 * ONE, v.a, v.a),
    "lambert_w_normal": lambda v: tfd.LambertWNormal(v.a, v.a, 0.1 * ONE),
    "normal_inverse_gaussian": lambda v: tfd.NormalInverseGaussian(v.a, 2 + v.a, 3 * ONE, 0.5 * v.a),
    "generalized_extreme_value": lambda v: tfd.GeneralizedExtremeValue(v.a, v.a, 0.1 * ONE),
    "exp_gamma": lambda v: tfd.ExpGamma(1 + v.a, v.a),
    "exp_inverse_gamma": lambda v: tfd.ExpInverseGamma(1 + v.a, v.a),
    "von_mises": lambda v: tfd.VonMises(0 * v.a, v.a),
    "continuous_bernoulli": lambda v: tfd.ContinuousBernoulli(probs=v.p),
    "beta": lambda v: tfd.Beta(v.a, 1 + v.a),
    "sigmoid_beta": lambda v: tfd.SigmoidBeta(1 + v.a, v.a),
    "kumaraswamy": lambda v: tfd.Kumaraswamy(1 + v.a, 1 + v.a),
    "logit_normal": lambda v: tfd.LogitNormal(v.a, v.a),
    "relaxed_bernoulli": lambda v: tfd.RelaxedBernoulli(ONE, probs=v.p),
    "uniform": lambda v: tfd.Uniform(-v.a, v.a),
    "triangular": lambda v: tfd.Triangular(-v.a, v.a, 0 * v.a),
    "pert": lambda v: tfd.PERT(-v.a, 0 * v.a, v.a),
    "bates": lambda v: tfd.Bates(f32([[1, 2, 4], [3, 2, 1]]), 0 * v.a, v.a),
    "truncated_normal": lambda v: tfd.TruncatedNormal(v.a, v.a, -1.0, 2.0),
    "truncated_cauchy": lambda v: tfd.TruncatedCauchy(v.a, v.a, -1.0, 2.0),
    "pareto": lambda v: tfd.Pareto(4 + v.a, v.a),
    "generalized_pareto": lambda v: tfd.GeneralizedPareto(v.a, v.a, 0.1 * ONE),
    "half_cauchy": lambda v: tfd.HalfCauchy(0 * v.a, v.a),
    "half_student_t": lambda v: tfd.HalfStudentT(5 + v.a, 0 * v.a, v.a),
    "half_normal": lambda v: tfd.HalfNormal(v.a),
    "exponential": lambda v: tfd.Exponential(v.a),
    "gamma": lambda v: tfd.Gamma(1 + v.a, v.a),
    "gamma_gamma": lambda v: tfd.GammaGamma(2 + v.a, 9 + v.a, v.a),
    "beta_quotient": lambda v: tfd.BetaQuotient(1 + v.a, 2 * ONE, 5 + v.a, 2 * ONE),
    "inverse_gamma": lambda v: tfd.InverseGamma(5 + v.a, v.a),
    "inverse_gaussian": lambda v: tfd.InverseGaussian(v.a, v.a),
    "log_normal": lambda v: tfd.LogNormal(v.a, 0.3 * v.a),
    "log_logistic": lambda v: tfd.LogLogistic(v.a, 0.1 * v.a),
    "weibull": lambda v: tfd.Weibull(1 + v.a, v.a),
    "chi": lambda v: tfd.Chi(2 + v.a),
    "chi2": lambda v: tfd.Chi2(2 + v.a),
    "noncentral_chi2": lambda v: tfd.NoncentralChi2(2 + v.a, v.a),
    "mixture of normals": lambda v: _mixture(tfd.Normal(_pair(v.a), ONE)),
    "mixture of two kinds": lambda v: tfd.Mixture(
        tfd.Categorical(probs=f32([0.4, 0.6]) * np.ones_like(v.a)[..., None]),
        [tfd.Normal(v.a, v.a), tfd.Laplace(v.a, v.a)],
    ),
    "inflated": lambda v: _inflated(v.a),
    "transformed": lambda v: tfp.bijectors.Softplus()(tfd.Normal(v.a, v.a)),
    "decreasing transform": lambda v: tfp.bijectors.Scale(-ONE)(tfd.Gumbel(v.a, v.a)),
    "broadcast": lambda v: tfd.BatchBroadcast(tfd.Normal(v.a[..., :1], ONE), v.a.shape),
}

DISCRETE: dict[str, Callable[[Values], Law]] = {
    "bernoulli": lambda v: tfd.Bernoulli(probs=v.p),
    "probit_bernoulli": lambda v: tfd.ProbitBernoulli(probs=v.p),
    "binomial": lambda v: tfd.Binomial(f32([[3, 5, 8], [2, 4, 6]]), probs=v.p),
    "beta_binomial": lambda v: tfd.BetaBinomial(np.float32(6), v.a, 1 + v.a),
    "categorical": lambda v: tfd.Categorical(logits=v.logits),
    "ordered_logistic": lambda v: tfd.OrderedLogistic(f32([-1, 0, 1.5]), v.a),
    "stopping_ratio_logistic": lambda v: tfd.StoppingRatioLogistic(f32([-1, 0, 1.5]), v.a),
    "finite_discrete": lambda v: tfd.FiniteDiscrete(f32([0, 0.25, 0.5, 0.75, 1]), logits=v.logits),
    "geometric": lambda v: tfd.Geometric(probs=v.p),
    "negative_binomial": lambda v: tfd.NegativeBinomial(2 + v.a, probs=v.p),
    "zero_inflated_negative_binomial": lambda v: tfd.ZeroInflatedNegativeBinomial(
        total_count=2 + v.a, probs=v.p, inflated_loc_probs=0 * v.a + np.float32(0.3)
    ),
    "poisson": lambda v: tfd.Poisson(3 * v.a),
    "poisson_log_normal": lambda v: tfd.PoissonLogNormalQuadratureCompound(v.a, 0.3 * ONE),
    "skellam": lambda v: tfd.Skellam(1 + v.a, v.a),
    "zipf": lambda v: tfd.Zipf(5 + v.a),
    "quantized": lambda v: tfd.QuantizedDistribution(tfd.Logistic(4 * v.a, ONE), 0.0, 15.0),
    "mixture of poissons": lambda v: _mixture(tfd.Poisson(_pair(v.a))),
}

LAWS = {**CONTINUOUS, **DISCRETE}


def make(name: str, codes: int = 1) -> Law:
    """The law called `name` for `codes` equal codes: batch `[codes, 2, 3]`, scalar events."""
    values = Values(
        a=np.tile(f32([[0.3, 1.2, 2.5], [0.7, 0.9, 1.6]]), (codes, 1, 1)),
        p=np.tile(f32([[0.1, 0.5, 0.8], [0.3, 0.05, 0.95]]), (codes, 1, 1)),
        logits=np.tile(np.linspace(-1, 1, 30, dtype=np.float32).reshape(2, 3, 5), (codes, 1, 1, 1)),
    )
    return LAWS[name](values)


@pytest.fixture(scope="session")
def make_law() -> Callable[..., Law]:
    return make


@pytest.fixture(params=sorted(LAWS))
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def seed() -> Any:
    return tf.constant([3, 4], tf.int32)
