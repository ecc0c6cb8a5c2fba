"""Do the standard errors tell the truth? Hundreds of data sets of one model, each number's interval against its truth.

Slow: minutes. Everything random is fresh in every replication: images, codes, prior draws, chains.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from vaediag.engine.chunk import GROUPS
from vaediag_models import oracles

REPLICATIONS = 400
LINEAR = {
    "exact": (lambda: oracles.linear_gaussian(6, 2, 0.5, 1), 600),
    "sigma": (lambda: oracles.miscalibrated(8, 2, 0.5, 3, factor=0.8, mean=-3.0), 600),
    "narrow": (lambda: oracles.wrong_posterior(8, 2, 0.5, 4, factor=0.7, orthogonal=True), 600),
}
CELLS = (lambda: oracles.binary_cells(16, 2, 1), 600)
HALF_WIDTH = stats.t(GROUPS - 1).ppf(0.975)  # 2.01: a standard error from 50 groups is itself uncertain
BANDS = ("quantile_curve", "coverage")
EXACT = 1e-5  # numbers whose spread over replications is less have no error to speak of: a stated sigma
pytestmark = pytest.mark.slow


def replicate(repeated, truths, make, expected, images, **options):
    """(values, errors) `[replications, numbers]` with the diagnoses' bands and distances."""
    model = make()
    expected = expected(model)
    once = repeated(model.vae, **options)
    expected = {name: value for name, value in expected.items() if not _skipped(name, options)}
    values, errors, others = [], [], []
    for seed in range(REPLICATIONS):
        diagnosis = once(model.simulate(images, 1000 + seed), seed=seed)
        found = [truths.measured(diagnosis, name) for name in expected]
        values.append([value for value, _ in found])
        errors.append([error for _, error in found])
        others.append(_distances(diagnosis))
    return expected, np.array(values), np.array(errors), others


def _skipped(name: str, options) -> bool:
    gone = options.get("skip", ())
    probe = ("corrected", "paired", "latent_dispersion")
    return ("corrected" in gone and any(word in name for word in probe)) or (
        "information" in gone and "mc_residual" in name
    )


def _distances(diagnosis):
    found = {}
    for name in ("posterior", "prior"):
        one = getattr(diagnosis.calibration, name)
        for band in BANDS:
            curve = getattr(one, band)
            found[name, band] = np.all((curve.lower <= curve.nominal + 1e-9) & (curve.nominal <= curve.upper + 1e-9))
        for distance in ("miscalibration_area", "max_calibration_error", "ece", "mce"):
            value = getattr(one, distance)
            if value is not None:
                found[name, distance] = (value.value, value.expected)
    return found


def check(expected, values, errors) -> None:
    truth = np.array(list(expected.values()))
    spread = values.std(0)
    covered = np.mean(np.abs(values - truth) <= HALF_WIDTH * errors, 0)
    wrong = []
    for i, name in enumerate(expected):
        if spread[i] < EXACT * max(abs(truth[i]), 1):
            assert values[:, i] == pytest.approx(truth[i], rel=1e-4, abs=1e-5), name
            continue
        print(
            f"{name:42s} truth {truth[i]:9.4f} mean {values[:, i].mean():9.4f} sd {spread[i]:.4f}"
            f" stated {np.sqrt(np.mean(errors[:, i] ** 2)):.4f} covers {covered[i]:.3f}"
        )
        if not 0.92 <= covered[i] <= 0.98:
            wrong.append(f"{name} {covered[i]:.3f}")
    assert not wrong, wrong


def check_distances(others, *, bands: bool = True) -> None:
    for key in others[0]:
        found = np.array([one[key] for one in others], float)
        if key[1] in BANDS:
            print(f"{key} covers {found.mean():.3f}")
            assert not bands or 0.93 <= found.mean() <= 0.99, key
            continue
        value, stated = found.mean(0)
        print(f"{key} simulated {value:.5f} expected {stated:.5f}")
        assert stated == pytest.approx(value, rel=0.15 if key[0] == "prior" else 0.08), key


def test_exact(repeated, truths):
    make, images = LINEAR["exact"]
    *numbers, others = replicate(repeated, truths, make, truths.of_linear, images)
    check(*numbers)
    check_distances(others)


@pytest.mark.parametrize("name", ["sigma", "narrow"])
def test_wrong_models(repeated, truths, name):
    """Standard errors do not need the model to be right."""
    make, images = LINEAR[name]
    *numbers, _ = replicate(repeated, truths, make, truths.of_linear, images)
    check(*numbers)


def test_binary(repeated, truths):
    make, images = CELLS
    skip = ("pictures", "information", "corrected")
    *numbers, others = replicate(repeated, truths, make, truths.of_cells, images, skip=skip)
    check(*numbers)
    check_distances(others)


def test_exact_models_raise_no_alarm(repeated):
    """No finding above info over 200 seeds, at the smallest number of images that the rules accept and above."""
    alarms = {}
    count = 0
    for make, images in (
        (lambda: oracles.linear_gaussian(64, 3, 0.5, 1), 100),
        (lambda: oracles.linear_gaussian(24, 2, 0.8, 2, orthogonal=True, mean=-3.0), 400),
    ):
        model = make()
        once = repeated(model.vae)
        for seed in range(110):
            count += 1
            for finding in once(model.simulate(images, 5000 + seed), seed=seed).findings:
                if finding.severity != "info":
                    alarms[finding.id] = alarms.get(finding.id, 0) + 1
    print(f"false alarms of {count} exact models: {alarms}")
    assert not alarms


def test_exact_binary_models_raise_no_alarm(repeated):
    model = oracles.binary_cells(24, 2, 1)
    once = repeated(model.vae, skip=("pictures", "corrected"))
    alarms = [
        finding.id
        for seed in range(110)
        for finding in once(model.simulate(400, 5000 + seed), seed=seed).findings
        if finding.severity != "info"
    ]
    print(f"false alarms of 110 exact binary models: {alarms}")
    assert not alarms
