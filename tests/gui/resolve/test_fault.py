"""Whose fault: the encoder's, the decoder's, both or nobody's."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.report.builders import diagnosis
from vaediag.records.estimate import Estimate, Estimates
from vaediag_gui.resolve.fault import encoder_words, fault, latent_ratios, verdict


def made_with(posterior: float = 1.0, corrected: float = 1.0, latents: tuple[float, ...] = (1.0, 1.0), **evidence):
    made = diagnosis((8, 8, 1), len(latents))
    calibrations = made.calibration
    assert calibrations.corrected is not None
    spreads = {
        name: dataclasses.replace(getattr(calibrations, name), dispersion=Estimate(value, 0.005))
        for name, value in (("posterior", posterior), ("corrected", corrected))
    }
    dispersion = Estimates(np.array(latents), np.full(len(latents), 0.02))
    return dataclasses.replace(
        made,
        calibration=dataclasses.replace(calibrations, **spreads),
        evidence=dataclasses.replace(made.evidence, latent_dispersion=dispersion, **evidence),
    )


@pytest.mark.parametrize(
    ("posterior", "corrected", "latents", "words"),
    [
        (1.0, 1.0, (1.0, 1.0), "Nobody's"),
        (1.4, 1.4, (1.0, 1.0), "The decoder's: p(x | z) is over-confident"),
        (1.4, 1.0, (1.5, 1.0), "The encoder's: q(z | x) is too narrow or off-centre in z0"),
        (0.7, 0.7, (0.6, 1.0), "Both: q(z | x) is too wide in z0, and p(x | z) is under-confident"),
        (1.4, 1.0, (1.0, 1.0), "over-confident with the encoder's z only"),
    ],
)
def test_the_one_who_is_wrong_is_named(posterior, corrected, latents, words) -> None:
    assert words in verdict(made_with(posterior, corrected, latents))


def test_what_cannot_be_told_is_not_told() -> None:
    made = made_with(1.4, 1.4)
    run = made.evidence.corrected
    assert run is not None
    doubtful = dataclasses.replace(run, reliable=False)
    assert "not reliable" in verdict(_run(made, doubtful))
    few = dataclasses.replace(run, images=np.arange(30))
    assert "from 30 images" in verdict(_run(made, few))


def _run(made, run):
    return dataclasses.replace(made, evidence=dataclasses.replace(made.evidence, corrected=run))


def test_without_corrected_codes_the_reason_stands_there() -> None:
    made = diagnosis()
    made = dataclasses.replace(
        made, calibration=dataclasses.replace(made.calibration, corrected=None, paired=None),
        why_not={"calibration.corrected": "the prior has no density"},
    )  # fmt: skip
    found = fault(made)
    assert "the prior has no density" in found.words
    assert found.evidence is None
    old = dataclasses.replace(diagnosis(), evidence=dataclasses.replace(diagnosis().evidence, latent_pit=None))
    assert fault(old).evidence is None
    assert fault(old).corrected is not None


def test_every_latent_is_named_with_its_side() -> None:
    dispersion = Estimates(np.array([1.5, 1.0, 0.6, 1.6]), np.full(4, 0.02))
    assert encoder_words(dispersion) == "q(z | x) is too narrow or off-centre in z0 and z3 and too wide in z2"
    assert encoder_words(Estimates(np.ones(3), np.full(3, 0.02))) == ""


def test_ratios_are_in_the_order_of_kl_and_1_on_average() -> None:
    made = diagnosis((8, 8, 1), 4)
    found = fault(made)
    assert made.collapse.kl is not None
    assert found.order[0] == int(np.argmax(made.collapse.kl.value))
    assert found.evidence is not None
    ratios = latent_ratios(found.evidence, found.order)
    assert ratios.shape == (4, 20)
    np.testing.assert_allclose(ratios.mean(1), 1.0)
    assert made.evidence.latent_pit is not None
    np.testing.assert_allclose(ratios[0], 20 * made.evidence.latent_pit[found.order[0]])


def test_equal_states() -> None:
    made = diagnosis()
    assert fault(made) == fault(made)


def test_an_encoder_whose_bound_is_loose_is_in_doubt_as_in_the_report() -> None:
    made = diagnosis()
    iwae = made.evidence.iwae
    assert iwae is not None
    sure = dataclasses.replace(made, evidence=dataclasses.replace(made.evidence, iwae=None))
    gain = np.linspace(0, 5, len(iwae.gain))
    loose = dataclasses.replace(iwae, gain=gain, gain_error=np.full(len(gain), 0.1), images=np.arange(256))
    doubted = dataclasses.replace(made, evidence=dataclasses.replace(made.evidence, iwae=loose))
    assert "in doubt" not in fault(sure).words
    assert "in doubt: 100 codes per image raise the bound by 5.00 ± 0.10 nats" in fault(doubted).words
