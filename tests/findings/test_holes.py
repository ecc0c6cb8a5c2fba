"""`holes`: q(z) against p(z), beyond chance and beyond what other faults explain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from vaediag.findings.centre import off_centre, shifts
from vaediag.findings.explained import marginal_of_decoder, marginal_of_encoder, posterior_share
from vaediag.findings.holes import chance
from vaediag.findings.rules import errors_allowed
from vaediag.records.estimate import Estimate, Estimates
from vaediag_models import oracles

NARROW = Estimates(np.array([1.0, 1.405, 1.0, 1.39]), np.full(4, 0.02))


def at_least(synthetic, lower, error: Any = 0.05, *, each=None, **changes: Any):
    found: dict[str, Any] = {"collapse__marginal_kl__lower": Estimate(lower, error, "nats")}
    if each is not None:
        found["collapse__dimension_kl"] = Estimates(np.array(each), np.full(4, 0.01), "nats")
    return synthetic.change(synthetic.exact(), **found, **changes)


def test_codes_that_do_not_fill_the_prior(synthetic, only):
    finding = only(at_least(synthetic, 1.3))
    assert (finding.id, finding.figure, finding.where) == ("holes", "posterior", "collapse.marginal_kl")
    assert finding.title == "The codes of the data do not fill the prior: KL(q(z) ‖ p(z)) is at least 1.3 nats"
    assert "1.300 ± 0.050 nats" in finding.evidence


def test_single_latents_are_named(synthetic, only):
    finding = only(at_least(synthetic, 0.0, each=(0.0, 0.5, 0.0, 0.3)))
    assert finding.where == "collapse: latents 1 and 3"
    assert finding.title == "The codes of the data do not fill the prior in latents 1 and 3: at least 0.787 nats in all"
    assert "latent 1: 0.500 ± 0.010 nats, latent 3: 0.300" in finding.evidence


def test_the_edges(synthetic, ids):
    assert ids(at_least(synthetic, 0.35 - 1e-6)) == []
    assert ids(at_least(synthetic, 0.35 + 1e-6)) == ["holes"]
    edge = 0.1 + errors_allowed(4) * 0.01 + float(chance(np.array(0.1), 1000))
    assert ids(at_least(synthetic, 0.0, each=(0, 0, edge - 1e-6, 0))) == []
    assert ids(at_least(synthetic, 0.0, each=(0, 0, edge + 1e-6, 0))) == ["holes"]


def test_latents_that_are_each_a_little_off_count_together(synthetic, only):
    finding = only(at_least(synthetic, 0.0, each=(0.11, 0.11, 0.11, 0.11)))
    assert finding.where == "collapse.marginal_kl"
    assert "at least 0.427 ± 0.020 nats" in finding.evidence


def test_latents_are_not_judged_where_codes_hardly_overlap(synthetic, ids):
    """Each code then finds little but its own posterior, and the estimate is chance."""
    sharp = {"collapse__posterior_variance": np.full(4, 1e-5), "collapse__mean_variance": np.ones(4)}
    assert ids(at_least(synthetic, 0.0, each=(5.0, 5.0, 5.0, 5.0), **sharp)) == []


def test_codes_that_hardly_overlap_are_judged_in_bins(synthetic, only, ids):
    sharp = {"collapse__posterior_variance": np.full(4, 1e-5), "collapse__mean_variance": np.ones(4)}

    def binned(*value):
        bins = Estimates(np.array(value), np.full(4, 0.02), "nats")
        return at_least(synthetic, 0.0, each=(5.0, 5.0, 5.0, 5.0), collapse__binned_kl=bins, **sharp)

    assert ids(binned(0.01, -0.01, 0.0, 0.02)) == []
    finding = only(binned(0.13, 0.13, 0.13, 0.13))
    assert "at least 0.520 ± 0.040 nats" in finding.evidence
    assert "latent 2: 0.300 ± 0.020" in only(binned(0.0, 0.0, 0.3, 0.0)).evidence


def test_chance_is_what_an_exact_model_gets():
    """Leave-in estimates of KL(q(z) || p(z)) = 0 from M Gaussian posteriors, against the formula."""
    rng, count = np.random.default_rng(1), 300
    for share in (0.05, 0.3):
        found = []
        for _ in range(60):
            mean = rng.normal(size=count) * np.sqrt(1 - share)
            z = mean + rng.normal(size=count) * np.sqrt(share)
            density = np.exp(-((z[:, None] - mean) ** 2) / 2 / share) / np.sqrt(2 * np.pi * share)
            found.append(np.mean(np.log(density.mean(1)) + z**2 / 2 + np.log(2 * np.pi) / 2))
        expected = chance(np.array(share), count)
        noise = 3 * np.std(found) / np.sqrt(60)
        assert expected / 2 - noise < np.mean(found) < expected + noise


def test_what_a_wrong_encoder_explains_is_none_of_the_priors(synthetic, ids):
    price = marginal_of_encoder(NARROW, None).sum()
    wrong = {"evidence__latent_dispersion": NARROW}
    assert 0.5 < price < 1.5
    assert ids(at_least(synthetic, price + 0.3, **wrong)) == ["encoder"]
    assert ids(at_least(synthetic, price + 0.4, **wrong)) == ["encoder", "holes"]


@pytest.mark.parametrize("factor", [0.5, 0.7, 1.4, 2.0])
def test_the_encoders_share_bounds_what_a_wrong_width_does(factor):
    model = oracles.wrong_posterior(24, 4, 2.0, 3, factor=factor)
    dispersion = Estimates(model.latent_dispersion(), np.zeros(4))
    assert model.marginal_kl() < marginal_of_encoder(dispersion, None).sum()


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.25, 2.0])
def test_the_decoders_share_is_what_a_wrong_sigma_does(synthetic, factor):
    model = oracles.miscalibrated(24, 4, 3.0, 3, factor=factor, orthogonal=True)
    variance = np.diag(model.covariance)
    collapse = synthetic.change(
        synthetic.exact().collapse,
        posterior_variance=variance,
        mean_variance=np.diag(model.aggregate_covariance) - variance,
    )
    assert posterior_share(collapse) == pytest.approx(variance, rel=0.7)
    told = marginal_of_decoder(collapse, factor**-2).sum()
    assert told == pytest.approx(model.marginal_kl(), rel=0.6, abs=0.02)


def test_variance_under_the_prior_is_not_told_twice(synthetic, ids):
    exact = synthetic.exact()
    prior = synthetic.change(exact.variance.prior, variance_ratio=Estimate(1.3, 0.02))
    assert ids(synthetic.change(exact, variance__prior=prior)) == ["variance"]
    assert ids(at_least(synthetic, 1.0, variance__prior=prior)) == ["holes"]


def test_a_cloud_of_codes_beside_the_prior_is_called_shifted(synthetic):
    record = synthetic.exact(latents=2).pictures.posterior
    codes = np.random.default_rng(0).normal(0, 1, (400, 2))
    there = replace(record, index=np.arange(400), mean=codes, stddev=np.ones((400, 2)), prior_stddev=np.ones(2))
    assert shifts(there) == {}
    moved = shifts(replace(there, mean=codes + np.array([3.2, -0.9])))
    assert list(moved) == [0, 1]
    assert abs(moved[1] + 0.9) < 0.1
    assert off_centre(moved).startswith("up to 3.")
    assert off_centre(moved).endswith("σ off the prior's centre in latents 0 and 1")
    one = off_centre(shifts(replace(there, mean=codes + np.array([3.2, 0.0]))))
    assert (one[:2], one[-8:]) == ("3.", "latent 0")
    assert shifts(replace(there, mean=codes + np.array([3.2, 0.0]), prior_stddev=np.full(2, np.nan))) == {}
    assert shifts(None) == {}
