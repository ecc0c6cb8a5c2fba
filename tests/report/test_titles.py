"""Titles state what the record says, and nothing that it does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from vaediag.records.collapse import Bounds
from vaediag.records.diagnosis import AuditItem
from vaediag.records.estimate import Estimate, Estimates
from vaediag.records.evidence import ParetoK
from vaediag.records.numbered import numbered
from vaediag.records.pictures import Picked
from vaediag.report.figures import (
    calibration_maps,
    dependence,
    epsilon_delta,
    evidence_gaps,
    fault,
    kl,
    kl_effect,
    latent_dispersion,
    lowest_evidence,
    pit,
    poor_posterior,
    prune_cost,
    quantile_curve,
    rate_split,
    reconstructions,
    reliability,
    spread_skill,
    variance_maps,
)
from vaediag.report.stamp import stamp_of
from vaediag.report.walks import title as walk_title


@pytest.mark.parametrize(
    ("dispersion", "says"),
    [(1.0, "x behaves like a draw"), (1.3, "p(x | z) is over-confident"), (0.7, "p(x | z) is under-confident")],
)
def test_pit_names_the_side(build, dispersion, says):
    assert pit.title(build.diagnosis(dispersion=dispersion).calibration).startswith(says)


def test_pit_says_whose_a_peak_is(build):
    record = build.diagnosis()
    atom = AuditItem("atom", 0.49, "values exactly 0 under a density")
    for audit, says in (((atom,), True), ((), False)):
        words = " ".join(text.get_text() for text in pit.PANEL.draw(replace(record, audit=audit)).texts)
        words = words.replace("\n", " ").replace("\u00a0", " ")
        assert ("49 % of the values are exactly 0: the peak is theirs." in words) is says


def test_pit_sees_that_the_corrected_codes_pass(build):
    bad, good = (build.diagnosis(dispersion=value).calibration for value in (1.3, 1.0))
    assert "but not under the corrected z" in pit.title(replace(bad, corrected=good.corrected))


def test_pit_puts_tails_before_spread(build):
    record = build.diagnosis(dispersion=0.8).calibration
    heavy = replace(record, posterior=replace(record.posterior, tail_weight=Estimate(1.5, 0.1)))
    assert "heavier tails" in pit.title(heavy)


def test_pit_does_not_judge_few_images(build):
    assert "too few to judge" in pit.title(build.diagnosis(images=60, dispersion=1.3).calibration)
    assert "too few to judge" in pit.title(build.single().calibration)


def test_pit_names_bias_and_shape_where_the_spread_is_right(build):
    record = build.diagnosis().calibration
    shifted = replace(record, posterior=replace(record.posterior, bias=Estimate(-0.04, 0.002)))
    assert "x lies lower than p(x | z) says" in pit.title(shifted)
    bent = replace(record, posterior=replace(record.posterior, miscalibration_area=Estimate(0.05, 0.001, "", 0.004)))
    assert "its shape is not" in pit.title(bent)


def test_quantile_curve_tells_where_the_diagonal_leaves_the_band(build):
    assert "the diagonal lies inside" in quantile_curve.title(build.diagnosis().calibration)
    off = quantile_curve.title(build.diagnosis(dispersion=1.5).calibration)
    assert off.startswith("70.0\u00a0% of the values lie below the quantile that is stated to have 75.0\u00a0%")


def test_kl_names_the_dead(build):
    rng = np.random.default_rng(0)
    assert kl.title(build.collapse(8, rng, dead=(3, 5))) == "Latents 3 and 5 of 8 carry nothing"
    assert kl.title(build.collapse(8, rng, dead=(3,))) == "Latent 3 of 8 carries nothing"
    assert kl.title(build.collapse(128, rng, dead=tuple(range(90)))) == "90 of 128 latents carry nothing"
    assert kl.title(build.collapse(2, rng, dead=(0, 1))) == "Both latents carry nothing"
    assert kl.title(build.collapse(1, rng, dead=(0,))) == "The only latent carries nothing"
    assert kl.title(build.collapse(8, rng, dead=())).startswith("All 8 latents carry information")


def test_traversal_names_the_dead_and_the_strongest(build):
    record = build.diagnosis((8, 8, 1), 8, collapse=build.collapse(8, np.random.default_rng(1), dead=(3, 5)))
    order = np.argsort(-record.collapse.kl.value)[:3]
    says = walk_title(record.pictures.traversal, record.collapse)
    assert says == f"Latents {order[0]}, {order[1]} and {order[2]} carry most; latents 3 and 5 of 8 carry nothing"


def test_epsilon_delta_counts(build):
    collapse = build.collapse(8, np.random.default_rng(0), dead=(2,))
    assert epsilon_delta.title(collapse).startswith("Latent 2 of 8 stays within 0.01 nats")
    assert epsilon_delta.title(build.collapse(8, np.random.default_rng(0), dead=())).startswith("No latent stays")


def test_variance_compares_model_with_data(build):
    variance = build.diagnosis().variance
    assert "as much variance as the data has" in variance_maps.title(variance)
    less = replace(variance, aggregate=replace(variance.aggregate, variance_ratio=Estimate(0.8, 0.01)))
    assert "less variance than the data has" in variance_maps.title(less)


def test_variance_that_is_too_uncertain_is_not_called_equal_or_less(build):
    variance = build.diagnosis().variance

    def said(ratio, data):
        parts = replace(variance.aggregate, variance_ratio=ratio)
        return variance_maps.title(replace(variance, aggregate=parts, data=data))

    assert "less variance" in said(Estimate(0.06, 0.13), Estimate(10900.0, 1000.0))
    assert "cannot be told (ratio" in said(Estimate(0.06, 0.13), Estimate(10900.0, 7631.0))
    assert "cannot be told (ratio" in said(Estimate(0.22, 0.34), Estimate(10900.0, 1000.0))
    assert "as much variance as the data has (" in said(Estimate(0.98, 0.03), Estimate(10900.0, 1000.0))


def test_calibration_maps_count_what_is_beyond_chance(build):
    shape = (8, 8, 1)
    record = build.diagnosis(shape, dispersion=1.0).calibration.posterior
    assert calibration_maps.title(record, shape).startswith("None of the 64 pixels")
    dispersion = np.ones(shape)
    dispersion[0, :3] = 1.9
    dispersion[1, 0] = 0.2
    mixed = replace(record, maps=replace(record.maps, dispersion=dispersion))
    assert calibration_maps.title(mixed, shape) == (
        "p(x | z) is over-confident at 3 and under-confident at 1 of 64 pixels, beyond chance"
    )


@pytest.mark.parametrize(("slope", "says"), [(0.0, "pixel is on"), (-0.4, "too sharp"), (0.4, "too flat")])
def test_reliability_names_the_tilt(build, slope, says):
    record = build.diagnosis(binary=True).calibration.posterior
    tilted = replace(record, calibration_slope=Estimate(slope, 0.02), ece=Estimate(0.01, 0.001, "", 0.009))
    assert says in reliability.title(tilted)


def test_spread_skill_gives_the_range_of_the_error(build):
    record = build.diagnosis().calibration.posterior
    assert spread_skill.title(record).startswith("The error made is 0.90 to 1.30 times the stated σ")


def test_worst_gives_the_range_of_the_score(build):
    record = replace(build.diagnosis().pictures.worst, score=np.linspace(3.0, 7.5, 8))
    says = reconstructions.worst_title(record, 450, scaled=True)
    assert says == "The worst 8 of 450 images have reduced χ² 3 to 7.5, where 1 is exact on average"


def test_encoder_names_the_narrow_and_the_wide(build):
    dispersion = build.diagnosis(latent_dim=4).evidence.latent_dispersion
    assert "None of the 4 latents is off" in latent_dispersion.title(dispersion, images=256)
    wrong = replace(dispersion, value=np.array([1.0, 1.6, 0.5, 1.0]))
    says = latent_dispersion.title(wrong, images=256)
    assert says == "q(z | x) is too narrow or off-centre in latent 1 of 4 and too wide in latent 2 of 4"


def test_nothing_is_judged_where_the_data_do_not_fit_the_likelihood(build):
    from vaediag.report.catalogue import PANELS
    from vaediag.report.stamp import VOID
    from vaediag.report.tables import tables

    record = build.diagnosis(binary=True, dispersion=1.3, audit=build.audit())
    for name in ("pit", "quantile_curve", "reliability", "calibration_maps", "variance_maps"):
        figure = next(panel for panel in PANELS if panel.id == name).draw(record)
        assert figure is not None
        assert figure.get_label() == VOID
    cells = [cell for row in tables(record)["calibration"].rows for cell in row.cells]
    assert not any(cell.side for cell in cells)
    assert tables(record)["calibration"].note == f"{VOID}."


def test_kl_effect_names_where_the_two_disagree(build):
    says = {
        ("used", "wasted", "collapsed"): "Latent 1 of 3 is wasted on the decoder",
        ("used", "noise", "noise"): "Latents 1 and 2 of 3 are noise to the decoder",
        ("wasted", "noise"): "Latent 0 of 2 is wasted on the decoder; latent 1 of 2 is noise to it",
        ("used", "mixed", "collapsed"): "Encoder and decoder agree: 2 of 3 latents are used, 1 by neither",
        ("used", "mixed"): "Both latents are used: a new value of one moves p(x | z) by 20 nats",
        ("collapsed", "collapsed"): "Both latents are used by neither encoder nor decoder",
        ("used",): "The only latent is used: a new value moves p(x | z) by 20 nats",
    }
    assert {words: kl_effect.title(build.quarrel(words)) for words in says} == says


def test_noise_carries_nothing_either(build):
    collapse = build.quarrel(("used", "noise", "collapsed", "wasted"))
    assert kl.title(collapse) == "Latents 1 and 2 of 4 carry nothing"
    walk = build.diagnosis((8, 8, 1), 4).pictures.traversal
    assert walk_title(walk, collapse).endswith("latents 1 and 2 of 4 carry nothing")
    two = build.diagnosis((8, 8, 1), 2).pictures.traversal
    assert walk_title(two, build.quarrel(("noise", "collapsed"))) == "Both latents carry nothing: z is noise to x"
    assert walk_title(two, build.quarrel(("collapsed",) * 2)) == "Both latents carry nothing: x hardly depends on z"


def bounds(lower, upper, *, saturated=False):
    return Bounds(Estimate(lower, 0.1, "nats"), Estimate(upper, 0.1, "nats"), saturated)


@pytest.mark.parametrize(
    ("information", "rate", "says"),
    [
        (bounds(5.0, 5.2), 10.2, "Half of the rate is information about x: 5 to 5.2 of 10.2 nats"),
        (bounds(10.0, 10.0), 10.1, "Nearly all of the rate is information about x: 10 nats of 10.1 nats"),
        (bounds(0.0, 0.1), 10.0, "Hardly any of the rate is information about x: 0 to 0.1 of 10 nats"),
        (bounds(2.0, 6.0), 8.0, "Between 25 % and 75 % of the rate is information (8 nats in all)"),
        (bounds(0.0, 0.0), 0.0004, "The rate is 0.0004 nats: there is nothing to split"),
        (
            bounds(7.6, 32.2, saturated=True), 34.1,
            "Of a rate of 34.1 nats, between 7.6 and 32.2 are information: too few images to pin it down",
        ),
    ],
)  # fmt: skip
def test_rate_split_says_how_much_is_information(build, information, rate, says):
    collapse = replace(build.collapse(2, np.random.default_rng(0)), mutual_information=information)
    assert rate_split.title(collapse, Estimate(rate, 0.1)).replace("\u00a0", " ") == says


def test_rate_split_adds_up(build):
    collapse = build.collapse(4, np.random.default_rng(0))
    parts = rate_split.shares(collapse)
    assert parts[0].lower.value + sum(part.upper.value for part in parts[1:]) == pytest.approx(11.3)
    whole = rate_split.shares(replace(collapse, total_correlation=None))
    assert [part.name for part in whole] == ["information", "distance from the prior"]
    assert whole[0].lower.value + whole[1].upper.value == pytest.approx(11.3)
    assert rate_split.shares(replace(collapse, mutual_information=None)) == ()


@pytest.mark.parametrize(
    ("over", "exact", "says"),
    [
        (0.1, 0.0, "10 % of 10 images have a Pareto k̂ over 0.5: their bounds cannot be relied on"),
        (0.0, 0.3, "None of 10 images has a Pareto k̂ over 0.5: their bounds can be relied on"),
        (0.0, 1.0, "All weights are alike on 10 images: q(z | x) is the exact posterior there"),
    ],
)
def test_poor_posterior_says_for_how_many_the_bound_fails(over, exact, says):
    pareto = ParetoK(np.arange(10), np.zeros(10), 0.5, over, exact)
    assert poor_posterior.title(pareto).replace("\u00a0", " ") == says


def test_poor_posterior_says_when_it_hardly_matters(build):
    iwae = build.diagnosis().evidence.iwae
    pareto = ParetoK(np.arange(10), np.zeros(10), 0.5, 0.2, 0.0)
    for gain, says in ((0.3, "hardly moves the bound: 0.300 ± 0.010 nats"), (2.0, "their bounds cannot be relied on")):
        ladder = replace(iwae, gain=np.array([0.0, gain]), gain_error=np.array([0.0, 0.01]))
        assert poor_posterior.title(pareto, ladder).replace("\u00a0", " ").endswith(says)


def test_lowest_evidence_marks_its_images_above_their_bars(build):
    from matplotlib.colors import same_color

    from vaediag.report import style

    record = build.diagnosis()
    ax = lowest_evidence.PANEL.draw(record).axes[0]
    (marks,) = ax.lines
    x, y = np.asarray(marks.get_xdata(), dtype=float), np.asarray(marks.get_ydata(), dtype=float)
    assert np.sort(x) == pytest.approx(np.sort(record.rows["elbo"])[:8])
    assert marks.get_markersize() >= 9
    assert same_color(marks.get_color(), style.INK)
    boxes = [bar.get_bbox() for bar in rectangles(ax)]
    assert list(y) == pytest.approx([max(box.y1 for box in boxes if box.x0 - 1e-9 <= at <= box.x1 + 1e-9) for at in x])


def test_lowest_evidence_marks_its_images_of_a_subset_too(build):
    record = build.diagnosis()
    count = record.data.count
    part = numbered(replace(record, data=replace(record.data, subset="some", chosen=np.arange(count) + 5000)))
    (marks,) = lowest_evidence.PANEL.draw(part).axes[0].lines
    assert np.sort(marks.get_xdata()) == pytest.approx(np.sort(record.rows["elbo"])[:8])


def rectangles(ax):
    return [patch for patch in ax.patches if isinstance(patch, Rectangle)]


def test_lowest_evidence_compares_with_the_mean(build):
    record = build.diagnosis()
    picked = Picked(record.pictures.lowest.shown, np.linspace(-140, -95, 8), "elbo, nats")
    says = "The 8 least likely images have an ELBO of −140 to −95 nats, where the mean of 450 images is −42.1"
    assert lowest_evidence.title(picked, record).replace("\u00a0", " ") == says
    one = Picked(picked.shown, np.array([-140.0]), "elbo, nats")
    assert lowest_evidence.title(one, record).startswith("The least likely image has an ELBO of −140")


@pytest.mark.parametrize(
    ("cost", "says"),
    [
        ([3.0, 2.0, -0.5], "Latent 2 of 3 costs more than it gives: −0.500 ± 0.010 nats"),
        ([-0.2, 2.0, -0.5, 1.0], "Latents 0 and 2 of 4 cost more than they give: latent 2 most, −0.500 ± 0.010 nats"),
        (
            [0.5, 3.0, -0.02],
            (
                "No latent measurably costs more than it gives: latent 1 is worth most, 3.000 ± 0.010 nats, "
                "latent 2 least, −0.020 ± 0.010 nats"
            ),
        ),
        ([0.001, -0.002], "Both latents could go: the ELBO would change by less than 0.01 nats each"),
        ([4.0], "Without its only latent the model loses 4.000 ± 0.010 nats per image"),
        (
            [4.0, 3.0, np.nan],
            (
                "No latent costs more than it gives: latent 0 is worth most, 4.000 ± 0.010 nats, "
                "latent 1 least, 3.000 ± 0.010 nats"
            ),
        ),
    ],
)  # fmt: skip
def test_prune_cost_names_what_the_bound_would_be_better_without(cost, says):
    found = Estimates(np.array(cost), np.full(len(cost), 0.01), "nats")
    assert prune_cost.title(found).replace("\u00a0", " ") == says


@pytest.mark.parametrize(("lowest", "hatched"), [(-0.03, 0), (-0.5, 1)])
def test_prune_cost_hatches_only_what_its_title_accuses(build, lowest, hatched):
    record = build.diagnosis(latent_dim=3)
    cost = Estimates(np.array([3.0, lowest, 0.5]), np.full(3, 0.01), "nats")
    figure = prune_cost.PANEL.draw(replace(record, collapse=replace(record.collapse, prune_cost=cost)))
    assert [bar.get_width() for bar in rectangles(figure.axes[0]) if bar.get_hatch()] == [lowest] * hatched
    words = " ".join(text.get_text().replace("\n", " ") for text in figure.texts)
    assert ("Hatched" in words) == bool(hatched)


def test_a_cost_without_an_error_accuses_nobody():
    assert prune_cost.useless(Estimates(np.array([-5.0, 1.0]), np.full(2, np.nan))) == []


@pytest.mark.parametrize(
    ("gap", "says"),
    [
        (Estimate(3.2, 0.1), "The bound is loose by 3.20 ± 0.10 nats (by AIS on 8 images)"),
        (Estimate(0.1, 0.05), "The bound is about tight: log p(x) lies 0.100 ± 0.050 nats above it"),
        (Estimate(1.7, 0.5), "log p(x) lies 1.70 ± 0.50 nats above the bound, by AIS on 8 images: too few to say"),
        (Estimate(0.1, None), "log p(x) lies 0.1 nats above the bound, by AIS on 8 images: too few to say"),
    ],
)
def test_evidence_gaps_says_how_loose_the_bound_is(build, gap, says):
    found = replace(build.diagnosis().evidence, iwae=None)
    assert evidence_gaps.title(replace(found, ais=replace(found.ais, gap=gap))).replace("\u00a0", " ").startswith(says)


@pytest.mark.parametrize(
    ("gain", "error", "images", "says"),
    [
        (1.5, 0.07, 256, "The bound is loose by at least 1.500 ± 0.070 nats: 100 codes per image raise it so much"),
        (0.01, 0.01, 256, "The bound is about tight: 100 codes per image raise it by 0.010 ± 0.010 nats"),
        (0.9, 0.3, 256, "100 codes per image raise the bound by 0.90 ± 0.30 nats: too uncertain to call it loose"),
        (1.5, 0.07, 60, "100 codes per image raise the bound by 1.500 ± 0.070 nats: too few images to judge"),
    ],
)
def test_evidence_gaps_without_ais_gives_a_lower_bound(build, gain, error, images, says):
    found = build.diagnosis().evidence
    ladder = replace(found.iwae, images=np.arange(images), gain=np.array([0, gain]), gain_error=np.array([0, error]))
    for ais in (None, replace(found.ais, reliable=False)):
        assert evidence_gaps.title(replace(found, iwae=ladder, ais=ais)).replace("\u00a0", " ") == says


@pytest.mark.parametrize(
    ("encoder", "before", "after", "says"),
    [
        ((1.0, 1.0), 1.0, 1.0, "The encoder was ruled out, and the spread of p(x | z) is right: dispersion 1.0000"),
        ((1.0, 1.0), 1.3, 1.3, "The encoder was ruled out: p(x | z) is over-confident with the corrected z too"),
        ((1.0, 1.6), 1.2, 1.0, "The encoder is at fault: q(z | x) is too narrow or off-centre in latent 1 of 2;"),
        ((0.5, 1.0), 0.7, 0.8, "Both are at fault: q(z | x) is too wide in latent 0 of 2, and p(x | z) is under"),
        ((1.0, 1.0), 1.2, 1.0, "p(x | z) is over-confident under the encoder's z only (1.2000 ± 0.0050, corrected"),
    ],
)
def test_fault_says_whose_it_is(build, encoder, before, after, says):
    assert fault.title(accused(build, encoder, before, after)).replace("\u00a0", " ").startswith(says)


def accused(build, encoder, before, after):
    record = build.diagnosis(dispersion=before)
    corrected = build.diagnosis(dispersion=after).calibration.corrected
    evidence = replace(record.evidence, latent_dispersion=Estimates(np.array(encoder), np.full(len(encoder), 0.02)))
    return replace(record, calibration=replace(record.calibration, corrected=corrected), evidence=evidence)


def test_fault_accuses_nobody_without_evidence(build):
    record = accused(build, (1.0, 1.6), 1.2, 1.0)
    run = record.evidence.corrected
    doubtful = replace(record, evidence=replace(record.evidence, corrected=replace(run, reliable=False)))
    seen = "by which q(z | x) is too narrow or off-centre in latent 1 of 2"
    assert fault.title(doubtful) == f"Whose fault it is cannot be told: the corrected z are not reliable here, {seen}"
    few = replace(record, evidence=replace(record.evidence, corrected=replace(run, images=np.arange(60))))
    assert fault.title(few) == "Whose fault it is cannot be told from 60 images"


def test_fault_rules_out_no_encoder_beyond_chance_and_claims_no_vague_spread(build):
    record = accused(build, (1.17, 1.288), 1.1, 1.0)
    evidence = record.evidence
    sixth = replace(evidence, latent_dispersion=replace(evidence.latent_dispersion, standard_error=np.full(2, 0.0625)))
    said = fault.title(replace(record, evidence=sixth)).replace("\u00a0", " ")
    assert said.endswith("a little too narrow or off-centre in latent 1, dispersion of z1 1.288 ± 0.062")
    near = accused(build, (1.0, 0.92), 1.0, 1.0)
    assert fault.title(near).startswith("The encoder is within tolerance, and the spread of p(x | z) is right")
    assert fault.title(accused(build, (1.0, 1.0), 1.0, 1.0)).startswith("The encoder was ruled out, and the spread")
    corrected = replace(near.calibration.corrected, dispersion=Estimate(1.0, 0.06))
    vague = replace(near, calibration=replace(near.calibration, corrected=corrected))
    assert "whether the spread of p(x | z) is right cannot be told (1.000" in fault.title(vague)


def test_codes_that_are_not_reliable_are_marked_in_every_picture_that_shows_them(build):
    record = build.diagnosis()
    run = replace(record.evidence.corrected, reliable=False)
    doubted = replace(record, evidence=replace(record.evidence, corrected=run))
    for panel in (pit, quantile_curve, spread_skill, fault, latent_dispersion):
        with_, without = (" ".join(drawn(panel.PANEL.draw(made))).replace("\n", " ") for made in (doubted, record))
        assert "† Not reliable:" in with_, panel.PANEL.id
        assert "†" not in without, panel.PANEL.id


def test_pit_does_not_take_doubted_codes_or_vague_ones_for_a_proof(build):
    bad, good = (build.diagnosis(dispersion=value).calibration for value in (1.3, 1.0))
    both = replace(bad, corrected=good.corrected)
    assert "corrected" not in pit.title(both, doubted=True)
    vague = replace(good.corrected, dispersion=Estimate(1.0, 0.06))
    assert "corrected" not in pit.title(replace(bad, corrected=vague))
    unsure = replace(good, posterior=replace(good.posterior, dispersion=Estimate(1.01, 0.06)))
    assert "cannot be told" in pit.title(unsure)


def drawn(figure):
    return [text.get_text() for text in figure.findobj(Text)]


def test_fault_of_data_that_do_not_fit_judges_the_encoder_alone(build):
    record = accused(build, (1.0, 1.6), 1.2, 1.0)
    void = replace(record, audit=(AuditItem("grey", 0.5, "grey"),))
    says = "The decoder cannot be judged, since the data do not fit the likelihood"
    assert fault.heading(void, stamp_of(void)) == f"{says}: q(z | x) is too narrow or off-centre in latent 1 of 2"
    unmoved = replace(record.evidence, corrected=replace(record.evidence.corrected, reliable=False))
    void = replace(void, evidence=unmoved)
    assert fault.heading(void, stamp_of(void)) == f"{says}, nor can the encoder"


def test_fault_shows_the_latents_farthest_off():
    dispersion = Estimates(np.array([1.1, 0.4, np.nan, 1.5, 1.0, 0.95]), np.full(6, 0.02))
    assert fault.worst(dispersion) == [1, 3, 0, 5]


@pytest.mark.parametrize(
    ("shape", "rho", "cost", "binary", "says"),
    [
        ((8, 8, 1), 0.0, 0.1, False, "Given z, pixels are independent as far as can be seen: no measurable cost"),
        ((8, 8, 1), 0.4, 12.0, False, "Given z, neighbouring pixels are correlated by 0.4"),
        ((8, 8, 1), 0.0, 12.0, True, "Given z, pixels depend on each other: ignoring it costs at least 12.00 ±"),
        ((20,), 0.5, 3.0, False, "Given z, features depend on each other: ignoring it costs 3.00 ±"),
    ],
)
def test_dependence_gives_the_price(build, shape, rho, cost, binary, says):
    found = build.independence(shape, np.random.default_rng(0), binary=binary, rho=rho, cost=cost)
    title = dependence.title(found, images=len(shape) > 1).replace("\u00a0", " ")
    assert title.startswith(says)
    assert ("no measurable cost" if cost < 0.6 else f"{cost:.2f} ± 0.30 nats per image") in title


def test_dependence_names_a_neighbour_beyond_the_tolerance(build):
    found = build.independence((8, 8, 1), np.random.default_rng(0), binary=False)
    near = Estimates(np.array([0.0, 0.0505, 0.01, 0.0]), np.full(4, 0.0097))
    free = replace(
        found,
        independence_cost=Estimate(-0.117, 0.096),
        residual_correlation=replace(found.residual_correlation, neighbours=near),
    )
    assert dependence.title(free, images=True).replace("\u00a0", " ") == (
        "Given z, neighbouring pixels may be correlated: 0.0505 ± 0.0097 (below) is over the tolerance, "
        "though not beyond all chance; no measurable cost"
    )


def test_dependence_names_the_strongest_neighbour_and_does_not_judge_few(build):
    found = build.independence((8, 8, 1), np.random.default_rng(0), binary=False)
    near = Estimates(np.array([0.01, 0.2, 0.1, -0.3]), np.full(4, 0.004))
    tilted = replace(found, residual_correlation=replace(found.residual_correlation, neighbours=near))
    assert "by −0.3000 ± 0.0040 (below left)" in dependence.title(tilted, images=True).replace("\u00a0", " ")
    assert dependence.title(tilted, images=True).endswith("; no measurable cost")
    few = replace(tilted, images=40)
    assert dependence.title(few, images=True).endswith("given z cannot be told from 40 images")


def test_dependence_picks_each_pair_once():
    values = np.array([[np.nan, 0.1, -0.5], [0.1, np.nan, np.nan], [-0.5, np.nan, np.nan]])
    assert dependence.strongest(values) == [(0, 2), (0, 1)]


def test_evidence_gaps_trusts_many_images_where_ais_has_too_few(build):
    found = build.diagnosis().evidence
    vague = replace(found.ais, gap=Estimate(5.4, 4.1))
    for gain, says in ((4.6, "The bound is loose by at least 4.60"), (0.2, "The bound is about tight: 100 codes")):
        ladder = replace(found.iwae, gain=np.array([0, gain]), gain_error=np.array([0, 0.1]))
        assert evidence_gaps.title(replace(found, iwae=ladder, ais=vague)).startswith(says)


def test_fault_keeps_an_encoder_in_doubt_that_may_be_wrong(build):
    record = accused(build, (1.0, 1.3), 1.3, 1.3)
    evidence = record.evidence
    vague = replace(evidence.latent_dispersion, standard_error=np.full(2, 0.12))
    says = fault.title(replace(record, evidence=replace(evidence, latent_dispersion=vague)))
    assert says.endswith("but the encoder is in doubt: dispersion of z1 1.30\u00a0±\u00a00.12, too uncertain")
    loose = replace(evidence.iwae, gain=np.array([0, 4.6]), gain_error=np.array([0, 0.1]))
    right = accused(build, (1.0, 1.0), 1.0, 1.0)
    says = fault.title(replace(right, evidence=replace(right.evidence, iwae=loose)))
    assert says.startswith("The spread of p(x | z) is right")
    assert says.endswith(
        "the encoder is in doubt: 100 codes per image raise the bound by 4.60\u00a0±\u00a00.10\u00a0nats"
    )


def test_dependence_counts_the_price_of_a_patch_only(build):
    found = build.independence((28, 28, 1), np.random.default_rng(0), binary=False, rho=0.4, cost=12.0)
    assert dependence.title(found, images=True).endswith(
        "ignoring it costs 12.00\u00a0±\u00a00.30\u00a0nats in 64 of 784 values"
    )


def test_images_without_a_sigma_are_ranked_by_their_likelihood(build):
    from vaediag.report.figures import worst

    says = worst.unlikely_title(np.array([412.0, 300.0]), 190.0, 450).replace("\N{NO-BREAK SPACE}", " ")
    assert says.startswith("The 2 images with the least p(x | z): −log p is 300 to 412 nats, where the mean of 450")
    record = build.diagnosis(binary=True)
    kept = replace(record, pictures=replace(record.pictures, surprise=np.linspace(9.0, 5.0, 8)))
    drawn = [each.get_text() for each in worst.draw_worst(kept).findobj(Text)]
    assert "−log p, nats" in drawn
    assert not any("mean r²" in text for text in drawn)


def test_one_code_counts_values_without_a_mode(build):
    from vaediag.report.figures import one_code

    code = build.diagnosis().pictures.one_code
    assert one_code.modeless(code) == ""
    mode = np.array(code.mode, copy=True)
    mode.flat[:3] = np.nan
    assert one_code.modeless(replace(code, mode=mode)) == f"pale: none, 3 of {mode.size} values"
    wide = one_code.title(replace(code, stddev=np.linspace(5.0, 112.0, 4).reshape(2, 2)), (2, 2))
    assert wide.endswith("σ = 5 to 110")
