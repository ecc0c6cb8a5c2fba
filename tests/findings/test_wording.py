from __future__ import annotations

import numpy as np
import pytest

from vaediag.findings.wording import coverage_at, listing, measured, percent
from vaediag.records.calibration import Band
from vaediag.records.estimate import Estimate


@pytest.mark.parametrize(
    ("indices", "text"),
    [
        ([4], "4"),
        ([1, 0], "0 and 1"),
        ([0, 3, 4, 5, 6, 7, 12], "0, 3–7 and 12"),
        ([0, 1, 5], "0, 1 and 5"),
        (range(0, 60, 2), "0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20 and 19 more"),
    ],
)
def test_listing(indices, text):
    assert listing(list(indices)) == text


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(0.0003, "0.03 %"), (0.12, "12 %"), (0.999, "more than 99 %"), (1.0, "100 %"), (2.34, "234 %"), (0.0, "0 %")],
)
def test_percent(fraction, text):
    assert percent(fraction) == text


def test_measured():
    assert measured(Estimate(0.0312, 0.0021, "", 0.0093)) == "0.0312 ± 0.0021 (exact model: 0.0093)"
    assert measured(Estimate(3.0, None, "nats")) == "3 nats"


def test_coverage_at_the_nearest_level():
    nominal = np.array([0.5, 0.88, 1.0])
    band = Band(nominal, np.array([0.4, 0.8, 1.0]), nominal, nominal)
    assert coverage_at(band) == "; 88 % intervals hold 80 %"
    assert coverage_at(Band(nominal, np.full(3, np.nan), nominal, nominal)) == ""
