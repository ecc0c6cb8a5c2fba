"""What is known of each scalar family of TFP, by the name of its class. Plain data, no TensorFlow.

A user's subclass of a listed class counts as that class.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, slots=True)
class Family:
    """Facts that hold for every parameter value.

    Attributes:
        name: for people and for `Traits.family`.
        lower, upper: bounds of the support, whatever the parameters are.
        discrete: x sits on a countable grid.
        location_scale: a density on the whole line whose scale is a parameter of its own (standardised residuals
            (x - mean) / stddev then have a law that does not depend on z).
        heavy: moments exist only for some parameters (Student-t) or never (Cauchy).
    """

    name: str
    lower: float = -inf
    upper: float = inf
    discrete: bool = False
    location_scale: bool = False
    heavy: bool = False


FAMILIES: dict[str, Family] = {
    # real line
    "Normal": Family("normal", location_scale=True),
    "Laplace": Family("laplace", location_scale=True),
    "Logistic": Family("logistic", location_scale=True),
    "StudentT": Family("student_t", location_scale=True, heavy=True),
    "Cauchy": Family("cauchy", heavy=True),
    "Gumbel": Family("gumbel", location_scale=True),
    "Moyal": Family("moyal", location_scale=True),
    "GeneralizedNormal": Family("generalized_normal", location_scale=True),
    "DoublesidedMaxwell": Family("doublesided_maxwell", location_scale=True),
    "TwoPieceNormal": Family("two_piece_normal", location_scale=True),
    "TwoPieceStudentT": Family("two_piece_student_t", location_scale=True, heavy=True),
    "ExponentiallyModifiedGaussian": Family("exponentially_modified_gaussian", location_scale=True),
    "Horseshoe": Family("horseshoe", heavy=True),
    "SinhArcsinh": Family("sinh_arcsinh"),
    "JohnsonSU": Family("johnson_su"),
    "LambertWNormal": Family("lambert_w_normal"),
    "NormalInverseGaussian": Family("normal_inverse_gaussian"),
    "GeneralizedExtremeValue": Family("generalized_extreme_value", heavy=True),
    "ExpGamma": Family("exp_gamma"),
    "ExpInverseGamma": Family("exp_inverse_gamma"),
    "VonMises": Family("von_mises"),
    # [0, 1]
    "ContinuousBernoulli": Family("continuous_bernoulli", 0.0, 1.0),
    "Beta": Family("beta", 0.0, 1.0),
    "SigmoidBeta": Family("sigmoid_beta"),
    "Kumaraswamy": Family("kumaraswamy", 0.0, 1.0),
    "LogitNormal": Family("logit_normal", 0.0, 1.0),
    "RelaxedBernoulli": Family("relaxed_bernoulli", 0.0, 1.0),
    # bounds that are parameters
    "Uniform": Family("uniform"),
    "Triangular": Family("triangular"),
    "PERT": Family("pert"),
    "Bates": Family("bates"),
    "TruncatedNormal": Family("truncated_normal"),
    "TruncatedCauchy": Family("truncated_cauchy"),
    "Pareto": Family("pareto", 0.0, heavy=True),
    "GeneralizedPareto": Family("generalized_pareto", heavy=True),
    "HalfCauchy": Family("half_cauchy", heavy=True),
    "HalfStudentT": Family("half_student_t", heavy=True),
    # positive
    "HalfNormal": Family("half_normal", 0.0),
    "Exponential": Family("exponential", 0.0),
    "Gamma": Family("gamma", 0.0),
    "GammaGamma": Family("gamma_gamma", 0.0, heavy=True),
    "BetaQuotient": Family("beta_quotient", 0.0, heavy=True),
    "InverseGamma": Family("inverse_gamma", 0.0, heavy=True),
    "InverseGaussian": Family("inverse_gaussian", 0.0),
    "LogNormal": Family("log_normal", 0.0),
    "LogLogistic": Family("log_logistic", 0.0, heavy=True),
    "Weibull": Family("weibull", 0.0),
    "Chi": Family("chi", 0.0),
    "Chi2": Family("chi2", 0.0),
    "NoncentralChi2": Family("noncentral_chi2", 0.0),
    # discrete
    "Bernoulli": Family("bernoulli", 0.0, 1.0, discrete=True),
    "ProbitBernoulli": Family("probit_bernoulli", 0.0, 1.0, discrete=True),
    "Binomial": Family("binomial", 0.0, discrete=True),
    "BetaBinomial": Family("beta_binomial", 0.0, discrete=True),
    "Categorical": Family("categorical", 0.0, discrete=True),
    "OrderedLogistic": Family("ordered_logistic", 0.0, discrete=True),
    "StoppingRatioLogistic": Family("stopping_ratio_logistic", 0.0, discrete=True),
    "FiniteDiscrete": Family("finite_discrete", discrete=True),
    "Geometric": Family("geometric", 0.0, discrete=True),
    "NegativeBinomial": Family("negative_binomial", 0.0, discrete=True),
    "ZeroInflatedNegativeBinomial": Family("zero_inflated_negative_binomial", 0.0, discrete=True),
    "Poisson": Family("poisson", 0.0, discrete=True),
    "PoissonLogNormalQuadratureCompound": Family("poisson_log_normal", 0.0, discrete=True),
    "Skellam": Family("skellam", discrete=True),
    "Zipf": Family("zipf", 1.0, discrete=True, heavy=True),
    "QuantizedDistribution": Family("quantized", discrete=True),
    "Deterministic": Family("deterministic", discrete=True),  # as a part of a mixture
    # made of other laws: `traits` asks the parts
    "MixtureSameFamily": Family("mixture"),
    "Mixture": Family("mixture"),
    "Inflated": Family("inflated"),
}

BINARY = ("bernoulli", "probit_bernoulli")
