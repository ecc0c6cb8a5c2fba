"""`scale.range` and `scale.floor`."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag.records.calibration import SpreadSkill
from vaediag.records.estimate import Estimate

SPREAD = np.geomspace(0.1, 0.4, 20)


def with_health(synthetic, **numbers):
    exact = synthetic.exact()
    skill = SpreadSkill(SPREAD, SPREAD, SPREAD / 50, np.full(20, 800))
    health = synthetic.change(exact.variance.scale, **numbers)
    return synthetic.change(exact, variance__scale=health, calibration__posterior__spread_skill=skill)


def errors(synthetic, diagnosis, lowest):
    ratio = np.where(np.arange(20) < 4, lowest, 1.0)
    skill = SpreadSkill(SPREAD, SPREAD * ratio, SPREAD / 50, np.full(20, 800))
    return synthetic.change(diagnosis, calibration__posterior__spread_skill=skill)


def test_sigma_that_explodes(synthetic, only):
    finding = only(with_health(synthetic, maximum=30.0))  # the data have a standard deviation of 0.32
    assert (finding.id, finding.severity) == ("scale.range", "warning")
    assert "up to 94.9 times the spread of the data" in finding.title
    assert only(with_health(synthetic, maximum=1e6)).severity == "problem"


def test_sigma_over_a_millionfold_range_or_not_finite(synthetic, only):
    assert "factor 2e+06" in only(with_health(synthetic, minimum=2e-7, floor=None)).title
    assert "without end" in only(with_health(synthetic, minimum=0.0)).title
    finding = only(with_health(synthetic, non_finite=1))
    assert (finding.severity, finding.title) == ("problem", "σ or mean is not finite for 1 image")


def test_a_sensible_range_is_left_in_peace(synthetic, ids):
    assert ids(with_health(synthetic, minimum=1e-3, maximum=3.0)) == []


def test_a_floor_that_binds_speaks_for_a_sigma_that_is_too_large(synthetic, only):
    diagnosis = errors(synthetic, with_health(synthetic, at_floor=0.2, floor=0.1), 0.6)
    finding = only(diagnosis)
    assert (finding.id, finding.severity) == ("scale.floor", "warning")
    assert finding.title == "20 % of σ are at their floor, 0.1"
    assert "smaller than the floor" in finding.meaning
    assert only(synthetic.change(diagnosis, variance__scale__at_floor=0.7)).severity == "problem"


@pytest.mark.parametrize(("share", "lowest", "expected"), [(0.09, 1.0, []), (0.2, 1.0, ["scale.floor"])])
def test_few_pixels_at_the_floor_are_none(synthetic, ids, share, lowest, expected):
    assert ids(errors(synthetic, with_health(synthetic, at_floor=share, floor=0.1), lowest)) == expected


def test_a_floor_below_the_errors_keeps_nothing_back(synthetic, ids):
    assert ids(errors(synthetic, with_health(synthetic, at_floor=0.2, floor=0.1), 1.4)) == ["scale.level"]


def test_a_sigma_too_small_is_not_the_floors_fault(synthetic, ids):
    diagnosis = synthetic.change(
        with_health(synthetic, at_floor=0.2, floor=0.1),
        calibration__posterior__dispersion=Estimate(1.31, 0.01),
        calibration__posterior__reduced_chi2=Estimate(2.25, 0.03),
        calibration__posterior_mean__dispersion=Estimate(1.3, 0.01),
    )
    assert ids(diagnosis) == ["scale"]
