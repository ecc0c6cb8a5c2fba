"""Every rule fires on its own fault, stays silent on the others', and one cause gives one finding."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vaediag.findings import evaluate
from vaediag.findings.rules import errors_allowed
from vaediag.records.diagnosis import AuditItem
from vaediag.records.estimate import Estimate, Estimates

TOO_SMALL = {"dispersion": Estimate(1.31, 0.01), "reduced_chi2": Estimate(2.25, 0.03)}
TOO_LARGE = {"dispersion": Estimate(0.8, 0.01), "reduced_chi2": Estimate(0.64, 0.0105)}
NARROW = Estimates(np.array([1.0, 1.405, 1.0, 1.39]), np.full(4, 0.02))


def ids(diagnosis) -> list[str]:
    return [finding.id for finding in evaluate(diagnosis)]


def only(diagnosis):
    (finding,) = evaluate(diagnosis)
    return finding


def at(conditioning: str, **numbers):
    """Changes of one conditioning; a fault of the decoder shows at the posterior mean as well."""
    changes = {f"calibration__{conditioning}__{name}": value for name, value in numbers.items()}
    if conditioning == "posterior" and "dispersion" in numbers:
        changes["calibration__posterior_mean__dispersion"] = numbers["dispersion"]
    return changes


@pytest.mark.parametrize("family", ["normal", "bernoulli", "poisson"])
def test_an_exact_model_has_no_finding(synthetic, family):
    assert ids(synthetic.exact(family)) == []


@pytest.mark.parametrize(
    ("numbers", "title"),
    [(TOO_SMALL, "σ is too small by a factor 1.500 ± 0.010"), (TOO_LARGE, "σ is too large by a factor 1.250 ± 0.010")],
)
def test_scale_names_the_factor(synthetic, numbers, title):
    finding = only(synthetic.change(synthetic.exact(), **at("posterior", **numbers)))
    assert (finding.id, finding.title, finding.where) == ("scale", title, "calibration.posterior")
    assert "1000 images" in finding.evidence


def test_scale_says_which_sigma_and_beta(synthetic):
    exact = synthetic.exact()
    health = synthetic.change(
        exact.variance.scale, stated=0.1, optimal=Estimate(0.15, 0.001), beta_equivalent=Estimate(0.444, 0.005)
    )
    finding = only(synthetic.change(exact, variance__scale=health, **at("posterior", **TOO_SMALL)))
    assert "σ 0.1, best 0.1500 ± 0.0010, as if trained with β = 0.444" in finding.evidence
    assert "scale=0.15" in finding.try_


def test_scale_on_corrected_codes_gives_the_sigma_of_these_codes(synthetic):
    exact = synthetic.exact()
    health = synthetic.change(
        exact.variance.scale, stated=0.1, optimal=Estimate(0.2, 0.001), beta_equivalent=Estimate(0.25, 0.005)
    )
    wrong = synthetic.change(
        exact, variance__scale=health, evidence__latent_dispersion=NARROW, **at("corrected", **TOO_SMALL)
    )
    scale = evaluate(wrong)[1]
    assert scale.title == "σ is too small by a factor 1.500 ± 0.010"
    assert "best 0.1500 ± 0.0010 (0.2 with z from q)" in scale.evidence
    assert "scale=0.15" in scale.try_


def test_a_scale_with_all_that_can_be_said_of_it_is_short(synthetic):
    exact = synthetic.change(
        synthetic.exact(),
        audit=(AuditItem("atom", 0.49, "values exactly 0 under a density"),),
        variance__scale__stated=0.1,
        variance__scale__beta_equivalent=Estimate(0.25, 0.005),
        evidence__latent_dispersion=NARROW,
    )
    numbers = {
        "dispersion": Estimate(1.62, 0.01),
        "reduced_chi2": Estimate(6.25, 0.03),
        "tail_weight": Estimate(2.0, 0.1),
    }
    wrong = synthetic.change(exact, **at("corrected", **numbers))
    scale = evaluate(wrong)[1]
    assert (scale.id, scale.title) == ("scale", "σ is too small by a factor 2.5000 ± 0.0060")
    for part in ("dispersion 1 with z from q, 1.62 here", "σ 0.1, best 0.25", "tail weight 2", "exactly 0: 49 %"):
        assert part in scale.evidence
    assert len(scale.evidence) <= 320


def test_scale_says_at_once_that_a_shift_was_taken_off(synthetic):
    maps = {"calibration__posterior__maps__bias": np.tile([0.1, -0.1], 8).reshape(4, 4, 1)}
    shifted = at("posterior", dispersion=Estimate(1.51, 0.01), reduced_chi2=Estimate(2.7, 0.03))
    scale = next(f for f in evaluate(synthetic.change(synthetic.exact(), **maps, **shifted)) if f.id == "scale")
    assert "without the mean's shift (2.7 and 1.51 with it, exact: 1)" in scale.evidence.split("; ")[0]
    assert "without" not in only(synthetic.change(synthetic.exact(), **at("posterior", **TOO_SMALL))).evidence


@pytest.mark.parametrize(
    "numbers",
    [
        {"dispersion": Estimate(1.31, 0.01)},  # χ² does not agree: a matter of shape, if of anything
        {"reduced_chi2": Estimate(2.2, 0.01)},
        {"dispersion": Estimate(1.31, 0.01), "reduced_chi2": Estimate(0.6, 0.01)},
    ],
)
def test_scale_needs_both_numbers_on_the_same_side(synthetic, numbers):
    assert ids(synthetic.change(synthetic.exact(), **at("posterior", **numbers))) == []


def test_tails_withhold_scale_and_shape_and_variance(synthetic):
    faults = at("posterior", tail_weight=Estimate(1.47, 0.13), bias=Estimate(0.05, 0.001), **TOO_SMALL)
    atom = (AuditItem("atom", 0.49, "values exactly 0 under a density"),)
    diagnosis = synthetic.change(
        synthetic.exact(), audit=atom, variance__aggregate__variance_ratio=Estimate(0.7, 0.01), **faults
    )
    finding = only(diagnosis)
    assert (finding.id, finding.severity) == ("tails", "warning")
    assert "heavier" in finding.title
    assert "49 %" in finding.evidence
    assert "2.250" in finding.evidence, "χ² is given for orientation"
    assert "mass at exactly 0" in finding.try_


def test_light_tails_are_found_too(synthetic):
    finding = only(synthetic.change(synthetic.exact(), **at("posterior", tail_weight=Estimate(-0.9, 0.05))))
    assert "lighter" in finding.title


def test_shape_only_without_scale(synthetic):
    area = at("posterior", miscalibration_area=Estimate(0.03, 0.001, "", 0.002))
    finding = only(synthetic.change(synthetic.exact(), **area))
    assert (finding.id, finding.figure) == ("shape", "quantile_curve")
    assert "(exact model: 0.002)" in finding.evidence
    both = synthetic.change(synthetic.exact(), **area, **at("posterior", **TOO_SMALL))
    assert ids(both) == ["scale"]


def test_shape_says_to_which_side_the_data_lie(synthetic):
    for bias, word in ((0.03, "higher"), (-0.03, "lower")):
        finding = only(synthetic.change(synthetic.exact(), **at("posterior", bias=Estimate(bias, 0.001))))
        assert (finding.id, word in finding.title) == ("shape", True)


def test_shape_takes_the_dispersion_of_families_without_scale(synthetic):
    diagnosis = synthetic.change(synthetic.exact("poisson"), **at("posterior", dispersion=Estimate(1.03, 0.001)))
    assert "varies more" in only(diagnosis).title
    assert "dispersion 1.03" in only(diagnosis).title


def test_intervals_are_called_wrong_only_where_they_are(synthetic):
    spread = at("posterior", dispersion=Estimate(0.97, 0.002))
    held = only(synthetic.change(synthetic.exact("poisson"), **spread))
    assert (
        held.meaning == "The spread of p(x | z) is a little too large, but its 90 % intervals hold what they promise."
    )
    band = synthetic.exact().calibration.posterior.coverage
    missed = replace(band, lower=band.nominal + 0.004, upper=band.nominal + 0.008)
    spread |= at("posterior", coverage=missed)
    assert "intervals too wide" in only(synthetic.change(synthetic.exact("poisson"), **spread)).meaning


def test_shape_of_a_table_names_the_columns_that_are_shifted(synthetic):
    exact = synthetic.exact("poisson", event=(16,))
    exact = replace(exact, data=replace(exact.data, columns=tuple(f"gene {i}" for i in range(16))))
    away = np.where(np.arange(16) == 3, 0.08, 0.0) - np.where(np.arange(16) == 5, 0.06, 0.0)
    spread = at("posterior", dispersion=Estimate(0.97, 0.002))
    off = only(synthetic.change(exact, **spread, **at("posterior", maps__bias=away)))
    assert "in 2 of 16 columns beyond chance: gene 3 (0.08), gene 5 (−0.06)" in off.evidence
    assert off.figure == "calibration_maps"
    assert "beyond chance" not in only(synthetic.change(exact, **spread)).evidence


@pytest.mark.parametrize(
    ("numbers", "word"),
    [
        ({"calibration_slope": Estimate(-0.3, 0.02)}, "too sharp"),
        ({"calibration_slope": Estimate(0.3, 0.02)}, "too flat"),
        ({"ece": Estimate(0.05, 0.002, "", 0.009)}, "are off"),
        ({"dispersion": Estimate(1.03, 0.002)}, "too sharp"),
    ],
)
def test_reliability_speaks_for_binary_x(synthetic, numbers, word):
    finding = only(synthetic.change(synthetic.exact("bernoulli"), **at("posterior", **numbers)))
    assert (finding.id, finding.figure) == ("reliability", "reliability")
    assert word in finding.title


def test_binary_x_is_not_judged_by_area_or_bias(synthetic):
    faults = at("posterior", miscalibration_area=Estimate(0.2, 0.001, "", 0.002), bias=Estimate(0.1, 0.001))
    assert ids(synthetic.change(synthetic.exact("bernoulli"), **faults)) == []


def test_a_wrong_encoder_moves_the_judgement_to_corrected_codes(synthetic):
    faults = at("posterior", **TOO_SMALL) | {"variance__aggregate__variance_ratio": Estimate(0.7, 0.01)}
    finding = only(synthetic.change(synthetic.exact(), evidence__latent_dispersion=NARROW, **faults))
    assert (finding.id, finding.severity) == ("encoder", "warning")
    assert "too narrow or off-centre in latents 1 and 3" in finding.title
    assert "right width" not in finding.evidence  # a dispersion does not tell the width from the place
    assert "latent 1: 1.405 ± 0.020" in finding.evidence


def test_a_wrong_encoder_and_a_wrong_decoder_are_told_apart(synthetic):
    diagnosis = synthetic.change(synthetic.exact(), evidence__latent_dispersion=NARROW, **at("corrected", **TOO_SMALL))
    encoder, scale = evaluate(diagnosis)
    assert (encoder.id, scale.id, scale.where) == ("encoder", "scale", "calibration.corrected")
    assert "256 images" in scale.evidence
    assert scale.severity == "problem"


def test_unreliable_corrected_codes_are_said_and_make_no_problem_of_the_decoder(synthetic):
    diagnosis = synthetic.change(
        synthetic.exact(),
        evidence__latent_dispersion=NARROW,
        evidence__corrected__reliable=False,
        **at("corrected", **TOO_SMALL),
    )
    encoder, scale, probe = evaluate(diagnosis)
    assert (encoder.id, scale.id, probe.id) == ("encoder", "scale", "probe")
    assert scale.severity == "warning"
    assert "acceptance 0.80: unreliable" in encoder.evidence
    assert "not reliable" in scale.evidence


def test_corrected_codes_are_not_looked_at_while_the_encoder_passes(synthetic):
    assert ids(synthetic.change(synthetic.exact(), **at("corrected", **TOO_SMALL))) == []


def test_an_encoder_can_be_too_narrow_and_too_wide(synthetic):
    dispersion = Estimates(np.array([0.66, 1.0, 1.4, np.nan]), np.full(4, 0.02))
    finding = only(synthetic.change(synthetic.exact(), evidence__latent_dispersion=dispersion))
    assert finding.title == "The encoder is too narrow or off-centre in latent 2 and too wide in latent 0"


def test_each_latent_is_judged_as_one_of_many(synthetic):
    error = 0.02
    value = 1.1 + 3.4 * error  # beyond three errors, not beyond those allowed for 16 latents
    for latents, expected in ((1, ["encoder"]), (16, [])):
        dispersion = Estimates(np.full(latents, value), np.full(latents, error))
        assert (
            ids(synthetic.change(synthetic.exact(latents=latents), evidence__latent_dispersion=dispersion)) == expected
        )


def test_few_probed_images_do_not_judge_the_encoder(synthetic):
    diagnosis = synthetic.change(
        synthetic.exact(probed=99), evidence__latent_dispersion=NARROW, **at("posterior", **TOO_SMALL)
    )
    scale, probe = evaluate(diagnosis)
    assert (scale.id, scale.where, probe.id, probe.severity) == ("scale", "calibration.posterior", "probe", "info")


def test_without_a_corrected_run_the_decoder_is_judged_on_the_posterior(synthetic):
    diagnosis = synthetic.change(
        synthetic.exact(),
        evidence__latent_dispersion=None,
        evidence__corrected=None,
        calibration__corrected=None,
        calibration__paired=None,
        **at("posterior", **TOO_SMALL),
    )
    assert "the encoder was not checked" in only(diagnosis).evidence


def test_collapse_names_the_latents(synthetic):
    kl = Estimates(np.array([2.0, 0.001, 0.0085, 0.0001]), np.array([0.1, 0.0003, 0.0005, 0.0001]), "nats")
    finding = only(synthetic.change(synthetic.exact(), collapse__kl=kl))
    assert (finding.id, finding.severity, finding.where) == ("collapse", "warning", "collapse: latents 1 and 3")
    assert finding.title == "2 of 4 latents carry no information: 1 and 3"


def test_collapse_of_most_latents_is_a_problem(synthetic):
    kl = Estimates(np.full(4, 0.001), np.full(4, 0.0003), "nats")
    finding = only(synthetic.change(synthetic.exact(), collapse__kl=kl))
    assert (finding.severity, finding.title.split(":")[0]) == ("problem", "All 4 latents have collapsed")


def with_effect(synthetic, kl, effect, *, images=256):
    """Of four latents the first two are used; the others have the given KL and effect, each ± a tenth of its limit."""
    return synthetic.change(
        synthetic.exact(),
        collapse__kl=Estimates(np.array([2.0, 3.0, *kl]), np.array([0.1, 0.1, 0.001, 0.001]), "nats"),
        collapse__effect=Estimates(np.array([2.0, 3.0, *effect]), np.array([0.1, 0.1, 0.002, 0.002]), "nats"),
        collapse__effect_images=images,
    )


ALLOWED = errors_allowed(4)
HIGH_KL, LOW_KL = 0.01 + ALLOWED * 0.001, 0.01 - ALLOWED * 0.001
HIGH_EFFECT, LOW_EFFECT = 0.02 + ALLOWED * 0.002, 0.02 - ALLOWED * 0.002
TINY = 1e-9


def test_latents_that_the_decoder_ignores(synthetic):
    fires = with_effect(synthetic, (HIGH_KL + TINY, 0.3), (LOW_EFFECT - TINY, 0.0))
    finding = only(fires)
    assert (finding.id, finding.severity, finding.where) == ("ignored", "warning", "collapse: latents 2 and 3")
    assert finding.title == "The decoder ignores 2 of 4 latents that the encoder fills: 2 and 3"
    assert "together 0.313 nats" in finding.evidence
    assert "at most 0.0132 ± 0.0020 nats, below 0.02 nats" in finding.evidence
    assert finding.figure == "kl_effect"
    assert ids(with_effect(synthetic, (HIGH_KL - TINY, 0.3), (0.0, LOW_EFFECT + TINY))) == []
    one = only(with_effect(synthetic, (0.3, 0.3), (0.0, 1.0)))
    assert one.where == "collapse: latent 2"
    assert "KL 0.3 nats of a rate of 10.20 ± 0.10 nats per image, but replacing the latent moves" in one.evidence


def test_latents_that_are_noise_to_the_decoder_are_named_once(synthetic):
    found = with_effect(synthetic, (LOW_KL - TINY, 0.0), (HIGH_EFFECT + TINY, 0.0))
    collapse, noise = evaluate(found)
    assert (collapse.id, collapse.where) == ("collapse", "collapse: latent 3")
    assert (noise.id, noise.severity, noise.where) == ("noise", "warning", "collapse: latent 2")
    assert noise.title == "1 of 4 latents is noise to the decoder: 2"
    assert "by 0.0268 ± 0.0020 nats" in noise.evidence
    assert ids(with_effect(synthetic, (LOW_KL + TINY, 1.0), (9.0, 1.0))) == []
    assert ids(with_effect(synthetic, (0.0, 0.0), (HIGH_EFFECT - TINY, 0.0))) == ["collapse"]


def test_an_effect_that_is_unknown_or_of_few_images_is_not_judged(synthetic):
    assert ids(with_effect(synthetic, (0.3, 0.0), (np.nan, np.nan))) == ["collapse"]
    assert ids(with_effect(synthetic, (0.3, 0.0), (0.0, 5.0), images=99)) == ["collapse"]
    assert ids(with_effect(synthetic, (0.3, 0.0), (0.0, 5.0), images=100)) == ["ignored", "noise"]


def test_variance_of_data_that_a_few_values_make_is_not_judged(synthetic):
    ratio = {"variance__aggregate__variance_ratio": Estimate(0.06, 0.02)}
    value = synthetic.exact().variance.data.value
    for error, found in ((0.1 * value, ["variance"]), (0.7 * value, [])):
        data = {"variance__data": Estimate(value, error)}
        assert ids(synthetic.change(synthetic.exact(), **ratio, **data)) == found


def test_variance_only_when_nothing_else_explains_it(synthetic):
    ratio = {"variance__aggregate__variance_ratio": Estimate(0.76, 0.02)}
    finding = only(synthetic.change(synthetic.exact(), **ratio))
    assert (finding.id, finding.where) == ("variance", "variance.aggregate")
    assert "24 % less" in finding.title
    assert ids(synthetic.change(synthetic.exact(), **ratio, **at("posterior", **TOO_SMALL))) == ["scale"]
    assert ids(synthetic.change(synthetic.exact(), evidence__latent_dispersion=NARROW, **ratio)) == ["encoder"]


def test_a_little_too_much_spread_does_not_stand_for_half_the_variance(synthetic):
    spread = at("posterior", dispersion=Estimate(0.97, 0.002))
    for ratio, found in ((0.4, ["shape", "variance"]), (1.12, ["shape", "variance"]), (1.09, ["shape"])):
        off = {"variance__aggregate__variance_ratio": Estimate(ratio, 0.01)}
        assert ids(synthetic.change(synthetic.exact("poisson"), **spread, **off)) == found


def withheld(diagnosis) -> list[str]:
    """Ids of the findings that speak of what is not judged beside them."""
    return [finding.id for finding in evaluate(diagnosis) if finding.meaning.endswith("not judged beside it.")]


def test_one_finding_says_what_it_withholds(synthetic):
    exact = synthetic.exact()
    ratio = {"variance__aggregate__variance_ratio": Estimate(0.76, 0.02)}
    whole = synthetic.change(exact.collapse.marginal_kl, lower=Estimate(0.5, 0.05, "nats"))
    unfilled = {"collapse__marginal_kl": whole}
    both = synthetic.change(
        exact, evidence__latent_dispersion=NARROW, **ratio, **unfilled, **at("corrected", **TOO_SMALL)
    )
    assert ids(both) == ["encoder", "scale"]
    assert withheld(both) == ["encoder"]
    text = "The variance of the model's images and the match of q(z) with the prior are off too"
    assert text in evaluate(both)[0].meaning
    scaled = synthetic.change(exact, **ratio, **at("posterior", **TOO_SMALL))
    assert (ids(scaled), withheld(scaled)) == (["scale"], ["scale"])
    assert "The variance of the model's images is off too" in only(scaled).meaning
    holes = synthetic.change(exact, **ratio, **unfilled)
    assert (ids(holes), withheld(holes)) == (["holes"], ["holes"])
    assert withheld(synthetic.change(exact, **at("posterior", **TOO_SMALL))) == []
    assert withheld(synthetic.change(exact, **unfilled)) == []
    assert withheld(synthetic.change(exact, **ratio)) == []


def test_variance_under_the_prior_alone_is_a_matter_of_the_prior(synthetic):
    exact = synthetic.exact()
    prior = synthetic.change(exact.variance.prior, variance_ratio=Estimate(1.3, 0.02))
    finding = only(synthetic.change(exact, variance__prior=prior))
    assert (finding.where, "30 % more" in finding.title) == ("variance.prior", True)
    both = synthetic.change(exact, variance__prior=prior, variance__aggregate__variance_ratio=Estimate(1.3, 0.02))
    assert only(both).where == "variance.aggregate"
    assert ids(synthetic.change(exact, variance__prior=None)) == []


def test_below_100_images_the_rules_are_refused(synthetic):
    faults = at("posterior", **TOO_SMALL)
    assert ids(synthetic.change(synthetic.exact(images=99), **faults)) == ["few_images"]
    assert ids(synthetic.change(synthetic.exact(images=100), **faults)) == ["scale"]
    grey = (AuditItem("grey", 0.5, "grey"),)
    assert ids(synthetic.change(synthetic.exact(images=1), audit=grey)) == ["audit.grey", "few_images"]


@pytest.mark.parametrize(
    ("item", "share", "severity"),
    [
        ("grey", 0.05, "warning"),
        ("grey", 0.2, "problem"),
        ("off_support", 0.001, "problem"),
        ("byte_range", 0.8, "problem"),
        ("edge", 0.4, "problem"),
        ("integers", 1.0, "warning"),
        ("constant_pixels", 0.1, "warning"),
        ("not_finite", 0.005, "warning"),
        ("not_finite", 0.02, "problem"),
    ],
)
def test_audit(synthetic, item, share, severity):
    finding = only(synthetic.change(synthetic.exact("bernoulli"), audit=(AuditItem(item, share, "the detail"),)))
    assert (finding.id, finding.severity) == (f"audit.{item}", severity)
    assert "the detail" in finding.evidence


def test_an_atom_alone_is_no_finding(synthetic):
    assert (
        ids(synthetic.change(synthetic.exact(), audit=(AuditItem("atom", 0.4, "values exactly 0 under a density"),)))
        == []
    )


def test_images_left_out_are_said(synthetic):
    diagnosis = synthetic.change(synthetic.exact(), excluded__count=3, excluded__first=(4, 5, 6))
    finding = only(diagnosis)
    assert (finding.id, finding.severity) == ("audit.not_finite", "warning")
    assert "3 of 1000 images left out, the first: 4, 5, 6" in finding.evidence


def test_impossible_values_explain_the_images_left_out(synthetic):
    diagnosis = synthetic.change(
        synthetic.exact(),
        audit=(AuditItem("off_support", 0.005, "values outside the support [0, 1]"),),
        excluded__count=400,
        excluded__first=(0, 1),
        **at("posterior", **TOO_SMALL),
    )
    finding = only(diagnosis)
    assert finding.id == "audit.off_support"
    assert "400 of 1000 images left out" in finding.evidence


def test_data_that_void_the_numbers_withhold_the_rules_on_them(synthetic):
    kl = Estimates(np.array([2.0, 2.0, 2.0, 0.001]), np.full(4, 0.0001), "nats")
    faults = at("posterior", ece=Estimate(0.3, 0.01, "", 0.01)) | {"collapse__kl": kl}
    bernoulli = synthetic.exact("bernoulli")
    grey, bytes_, outside = (AuditItem(name, 0.3, name) for name in ("grey", "byte_range", "off_support"))
    assert ids(synthetic.change(bernoulli, audit=(grey,), **faults)) == ["audit.grey", "collapse"]
    assert ids(synthetic.change(bernoulli, audit=(bytes_,), **faults)) == ["audit.byte_range"]
    assert ids(synthetic.change(bernoulli, audit=(grey, outside), **faults)) == ["audit.off_support"]


def test_training_images_are_said(synthetic):
    diagnosis = synthetic.exact()
    (finding,) = evaluate(diagnosis, trained_on=diagnosis.data.sha256)
    assert (finding.id, finding.severity) == ("trained_on", "info")
    assert evaluate(diagnosis, trained_on="1" * 64) == ()


def test_the_posterior_mean_is_explained_when_it_looks_under_confident(synthetic):
    diagnosis = synthetic.change(synthetic.exact(), **at("posterior_mean", dispersion=Estimate(0.909, 0.003)))
    finding = only(diagnosis)
    assert (finding.id, finding.severity) == ("posterior_mean", "info")
    assert "has seen x" in finding.meaning
    diagnosis.rows.clear()  # without pairs the errors add in squares
    assert ids(diagnosis) == ["posterior_mean"]
    assert ids(synthetic.change(diagnosis, **at("posterior_mean", dispersion=Estimate(0.909, 0.03)))) == []


def test_order(synthetic):
    kl = Estimates(np.array([2.0, 2.0, 2.0, 0.001]), np.full(4, 0.0001), "nats")
    diagnosis = synthetic.change(
        synthetic.exact(),
        audit=(AuditItem("constant_pixels", 0.1, "10"), AuditItem("integers", 1.0, "all")),
        evidence__latent_dispersion=NARROW,
        evidence__corrected__reliable=False,
        collapse__kl=kl,
        **at("corrected", **TOO_SMALL),
        **at("posterior_mean", dispersion=Estimate(0.8, 0.003)),
    )
    expected = ["audit.integers", "audit.constant_pixels", "encoder", "scale", "collapse", "probe", "posterior_mean"]
    assert ids(diagnosis) == expected


def test_every_finding_is_written_for_a_person(synthetic):
    faulty = synthetic.change(
        synthetic.exact(), audit=(AuditItem("integers", 1.0, "all"),), **at("posterior", **TOO_SMALL)
    )
    for finding in evaluate(faulty):
        assert len(finding.title) <= 100
        for text in (finding.title, finding.evidence, finding.meaning, finding.try_):
            assert text
            assert "nan" not in text.lower()
            assert "None" not in text
            assert "{" not in text
