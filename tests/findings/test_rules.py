"""The table of rules: where each begins to fire, on which side, and how badly."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vaediag.findings.rules import RULES, coverage_severity, errors_allowed, severity, side
from vaediag.records.calibration import Band
from vaediag.records.estimate import Estimate

SIGNED = [name for name, rule in RULES.items() if rule.exact is not None]
DISTANCES = [name for name, rule in RULES.items() if rule.exact is None]


def test_the_table_is_that_of_the_definitions():
    assert {name: (rule.exact, rule.margin) for name, rule in RULES.items()} == {
        "dispersion": (1.0, 0.03),
        "dispersion.discrete": (1.0, 0.01),
        "bias": (0.0, 0.01),
        "reduced_chi2": (1.0, 0.05),
        "tail_weight": (0.0, 0.3),
        "miscalibration_area": (None, 0.005),
        "coverage": (None, 0.01),
        "ece": (None, 0.01),
        "calibration_slope": (0.0, 0.1),
        "variance_ratio": (1.0, 0.05),
        "latent_dispersion": (1.0, 0.1),
        "dispersion.region": (0.0, 0.05),
        "dispersion.pixels": (0.0, 0.1),
        "bias.pixels": (0.0, 0.03),
        "error_ratio": (0.0, 0.05),
        "at_floor": (0.0, 0.1),
        "sigma_range": (1.0, 29.0),
        "iwae_gain": (0.0, 0.5),
        "pareto_k_over": (0.0, 0.2),
        "lag_correlation": (0.0, 0.03),
        "independence_cost": (0.0, 0.1),
        "marginal_kl": (0.0, 0.2),
        "dimension_kl": (0.0, 0.1),
    }
    assert all(rule.grave > rule.margin for rule in RULES.values())


@pytest.mark.parametrize("name", SIGNED)
@pytest.mark.parametrize("sign", [-1, 1])
def test_a_signed_rule_fires_just_beyond_margin_and_three_errors(name, sign):
    rule, error = RULES[name], 0.002
    edge = rule.margin + 3 * error
    silent = Estimate(rule.exact + sign * (edge - 1e-9), error)
    fires = Estimate(rule.exact + sign * (edge + 1e-9), error)
    assert (severity(name, silent), side(name, silent)) == (None, 0)
    assert (severity(name, fires), side(name, fires)) == ("warning", sign)
    assert severity(name, Estimate(rule.exact + sign * (rule.grave + 3 * error - 1e-9), error)) == "warning"
    assert severity(name, Estimate(rule.exact + sign * (rule.grave + 3 * error + 1e-9), error)) == "problem"


@pytest.mark.parametrize("name", DISTANCES)
def test_a_distance_is_judged_against_its_expectation_and_from_above_only(name):
    margin, error, expected = RULES[name].margin, 0.001, 0.02
    edge = expected + margin + 3 * error
    assert severity(name, Estimate(edge - 1e-9, error, "", expected)) is None
    assert severity(name, Estimate(edge + 1e-9, error, "", expected)) == "warning"
    assert severity(name, Estimate(0.0, error, "", 10 * edge)) is None
    assert severity(name, Estimate(5.0, error)) is None, "without an expectation nothing can be said"


@pytest.mark.parametrize("estimate", [None, Estimate(math.nan, 0.1), Estimate(9.0, None), Estimate(9.0, math.nan)])
def test_what_is_undefined_or_without_an_error_stays_silent(estimate):
    assert severity("dispersion", estimate) is None
    assert side("dispersion", estimate) == 0


def test_many_cells_are_allowed_more_errors():
    assert errors_allowed() == 3.0
    assert errors_allowed(16) == pytest.approx(3.7610, abs=1e-3)  # Φ⁻¹(1 − 0.00135/16), SciPy
    assert errors_allowed(128) == pytest.approx(4.2535, abs=2e-3)
    estimate = Estimate(1.1 + 3.5 * 0.02, 0.02)
    assert severity("latent_dispersion", estimate) == "warning"
    assert severity("latent_dispersion", estimate, cells=16) is None


def band(observed: float, half: float) -> Band:
    nominal = np.linspace(0, 1, 101)
    miss = np.where(np.abs(nominal - 0.9) < 0.02, observed - nominal, 0.0)
    return Band(nominal, nominal + miss, nominal + miss - half, nominal + miss + half)


@pytest.mark.parametrize(
    ("observed", "half", "expected"),
    [
        (0.9, 0.001, None),
        (0.88, 0.005, "warning"),
        (0.88, 0.015, None),
        (0.92, 0.005, "warning"),
        (0.8, 0.005, "problem"),
    ],
)
def test_coverage_is_judged_beyond_margin_and_band(observed, half, expected):
    assert coverage_severity(band(observed, half)) == expected
