"""How much does the whole code know about the image? Mutual information and what it leaves of the rate.

rate = I(x; z) + KL(q(z) || p(z)) and KL(q(z) || p(z)) = TC + sum_k KL(q(z_k) || p(z_k)), exactly, because every term is
an average over the same codes z with the same estimate of log q(z). Definitions.md, section 4, "Whole code".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from vaediag.backend import tf
from vaediag.diagnostics.latents import factors
from vaediag.diagnostics.normals import scale_tril
from vaediag.errors import InputError
from vaediag.probes.binned import binned_kl
from vaediag.probes.codes import Codes
from vaediag.probes.gaussian_bounds import gaussian_moments, information_ceiling, marginal_floor
from vaediag.probes.pairwise import Pairwise, pairwise
from vaediag.probes.part import Part, average, known, largest, smallest
from vaediag.records.collapse import Bounds
from vaediag.records.estimate import Array, Estimate, Estimates

STAGE = "mutual information"
IMAGES = 2000
CEILING = 2.0  # nats: the leave-in estimate cannot pass log M, and is not trusted this close to it

Progress = Callable[[str, int, int], None]


def image_limit(vae: Any) -> int:
    """How many images `information` should be given: 2000, fewer where full covariances would pass 256 MB."""
    correlated = scale_tril(vae.encode(tf.zeros((1, *vae.event_shape)))) is not None
    return int(np.clip(2**26 // vae.latent_dim**2, 256, IMAGES)) if correlated else IMAGES


class Information(NamedTuple):
    """The whole-code part of `Collapse`, all in nats."""

    mutual_information: Bounds
    marginal_kl: Bounds
    total_correlation: Bounds | None  # None where p(z) does not factorise or q has no one-dimensional marginals
    dimension_kl: Estimates | None
    mc_residual: Estimate
    binned_kl: Estimates | None  # None where p(z) does not factorise or its factors have no CDF


def information(
    vae: Any, codes: Codes, *, rate: float | Array, prior_factorises: bool, progress: Progress | None = None
) -> Information:
    """Bound I(x; z), KL(q(z) || p(z)) and the total correlation of q(z) from M codes.

    Args:
        vae: its `prior` is used.
        codes: M >= 2 codes (2000 by default: `IMAGES`), from `encode_subset`.
        rate: the reported rate in nats, best of the same images `[M]`; a number otherwise.
        prior_factorises: is p(z) the product of one-dimensional laws?
        progress: called as `progress(stage, done, total)` with counts of images; may raise to cancel.
    Returns:
        Bounds whose `lower` never exceeds `upper`. The leave-in estimates (lower for I, upper for the other two) are
        left as they are, also when chance makes them slightly negative: they satisfy both identities with the
        Monte-Carlo rate, which is `rate` + `mc_residual`. `saturated`: the codes overlap too little for M images.
    Raises:
        InputError: fewer than two codes, or codes where p(z) has no density.
    Sources: Hoffman and Johnson (2016); Chen et al. (2018), arXiv:1802.04942; Poole et al. (2019), arXiv:1905.06922.
    """
    count = len(codes)
    if count < 2:
        raise InputError(f"codes: expected at least two images; got {count}. Mutual information needs more data.")
    z = tf.constant(codes.z)
    log_prior = vae.prior.log_prob(z).numpy().astype(float)
    if not np.isfinite(log_prior).all():
        without = int((~np.isfinite(log_prior)).sum())
        raise InputError(
            f"prior: expected a density at every code; {without} of {count} codes have none."
            " Use a prior with the support of the posterior."
        )
    report = None if progress is None else lambda done: progress(STAGE, done, count)
    pairs = pairwise(codes, report)
    own = np.diag(pairs.joint).astype(float)
    reported = np.broadcast_to(np.asarray(rate, float), (count,))
    carlo = average(own - log_prior)
    leave_in, leave_one_out = mixture(pairs.joint)
    lower = average(own) - leave_in
    moments = gaussian_moments(codes)
    ceiling = None if moments is None else information_ceiling(moments)
    upper = smallest(average(own) - leave_one_out, carlo, ceiling)
    saturated = lower.value > math.log(count) - CEILING
    marginal_upper = leave_in - average(log_prior)
    floor = None if moments is None else marginal_floor(moments, vae.prior)
    marginal_lower = largest(known(0.0, count), carlo - upper, floor)
    each = _dimension_kl(vae, z, pairs) if prior_factorises else None
    return Information(
        mutual_information=_bounds(lower, upper.at_least(lower), saturated),
        marginal_kl=_bounds(marginal_lower.at_most(marginal_upper), marginal_upper, saturated),
        total_correlation=None if each is None else _correlation(marginal_lower, marginal_upper, each, saturated),
        dimension_kl=None if each is None else Estimates(each.mean(0), each.std(0, ddof=1) / math.sqrt(count), "nats"),
        mc_residual=average(own - log_prior - reported).estimate(),
        binned_kl=_binned(vae, z) if prior_factorises else None,
    )


def mixture(joint: Array) -> tuple[Part, Part]:
    """Mean over the codes of log q(z) `[M, M]`, q(z) the mixture of all posteriors: own included, own left out."""
    count = len(joint)
    density = joint.astype(float)
    leave_in = _mean_log_mixture(density, count)
    np.fill_diagonal(density, -np.inf)
    return leave_in, _mean_log_mixture(density, count - 1)


def _mean_log_mixture(density: Array, members: int) -> Part:
    peak = density.max(1, keepdims=True)
    if np.isneginf(peak).any():  # a code that no other posterior covers at all
        return known(-np.inf, len(density))
    weight = np.exp(density - peak)
    total = weight.sum(1, keepdims=True)
    terms = (np.log(total) + peak)[:, 0] - math.log(members)
    share = (weight / total).sum(0)  # an image counts through its own code, and as a component under all codes
    return Part(float(terms.mean()), terms - terms.mean() + share - 1)


def _dimension_kl(vae: Any, z: Any, pairs: Pairwise) -> Array | None:
    """log q(z_k) - log p(z_k) of every code `[M, L]`; its mean is KL(q(z_k) || p(z_k))."""
    prior = factors(vae.prior)
    if prior is None or pairs.latents is None:
        return None
    return pairs.latents.astype(float) - prior.log_prob(z).numpy()


def _binned(vae: Any, z: Any) -> Estimates | None:
    prior = factors(vae.prior)
    if prior is None:
        return None
    try:
        u = prior.cdf(z).numpy()
    except NotImplementedError:
        return None
    return binned_kl(np.asarray(u, float)) if np.isfinite(u).all() else None


def _correlation(lower: Part, upper: Part, each: Array, saturated: bool) -> Bounds:
    """TC = KL(q(z) || p(z)) - sum_k KL(q(z_k) || p(z_k)) >= 0."""
    explained = average(each.sum(1))
    most = upper - explained
    least = largest(known(0.0, len(each)), lower - explained)
    return _bounds(least.at_most(most), most, saturated)


def _bounds(lower: Part, upper: Part, saturated: bool) -> Bounds:
    return Bounds(lower.estimate(), upper.estimate(), saturated)
