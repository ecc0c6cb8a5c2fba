"""One law of every scalar family that TFP offers, small."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from vaediag.aliases import Law
from vaediag.backend import tf, tfd, tfp

ONE = np.float32(1.0)


def _mixture(parts: Any) -> Law:
    return tfd.MixtureSameFamily(tfd.Categorical(probs=np.float32([0.4, 0.6])), parts)


def _pair(values: np.ndarray) -> np.ndarray:
    return np.stack([values, values + ONE], -1)


CONTINUOUS: dict[str, Callable[[Any, Any, Any], Law]] = {
    "normal": lambda A, P, LOGITS: tfd.Normal(A, A),
    "normal one scale": lambda A, P, LOGITS: tfd.Normal(A, np.float32(0.5)),
    "laplace": lambda A, P, LOGITS: tfd.Laplace(A, A),
    "logistic": lambda A, P, LOGITS: tfd.Logistic(A, A),
    "student_t": lambda A, P, LOGITS: tfd.StudentT(5 + A, A, A),
    "cauchy": lambda A, P, LOGITS: tfd.Cauchy(A, A),
    "gumbel": lambda A, P, LOGITS: tfd.Gumbel(A, A),
    "moyal": lambda A, P, LOGITS: tfd.Moyal(A, A),
    "generalized_normal": lambda A, P, LOGITS: tfd.GeneralizedNormal(A, A, 1.5 * ONE),
    "doublesided_maxwell": lambda A, P, LOGITS: tfd.DoublesidedMaxwell(A, A),
    "two_piece_normal": lambda A, P, LOGITS: tfd.TwoPieceNormal(A, A, 1.5 * ONE),
    "two_piece_student_t": lambda A, P, LOGITS: tfd.TwoPieceStudentT(6 + A, A, A, 1.5 * ONE),
    "exponentially_modified_gaussian": lambda A, P, LOGITS: tfd.ExponentiallyModifiedGaussian(A, A, 2 * ONE),
    "horseshoe": lambda A, P, LOGITS: tfd.Horseshoe(A),
    "sinh_arcsinh": lambda A, P, LOGITS: tfd.SinhArcsinh(A, A, 0.3 * ONE, 1.1 * ONE),
    "johnson_su": lambda A, P, LOGITS: tfd.JohnsonSU(A, 2 * ONE, A, A),
    "lambert_w_normal": lambda A, P, LOGITS: tfd.LambertWNormal(A, A, 0.1 * ONE),
    "normal_inverse_gaussian": lambda A, P, LOGITS: tfd.NormalInverseGaussian(A, 2 + A, 3 * ONE, 0.5 * A),
    "generalized_extreme_value": lambda A, P, LOGITS: tfd.GeneralizedExtremeValue(A, A, 0.1 * ONE),
    "exp_gamma": lambda A, P, LOGITS: tfd.ExpGamma(1 + A, A),
    "exp_inverse_gamma": lambda A, P, LOGITS: tfd.ExpInverseGamma(1 + A, A),
    "von_mises": lambda A, P, LOGITS: tfd.VonMises(0 * A, A),
    "continuous_bernoulli": lambda A, P, LOGITS: tfd.ContinuousBernoulli(probs=P),
    "beta": lambda A, P, LOGITS: tfd.Beta(A, 1 + A),
    "sigmoid_beta": lambda A, P, LOGITS: tfd.SigmoidBeta(1 + A, A),
    "kumaraswamy": lambda A, P, LOGITS: tfd.Kumaraswamy(1 + A, 1 + A),
    "logit_normal": lambda A, P, LOGITS: tfd.LogitNormal(A, A),
    "relaxed_bernoulli": lambda A, P, LOGITS: tfd.RelaxedBernoulli(ONE, probs=P),
    "uniform": lambda A, P, LOGITS: tfd.Uniform(-A, A),
    "triangular": lambda A, P, LOGITS: tfd.Triangular(-A, A, 0 * A),
    "pert": lambda A, P, LOGITS: tfd.PERT(-A, 0 * A, A),
    "bates": lambda A, P, LOGITS: tfd.Bates(np.float32([[1, 2, 4], [3, 2, 1]]), 0 * A, A),
    "truncated_normal": lambda A, P, LOGITS: tfd.TruncatedNormal(A, A, -1.0, 2.0),
    "truncated_cauchy": lambda A, P, LOGITS: tfd.TruncatedCauchy(A, A, -1.0, 2.0),
    "pareto": lambda A, P, LOGITS: tfd.Pareto(4 + A, A),
    "generalized_pareto": lambda A, P, LOGITS: tfd.GeneralizedPareto(A, A, 0.1 * ONE),
    "half_cauchy": lambda A, P, LOGITS: tfd.HalfCauchy(0 * A, A),
    "half_student_t": lambda A, P, LOGITS: tfd.HalfStudentT(5 + A, 0 * A, A),
    "half_normal": lambda A, P, LOGITS: tfd.HalfNormal(A),
    "exponential": lambda A, P, LOGITS: tfd.Exponential(A),
    "gamma": lambda A, P, LOGITS: tfd.Gamma(1 + A, A),
    "gamma_gamma": lambda A, P, LOGITS: tfd.GammaGamma(2 + A, 4 + A, A),
    "beta_quotient": lambda A, P, LOGITS: tfd.BetaQuotient(1 + A, 2 * ONE, 5 + A, 2 * ONE),
    "inverse_gamma": lambda A, P, LOGITS: tfd.InverseGamma(5 + A, A),
    "inverse_gaussian": lambda A, P, LOGITS: tfd.InverseGaussian(A, A),
    "log_normal": lambda A, P, LOGITS: tfd.LogNormal(A, 0.3 * A),
    "log_logistic": lambda A, P, LOGITS: tfd.LogLogistic(A, 0.1 * A),
    "weibull": lambda A, P, LOGITS: tfd.Weibull(1 + A, A),
    "chi": lambda A, P, LOGITS: tfd.Chi(2 + A),
    "chi2": lambda A, P, LOGITS: tfd.Chi2(2 + A),
    "noncentral_chi2": lambda A, P, LOGITS: tfd.NoncentralChi2(2 + A, A),
    "mixture of normals": lambda A, P, LOGITS: _mixture(tfd.Normal(_pair(A), ONE)),
    "mixture of two kinds": lambda A, P, LOGITS: tfd.Mixture(
        tfd.Categorical(probs=np.float32([0.4, 0.6]) * np.ones_like(A)[..., None]), [tfd.Normal(A, A), tfd.Laplace(A, A)]
    ),
    "inflated": lambda A, P, LOGITS: tfd.Inflated(tfd.Normal(A, A), inflated_loc_probs=0 * A + np.float32(0.3), inflated_loc=0 * A),
    "transformed": lambda A, P, LOGITS: tfp.bijectors.Softplus()(tfd.Normal(A, A)),
    "decreasing transform": lambda A, P, LOGITS: tfp.bijectors.Scale(-ONE)(tfd.Gumbel(A, A)),
    "broadcast": lambda A, P, LOGITS: tfd.BatchBroadcast(tfd.Normal(A[..., :1], ONE), A.shape),
}

DISCRETE: dict[str, Callable[[Any, Any, Any], Law]] = {
    "bernoulli": lambda A, P, LOGITS: tfd.Bernoulli(probs=P),
    "probit_bernoulli": lambda A, P, LOGITS: tfd.ProbitBernoulli(probs=P),
    "binomial": lambda A, P, LOGITS: tfd.Binomial(np.float32([[3, 5, 8], [2, 4, 6]]), probs=P),
    "beta_binomial": lambda A, P, LOGITS: tfd.BetaBinomial(np.float32(6), A, 1 + A),
    "categorical": lambda A, P, LOGITS: tfd.Categorical(logits=LOGITS),
    "ordered_logistic": lambda A, P, LOGITS: tfd.OrderedLogistic(np.float32([-1, 0, 1.5]), A),
    "stopping_ratio_logistic": lambda A, P, LOGITS: tfd.StoppingRatioLogistic(np.float32([-1, 0, 1.5]), A),
    "finite_discrete": lambda A, P, LOGITS: tfd.FiniteDiscrete(np.float32([0, 0.25, 0.5, 0.75, 1]), logits=LOGITS),
    "geometric": lambda A, P, LOGITS: tfd.Geometric(probs=P),
    "negative_binomial": lambda A, P, LOGITS: tfd.NegativeBinomial(2 + A, probs=P),
    "zero_inflated_negative_binomial": lambda A, P, LOGITS: tfd.ZeroInflatedNegativeBinomial(
        total_count=2 + A, probs=P, inflated_loc_probs=0 * A + np.float32(0.3)
    ),
    "poisson": lambda A, P, LOGITS: tfd.Poisson(3 * A),
    "poisson_log_normal": lambda A, P, LOGITS: tfd.PoissonLogNormalQuadratureCompound(A, 0.3 * ONE),
    "skellam": lambda A, P, LOGITS: tfd.Skellam(1 + A, A),
    "zipf": lambda A, P, LOGITS: tfd.Zipf(5 + A),
    "quantized": lambda A, P, LOGITS: tfd.QuantizedDistribution(tfd.Logistic(4 * A, ONE), 0.0, 15.0),
    "mixture of poissons": lambda A, P, LOGITS: _mixture(tfd.Poisson(_pair(A))),
    "deterministic": lambda A, P, LOGITS: tfd.Deterministic(A),
}

LAWS = {**CONTINUOUS, **DISCRETE}


def make(name: str, codes: int = 1) -> Law:
    """The law called `name` for `codes` equal codes: batch `[codes, 2, 3]`, scalar events."""
    a = np.tile(np.float32([[0.3, 1.2, 2.5], [0.7, 0.9, 1.6]]), (codes, 1, 1))
    p = np.tile(np.float32([[0.1, 0.5, 0.8], [0.3, 0.05, 0.95]]), (codes, 1, 1))
    logits = np.tile(np.linspace(-1, 1, 30, dtype=np.float32).reshape(2, 3, 5), (codes, 1, 1, 1))
    return LAWS[name](a, p, logits)


@pytest.fixture(scope="session")
def make_law() -> Callable[..., Law]:
    return make


@pytest.fixture(params=sorted(LAWS))
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def seed() -> Any:
    return tf.constant([3, 4], tf.int32)
