"""`scale.image`: noise that differs from image to image, told from heavy tails and from dependent pixels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from vaediag.records.diagnosis import AuditItem
from vaediag.records.estimate import Estimate

EVENT = (8, 8, 1)


def diagnosed(synthetic, residuals, *, stated=0.2):
    """An exact diagnosis with the rows, maps and tail weight of these residuals `[images, 64]`."""
    count = len(residuals)
    square = 12 * (norm.cdf(residuals) - 0.5) ** 2
    row, chi2 = square.mean(1), (residuals**2).mean(1)
    score = np.clip(residuals, -4.75, 4.75)
    exact = synthetic.exact(event=EVENT, images=count)
    maps = synthetic.change(
        exact.calibration.posterior.maps,
        dispersion=square.mean(0).reshape(EVENT),
        dispersion_error=(square.std(0) / np.sqrt(count)).reshape(EVENT),
    )
    rows = exact.rows | {"posterior.dispersion": row, "posterior_mean.dispersion": row - 0.01, "posterior.chi2": chi2}
    weight = float(np.mean(score**4) / np.mean(score**2) ** 2 - 3)
    return synthetic.change(
        exact,
        rows=rows,
        variance__scale__stated=stated,
        calibration__posterior__maps=maps,
        calibration__posterior__tail_weight=Estimate(weight, 0.05),
        calibration__posterior__dispersion=Estimate(float(row.mean()), float(row.std() / np.sqrt(count))),
        calibration__posterior_mean__dispersion=Estimate(float(row.mean()) - 0.01, 0.003),
    )


def noise(seed=0, count=1000):
    return np.random.default_rng(seed).normal(size=(count, 64))


def scales(spread, seed=1, count=1000):
    found = np.exp(spread * np.random.default_rng(seed).normal(size=(count, 1)))
    return found / np.sqrt(np.mean(found**2))


def smooth(seed=0, count=1000):
    """Noise of variance 1 that is alike over many pixels."""
    found = np.random.default_rng(seed).normal(size=(count, 11, 11))
    parts = [found[:, i : i + 8, j : j + 8] for i in range(4) for j in range(4)]
    return np.sum(parts, 0).reshape(count, 64) / 4


def test_noise_that_differs_from_image_to_image(synthetic, only):
    found = diagnosed(synthetic, noise() * scales(0.4))
    finding = only(found)
    assert (finding.id, finding.figure) == ("scale.image", "worst")
    assert finding.title.startswith("One σ for images of different noise: typically off by a factor 1.4")
    assert str(int(np.argmax(found.rows["posterior.chi2"]))) in finding.evidence.split("in images")[1]
    assert 'scale="image"' in finding.try_
    several = only(synthetic.change(found, variance__scale__stated=None))
    assert several.title.startswith("σ does not follow the noise of the image")


@pytest.mark.parametrize("degrees", [3, 5])
def test_heavy_tails_within_images_are_tails(synthetic, only, degrees):
    rng = np.random.default_rng(2)
    residuals = rng.standard_t(degrees, (1000, 64)) * np.sqrt((degrees - 2) / degrees)
    assert only(diagnosed(synthetic, residuals)).id == "tails"


def test_dependent_pixels_make_images_differ_and_are_no_noise_of_images(synthetic, ids):
    assert ids(diagnosed(synthetic, smooth())) == []
    assert ids(diagnosed(synthetic, noise())) == []


def test_dependent_pixels_with_heavy_tails_are_tails_once_the_dependence_is_known(synthetic, ids):
    """Ranks of smooth noise, as heavy-tailed values."""
    from scipy.stats import t

    residuals = t.ppf(norm.cdf(smooth()), 9) * np.sqrt(7 / 9)
    found = diagnosed(synthetic, residuals)
    assert ids(found) == ["scale.image"], "cannot be told from it before"
    reach = np.clip(1 - np.abs(np.arange(-7, 8)) / 4, 0, 1)
    lags = np.outer(reach, reach)
    assert ids(synthetic.change(found, independence=synthetic.independence(lags)))[0] == "tails"


def test_a_mass_at_one_value_comes_first(synthetic, ids):
    atom = (AuditItem("atom", 0.3, "values exactly 0 under a density"),)
    assert ids(synthetic.change(diagnosed(synthetic, noise() * scales(0.4)), audit=atom)) == ["tails"]


def test_without_rows_there_is_no_telling(synthetic, ids):
    found = diagnosed(synthetic, noise() * scales(0.4))
    found.rows.clear()
    assert ids(found) == ["tails"]
