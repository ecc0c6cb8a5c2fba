"""One cause, one finding: the right one fires, names what is wrong and by how much, and the wrong ones stay silent."""

from __future__ import annotations

import re

import numpy as np
import pytest


def loud(diagnosis) -> list[str]:
    """Ids of the findings above info."""
    return [finding.id for finding in diagnosis.findings if finding.severity != "info"]


def named(diagnosis, name: str):
    (found,) = [finding for finding in diagnosis.findings if finding.id == name]
    return found


@pytest.mark.parametrize("name", ["exact", "orthogonal", "one latent", "cells"])
def test_exact_models_are_left_in_peace(diagnosed, name):
    for diagnosis in diagnosed(name)[1]:
        assert loud(diagnosis) == []


@pytest.mark.parametrize("name", ["exact", "one latent"])
def test_at_the_posterior_mean_an_exact_model_looks_unsure_and_the_report_says_why(diagnosed, name):
    model, diagnoses = diagnosed(name)
    for diagnosis in diagnoses:
        dispersion = diagnosis.calibration.posterior_mean.dispersion
        assert dispersion.value < 1 - 3 * dispersion.standard_error
        assert dispersion.value == pytest.approx(model.dispersion("posterior_mean"), abs=4 * dispersion.standard_error)
        note = named(diagnosis, "posterior_mean")
        assert note.severity == "info"
        assert "has seen x" in note.meaning
        assert f"dispersion {dispersion} at the mean" in note.evidence


@pytest.mark.parametrize(("name", "factor"), [("small sigma", 0.8), ("large sigma", 1.25)])
def test_a_scaled_sigma_is_found_and_its_factor_named(diagnosed, name, factor):
    model, diagnoses = diagnosed(name)
    assert model.stated_sigma == pytest.approx(factor * model.sigma)
    for diagnosis in diagnoses:
        found = named(diagnosis, "scale")
        assert ("too small" if factor < 1 else "too large") in found.title
        said = float(re.search(r"factor ([0-9.]+)", found.title)[1])
        assert said == pytest.approx(max(factor, 1 / factor), rel=0.05)
        assert set(loud(diagnosis)) <= {"scale", "encoder"}
        assert "tails" not in loud(diagnosis)


def test_with_the_true_encoder_chi_squared_is_one_over_the_square_of_the_factor(diagnosed):
    model, diagnoses = diagnosed("small sigma")
    assert model.reduced_chi2() == pytest.approx(0.8**-2)
    for diagnosis in diagnoses:
        chi2 = diagnosis.calibration.posterior.reduced_chi2
        assert abs(chi2.value - 0.8**-2) < 3.5 * chi2.standard_error
        assert diagnosis.variance.scale.stated == pytest.approx(0.4)
        assert diagnosis.variance.scale.optimal.value == pytest.approx(0.5, abs=0.01)


def test_a_narrow_posterior_is_blamed_on_the_encoder_alone(diagnosed):
    _, diagnoses = diagnosed("narrow")
    for diagnosis in diagnoses:
        assert loud(diagnosis) == ["encoder"]
        found = named(diagnosis, "encoder")
        assert "too narrow" in found.title
        assert "σ is" not in " ".join(finding.title for finding in diagnosis.findings)
        paired = diagnosis.calibration.paired  # codes too near the mean make residuals too small
        assert paired.value < -3 * paired.standard_error


def test_dead_latents_are_named(diagnosed):
    _, diagnoses = diagnosed("dead")
    for diagnosis in diagnoses:
        assert loud(diagnosis) == ["collapse"]
        found = named(diagnosis, "collapse")
        assert found.where == "collapse: latent 1"
        assert found.title.endswith(": 1")


def test_heavy_tails_and_nothing_else(diagnosed):
    _, diagnoses = diagnosed("heavy tails")
    for diagnosis in diagnoses:
        assert loud(diagnosis) == ["tails"]
        weight = diagnosis.calibration.posterior.tail_weight
        assert 0.7 < weight.value < 2.5
        assert diagnosis.calibration.posterior.reduced_chi2.value == pytest.approx(1, abs=0.1)
        assert diagnosis.calibration.posterior.dispersion.value < 0.96


def test_every_missing_number_has_a_reason(diagnosed):
    for name in ("exact", "cells"):
        diagnosis = diagnosed(name)[1][0]
        assert all(reason for reason in diagnosis.why_not.values())
        missing = {key for key in diagnosis.why_not if key.startswith("calibration.posterior.")}
        assert missing == {
            f"calibration.posterior.{field}"
            for field in diagnosis.calibration.posterior.__dataclass_fields__
            if getattr(diagnosis.calibration.posterior, field) is None
        }


def test_exact_posteriors_pass_the_corrected_probe(diagnosed):
    for name in ("exact", "orthogonal", "cells"):
        for diagnosis in diagnosed(name)[1]:
            run = diagnosis.evidence.corrected
            assert len(run.images) == 256
            if run.method == "mala":
                assert run.reliable
                assert 0.3 < run.acceptance.value < 1
            found = diagnosis.evidence.latent_dispersion
            assert np.all(np.abs(found.value - 1) < 4.5 * found.standard_error)
