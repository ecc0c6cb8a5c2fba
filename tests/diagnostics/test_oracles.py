"""Every number that has a closed form, against it, in units of its own standard error."""

from __future__ import annotations

import numpy as np
import pytest

LINEAR = ("exact", "orthogonal", "one latent", "small sigma", "large sigma", "narrow", "dead")
DISTANCES = ("miscalibration_area", "max_calibration_error", "ece", "mce")


def agrees(truths, expected, diagnoses):
    """Within 3 standard errors, as far as chance allows for this many numbers; and on average over the seeds."""
    off = [truths.errors_off(diagnosis, expected) for diagnosis in diagnoses]
    table = {name: np.array([one[name] for one in off]) for name in expected}
    every = np.abs(np.array(list(table.values())))
    worst = max(table, key=lambda name: np.abs(table[name]).max())
    assert every.max() < 4.5, f"{worst} is {every.max():.1f} standard errors off"
    assert np.mean(every < 3) > 0.98
    for name, values in table.items():
        assert abs(values.sum()) < 4 * np.sqrt(len(values)), f"{name}: {values.round(1)} standard errors off"


@pytest.mark.parametrize("name", LINEAR)
def test_linear(diagnosed, truths, name):
    model, diagnoses = diagnosed(name)
    agrees(truths, truths.of_linear(model), diagnoses)


def test_binary(diagnosed, truths):
    model, diagnoses = diagnosed("cells")
    agrees(truths, truths.of_cells(model), diagnoses)


@pytest.mark.parametrize("name", ["exact", "orthogonal", "one latent", "dead", "cells"])
@pytest.mark.parametrize("conditioning", ["posterior", "prior", "corrected"])
def test_distances_of_an_exact_model_are_as_expected(diagnosed, name, conditioning):
    """|value - expected| <= 3 standard errors of the null. The spread of a distance under the null, where it is a half-
    normal or the like, is at most its mean times 0.76."""
    for diagnosis in diagnosed(name)[1]:
        one = getattr(diagnosis.calibration, conditioning)
        for distance in DISTANCES:
            found = getattr(one, distance)
            if found is None:
                continue
            assert found.expected > 0
            assert found.value < found.expected * (1 + 3 * 0.76), (distance, found)
            assert found.value > 0.1 * found.expected


@pytest.mark.parametrize("name", LINEAR)
def test_elbo_and_its_parts_image_by_image(diagnosed, name):
    """The rate has no randomness; the bound averages to its expectation over z."""
    model, diagnoses = diagnosed(name)
    for seed, diagnosis in enumerate(diagnoses):
        x = model.simulate(len(diagnosis.rows["rate"]), 100 + seed)
        np.testing.assert_allclose(diagnosis.rows["rate"], model.rate(x), rtol=1e-4, atol=1e-4)
        noise = diagnosis.rows["distortion"] - model.distortion(x)
        assert abs(noise.mean()) < 4 * noise.std(ddof=1) / np.sqrt(len(x))
        np.testing.assert_allclose(
            diagnosis.rows["elbo"], -diagnosis.rows["rate"] - diagnosis.rows["distortion"], rtol=1e-5
        )


def test_the_bound_is_tight_where_the_posterior_is_exact(diagnosed):
    model, diagnoses = diagnosed("exact")
    x = model.simulate(len(diagnoses[0].rows["elbo"]), 100)
    gap = diagnoses[0].evidence.elbo.value - model.evidence(x).mean()
    noise = diagnoses[0].rows["elbo"] - model.evidence(x)
    assert abs(gap) < 4 * noise.std() / np.sqrt(len(x))


@pytest.mark.parametrize("name", LINEAR)
def test_whole_code(diagnosed, name):
    """The truth lies between the bounds, and the Gaussian bounds are tight for a Gaussian aggregate."""
    model, diagnoses = diagnosed(name)
    for found in (diagnosis.collapse for diagnosis in diagnoses):
        for what in ("mutual_information", "marginal_kl", "total_correlation"):
            bounds, truth = getattr(found, what), getattr(model, what)()
            assert bounds.lower.value <= bounds.upper.value
            assert bounds.lower.value - 4 * bounds.lower.standard_error <= truth, what
            assert truth <= bounds.upper.value + 4 * bounds.upper.standard_error, what
        upper = found.mutual_information.upper
        assert abs(upper.value - model.mutual_information()) < 4 * upper.standard_error


@pytest.mark.parametrize("name", LINEAR)
def test_maps(diagnosed, name):
    model, diagnoses = diagnosed(name)
    event, n = model.event_shape, len(diagnoses[0].rows["elbo"])
    parts = diagnoses[0].variance
    np.testing.assert_allclose(parts.aggregate.decoder_noise_map, model.decoder_noise().reshape(event), rtol=1e-5)
    relative = 5 * np.sqrt(2 / n)  # a variance of n Gaussian values has relative error sqrt(2/n)
    signal = model.latent_signal("aggregate").reshape(event)
    np.testing.assert_allclose(parts.aggregate.latent_signal_map, signal, rtol=relative)
    np.testing.assert_allclose(parts.prior.latent_signal_map, model.latent_signal().reshape(event), rtol=relative)
    np.testing.assert_allclose(parts.data_map, model.data_variance().reshape(event), rtol=relative)
    for conditioning in ("posterior", "posterior_mean", "prior"):
        maps = getattr(diagnoses[0].calibration, conditioning).maps
        ratio = model.residual_variance(conditioning).reshape(event)
        np.testing.assert_allclose(maps.reduced_chi2, ratio, rtol=relative)
        assert np.abs(maps.bias / maps.bias_error).max() < 4.5
        dispersion = 6 / np.pi * np.arcsin(ratio / (1 + ratio))
        errors = maps.dispersion_error
        if conditioning == "prior":  # the map's error is over images only; a thousand draws add their own
            errors = errors + 0.05
        assert np.abs((maps.dispersion - dispersion) / errors).max() < 4.5


def test_variances_divide_by_one_less_than_the_count(diagnosed):
    model, diagnoses = diagnosed("orthogonal")
    x = model.simulate(len(diagnoses[0].rows["elbo"]), 100)
    np.testing.assert_allclose(diagnoses[0].variance.data_map, x.var(0, ddof=1, dtype=float), rtol=1e-4)
    means = (x - model.offset) @ model.gain.T
    np.testing.assert_allclose(diagnoses[0].collapse.mean_variance, means.var(0, ddof=1), rtol=1e-4)


def test_draws_and_images_both_make_the_error_of_the_prior_ratio(diagnosed):
    for diagnosis in diagnosed("exact")[1]:
        parts, data = diagnosis.variance.prior, diagnosis.variance.data
        relative = [one.standard_error / one.value for one in (parts.total, data, parts.variance_ratio)]
        assert relative[2] == pytest.approx(np.hypot(*relative[:2]), rel=0.05)


def test_latents_that_the_decoder_ignores(diagnosed):
    model, diagnoses = diagnosed("dead")
    for found in (diagnosis.collapse for diagnosis in diagnoses):
        assert found.status == ("used", "collapsed", "used")
        assert found.active == (True, False, True)
        assert found.active_units == 2
        assert found.posterior_kind == ("active", "passive", "active")
        assert found.epsilon_delta.collapsed == (False, True, False)
        np.testing.assert_allclose(found.posterior_variance, np.diag(model.covariance), rtol=1e-4)
        gain = np.diag(model.gain @ model.data_covariance @ model.gain.T)
        np.testing.assert_allclose(found.mean_variance, gain, rtol=0.25, atol=1e-6)


def test_delta_of_epsilon(diagnosed):
    """delta(epsilon) = P(KL_k > epsilon), by sorting the KL of every image."""
    model, diagnoses = diagnosed("orthogonal")
    found = diagnoses[0].collapse.epsilon_delta
    x = model.simulate(len(diagnoses[0].rows["elbo"]), 100).reshape(-1, 30) - model.offset
    variance = np.diag(model.covariance)
    kl = 0.5 * (variance + (x @ model.gain.T) ** 2 - 1 - np.log(variance))
    delta = (kl[:, :, None] >= found.thresholds).mean(0)
    assert np.abs(found.curve - delta).max() <= 2 / len(x)  # float32 may put an image on the other side
    assert np.all(np.diff(found.curve, axis=1) <= 0)


@pytest.mark.parametrize("name", ["exact", "cells"])
def test_murphys_parts_and_identities(diagnosed, name):
    for diagnosis in diagnosed(name)[1]:
        every = diagnosis.calibration
        for one in (every.posterior, every.posterior_mean, every.prior, every.corrected):
            assert one.pit_histogram.sum() == pytest.approx(1, abs=1e-6)
            np.testing.assert_allclose(one.quantile_curve.observed[1:], np.cumsum(one.pit_histogram), atol=1e-5)
            assert one.coverage.observed[0] == 0
            assert one.coverage.observed[-1] == 1
            if one.brier is not None:
                parts = {part: getattr(one.brier, part).value for part in one.brier.__dataclass_fields__}
                total = parts["uncertainty"] - parts["resolution"] + parts["reliability"] + parts["within_bin"]
                assert parts["score"] == pytest.approx(total, abs=1e-12)
                assert parts["score"] == pytest.approx(one.crps.value, abs=1e-6)
        assert every.posterior.log_score.value == pytest.approx(diagnosis.evidence.distortion.value, rel=1e-6)
