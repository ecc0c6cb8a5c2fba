"""q(z_i | x_j) for every pair of a subset's codes and images, in blocks of bounded memory."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf
from vaediag.diagnostics.latents import factors, marginals
from vaediag.diagnostics.normals import scale_tril
from vaediag.probes.codes import Codes
from vaediag.records.estimate import Array

BLOCK = 2**20  # numbers held per step: 4 MB, what a core's cache can follow
HALF_LOG_TWO_PI = 0.5 * math.log(2 * math.pi)


class Pairwise(NamedTuple):
    """Log densities in nats. Row i is the code, column j the image whose posterior it is held against."""

    joint: Array  # [M, M], log q(z_i | x_j)
    latents: Array | None  # [M, L], log of the mean over j of q(z_ik | x_j); None where q has no marginals


def pairwise(codes: Codes, report: Callable[[int], None] | None = None) -> Pairwise:
    """Evaluate every posterior at every code: M^2 L numbers, of which only `[M, M]` and `[M, L]` are kept.

    `report(done)` is told how many of the M columns are done.
    """
    count, latents = codes.z.shape
    joint = np.empty((count, count), np.float32)
    known = all(marginals(q) is not None for q in codes.q)
    total = np.full((count, latents), -np.inf, np.float32) if known else None
    column = 0
    for q in codes.q:
        images = int(q.batch_shape[0])
        rows = max(1, BLOCK // (images * latents))
        evaluate = _evaluator(q)
        for start in range(0, count, rows):
            block = slice(start, start + rows)
            log_joint, each = evaluate(tf.constant(codes.z[block]))
            joint[block, column : column + images] = log_joint.numpy()
            if each is not None and total is not None:
                total[block] = np.logaddexp(total[block], tf.reduce_logsumexp(each, 1).numpy())
        column += images
        if report is not None:
            report(column)
    return Pairwise(joint, None if total is None else total - np.float32(math.log(count)))


def _evaluator(q: Law) -> Callable[[Tensor], tuple[Tensor, Tensor | None]]:
    """Codes `[b, L]` to log q(z | x_j) `[b, m]` and, if q has marginals, log q(z_k | x_j) `[b, m, L]`."""
    alone = factors(q)
    if alone is not None:  # the joint is the sum of the latents, computed once

        def of_product(z: Tensor) -> tuple[Tensor, Tensor]:
            each = alone.log_prob(z[:, None])
            return tf.reduce_sum(each, 2), each

        return of_product
    each_law, tril = marginals(q), scale_tril(q)
    if each_law is None or tril is None:
        return lambda z: (q.log_prob(z[:, None]), None)
    return _correlated(q.mean(), tril, each_law)


def _correlated(mean: Tensor, tril: Tensor, marginal: Law) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
    """As one matrix product per block of codes: TFP's own log_prob repeats every factor for every pair."""
    images, latents = mean.shape
    centre = tf.reduce_mean(mean, 0)  # taken off both sides, so that float32 keeps the digits of their difference
    inverse = tf.linalg.triangular_solve(tril, tf.eye(latents))
    own = tf.linalg.matvec(inverse, mean - centre)
    constant = tf.reduce_sum(tf.math.log(tf.linalg.diag_part(tril)), 1) + latents * HALF_LOG_TWO_PI
    stacked = tf.reshape(inverse, (images * latents, latents))

    def of_normal(z: Tensor) -> tuple[Tensor, Tensor]:
        white = tf.reshape(tf.matmul(stacked, z - centre, transpose_b=True), (images, latents, -1)) - own[:, :, None]
        joint = -0.5 * tf.reduce_sum(tf.square(white), 1) - constant[:, None]
        return tf.transpose(joint), marginal.log_prob(z[:, None])

    return of_normal
