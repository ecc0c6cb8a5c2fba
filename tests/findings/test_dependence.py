"""`dependence`: neighbours that know of each other, and what the product over pixels costs."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag.findings.explained import dependence_of_scale
from vaediag.findings.rules import errors_allowed
from vaediag.records.estimate import Estimate, Estimates
from vaediag_models.oracles.linear import exact_posterior

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
    assert "(0.21 to the right); that costs at least 4.2 nats per image" in finding.title
    assert "0.040 below," in finding.evidence
    assert "a patch of 36 of 64 pixels" in finding.evidence
    assert "the encoder is ruled out" in finding.evidence


def test_anticorrelated_neighbours_have_a_minus_sign(synthetic, only):
    finding = only(dependent(synthetic, neighbours=(0.0, -0.2, 0.0, 0.0)))
    assert "(−0.2 below)" in finding.title
    assert "−0.200 below, 0.000 below right, 0.000 below left (± 0.003, exact: 0)" in finding.evidence


def test_each_lag_is_judged_as_one_of_four(synthetic, ids):
    edge = 0.03 + errors_allowed(4) * 0.003
    assert ids(dependent(synthetic, neighbours=(edge - 1e-6, 0, 0, 0))) == []
    assert ids(dependent(synthetic, neighbours=(edge + 1e-6, 0, 0, 0))) == ["dependence"]


def test_the_price_alone_is_enough_and_never_negative(synthetic, only, ids):
    whole = {"coordinates__kind": "all", "coordinates__count": 64}
    assert (
        "still depend on each other; that costs 2 nats per image" in only(dependent(synthetic, cost=2.0, **whole)).title
    )
    assert "costs at least 2 nats" in only(dependent(synthetic, cost=2.0)).title
    assert "costs at least 2 nats" in only(dependent(synthetic, cost=2.0, lower_bound=True, **whole)).title
    assert ids(dependent(synthetic, cost=0.39)) == []
    assert ids(dependent(synthetic, cost=-2.0)) == []
    assert ids(dependent(synthetic, cost=None)) == []
    assert "at least 2.00" in only(dependent(synthetic, cost=2.0, lower_bound=True)).evidence


def test_few_images_do_not_judge(synthetic, ids):
    assert ids(dependent(synthetic, neighbours=(0.5, 0, 0, 0), images=99)) == []


def whitened_cost(weights, ratio):
    """Of the residuals of an exact encoder for unit noise, the true noise having variances `ratio`."""
    gain, spread = exact_posterior(weights, 1.0)
    keep = np.eye(len(ratio)) - weights @ gain
    data = weights @ weights.T + np.diag(ratio)
    residual = keep @ data @ keep.T + weights @ spread @ weights.T
    scale = np.sqrt(np.diag(residual))
    return -0.5 * np.linalg.slogdet(residual / np.outer(scale, scale))[1], np.diag(spread), scale**2


@pytest.mark.parametrize("latents", [2, 8, 16])
@pytest.mark.parametrize("ratio", [np.full(64, 2.25), np.full(64, 0.5), np.tile([0.25, 1.75], 32)])
def test_what_a_wrong_sigma_does_to_the_price(synthetic, latents, ratio):
    weights = np.linalg.qr(np.random.default_rng(1).normal(size=(64, latents)))[0] * 6.0
    cost, variance, measured = whitened_cost(weights, ratio)
    collapse = synthetic.change(
        synthetic.exact(latents=latents).collapse, posterior_variance=variance, mean_variance=1 - variance
    )
    told, size = dependence_of_scale(measured, collapse, np.arange(64))
    assert told == pytest.approx(cost, rel=0.3)
    assert 0.01 < size < 0.2
    part, _ = dependence_of_scale(measured, collapse, np.arange(20))
    assert 0 < part < 20 / 64 * told
    assert dependence_of_scale(np.ones(64), collapse, np.arange(64)) == pytest.approx((0, 0), abs=1e-6)


def test_a_wrong_sigma_explains_some_of_the_price(synthetic, ids):
    ratio = 2.25
    maps = {"calibration__posterior__maps__dispersion": np.full((4, 4, 1), 6 / np.pi * np.arcsin(ratio / (1 + ratio)))}
    patch = {"coordinates__count": 8, "coordinates__total": 16, "coordinates__index": np.arange(8)}
    price, _ = dependence_of_scale(np.full(16, ratio), synthetic.exact().collapse, np.arange(8))

    def wrong(cost):
        return synthetic.change(dependent(synthetic, cost=cost, **patch), **TOO_SMALL, **maps)

    assert ids(wrong(price + 0.39)) == ["scale"]
    assert ids(wrong(price + 0.41)) == ["scale", "dependence"]


def test_codes_of_a_wrong_encoder_do_not_judge_the_pixels(synthetic, ids):
    diagnosis = synthetic.change(dependent(synthetic, cost=5.0), evidence__latent_dispersion=NARROW)
    assert ids(diagnosis) == ["encoder"]
    assert ids(synthetic.change(diagnosis, independence__conditioning="corrected")) == ["encoder", "dependence"]
    lost = synthetic.change(diagnosis, calibration__corrected=None, calibration__paired=None)
    assert ids(lost) == ["encoder"]
