"""Gaussian laws of latents, whatever class they come in: recognised, their root covariance, and the KL of two."""

from __future__ import annotations

import numpy as np

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf, tfd


def plain(law: Law) -> Law:
    """The same law, event `[L]`, without wrappers that change nothing: an `Independent` is one, around scalar laws."""
    inner = law
    while isinstance(inner, tfd.Independent):
        inner = inner.distribution
    if inner is law or inner.event_shape.rank:
        return inner
    return law if inner is law.distribution else tfd.Independent(inner, 1)


def is_gaussian(law: Law) -> bool:
    law = plain(law)
    if isinstance(law, tfd.Independent | tfd.Sample):
        return isinstance(law.distribution, tfd.Normal)
    return isinstance(law, tfd.MultivariateNormalLinearOperator)


def scale_tril(law: Law) -> Tensor | None:
    """Lower Cholesky factor `[..., L, L]` of a multivariate normal's covariance; None unless its latents correlate."""
    law = plain(law)
    if not isinstance(law, tfd.MultivariateNormalLinearOperator) or isinstance(law, tfd.MultivariateNormalDiag):
        return None
    if isinstance(law, tfd.MultivariateNormalTriL):
        tril = law.scale.to_dense()
        tril *= tf.sign(tf.linalg.diag_part(tril))[..., None, :]  # TFP takes a factor with any signs
    else:
        tril = tf.linalg.cholesky(law.covariance())
    return tf.broadcast_to(
        tril, tf.concat([law.batch_shape_tensor(), tf.shape(tril)[-2:]], 0)
    )  # one for all is allowed


def is_diagonal(law: Law) -> bool:
    """Is this multivariate normal without a batch, a p(z), a product after all?"""
    with tf.init_scope():  # p(z) is known when a graph is traced
        covariance = law.covariance().numpy()
    return np.count_nonzero(covariance) == np.count_nonzero(covariance.diagonal())


def gaussian_kl(q: Law, p: Law) -> Tensor | None:
    """KL(q || p) of each q in nats `[n]`, p without a batch; None unless both are Gaussian."""
    if not (is_gaussian(q) and is_gaussian(p)):
        return None
    root, own = _root(p), scale_tril(q)
    inverse = tf.linalg.triangular_solve(root, tf.eye(root.shape[-1]))
    if own is None:
        stddev = q.stddev()
        trace = tf.reduce_sum(tf.square(stddev) * tf.reduce_sum(tf.square(inverse), 0), -1)
        log_det = tf.reduce_sum(tf.math.log(stddev), -1)
    else:
        trace = tf.reduce_sum(tf.square(tf.matmul(inverse, own)), [-2, -1])
        log_det = tf.reduce_sum(tf.math.log(tf.linalg.diag_part(own)), -1)
    away = tf.reduce_sum(tf.square(tf.linalg.matvec(inverse, q.mean() - p.mean())), -1)
    ratio = tf.reduce_sum(tf.math.log(tf.linalg.diag_part(root))) - log_det
    return 0.5 * (trace + away - tf.cast(root.shape[-1], tf.float32)) + ratio


def _root(law: Law) -> Tensor:
    tril = scale_tril(law)
    return tf.linalg.diag(law.stddev()) if tril is None else tril
