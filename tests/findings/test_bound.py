"""`bound`: a loose bound or a poor posterior, where the latent dispersion passes."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag.findings.rules import errors_allowed
from vaediag.records.estimate import Estimate, Estimates
from vaediag.records.evidence import Iwae, ParetoK

LADDER = np.array([1, 10, 100])
NARROW = Estimates(np.array([1.0, 1.405, 1.0, 1.39]), np.full(4, 0.02))


def weighed(synthetic, gain=0.0, error=0.05, *, over=0.0, images=256):
    index = np.arange(images) + 10
    elbo = np.full(images, -50.0)
    bound = elbo + gain
    bound[7] += 9.0
    k = np.where(np.arange(images) < over * images, 0.9, 0.2)
    k[5] = 2.0 if over else 0.2
    return synthetic.change(
        synthetic.exact(),
        evidence__iwae=Iwae(
            LADDER, np.array([-50.0, -50.0 + gain / 2, -50.0 + gain]), np.full(3, 0.3), np.array([0, gain / 2, gain]),
            np.array([0, error, error]), index, elbo, bound, np.full(images, 0.8),
        ),
        evidence__pareto_k=ParetoK(index, k, 0.5, over, 0.0),
        evidence__ess=Estimate(0.81, 0.01),
    )  # fmt: skip


def test_many_codes_that_raise_the_bound(synthetic, only):
    finding = only(weighed(synthetic, 2.0))
    assert (finding.id, finding.severity, finding.figure) == ("bound", "warning", "evidence_gaps")
    assert finding.title == "The bound is loose: 100 codes per image raise it by 2 nats"
    assert "2.000 ± 0.050 nats per image" in finding.evidence
    assert "the largest gain in images 17," in finding.evidence
    assert "effective sample size 0.810 ± 0.010" in finding.evidence
    assert only(weighed(synthetic, 20.0)).severity == "problem"


def test_weights_with_too_heavy_a_tail(synthetic, only):
    finding = only(weighed(synthetic, over=0.4))
    assert (finding.id, finding.figure) == ("bound", "poor_posterior")
    assert finding.title == "The posterior is poor for 40 % of the images (Pareto k̂ above 0.5)"
    assert "15" in finding.evidence.split("images")[-1]


@pytest.mark.parametrize(("gain", "over"), [(0.6, 0.0), (0.0, 0.25), (-3.0, 0.0)])
def test_what_is_within_margin_and_errors_is_none(synthetic, ids, gain, over):
    assert ids(weighed(synthetic, gain, over=over)) == []


def test_the_edges_are_margin_and_three_errors(synthetic, ids):
    edge = 0.5 + errors_allowed() * 0.05
    assert ids(weighed(synthetic, edge - 1e-6)) == []
    assert ids(weighed(synthetic, edge + 1e-6)) == ["bound"]


def test_few_images_do_not_judge_the_bound(synthetic, ids):
    assert ids(weighed(synthetic, 20.0, over=0.9, images=99)) == []


def test_a_wrong_encoder_says_it_itself(synthetic, only):
    finding = only(synthetic.change(weighed(synthetic, 2.0, over=0.5), evidence__latent_dispersion=NARROW))
    assert finding.id == "encoder"
    assert "iwae gain 2.000 ± 0.050 nats" in finding.evidence


def test_without_the_sharp_test_the_meaning_says_so(synthetic):
    from vaediag.findings import evaluate

    unchecked = synthetic.change(weighed(synthetic, 2.0), evidence__latent_dispersion=None, evidence__corrected=None)
    (finding,) = evaluate(unchecked)
    assert "was not made" in finding.meaning


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"evidence__corrected__reliable": False}, "not reliable"),
        ({"evidence__corrected__images": np.arange(99)}, "few"),
    ],
)
def test_an_encoder_that_could_not_be_checked_is_not_said_to_pass(synthetic, change, why):
    from vaediag.findings import evaluate

    bound, probe = evaluate(synthetic.change(weighed(synthetic, 2.0), **change))
    assert (bound.id, probe.id) == ("bound", "probe")
    assert "does not show it" not in bound.meaning
    assert "could not be checked here" in bound.meaning
    assert why in bound.meaning


@pytest.mark.parametrize(("chi2", "severity"), [(9.0, "warning"), (1.2, "problem")])
def test_a_badly_wrong_sigma_loosens_the_bound_by_itself(synthetic, chi2, severity):
    from vaediag.findings import evaluate

    dispersion = Estimate(1.1 if chi2 < 2 else 1.7, 0.01)
    wrong = synthetic.change(
        weighed(synthetic, 30.0),
        calibration__posterior__dispersion=dispersion,
        calibration__posterior__reduced_chi2=Estimate(chi2, 0.02),
        calibration__posterior_mean__dispersion=dispersion,
    )
    bound, scale = evaluate(wrong)
    assert (bound.id, scale.id) == ("bound", "scale")
    assert bound.severity == severity != scale.severity
    assert ("loosens the bound by itself" in bound.meaning) == (severity == "warning")


@pytest.mark.parametrize(("gain", "text"), [(0.0, "iwae gain < 0.001 nats"), (0.3, "iwae gain 0.300 ± 0.050 nats")])
def test_a_tight_bound_helps_to_rule_the_encoder_out(synthetic, only, gain, text):
    finding = only(synthetic.change(weighed(synthetic, gain), calibration__posterior__tail_weight=Estimate(2.0, 0.1)))
    assert f"the encoder is ruled out (latent dispersion 1.00 ± 0.02, {text})" in finding.evidence
