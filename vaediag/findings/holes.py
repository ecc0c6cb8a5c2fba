"""`holes`: the codes of the data do not fill the prior, so that codes from the prior fall where nothing was trained."""

from __future__ import annotations

import numpy as np

from vaediag.findings.centre import off_centre, shifts
from vaediag.findings.explained import posterior_share
from vaediag.findings.rules import MINIMUM_IMAGES, severity, worst
from vaediag.findings.wording import listing, measured, times
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array, Estimate, Estimates, number
from vaediag.records.finding import Finding

IMAGES = 2000  # the most that the whole-code numbers are computed from
OVERLAP = 10  # posteriors that must overlap at a typical code for KL(q(z_k) || p(z_k)) to be judged


def holes_finding(diagnosis: Diagnosis, explained: Array) -> Finding | None:
    """KL(q(z) || p(z)) from below, and of single latents, beyond what the faults already found explain.

    Args:
        explained: nats, `[L]` or `[]` for nothing: what other findings do to each latent's marginal.
    """
    whole, each = diagnosis.collapse.marginal_kl, diagnosis.collapse.dimension_kl
    count = min(diagnosis.calibration.posterior.images, IMAGES)
    if whole is None or count < MINIMUM_IMAGES:
        return None
    known = float(explained.sum()) if explained.size else 0.0
    share = posterior_share(diagnosis.collapse)
    excess = None if each is None or share is None else chance(share, count)
    if each is not None and excess is not None:
        each, excess = _with_bins(each, excess, diagnosis.collapse.binned_kl)
    lower = whole.lower if each is None or excess is None else _larger(whole.lower, each, excess)
    together = severity("marginal_kl", _less(lower, known))
    fired, levels = ([], []) if each is None or excess is None else _latents(each, excess, explained)
    if together is None and not fired:
        return None
    total = diagnosis.model.latent_dim
    moved = shifts(None if diagnosis.pictures is None else diagnosis.pictures.posterior)
    return Finding(
        id="holes",
        severity=worst(together, *levels),
        where="collapse.marginal_kl" if not fired else f"collapse: {_named(fired)}",
        title=_title(lower, together, fired, total) + (f"; they lie {off_centre(moved)}" if moved else ""),
        evidence=_evidence(diagnosis, lower, each, fired, count, known),
        meaning="The aggregated posterior q(z), where the codes of the data are, is not the prior p(z): some codes "
        "from the prior fall into holes that no image ever filled, and some codes of images lie where the prior hardly "
        "goes. Freely generated images are worse than reconstructions for that reason alone, and the ELBO pays for it."
        + (_MOVED if moved else ""),
        try_="look at the posterior scatter for where the codes are. To generate: a prior fitted to the codes "
        "(vd.priors.Mixture). In training: β nearer to 1 if it is smaller, longer training (the KL term evens the "
        "codes out last), fewer latents than the data need is no cure. Data in clusters leave gaps between them with "
        "any normal prior.",
        figure="posterior",
    )


_MOVED = (
    " The cloud of all codes as a whole lies beside the prior's centre: walks around 0 and draws from the prior pass "
    "where few images lie."
)


def chance(share: Array, count: int) -> Array:
    """The most by which KL(q(z_k) || p(z_k)) from M codes is too large on average, nats `[L]`; NaN: cannot be judged.

    Each code finds its own posterior among the M. With Gaussian posteriors whose variance is a share v of that of q(z),
    of which about M sqrt(v) overlap at a code, that adds about (1/sqrt(v) - 1)/M; half as much again is allowed for.
    [Simulated with v 0.001 to 0.7 and M 100 to 2000: 0.8 to 1.4 times, where ten or more overlap.]
    """
    with np.errstate(divide="ignore"):
        return np.where(share**0.5 * count >= OVERLAP, 1.5 * (share**-0.5 - 1) / count, np.nan)


def _with_bins(each: Estimates, excess: Array, binned: Estimates | None) -> tuple[Estimates, Array]:
    """Where too few posteriors overlap, the KL of the codes in bins, which needs no overlap and has no excess."""
    instead = ~np.isfinite(excess)
    if binned is None or not instead.any():
        return each, excess
    value = np.where(instead, binned.value, each.value)
    error = np.where(instead, binned.standard_error, each.standard_error)
    return Estimates(value, error, each.unit), np.where(instead, 0.0, excess)


def _larger(lower: Estimate, each: Estimates, excess: Array) -> Estimate:
    """The larger of the bound and the sum over latents, which is another one: total correlation is not negative."""
    judged = np.isfinite(excess) & np.isfinite(each.value)
    total = float(np.sum(each.value[judged] - excess[judged]))
    if total <= lower.value:
        return lower
    return Estimate(total, float(np.sqrt(np.sum(each.standard_error[judged] ** 2))), lower.unit)


def _latents(each: Estimates, excess: Array, explained: Array) -> tuple[list[int], list[str]]:
    fired, levels = [], []
    for k in range(len(each)):
        known = explained[k] if explained.size else 0.0
        found = severity("dimension_kl", _less(each[k], float(excess[k] + known)), cells=len(each))
        if found is not None and each.value[k] > 0:
            fired.append(k)
            levels.append(found)
    return fired, levels


def _less(estimate: Estimate, amount: float) -> Estimate:
    """What is left after `amount`; NaN stays, and is not judged."""
    left = estimate.value - amount
    return Estimate(0.0 if left < 0 else left, estimate.standard_error, estimate.unit)


def _named(latents: list[int]) -> str:
    return f"{'latent' if len(latents) == 1 else 'latents'} {listing(latents)}"


def _title(lower: Estimate, together: str | None, fired: list[int], total: int) -> str:
    text = "The codes of the data do not fill the prior"
    if fired:
        which = (
            ("both latents" if total == 2 else f"all {total} latents")
            if len(fired) == total > 1
            else _named_short(fired)
        )
        return f"{text} in {which}" + (f": at least {number(lower.value)} nats in all" if together else "")
    return f"{text}: KL(q(z) ‖ p(z)) is at least {number(lower.value)} nats"


def _named_short(latents: list[int]) -> str:
    return f"{'latent' if len(latents) == 1 else 'latents'} {listing(latents, most=6)}"


def _evidence(
    diagnosis: Diagnosis, lower: Estimate, each: Estimates | None, fired: list[int], count: int, known: float
) -> str:
    parts = [f"KL(q(z) ‖ p(z)) at least {measured(lower)} (exact: 0)"] if lower.value > 0 else []
    if each is not None and fired:
        shown = sorted(fired, key=lambda k: -each.value[k])[:4]
        numbers = ", ".join(f"latent {k}: {measured(each[k])}" for k in shown)
        parts.append(f"KL(q(z_k) ‖ p(z_k)) of {numbers}{', …' if len(fired) > len(shown) else ''} (exact: 0)")
    if known > 0.005:
        parts.append(f"other faults explain at most {known:.2g} nats")
    prior, aggregate = diagnosis.variance.prior, diagnosis.variance.aggregate
    if prior is not None and aggregate is not None:
        parts.append(
            f"variance of images over that of the data {measured(aggregate.variance_ratio)} with codes of the data, "
            f"{measured(prior.variance_ratio)} with codes of the prior"
        )
    parts.append(f"rate {number(diagnosis.evidence.rate.value)} nats; {times(count, 'image')}")
    return "; ".join(parts)
