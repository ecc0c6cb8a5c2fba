"""What the first two moments of the codes say: a ceiling on I(x; z), a floor under KL(q(z) || p(z)).

A Gaussian has the most entropy of all laws with its covariance, and the aggregated posterior q(z) has covariance
C = mean Sigma_x + Cov(m_x). Unlike averages of density ratios, these two do not break down when codes hardly overlap.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from scipy.special import digamma

from vaediag.aliases import Law
from vaediag.diagnostics.normals import is_gaussian, scale_tril
from vaediag.probes.codes import Codes
from vaediag.probes.covariances import Correlated, Covariances, Diagonal
from vaediag.probes.part import Part
from vaediag.records.estimate import Array


class Moments:
    """Means and covariances of M >= 2 Gaussian posteriors, and the covariance C of their mixture, in float64."""

    def __init__(self, codes: Codes) -> None:
        self.centre = codes.mean.mean(0, dtype=float)
        self.away = codes.mean - self.centre  # [M, L]
        self.count, self.latents = self.away.shape
        self.parts = _covariances(codes)
        within = sum(part.total() for part in self.parts) / self.count
        self.covariance: Array = within + self.away.T @ self.away / (self.count - 1)
        self.precision = np.linalg.inv(self.covariance)
        self.log_det = float(np.linalg.slogdet(self.covariance)[1])

    def traces(self, precision: Array) -> Array:
        """tr(precision B_n) `[M]`, where B_n = d_n d_n' + Sigma_n, d_n the distance of a mean from the centre."""
        within = np.concatenate([part.trace(precision) for part in self.parts])
        return np.sum(self.away @ precision * self.away, 1) + within

    @cached_property
    def distances(self) -> Array:
        """`traces` with C's own precision: L on average."""
        return self.traces(self.precision)

    def moving_latents(self) -> float:
        """How many latents' worth of sampling noise C holds: tr Q, Q = C^-1 Cov(m_x); L if no posterior has spread.

        The sampling noise of C^-1 makes tr Q too small by tr Q tr(Q (I - Q))/M, which is added.
        """
        share = self.precision @ (self.away.T @ self.away / (self.count - 1))
        trace = np.trace(share)
        return float(min(trace * (1 + (trace - np.sum(share * share.T)) / self.count), self.latents))


def gaussian_moments(codes: Codes) -> Moments | None:
    """Moments of the subset's posteriors; None unless every one is Gaussian."""
    return Moments(codes) if all(is_gaussian(q) for q in codes.q) else None


def information_ceiling(moments: Moments) -> Part | None:
    """G = 1/2 log det C - 1/2 mean log det Sigma_x >= I(x; z), nats, without the bias of a sample's log det.

    None unless there are more images than latents.
    """
    if moments.count <= moments.latents + 1:
        return None
    missing = log_det_shortfall(moments.moving_latents(), moments.count)
    own = np.concatenate([part.log_det() for part in moments.parts])
    influence = 0.5 * (moments.distances - moments.latents) - 0.5 * (own - own.mean())
    return Part(0.5 * (moments.log_det - own.mean()) + missing, influence)


def marginal_floor(moments: Moments, prior: Law) -> Part | None:
    """g = KL(N(mean m, C) || p(z)) <= KL(q(z) || p(z)), nats, less the largest bias that M images can cause.

    That bias is L (L + 3)/(4 M) for L << M: `log_det_shortfall` is L (L + 1)/(4 M) then, the mean adds L/(2 M).
    None unless the prior is Gaussian and there are more images than latents.
    """
    if not is_gaussian(prior) or moments.count <= moments.latents + 1:
        return None
    tril = scale_tril(prior)
    stddev = np.broadcast_to(np.asarray(prior.stddev(), float), (moments.latents,))
    root = np.diag(stddev) if tril is None else np.asarray(tril, float)
    precision = np.linalg.inv(root @ root.T)
    offset = moments.centre - np.asarray(prior.mean(), float)
    log_det = 2 * np.log(np.diag(root)).sum()
    trace = float(np.sum(precision * moments.covariance))
    size, count = moments.latents, moments.count
    value = 0.5 * (trace + offset @ precision @ offset - size - moments.log_det + log_det)
    influence = 0.5 * (moments.traces(precision) - trace - moments.distances + size)
    bias = log_det_shortfall(size, count) + size / (2 * count)
    return Part(float(value) - bias, influence + moments.away @ precision @ offset)


def log_det_shortfall(latents: float, count: int) -> float:
    """By how much 1/2 log det of the sample covariance of `count` Gaussian vectors falls short on average, nats.

    1/2 sum_(j=1)^l [log((M - 1)/2) - psi((M - j)/2)], linear between whole l; l <= M - 2.
    """
    whole = np.arange(1, int(np.ceil(latents)) + 1)
    steps = 0.5 * (np.log((count - 1) / 2) - digamma((count - whole) / 2))
    return float(np.interp(latents, np.arange(len(whole) + 1), np.concatenate([[0.0], np.cumsum(steps)])))


def _covariances(codes: Codes) -> list[Covariances]:
    parts: list[Covariances] = []
    first = 0
    for q in codes.q:
        tril = scale_tril(q)
        stop = first + int(q.batch_shape[0])
        parts.append(Diagonal(codes.stddev[first:stop]) if tril is None else Correlated(tril))
        first = stop
    return parts
