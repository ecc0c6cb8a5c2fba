"""q(z | x) against p(z): the rate, its split over the latents, and what of it has a closed form.

TFP registers no KL for most mixed pairs (multivariate normal against Independent(Normal), ...), so Gaussian pairs of
any classes are computed from means, standard deviations and determinants, and Normal against Laplace by their own
formula; everything else is a Monte-Carlo estimate with the chunk's own z, and says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf, tfd
from vaediag.diagnostics.normals import gaussian_kl, is_diagonal, plain, scale_tril

CLOSED_FORM, MONTE_CARLO = "closed form", "Monte Carlo"
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
    law = plain(law)
    if isinstance(law, tfd.Independent):
        return law.distribution
    if isinstance(law, tfd.MultivariateNormalLinearOperator):
        diagonal = isinstance(law, tfd.MultivariateNormalDiag) or (law.batch_shape.rank == 0 and is_diagonal(law))
        return tfd.Normal(law.mean(), law.stddev()) if diagonal else None
    if isinstance(law, tfd.Sample) and law.distribution.event_shape.rank == 0:
        inner = law.distribution
        if isinstance(inner, tfd.Normal | tfd.Laplace):  # TFP registers no KL for broadcast laws
            shape = tf.concat([law.batch_shape_tensor(), law.event_shape_tensor()], 0)
            return type(inner)(*(tf.broadcast_to(t[..., None], shape) for t in (inner.loc, inner.scale)))
        return tfd.BatchBroadcast(inner, law.event_shape)
    return None


def marginals(law: Law) -> Law | None:
    """One-dimensional marginals of the latents, batch `[..., L]`, also of a correlated Gaussian; None if unknown."""
    return tfd.Normal(law.mean(), law.stddev()) if scale_tril(law) is not None else factors(law)


def total_correlation(law: Law) -> Tensor:
    """TC of a Gaussian, ½ (Σ log Σ_kk − log det Σ) `[n]` in nats; zero for a product."""
    tril = scale_tril(law)
    if tril is None:
        return tf.zeros(law.batch_shape_tensor())
    return tf.reduce_sum(tf.math.log(law.stddev()) - tf.math.log(tf.linalg.diag_part(tril)), -1)


def rate(q: Law, p: Law, z: Tensor) -> Rate:
    """KL(q || p) of each image, split over the latents where p(z) = ∏ p(z_k)."""
    prior, posterior = factors(p), marginals(q)
    if prior is None or posterior is None:
        exact = gaussian_kl(q, p)
        total = q.log_prob(z) - p.log_prob(z) if exact is None else exact
        method = MONTE_CARLO if exact is None else CLOSED_FORM
        why = f"the posterior {type(q).__name__} gives no one-dimensional marginals" if prior else NO_PRODUCT
        return Rate(total, None, None, method, why)
    each, method = latent_kl(posterior, prior, z)
    correlation = total_correlation(q)
    return Rate(tf.reduce_sum(each, -1) + correlation, each, correlation, method, None)


def latent_kl(q: Law, p: Law, z: Tensor) -> tuple[Tensor, str]:
    """KL of one-dimensional laws `[n, L]` in nats, estimated at q's own draws `z` where it has no closed form."""
    if isinstance(q, tfd.Normal) and isinstance(p, tfd.Laplace):
        return _normal_laplace(q, p), CLOSED_FORM
    if isinstance(q, tfd.Laplace) and isinstance(p, tfd.Normal):
        return _laplace_normal(q, p), CLOSED_FORM
    try:
        return tfd.kl_divergence(q, p), CLOSED_FORM
    except NotImplementedError:
        return q.log_prob(z) - p.log_prob(z), MONTE_CARLO


def _normal_laplace(q: Law, p: Law) -> Tensor:
    away = (q.loc - p.loc) / q.scale
    distance = math.sqrt(2 / math.pi) * tf.exp(-0.5 * tf.square(away)) + away * tf.math.erf(away / math.sqrt(2))
    return tf.math.log(2 * p.scale / q.scale) - 0.5 * math.log(2 * math.pi * math.e) + distance * q.scale / p.scale


def _laplace_normal(q: Law, p: Law) -> Tensor:
    square = 2 * tf.square(q.scale / p.scale) + tf.square((q.loc - p.loc) / p.scale)
    return 0.5 * math.log(math.pi / 2) - 1 + tf.math.log(p.scale / q.scale) + 0.5 * square


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
