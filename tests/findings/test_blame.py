"""Every finding on the decoder says whether the encoder was ruled out, and with which numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from vaediag.findings import evaluate
from vaediag.records.diagnosis import AuditItem
from vaediag.records.estimate import Estimate, Estimates

SMALL = {"dispersion": Estimate(1.31, 0.01), "reduced_chi2": Estimate(2.25, 0.03)}
NARROW = Estimates(np.array([1.0, 1.405, 1.0, 1.39]), np.full(4, 0.02))


def wrong(synthetic, conditioning: Any = "posterior", **changes: Any):
    faults = {f"calibration__{conditioning}__{name}": value for name, value in SMALL.items()}
    faults["calibration__posterior_mean__dispersion"] = Estimate(1.3, 0.01)
    return synthetic.change(synthetic.exact(), **faults, **changes)


def scale(diagnosis):
    return next(finding for finding in evaluate(diagnosis) if finding.id == "scale")


def test_an_encoder_that_passes_is_ruled_out_with_its_numbers(synthetic):
    passed = Estimates(np.array([0.97, 1.03, 1.0, 1.01]), np.full(4, 0.02))
    found = scale(wrong(synthetic, evidence__latent_dispersion=passed))
    _, second, *_ = found.evidence.split("; ")
    assert second == "z from q, 1000 images: the encoder is ruled out (latent dispersion 0.97–1.03 ± 0.02)"


def test_a_deviation_within_chance_is_not_called_exact(synthetic):
    wide = Estimates(np.array([1.0, 1.2, 1.0, 1.0]), np.full(4, 0.07))
    found = scale(wrong(synthetic, evidence__latent_dispersion=wide))
    assert "no fault of the encoder beyond chance (latent dispersion 1.00–1.20 ± 0.07)" in found.evidence


def test_an_encoder_that_is_off_beyond_chance_is_not_ruled_out(synthetic):
    four = Estimates(np.array([1.17, 1.17, 1.288, 1.236]), np.full(4, 0.0625))
    found = scale(wrong(synthetic, evidence__latent_dispersion=four))
    shared = "the encoder may share in it, a little too narrow or off-centre in latents 2 and 3 (latent dispersion "
    assert f"{shared}1.17–1.29 ± 0.062, that of x 1" in found.evidence
    assert "with corrected z)" in found.evidence
    small = Estimates(np.array([1.0, 0.92, 1.0, 1.0]), np.full(4, 0.01))
    found = scale(wrong(synthetic, evidence__latent_dispersion=small))
    assert "the encoder is off by less than the tolerance of 0.1 (latent dispersion 0.92–1.00 ± 0.01)" in found.evidence


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"evidence__latent_dispersion": None, "evidence__corrected": None}, "was not checked, and could be the cause"),
        (
            {"evidence__corrected__reliable": False},
            "may be the cause, it could not be checked (mala unreliable, acceptance 0.80)",
        ),
        ({"evidence__latent_dispersion": None}, "could not be checked, and could be the cause (no "),
    ],
)
def test_an_encoder_that_was_not_checked_is_said(synthetic, changes, text):
    assert text in scale(wrong(synthetic, **changes)).evidence


def test_the_reason_why_not_is_given(synthetic):
    unchecked = {"evidence__latent_dispersion": None, "evidence__corrected": None}
    diagnosis = wrong(synthetic, why_not={"evidence.latent_dispersion": "not requested"}, **unchecked)
    assert "could be the cause (not requested)" in scale(diagnosis).evidence


def test_a_wrong_encoder_leaves_the_judgement_to_corrected_codes(synthetic):
    found = scale(wrong(synthetic, "corrected", evidence__latent_dispersion=NARROW))
    assert found.severity == "problem"
    _, second, *_ = found.evidence.split("; ")
    assert second == "corrected z, 256 images: the encoder is wrong (dispersion 1 with z from q, 1.31 here)"


def test_without_corrected_calibration_a_wrong_encoder_makes_it_a_warning(synthetic):
    lost = {"calibration__corrected": None, "calibration__paired": None}
    found = scale(wrong(synthetic, evidence__latent_dispersion=NARROW, **lost))
    assert found.severity == "warning"
    assert "so repair it first" in found.evidence


def test_the_encoder_does_not_quote_a_decoder_that_the_data_make_void(synthetic):
    grey = (AuditItem("grey", 0.3, "grey"),)
    exact = synthetic.change(synthetic.exact("bernoulli"), evidence__latent_dispersion=NARROW)
    (sound,) = evaluate(exact)
    assert "decoder dispersion" in sound.evidence
    assert "judged on the corrected" in sound.meaning
    _, spoiled = evaluate(synthetic.change(exact, audit=grey))
    assert spoiled.id == "encoder"
    assert "decoder" not in spoiled.evidence
    assert "judged on the corrected" not in spoiled.meaning
    assert spoiled.figure == "latent_dispersion"
    unmoved = synthetic.change(exact, audit=grey, evidence__corrected__reliable=False)
    assert [found.id for found in evaluate(unmoved)] == ["audit.grey", "probe"]


def test_the_picture_of_whose_fault_it_is_needs_the_latent_pit(synthetic):
    exact = synthetic.change(synthetic.exact(), evidence__latent_dispersion=NARROW)
    pit = np.full((4, 20), 0.05)
    assert evaluate(exact)[0].figure == "latent_dispersion"
    assert evaluate(synthetic.change(exact, evidence__latent_pit=pit))[0].figure == "fault"
