"""`scale.level`: sigma right at one level of it and wrong at another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from vaediag.records.calibration import SpreadSkill
from vaediag.records.estimate import Estimate

SPREAD = np.geomspace(0.1, 0.4, 20)


def with_skill(synthetic, ratio, error: Any = 0.01, **numbers: Any):
    """An exact diagnosis whose errors are `ratio` times the stated sigma in 20 bins."""
    skill = SpreadSkill(SPREAD, SPREAD * ratio, SPREAD * error, np.full(20, 800))
    changes = {f"calibration__posterior__{name}": value for name, value in numbers.items()}
    return synthetic.change(synthetic.exact(), calibration__posterior__spread_skill=skill, **changes)


def test_large_too_large_and_small_too_small(synthetic, only):
    finding = only(with_skill(synthetic, np.linspace(1.3, 0.75, 20)))
    assert (finding.id, finding.figure) == ("scale.level", "spread_skill")
    assert finding.title.startswith("σ is 1.2")
    assert "× too small where it is small, and 1.2" in finding.title
    assert finding.title.endswith("× too large where it is large")
    assert "20 levels" in finding.evidence


def test_one_end_only(synthetic, only):
    finding = only(with_skill(synthetic, np.where(np.arange(20) < 5, 1.4, 1.0)))
    assert finding.title.endswith("too small where it is small, and right where it is large")


def test_a_level_in_the_middle(synthetic, only):
    finding = only(with_skill(synthetic, np.where(np.abs(np.arange(20) - 9.5) < 1, 1.5, 1.0)))
    assert "where it is about 0.1" in finding.title


@pytest.mark.parametrize("whole", [0.8, 1.0, 1.25])
def test_the_same_factor_at_all_levels_is_none(synthetic, ids, whole):
    noise = 0.01 * np.random.default_rng(2).normal(size=20)
    assert ids(with_skill(synthetic, whole * np.exp(noise))) == []


def test_a_wrong_scale_as_a_whole_with_a_slight_slope_is_one_of_scale(synthetic, ids):
    small = {"dispersion": Estimate(1.31, 0.01), "reduced_chi2": Estimate(2.25, 0.03)}
    diagnosis = with_skill(synthetic, np.linspace(1.35, 1.65, 20), **small)
    diagnosis = synthetic.change(diagnosis, calibration__posterior_mean__dispersion=Estimate(1.3, 0.01))
    assert ids(diagnosis) == ["scale"]


def test_each_level_is_judged_as_one_of_all(synthetic, ids):
    ratio = np.ones(20)
    ratio[3] = np.exp(0.053 + 3.5 * 0.02)  # beyond three errors, not beyond those allowed for 20
    assert ids(with_skill(synthetic, ratio, error=0.02)) == []
    ratio[3] = np.exp(0.055 + 4.2 * 0.02)
    assert ids(with_skill(synthetic, ratio, error=0.02)) == ["scale.level"]


def test_levels_that_are_pixels_are_named_as_levels(synthetic, ids):
    """One sigma for each pixel, the errors going with it: a map of the same numbers says less."""
    ratio = np.repeat(np.linspace(1.3, 0.75, 4), 4)
    square = ratio**2
    maps = {"calibration__posterior__maps__dispersion": (6 / np.pi * np.arcsin(square / (1 + square))).reshape(4, 4, 1)}
    skill = SpreadSkill(SPREAD[:16], SPREAD[:16] * ratio, SPREAD[:16] / 100, np.full(16, 1000))
    found = synthetic.change(synthetic.exact(), calibration__posterior__spread_skill=skill, **maps)
    assert ids(found) == ["scale.level"]
    even = synthetic.change(found, calibration__posterior__spread_skill__error=SPREAD[:16])
    assert ids(even) == ["scale.region"]


def test_one_sigma_for_all_has_no_levels(synthetic, ids):
    assert ids(with_skill(synthetic, np.linspace(1.3, 0.75, 20), ence=None)) == []


def test_tails_come_first_unless_the_levels_explain_them(synthetic, ids):
    ratio = np.where(np.arange(20) < 10, 0.6, 1.4)  # variance 0.36 and 1.96: a tail weight of 1.4
    assert ids(with_skill(synthetic, ratio, tail_weight=Estimate(1.5, 0.05))) == ["scale.level"]
    assert ids(with_skill(synthetic, ratio, tail_weight=Estimate(6.0, 0.05))) == ["tails"]
