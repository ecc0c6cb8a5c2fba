"""`dependence`: neighbours that know of each other, and what the product over pixels costs."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag.findings.explained import dependence_of_scale
from vaediag.findings.rules import errors_allowed
from vaediag.records.estimate import Estimate, Estimates

TOO_SMALL = {
    "calibration__posterior__dispersion": Estimate(1.31, 0.01),
    "calibration__posterior__reduced_chi2": Estimate(2.25, 0.03),
    "calibration__posterior_mean__dispersion": Estimate(1.3, 0.01),
}
NARROW = Estimates(np.array([1.0, 1.405, 1.0, 1.39]), np.full(4, 0.02))


def dependent(synthetic, **numbers):
    return synthetic.change(synthetic.exact(), independence=synthetic.independence(**numbers))


def test_independent_pixels_are_left_in_peace(synthetic, ids):
    assert ids(dependent(synthetic)) == []


def test_neighbours_are_named_with_the_price(synthetic, only):
    finding = only(dependent(synthetic, neighbours=(0.21, 0.04, 0.05, 0.0), cost=4.2))
    assert (finding.id, finding.figure, finding.where) == ("dependence", "dependence", "independence")
    assert "0.21 with the one to the right; it costs 4.2 nats per image" in finding.title
    assert "0.0400 ± 0.0030 below" in finding.evidence
    assert "a patch of 36 of 64 pixels" in finding.evidence
    assert "the encoder was checked and is not the cause" in finding.evidence


def test_anticorrelated_neighbours_have_a_minus_sign(synthetic, only):
    finding = only(dependent(synthetic, neighbours=(0.0, -0.2, 0.0, 0.0)))
    assert "−0.2 with the one below" in finding.title
    assert "−0.2000 ± 0.0030" in finding.evidence


def test_each_lag_is_judged_as_one_of_four(synthetic, ids):
    edge = 0.03 + errors_allowed(4) * 0.003
    assert ids(dependent(synthetic, neighbours=(edge - 1e-6, 0, 0, 0))) == []
    assert ids(dependent(synthetic, neighbours=(edge + 1e-6, 0, 0, 0))) == ["dependence"]


def test_the_price_alone_is_enough_and_never_negative(synthetic, only, ids):
    assert "still depend on each other; it costs 2 nats" in only(dependent(synthetic, cost=2.0)).title
    assert ids(dependent(synthetic, cost=0.39)) == []
    assert ids(dependent(synthetic, cost=-2.0)) == []
    assert ids(dependent(synthetic, cost=None)) == []
    assert "at least 2.00" in only(dependent(synthetic, cost=2.0, lower_bound=True)).evidence


def test_few_images_do_not_judge(synthetic, ids):
    assert ids(dependent(synthetic, neighbours=(0.5, 0, 0, 0), images=99)) == []


def test_a_wrong_sigma_explains_some_of_the_price(synthetic, ids):
    exact = synthetic.change(synthetic.exact(), **TOO_SMALL)
    price = dependence_of_scale(exact.calibration.posterior, exact.collapse)
    assert price == pytest.approx(4 * 0.9 / 2 * (np.log(2.25) - 1 + 1 / 2.25))

    def wrong(cost):
        return synthetic.change(dependent(synthetic, cost=cost), **TOO_SMALL)

    assert ids(wrong(price + 0.39)) == ["scale"]
    assert ids(wrong(price + 0.41)) == ["scale", "dependence"]


def test_codes_of_a_wrong_encoder_do_not_judge_the_pixels(synthetic, ids):
    diagnosis = synthetic.change(dependent(synthetic, cost=5.0), evidence__latent_dispersion=NARROW)
    assert ids(diagnosis) == ["encoder"]
    assert ids(synthetic.change(diagnosis, independence__conditioning="corrected")) == ["encoder", "dependence"]
    lost = synthetic.change(diagnosis, calibration__corrected=None, calibration__paired=None)
    assert ids(lost) == ["encoder"]
