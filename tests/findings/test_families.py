"""Findings in the terms of the family: no fourth moment, counts, a scale that is not σ."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from vaediag.findings import evaluate
from vaediag.findings.counts import dispersion_of_shift
from vaediag.records.calibration import Band
from vaediag.records.estimate import Estimate


def faults(diagnosis):
    return [finding for finding in evaluate(diagnosis) if finding.severity != "info"]


def changed(synthetic, family, *, model=None, **numbers):
    """The same fault on every ground on which it can be judged."""
    exact = synthetic.exact(family)
    if "bias" in numbers:  # a curve that is shifted by so much
        p = np.linspace(0, 1, 201)
        observed = norm.cdf(norm.ppf(p) - np.sqrt(2) * norm.ppf(numbers["bias"].value + 0.5))
        numbers["quantile_curve"] = Band(p, observed, observed - 0.005, observed + 0.005)
    parts = {f"calibration__{name}__{key}": value for name in GROUNDS for key, value in numbers.items()}
    return synthetic.change(exact, model=synthetic.change(exact.model, **(model or {})), **parts)


GROUNDS = ("posterior", "posterior_mean", "corrected")
STUDENT = {"scaled": True, "stated_scale": 0.7, "likelihood": "student t with 4 degrees of freedom, fixed scale 0.7"}


@pytest.mark.parametrize(
    ("dispersion", "weight", "told"),
    [
        (1.34, -0.45, ("scale", "too small")),
        (0.65, 0.83, ("scale", "too large")),
        (1.23, 0.85, ("tails", "heavier")),
        (0.8, -0.8, ("tails", "lighter")),
    ],
)
def test_without_a_fourth_moment_the_dispersion_tells_a_scale_from_tails(synthetic, dispersion, weight, told):
    numbers = {"dispersion": Estimate(dispersion, 0.01), "tail_weight": Estimate(weight, 0.03), "reduced_chi2": None}
    found = faults(changed(synthetic, "normal", model=STUDENT, **numbers))
    (finding,) = [one for one in found if one.id in ("scale", "tails")]
    assert finding.id == told[0]
    assert told[1] in finding.title
    if finding.id == "scale":
        assert "stated scale 0.7" in finding.evidence
        assert "vd.estimate_scale" in finding.try_
        assert 'StudentT(scale="shared", df=4)' in finding.try_


def test_a_stated_scale_is_told_as_stated_and_was_not_fitted(synthetic):
    model = {"scaled": True, "stated_scale": 0.7, "likelihood": "laplace, fixed scale b 0.7"}
    numbers = {"dispersion": Estimate(1.29, 0.01), "reduced_chi2": Estimate(2.0, 0.03)}
    (finding,) = [one for one in faults(changed(synthetic, "normal", model=model, **numbers)) if one.id == "scale"]
    assert "stated scale 0.7" in finding.evidence
    assert "vd.estimate_scale" in finding.try_
    assert "was fitted" not in finding.try_


def test_zero_inflation_is_named_beside_the_shift_that_it_makes(synthetic):
    found = faults(changed(synthetic, "poisson", dispersion=Estimate(1.59, 0.01), bias=Estimate(-0.15, 0.0025)))
    assert {"shape", "bias"} <= {finding.id for finding in found}
    (spread,) = [one for one in found if one.id == "shape"]
    assert "varies more" in spread.title
    assert "ZeroInflatedPoisson" in spread.try_


def test_a_shift_of_counts_alone_is_a_shift(synthetic):
    exact = synthetic.exact("poisson")
    mean = exact.variance.aggregate.decoder_noise.value
    for bias in (0.04, -0.04):
        dispersion = dispersion_of_shift(mean, bias)
        found = faults(
            changed(synthetic, "poisson", dispersion=Estimate(dispersion, 0.002), bias=Estimate(bias, 0.001))
        )
        assert [one.id for one in found if one.id in ("shape", "bias")] == ["bias"]


def test_dispersion_of_a_shift_against_the_sums_of_another_mean():
    """Poisson(0.3) under Poisson(0.2): three terms by hand."""
    assert dispersion_of_shift(0.2, 0.0401) == pytest.approx(1.112, abs=0.003)
    assert dispersion_of_shift(5.0, 0.0) == pytest.approx(1.0, abs=1e-6)
    assert dispersion_of_shift(2e4, 0.1) == pytest.approx(1.12)


@pytest.mark.parametrize(("likelihood", "word"), [("binomial of 20", "BetaBinomial"), ("poisson", "NegativeBinomial")])
def test_counts_out_of_a_total_stay_bounded(synthetic, likelihood, word):
    numbers = {"dispersion": Estimate(1.4, 0.01)}
    (finding,) = faults(changed(synthetic, "poisson", model={"likelihood": likelihood}, **numbers))
    assert word in finding.try_
    assert ("ZeroInflated" in finding.try_) == (likelihood == "poisson")
    assert "of u hold" in finding.evidence


def test_a_shift_in_sigma_is_told_of_a_normal_only(synthetic):
    for family, model in (("normal", {}), ("normal", {"likelihood": "laplace, fixed scale b 1"})):
        found = faults(changed(synthetic, family, model=model, bias=Estimate(0.1, 0.001)))
        (finding,) = [one for one in found if one.id == "bias"]
        assert ("ranks" in finding.title) == bool(model)
