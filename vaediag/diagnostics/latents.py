"""q(z | x) against p(z): the rate, its split over the latents, and what of it has a closed form.

TFP registers no KL for most mixed pairs (multivariate normal against Independent(Normal), ...), so Gaussian pairs are
computed from means, standard deviations and the determinant; everything else is a Monte-Carlo estimate with the
chunk's own z, and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf, tfd

MULTIVARIATE_NORMALS = (
    "MultivariateNormalDiag",
    "MultivariateNormalTriL",
    "MultivariateNormalFullCovariance",
    "MultivariateNormalLinearOperator",
)

NO_PRODUCT = "the prior is not a product over latents"


class Rate(NamedTuple):
    """KL(q(z | x) || p(z)) of each image."""

    total: Tensor  # [n], nats
    per_latent: Tensor | None  # [n, L]; None where p(z) does not factorise or q has no marginals
    total_correlation: Tensor | None  # [n]: TC(q(z | x)); total = sum of per_latent + total_correlation
    method: str  # "closed form" or "Monte Carlo"
    why_not: str | None  # why per_latent is None


def factors(law: Law) -> Law | None:
    """One-dimensional laws of the latents, batch `[..., L]`, if the joint law is their product; else None."""
    name = type(law).__name__
    if name == "Independent":
        inner = law.distribution
        return inner if inner.event_shape.rank == 0 else None
    if name == "MultivariateNormalDiag":
        return tfd.Normal(law.mean(), law.stddev())
    if name == "Sample" and law.distribution.event_shape.rank == 0:
        if type(law.distribution).__name__ == "Normal":  # TFP registers no KL for broadcast laws
            shape = tf.concat([law.batch_shape_tensor(), law.event_shape_tensor()], 0)
            inner = law.distribution
            return tfd.Normal(*(tf.broadcast_to(t[..., None], shape) for t in (inner.loc, inner.scale)))
        return tfd.BatchBroadcast(law.distribution, law.event_shape)
    return None


def marginals(law: Law) -> Law | None:
    """One-dimensional marginals of the latents, batch `[..., L]`, also of a correlated Gaussian; None if unknown."""
    if type(law).__name__ in MULTIVARIATE_NORMALS:
        return tfd.Normal(law.mean(), law.stddev())
    return factors(law)


def total_correlation(law: Law) -> Tensor:
    """TC of a Gaussian, ½ (Σ log Σ_kk − log det Σ) `[n]` in nats; zero for a product."""
    if type(law).__name__ in MULTIVARIATE_NORMALS:
        return tf.reduce_sum(tf.math.log(law.stddev()), -1) - law.scale.log_abs_determinant()
    return tf.zeros(law.batch_shape)


def rate(q: Law, p: Law, z: Tensor) -> Rate:
    """KL(q || p) of each image, split over the latents where p(z) = ∏ p(z_k)."""
    monte_carlo = q.log_prob(z) - p.log_prob(z)
    prior, posterior = factors(p), marginals(q)
    if prior is None:
        return Rate(monte_carlo, None, None, "Monte Carlo", NO_PRODUCT)
    if posterior is None:
        why = f"the posterior {type(q).__name__} gives no one-dimensional marginals"
        return Rate(monte_carlo, None, None, "Monte Carlo", why)
    try:
        each = tfd.kl_divergence(posterior, prior)
        method = "closed form"
    except NotImplementedError:
        each = posterior.log_prob(z) - prior.log_prob(z)
        method = "Monte Carlo"
    correlation = total_correlation(q)
    return Rate(tf.reduce_sum(each, -1) + correlation, each, correlation, method, None)


def prior_stddev(p: Law) -> Any:
    """Standard deviation of each latent under p(z), NumPy `[L]`; NaN where the law does not say."""
    return _per_latent(p, p.stddev)


def prior_mean(p: Law) -> Any:
    """Mean of each latent under p(z), NumPy `[L]`; NaN where the law does not say."""
    return _per_latent(p, p.mean)


def _per_latent(p: Law, ask: Callable[[], Tensor]) -> Any:
    import numpy as np

    try:
        return np.broadcast_to(np.asarray(ask(), float), (int(p.event_shape[0]),)).copy()
    except NotImplementedError:
        return np.full(int(p.event_shape[0]), np.nan)
