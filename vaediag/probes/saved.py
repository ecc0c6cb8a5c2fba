"""What a latent's code costs beside the others: KL(q(z | x) || p(z)) - KL(q(z_-k | x) || p(z_-k)) of each image.

It is E_q log q(z_k | z_-k, x) - log p(z_k). Of a factorised q that is KL(q(z_k | x) || p(z_k)); a Gaussian adds what
the others say about z_k, 1/2 log(Sigma_kk (Sigma^-1)_kk), the correlation that is lost with row and column k.
"""

from __future__ import annotations

import math

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf, tfd
from vaediag.diagnostics.latents import MONTE_CARLO, NO_PRODUCT, factors, latent_kl, marginals
from vaediag.diagnostics.normals import plain, scale_tril

BLOCK = 2**22  # numbers of inverse matrices held at once


def saved_rate(q: Law, p: Law, z: Tensor) -> tuple[Tensor | None, str]:
    """Nats saved by dropping each latent `[n, L]`, and how: "closed form", or "Monte Carlo" at q's own draws `z`.

    None, and the reason, where p(z) is no product, or q does not say q(z_k | z_-k, x): neither a product, nor Gaussian,
    nor a mixture of these.
    """
    prior, posterior = factors(p), marginals(q)
    if prior is None:
        return None, NO_PRODUCT
    if posterior is not None:
        each, method = latent_kl(posterior, prior, z)
        tril = scale_tril(q)
        if tril is None:
            return each, method
        return each + tf.math.log(q.stddev()) + 0.5 * tf.math.log(_precision_diagonal(tril)), method
    conditional = given_the_others(q, z)
    if conditional is None:
        return None, f"the posterior {type(q).__name__} does not say what one latent is given the others"
    return conditional - prior.log_prob(z), MONTE_CARLO


def given_the_others(law: Law, z: Tensor) -> Tensor | None:
    """log q(z_k | z_-k) `[..., L]` at `z`; None for families that do not say."""
    law = plain(law)
    alone, tril = factors(law), scale_tril(law)
    if alone is not None:
        return alone.log_prob(z)
    if tril is not None:
        return _normal_conditional(tril, z - law.mean())
    if isinstance(law, tfd.MixtureSameFamily):
        parts, weights = law.components_distribution, law.mixture_distribution.logits_parameter()
        each = parts.log_prob(z[..., None, :])
        inner = given_the_others(parts, z[..., None, :])
    elif isinstance(law, tfd.Mixture):
        weights = law.cat.logits_parameter()
        each = tf.stack([part.log_prob(z) for part in law.components], -1)
        inners = [given_the_others(part, z) for part in law.components]
        inner = None if any(one is None for one in inners) else tf.stack(inners, -2)
    else:
        return None
    if inner is None:
        return None
    joint = (tf.math.log_softmax(weights) + each)[..., None]
    return tf.reduce_logsumexp(joint, -2) - tf.reduce_logsumexp(joint - inner, -2)


def _normal_conditional(tril: Tensor, away: Tensor) -> Tensor:
    """Given the others z_k has precision P_kk and its mean lies (P away)_k / P_kk below it, P the whole precision."""
    solved = tf.linalg.cholesky_solve(tril, away[..., None])[..., 0]
    own = _precision_diagonal(tril)
    return 0.5 * (tf.math.log(own / (2 * math.pi)) - tf.square(solved) / own)


def _precision_diagonal(tril: Tensor) -> Tensor:
    """Diagonal of the inverse of T T', `[..., L]`, in bounded memory."""
    size = int(tril.shape[-1])
    flat = tf.reshape(tril, (-1, size, size))
    count = max(1, BLOCK // size**2)
    parts = [
        tf.reduce_sum(tf.square(tf.linalg.triangular_solve(flat[start : start + count], tf.eye(size))), -2)
        for start in range(0, int(flat.shape[0]), count)
    ]
    return tf.reshape(tf.concat(parts, 0), tf.shape(tril)[:-1])
