"""A sigma that is far too small is named, although the end of the normal scores then makes tails look light."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kurtosis

from vaediag.findings.clipping import SCORE_LIMIT, clipped_weight
from vaediag.laws import pit
from vaediag.records.diagnosis import AuditItem
from vaediag.records.estimate import Estimate

THIRD = {"dispersion": Estimate(1.82, 0.01), "reduced_chi2": Estimate(16.16, 0.35)}
ATOM = (AuditItem("atom", 0.49, "values exactly 0 under a density"),)


def judged(synthetic, weight, *, audit=(), dispersion, reduced_chi2):
    return synthetic.change(
        synthetic.exact(),
        audit=audit,
        calibration__posterior__tail_weight=Estimate(weight, 0.03),
        calibration__posterior__dispersion=dispersion,
        calibration__posterior__reduced_chi2=reduced_chi2,
        calibration__posterior_mean__dispersion=dispersion,
    )


def test_the_end_of_the_scores_is_theirs():
    assert pytest.approx(pit.SCORE_LIMIT, abs=1e-6) == SCORE_LIMIT


@pytest.mark.parametrize("chi2", [1.0, 2.25, 4.0, 16.0, 100.0])
def test_tail_weight_of_cut_scores(chi2):
    drawn = np.random.default_rng(0).normal(size=400_000) * chi2**0.5
    assert clipped_weight(chi2) == pytest.approx(kurtosis(np.clip(drawn, -SCORE_LIMIT, SCORE_LIMIT)), abs=0.02)


def test_a_sigma_far_too_small_is_named_although_tails_look_light(synthetic, only):
    finding = only(judged(synthetic, -0.9, audit=ATOM, **THIRD))
    assert (finding.id, finding.severity) == ("scale", "problem")
    assert finding.title == "σ is too small by a factor 4.020 ± 0.044"
    assert "is σ's doing" in finding.evidence
    assert "49 %" in finding.evidence


def test_cut_scores_explain_tails_before_the_fault_is_grave(synthetic, only):
    mild = {"dispersion": Estimate(1.35, 0.03), "reduced_chi2": Estimate(4.0, 0.9)}
    assert only(judged(synthetic, -0.45, **mild)).id == "scale"
    assert only(judged(synthetic, -0.9, **mild)).id == "tails"


@pytest.mark.parametrize("weight", [3.0, -1.2])
def test_no_tails_put_both_numbers_badly_off_to_one_side(synthetic, only, weight):
    half = {"dispersion": Estimate(1.5, 0.01), "reduced_chi2": Estimate(4.0, 0.05)}
    finding = only(judged(synthetic, weight, **half))
    assert (finding.id, finding.severity) == ("scale", "problem")
    assert f"tails {'heavier' if weight > 0 else 'lighter'} as well" in finding.evidence
    double = {"dispersion": Estimate(0.4, 0.01), "reduced_chi2": Estimate(0.25, 0.01)}
    assert only(judged(synthetic, weight, **double)).id == "scale"


@pytest.mark.parametrize(
    ("weight", "dispersion", "chi2"),
    [(1.5, 0.87, 1.0), (-1.2, 1.16, 1.0), (-1.2, 1.225, 1.1), (2.0, 0.6, 0.7), (2.0, 1.2, 2.0)],
)
def test_tails_of_about_the_right_variance_stay_tails(synthetic, only, weight, dispersion, chi2):
    numbers = {"dispersion": Estimate(dispersion, 0.01), "reduced_chi2": Estimate(chi2, 0.01)}
    assert only(judged(synthetic, weight, **numbers)).id == "tails"


@pytest.mark.parametrize(("floor", "stated"), [(None, 0.1), (0.01, 0.1), (None, None)])
def test_no_floor_is_spoken_of_where_there_is_none_to_move(synthetic, only, floor, stated):
    exact = judged(synthetic, -1.2, dispersion=Estimate(1.0, 0.01), reduced_chi2=Estimate(1.0, 0.01))
    finding = only(synthetic.change(exact, variance__scale__floor=floor, variance__scale__stated=stated))
    assert "floor" not in finding.try_
    assert "floor of σ" in only(synthetic.change(exact, variance__scale__floor=0.01, variance__scale__stated=None)).try_
