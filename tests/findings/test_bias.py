"""`bias`: a shifted mean in units of sigma, told from a bent curve and from sigma."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from vaediag.findings.bias import sigmas, without_shift
from vaediag.records.calibration import Band
from vaediag.records.estimate import Estimate

EVENT = (4, 4, 1)


def shifted(synthetic, shift, width=1.0, *, pixels=None):
    """An exact diagnosis whose residuals are N(shift, width²) in stated sigma (per pixel: shift * pixels)."""
    rng = np.random.default_rng(0)
    u = norm.cdf(shift + width * norm.ppf((np.arange(4000) + 0.5) / 4000))
    p = np.linspace(0, 1, 201)
    observed = np.array([np.mean(u <= level) for level in p])
    maps = np.full(EVENT, u.mean() - 0.5) if pixels is None else pixels
    band = Band(p, observed, observed - 0.005, observed + 0.005)
    posterior = {
        "bias": Estimate(float(maps.mean()), 0.002),
        "dispersion": Estimate(float(12 * np.mean((u - 0.5) ** 2) + 12 * np.var(maps)), 0.003),
        "reduced_chi2": Estimate(shift**2 + width**2, 0.005),
        "quantile_curve": band,
        "miscalibration_area": Estimate(float(np.abs(observed - p).mean()), 0.001, "", 0.002),
        "maps__bias": maps + 0.01 * rng.normal(size=EVENT),
        "maps__bias_error": np.full(EVENT, 0.01),
        "maps__dispersion": np.full(EVENT, 12 * np.mean((u - 0.5) ** 2)),
    }
    changes = {f"calibration__posterior__{name}": value for name, value in posterior.items()}
    mean = {"calibration__posterior_mean__dispersion": posterior["dispersion"]}
    return synthetic.change(synthetic.exact(), **changes, **mean)


@pytest.mark.parametrize(("shift", "text"), [(0.1, "too low, by 0.100"), (-0.3, "too high, by 0.300")])
def test_a_shift_is_named_in_sigma_and_is_no_matter_of_scale(synthetic, only, shift, text):
    finding = only(shifted(synthetic, shift))
    assert (finding.id, finding.figure) == ("bias", "quantile_curve")
    assert text in finding.title
    assert ("mean u − ½ −0.0" in finding.evidence) == (shift < 0), "with a minus sign"


def test_sigmas_inverts_the_mean_rank():
    for shift, variance in ((0.4, 1.0), (-0.2, 0.5)):
        assert sigmas(float(norm.cdf(shift / np.sqrt(1 + variance))) - 0.5, variance) == pytest.approx(shift)


def test_a_shift_too_small_to_report(synthetic, ids):
    assert ids(shifted(synthetic, 0.03)) == []


def test_shift_and_scale_are_told_apart(synthetic, ids):
    assert ids(shifted(synthetic, 0.2, 1.25)) == ["scale", "bias"]
    assert ids(shifted(synthetic, 0.2, 0.8)) == ["scale", "bias"]
    assert ids(shifted(synthetic, 0.0, 1.25)) == ["scale"]


def test_what_is_left_for_sigma_is_the_variance_about_the_mean(synthetic):
    diagnosis = shifted(synthetic, 0.3, 1.25)
    from vaediag.findings.bias import bias
    from vaediag.findings.encoder import Ground

    posterior = diagnosis.calibration.posterior
    found = bias(diagnosis, Ground(posterior))
    assert found is not None
    left = without_shift(posterior, found)
    assert left.reduced_chi2.value == pytest.approx(1.25**2, rel=0.02)


def test_shifts_that_cancel_are_found_in_the_map(synthetic, only):
    pixels = 0.06 * np.where(np.arange(16) % 2, 1, -1).reshape(EVENT)
    finding = only(shifted(synthetic, 0.0, pixels=pixels))
    assert (finding.id, finding.figure) == ("bias", "calibration_maps")
    assert "by 0.2" in finding.title
    assert "root mean square" in finding.title


def test_a_bent_curve_is_shape(synthetic, only):
    """Skewed residuals, centred in their mean: the median is not."""
    rng = np.random.default_rng(1)
    u = norm.cdf(rng.exponential(size=100_000) - 1)
    p = np.linspace(0, 1, 201)
    observed = np.array([np.mean(u <= level) for level in p])
    diagnosis = synthetic.change(
        synthetic.exact(),
        calibration__posterior__quantile_curve=Band(p, observed, observed - 0.005, observed + 0.005),
        calibration__posterior__bias=Estimate(float(u.mean() - 0.5), 0.002),
        calibration__posterior__miscalibration_area=Estimate(float(np.abs(observed - p).mean()), 0.001, "", 0.002),
    )
    assert abs(u.mean() - 0.5) > 0.02
    assert only(diagnosis).id == "shape"


def test_tails_withhold_the_bias(synthetic, ids):
    heavy = {"calibration__posterior__tail_weight": Estimate(3.0, 0.1)}
    assert ids(synthetic.change(shifted(synthetic, 0.1), **heavy)) == ["tails"]
