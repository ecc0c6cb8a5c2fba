"""Every figure, for every shape of x, size of z and family: drawn without a warning, nothing clipped or on top."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from vaediag.records.tables import noun
from vaediag.report.catalogue import PANELS
from vaediag.report.figures.reconstructions import draw_reconstructions
from vaediag.report.stamp import stamp_of
from vaediag.report.walks import chosen

WITHOUT_PICTURES = ("pit", "quantile_curve", "spread_skill", "calibration_maps", "variance_maps")

# event shape, latents, binary, dispersion: each shape, each size of z and each family at least once
CASES = [
    ((8, 8, 1), 1, True, 1.0),
    ((28, 28, 1), 16, False, 1.3),
    ((64, 64, 1), 2, True, 0.9),
    ((32, 32, 3), 128, False, 1.0),
    ((20,), 2, False, 1.3),
    pytest.param(((784,), 16, True, 1.0), marks=pytest.mark.slow),
    pytest.param(((6, 20, 2), 5, False, 1.0), marks=pytest.mark.slow),
]


def name_of(case):
    shape, latents, binary, _ = case
    return f"{'x'.join(map(str, shape))}-{latents}-{'binary' if binary else 'normal'}"


@pytest.fixture(scope="module", params=CASES, ids=name_of)
def record(request, build):
    shape, latents, binary, dispersion = request.param
    return build.diagnosis(shape, latents, binary=binary, dispersion=dispersion)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
def test_is_drawn_whole_with_its_sources_named(panel, record, faults):
    figure = panel.draw(record)
    binary = record.calibration.posterior.ece is not None
    if panel.id == ("spread_skill" if binary else "reliability"):
        assert figure is None
        return
    assert isinstance(figure, Figure)
    assert faults(figure) == []
    words = [text.get_text() for text in figure.texts]
    used = f"450 {noun(record)}s"
    assert any("digits-normal-image" in line and "seed 0" in line and used in line for line in words)
    assert str(figure.get_label()).split()[0] in words[0]


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
@pytest.mark.parametrize("kind", ["sparse", "single"])
def test_missing_sections_and_one_image(panel, kind, build, faults):
    figure = panel.draw(getattr(build, kind)())
    if kind == "sparse" and panel.id not in WITHOUT_PICTURES:
        assert figure is None
    if figure is not None:
        assert faults(figure) == []


@pytest.mark.parametrize("name", ["pit", "traversal", "kl", "posterior", "poor_posterior", "rate_split"])
def test_hostile_names_are_drawn_as_they_are(name, build, faults):
    plain = build.diagnosis((8, 8, 1), 2)
    hostile = replace(
        plain,
        model=replace(plain.model, name=build.HOSTILE, likelihood=build.HOSTILE),
        data=replace(plain.data, name=build.HOSTILE, split="\x1b[31m\u202e"),
    )
    figure = by_id(name).draw(hostile)
    assert isinstance(figure, Figure)
    assert faults(figure) == []
    footer = next(text.get_text() for text in figure.texts if "<script>" in text.get_text())
    assert r"\$" in footer


def by_id(name) -> Any:
    return next(panel for panel in PANELS if panel.id == name)


def test_the_posterior_mean_panel_says_why_it_looks_unsure(build):
    for name in ("pit", "quantile_curve"):
        figure = by_id(name).draw(build.diagnosis())
        assert figure is not None
        words = " ".join(text.get_text() for text in figure.texts)
        assert "even for an exact model" in words.replace("\n", " ")


def test_traversal_rows_are_in_order_of_kl(build):
    record = build.diagnosis((8, 8, 1), 16)
    walk, kl = record.pictures.traversal, record.collapse.kl.value
    rows = chosen(walk, record.collapse)
    drawn = [kl[walk.dims[row]] for row in rows]
    assert drawn == sorted(kl, reverse=True)[: len(rows)]
    assert len(rows) == 6
    assert chosen(walk, record.collapse, most=16) == list(np.argsort(-kl, kind="stable"))


def test_sigma_of_one_value_is_a_number_not_a_square(build):
    record = build.diagnosis((8, 8, 1), 2)
    flat = replace(record.pictures.reconstructions, stddev=np.full((8, 8, 8, 1), 0.125))
    figure = draw_reconstructions(flat, (8, 8, 1), stamp_of(record), heading="x", scaled=True)
    assert sum(text.get_text() == "0.12" for text in figure.texts) == 8


def test_one_sigma_is_compared_in_bars(build, faults):
    record = build.diagnosis((8, 8, 1), 2)
    posterior = record.calibration.posterior
    one = {name: getattr(posterior.spread_skill, name)[:1] for name in ("spread", "error", "standard_error", "count")}
    shared = replace(posterior, spread_skill=replace(posterior.spread_skill, **one), ence=None)
    figure = by_id("spread_skill").draw(
        replace(record, calibration=replace(record.calibration, posterior=shared, corrected=None))
    )
    assert isinstance(figure, Figure)
    assert faults(figure) == []
    assert str(figure.get_label()) == "The decoder states one σ, 0.05; the error made is 0.9 times that"


def test_kl_effect_needs_an_effect(build):
    record = build.diagnosis((8, 8, 1), 3)
    collapse = replace(record.collapse, effect=None)
    assert by_id("kl_effect").draw(replace(record, collapse=collapse)) is None


def test_kl_effect_names_every_latent_of_few_and_all_quadrants(build, faults):
    words = ("used", "mixed", "wasted", "noise", "collapsed") * 8
    record = build.diagnosis((8, 8, 1), 40)
    spread = np.random.default_rng(0).uniform(0.3, 3.0, (2, 40))
    collapse = build.quarrel(words)
    collapse = replace(
        collapse,
        kl=replace(collapse.kl, value=collapse.kl.value * spread[0]),
        effect=replace(collapse.effect, value=np.where(collapse.effect.value < 1, 0.0, 20 * spread[1])),
    )
    figure = by_id("kl_effect").draw(replace(record, collapse=collapse))
    assert isinstance(figure, Figure)
    assert faults(figure) == []
    said = [text.get_text() for text in figure.axes[0].texts]
    assert {"used", "wasted", "noise", "collapsed", "0.01 nats", "0.02 nats"} <= set(said)
    assert sorted(name for name in said if name[1:].isdigit()) == sorted(f"z{latent}" for latent in range(40))
    marks = {str(line.get_marker()) for line in figure.axes[0].lines} - {"None"}
    assert len(marks) == 5
    assert "< 0.001" in [label.get_text() for label in figure.axes[0].get_yticklabels()]


def test_kl_effect_leaves_out_what_is_infinite_and_says_so(build, faults):
    record = build.diagnosis((8, 8, 1), 3)
    collapse = build.quarrel(("used", "used", "collapsed"), effect_of_first=np.nan)
    figure = by_id("kl_effect").draw(replace(record, collapse=collapse))
    assert isinstance(figure, Figure)
    assert faults(figure) == []
    assert "1 latent of infinite effect not drawn" in " ".join(text.get_text() for text in figure.texts)


def test_images_with_the_poorest_posterior_are_drawn_with_their_number(build):
    record = build.diagnosis((8, 8, 1), 2)
    pareto = record.evidence.pareto_k
    heavy = replace(pareto, value=np.append(pareto.value[:-3], [10.0, 10.0, 10.0]))
    figure = by_id("poor_posterior").draw(replace(record, evidence=replace(record.evidence, pareto_k=heavy)))
    words = drawn_words(figure)
    assert f"{record.pictures.poor.value[0]:.3g}" in words
    assert any("3 images beyond 1.5 drawn at the end" in word for word in words)
    counted = sum(bar.get_height() for bar in figure.axes[0].patches)
    assert counted == np.isfinite(heavy.value).sum()


def test_exact_posteriors_have_no_histogram(build, faults):
    record = build.diagnosis((8, 8, 1), 2)
    pareto = record.evidence.pareto_k
    exact = replace(pareto, value=np.full(len(pareto.value), np.nan), over=0.0, exact=1.0)
    for pictures in (record.pictures, None):
        evidence = replace(record.evidence, pareto_k=exact)
        figure = by_id("poor_posterior").draw(replace(record, evidence=evidence, pictures=pictures))
        assert faults(figure) == []
        assert not any(axes.get_ylabel() == "images" for axes in figure.axes)
    without = by_id("poor_posterior").draw(replace(record, pictures=None))
    assert faults(without) == []
    assert len(without.axes) == 1


def test_costs_are_in_order_and_stand_beside_the_kl(build, faults):
    record = build.diagnosis((8, 8, 1), 4)
    cost = replace(record.collapse.prune_cost, value=np.array([0.3, np.nan, -400.0, 7.0]))
    figure = by_id("prune_cost").draw(replace(record, collapse=replace(record.collapse, prune_cost=cost)))
    assert faults(figure) == []
    costs, paid = figure.axes
    assert [label.get_text() for label in costs.get_yticklabels()] == ["z3", "z0", "z2", "z1"]
    assert [bar.get_width() for bar in paid.patches] == list(record.collapse.kl.value[[3, 0, 2, 1]])
    assert costs.get_xscale() == "symlog"
    assert "–" in drawn_words(figure)


@pytest.mark.parametrize("kind", ["both", "ladder", "ais", "doubtful"])
def test_gaps_of_the_bound_from_what_there_is(kind, build, faults):
    found = build.diagnosis((8, 8, 1), 2).evidence
    unknown = np.full(len(found.ais.images), np.nan)
    evidence = {
        "both": found,
        "ladder": replace(found, ais=None),
        "ais": replace(found, iwae=None, ais=replace(found.ais, iwae=unknown)),
        "doubtful": replace(found, ais=replace(found.ais, reliable=False, sandwich=None)),
    }[kind]
    figure = by_id("evidence_gaps").draw(build.diagnosis((8, 8, 1), 2, evidence=evidence))
    assert faults(figure) == []
    words = " ".join(drawn_words(figure)).replace("\n", " ").replace("\u00a0", " ")
    assert ("codes per image, K" in words) == (kind != "ais")
    assert ("nats above the ELBO of the same image" in words) == (kind != "ladder")
    assert ("0.200 ± 0.030 nats apart" in words) == (kind in ("both", "ais"))
    assert ("cannot be relied on here" in words) == (kind == "doubtful")


def test_fault_draws_shares_so_that_one_is_exact(build, faults):
    record = build.diagnosis((8, 8, 1), 2)
    share = np.full((2, 20), 0.05)
    share[1, 0], share[1, 1] = 0.1, 0.0
    wide = replace(record.evidence.latent_dispersion, value=np.array([1.0, 1.4]))
    figure = by_id("fault").draw(
        replace(record, evidence=replace(record.evidence, latent_pit=share, latent_dispersion=wide))
    )
    assert faults(figure) == []
    decoder, first, second = figure.axes
    heights = [bar.get_height() for bar in first.patches[:20]]
    assert heights == pytest.approx([2.0, 0.0] + [1.0] * 18)
    assert [bar.get_height() for bar in second.patches[:20]] == pytest.approx([1.0] * 20)
    assert sum(bar.get_height() for bar in decoder.patches[:20]) == pytest.approx(20.0)


@pytest.mark.parametrize("shape", [(8, 8, 1), (20,)])
def test_dependence_marks_only_what_the_rule_finds(shape, build, faults):
    record = build.diagnosis(shape, 2)
    for rho, marked in ((0.0, 0), (0.5, 4)):
        found = build.independence(shape, np.random.default_rng(0), binary=False, rho=rho)
        figure = by_id("dependence").draw(replace(record, independence=found))
        assert faults(figure) == []
        marks = [line for axes in figure.axes for line in axes.lines if line.get_marker() == "D"]
        assert len(marks) == marked
        few = by_id("dependence").draw(replace(record, independence=replace(found, images=40)))
        assert not [line for axes in few.axes for line in axes.lines if line.get_marker() == "D"]


def test_dependence_says_what_the_price_is_of(build):
    record = build.diagnosis((28, 28, 1), 2, binary=True)
    found = replace(record.independence, coordinates=replace(record.independence.coordinates, constant=14))
    words = " ".join(drawn_words(by_id("dependence").draw(replace(record, independence=found))))
    assert "a patch of 64 of 784 values, without 14 that never vary; seen in these residuals" in words
    centre = by_id("dependence").draw(record).axes[0].images[0].get_array()
    assert bool(centre.mask[7, 7])


def drawn_words(figure):
    return [text.get_text() for text in figure.findobj(Text)]


def test_the_least_likely_images_are_marked_among_all(build):
    record = build.diagnosis((8, 8, 1), 2, rows={"elbo": np.append(build.diagnosis().rows["elbo"], np.nan)})
    bars = by_id("lowest_evidence").draw(record).axes[0].patches
    heights = [sum(bar.get_height() for bar in bars if bool(bar.get_hatch()) is marked) for marked in (True, False)]
    assert heights == [8, 442]
