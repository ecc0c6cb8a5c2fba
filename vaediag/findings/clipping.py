"""Normal scores end at ±4.75, so a sigma that is far too small makes tails look light: by how much?"""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist

from vaediag.findings.rules import severity
from vaediag.records.calibration import Calibration

NORMAL = NormalDist()
SCORE_LIMIT = NORMAL.inv_cdf(1 - 1e-6)  # ranks are clipped to 1e-6 and 1 - 1e-6


def clipped_weight(chi2: float) -> float:
    """Excess kurtosis of N(0, chi2) cut at the largest normal score: 0 for small chi2, −2 for a very large one.

    >>> f"{clipped_weight(1.0):.3f} {clipped_weight(4.0):.3f} {clipped_weight(16.0):.3f}"
    '-0.000 -0.302 -1.232'
    """
    cut = SCORE_LIMIT / math.sqrt(max(chi2, 1e-6))
    inside, density, outside = 2 * NORMAL.cdf(cut) - 1, NORMAL.pdf(cut), 2 * (1 - NORMAL.cdf(cut))
    second = inside - 2 * cut * density + cut**2 * outside
    fourth = 3 * inside - 2 * (cut**3 + 3 * cut) * density + cut**4 * outside
    return fourth / second**2 - 3


def light_by_clipping(calibration: Calibration) -> bool:
    """Tails that look light, and would not without the end of the scores?"""
    weight, chi2 = calibration.tail_weight, calibration.reduced_chi2
    if weight is None or chi2 is None or not weight.value < 0:
        return False
    left = replace(weight, value=min(weight.value - clipped_weight(chi2.value), 0.0))
    return severity("tail_weight", left) is None
