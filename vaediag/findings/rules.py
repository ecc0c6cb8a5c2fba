"""The one table of rules (definitions.md, section 8): what counts as wrong, and what as badly wrong.

A rule fires iff |T - T0| > margin + 3 SE, T0 the value of an exact model. Distances (positive even for an exact
model) are one-sided, with T0 = `Estimate.expected`. Of m numbers judged together (latents, regions, bins, lags) each
has z(m) instead of 3 standard errors, so that all of them raise as few false alarms as a single number. The same test
with `grave` for the margin makes the finding a problem instead of a warning.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from vaediag.records.calibration import Band
from vaediag.records.collapse import EFFECT_USED, KL_USED
from vaediag.records.estimate import Estimate

MINIMUM_IMAGES = 100  # below it the standard errors themselves are not to be trusted
KL_OF_A_DEAD_LATENT = KL_USED  # nats: kl[k] + z SE below it means collapsed
EFFECT_OF_A_DEAD_LATENT = EFFECT_USED  # nats: effect[k] + z SE below it means that the decoder ignores the latent
GRAVE_COLLAPSE = 0.75  # fraction of the latents
LEVELS = (0.5, 0.8, 0.9, 0.95)  # of coverage
EXPLAINED = 0.5  # share of the tail weight that an uneven sigma must explain to speak for it


@dataclass(frozen=True, slots=True)
class Rule:
    exact: float | None  # None: a distance, judged against its `expected` and from above only
    margin: float
    grave: float


RULES = {
    "dispersion": Rule(1.0, 0.03, 0.3),
    "dispersion.discrete": Rule(1.0, 0.01, 0.1),
    "bias": Rule(0.0, 0.01, 0.05),
    "reduced_chi2": Rule(1.0, 0.05, 0.5),
    "tail_weight": Rule(0.0, 0.3, 3.0),
    "miscalibration_area": Rule(None, 0.005, 0.05),
    "coverage": Rule(None, 0.01, 0.05),
    "ece": Rule(None, 0.01, 0.05),
    "calibration_slope": Rule(0.0, 0.1, 0.5),
    "variance_ratio": Rule(1.0, 0.05, 0.3),
    "latent_dispersion": Rule(1.0, 0.1, 0.5),
    "dispersion.region": Rule(0.0, 0.05, 0.3),  # inside a region minus outside
    "dispersion.pixels": Rule(0.0, 0.1, 0.4),  # standard deviation over pixels
    "bias.pixels": Rule(0.0, 0.03, 0.1),  # root mean square over pixels: 0.03 is a tenth of sigma
    "error_ratio": Rule(0.0, 0.05, 0.4),  # log(error / sigma) at one level of sigma, minus that of all levels
    "at_floor": Rule(0.0, 0.1, 0.5),
    "sigma_range": Rule(1.0, 29.0, 999.0),  # largest sigma / largest standard deviation of a pixel in the data
    "iwae_gain": Rule(0.0, 0.5, 5.0),  # nats per image
    "pareto_k_over": Rule(0.0, 0.2, 0.6),  # fraction of the images
    "lag_correlation": Rule(0.0, 0.03, 0.3),
    "independence_cost": Rule(0.0, 0.1, 10.0),  # nats per image
    "marginal_kl": Rule(0.0, 0.2, 5.0),  # nats
    "dimension_kl": Rule(0.0, 0.1, 1.0),  # nats
}


def errors_allowed(cells: int = 1) -> float:
    """How many standard errors a rule allows for when it is applied to `cells` numbers at once; 3 for one."""
    return 3.0 if cells <= 1 else NormalDist().inv_cdf(1 - 0.00135 / cells)


def severity(rule: str, estimate: Estimate | None, *, cells: int = 1) -> str | None:
    """ "warning" or "problem" if the rule fires for this estimate, None if it stays silent.

    Silent too for a number that was not measured, is undefined, or has no standard error or no `expected` to judge by.
    """
    table = RULES[rule]
    away = distance(rule, estimate)
    if estimate is None or away is None or estimate.standard_error is None:
        return None
    allowed = errors_allowed(cells) * estimate.standard_error
    size = away if table.exact is None else abs(away)
    if not size > table.margin + allowed:  # NaN stays silent
        return None
    return "problem" if size > table.grave + allowed else "warning"


def coverage_severity(coverage: Band) -> str | None:
    """As `severity`, for central intervals of 50, 80, 90 and 95 %: off by more than the margin beyond the band.

    The band holds at all levels at once, so its half width stands for 3 standard errors of one.
    """
    found: list[str] = []
    for level in LEVELS:
        at = int(np.argmin(np.abs(coverage.nominal - level)))
        size = abs(coverage.observed[at] - coverage.nominal[at])
        allowed = (coverage.upper[at] - coverage.lower[at]) / 2
        if size > RULES["coverage"].margin + allowed:  # NaN stays silent
            found.append("problem" if size > RULES["coverage"].grave + allowed else "warning")
    return worst(*found) if found else None


def distance(rule: str, estimate: Estimate | None) -> float | None:
    """T - T0, or None where it is not defined."""
    if estimate is None or not math.isfinite(estimate.value):
        return None
    exact = RULES[rule].exact
    exact = estimate.expected if exact is None else exact
    return None if exact is None else estimate.value - exact


def side(rule: str, estimate: Estimate | None, *, cells: int = 1) -> int:
    """+1 or -1: on which side of the exact value the rule fires; 0 if it stays silent."""
    away = distance(rule, estimate)
    if away is None or severity(rule, estimate, cells=cells) is None:
        return 0
    return 1 if away > 0 else -1


def worst(*severities: str | None) -> str:
    """The graver of the severities of rules of which at least one fired."""
    return "problem" if "problem" in severities else "warning"
