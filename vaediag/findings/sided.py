"""What the rules on an uneven sigma share: factors in words, and is a part off more than the whole?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vaediag.findings.uneven import variance_ratio
from vaediag.records.estimate import Estimate, with_error
from vaediag.records.finding import Finding


@dataclass(frozen=True, slots=True)
class Uneven:
    """A finding on a sigma that is right for some pixels and wrong for others.

    `variation` is the squared coefficient of variation of residual variance over stated variance. A mixture of
    Gaussians of such variances has tail weight 3 * variation, so that much of the tails is explained by it.
    """

    finding: Finding
    variation: float


def much_the_same(part: float, rest: float) -> bool:
    """Are both off to the same side, the lesser by half as much as the other or more? Then all of it is off."""
    return part * rest > 0 and min(abs(part), abs(rest)) > 0.5 * max(abs(part), abs(rest))


def factor_words(dispersion: Estimate) -> str:
    """`1.25 ± 0.02`: by which sigma is off where the residuals have this dispersion."""
    error = dispersion.standard_error or 0.0
    low, middle, high = np.sqrt(variance_ratio(np.array([-error, 0.0, error]) + dispersion.value))
    half = float(high - low) / 2
    if middle < 1:
        low, middle, high = 1 / high, 1 / middle, 1 / low
        half = float(high - low) / 2
    return with_error(float(middle), half) if math.isfinite(half) else f"{middle:.2f}"
