"""The report's pictures in anybody's axes: one each, no figure of their own, nobody's settings changed."""

from __future__ import annotations

import inspect
from dataclasses import replace

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

import vaediag as vd
from vaediag.errors import InputError
from vaediag.report import plots, style

EVERY = sorted(name for name in vars(plots) if inspect.isfunction(getattr(plots, name)))
FLAT = {"features", "variance_features"}
BARS = {"pixel_map", "dependence_map"}  # beside them stands a colour bar


@pytest.fixture(scope="module")
def records(build):
    image = build.diagnosis((8, 8, 1), 5, dispersion=1.2)
    flat = build.diagnosis((12,), 2)
    flat = replace(flat, data=replace(flat.data, columns=tuple(f"column {place}" for place in range(12))))
    return {"image": image, "flat": flat, "binary": build.diagnosis((8, 8, 1), 2, binary=True)}


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def record_for(name, records):
    return records["flat" if name in FLAT else "binary" if name == "reliability" else "image"]


@pytest.mark.parametrize("name", EVERY)
def test_draws_into_the_axes_given_and_nothing_else(name, records, ax):
    settings, figures = dict(mpl.rcParams), plt.get_fignums()
    found = getattr(vd.plots, name)(record_for(name, records), ax)
    assert found is ax
    assert ax.has_data()
    assert len(ax.figure.axes) == (2 if name in BARS else 1)
    assert dict(mpl.rcParams) == settings
    assert plt.get_fignums() == figures
    assert ax.get_xlabel() or name in BARS | {"dependence_map"} or ax.get_xticklabels()
    ax.figure.canvas.draw()


@pytest.mark.parametrize("name", EVERY)
def test_letters_have_the_size_that_the_person_set(name, records):
    with mpl.rc_context({"xtick.labelsize": 13.0, "ytick.labelsize": 13.0, "axes.labelsize": 17.0}):
        ax = Figure().add_subplot()
        getattr(vd.plots, name)(record_for(name, records), ax)
        assert {label.get_fontsize() for label in ax.get_xticklabels() if label.get_text()} <= {13.0}
        assert ax.xaxis.label.get_fontsize() == 17.0


def test_without_axes_there_is_one_new_figure(records):
    before = plt.get_fignums()
    vd.plots.kl(records["image"])
    assert len(plt.get_fignums()) == len(before) + 1
    plt.close(plt.get_fignums()[-1])


def test_it_is_the_report_s_own_picture(records):
    """The same bars as in the report, for each conditioning."""
    from vaediag.report.figures.pit import PANEL, bars

    record = records["image"]
    drawn = PANEL.draw(record).axes
    for place, conditioning in enumerate(("posterior", "corrected", "prior", "posterior_mean")):
        ax = Figure().add_subplot()
        vd.plots.pit(record, ax, conditioning=conditioning)
        heights, in_report = ([patch.get_height() for patch in each.patches] for each in (ax, drawn[place]))  # type: ignore[attr-defined]
        assert heights == in_report
        np.testing.assert_allclose(heights, bars(getattr(record.calibration, conditioning)))


def test_options(records, ax):
    record = records["image"]
    vd.plots.quantile_curve(record, ax, difference=True)
    low, high = ax.get_ylim()
    assert low == -high
    ax.clear()
    vd.plots.coverage(record, ax)
    assert ax.get_ylabel() == "share of x inside"
    ax.clear()
    vd.plots.spread_skill(record, ax, conditioning="posterior", ratio=True)
    assert ax.get_legend() is None
    assert ax.get_yscale() == "linear"
    ax.clear()
    vd.plots.reliability(records["binary"], ax, logit=True)
    assert ax.get_xlim()[0] < -1
    ax.clear()
    vd.plots.features(records["flat"], ax, "bias", most=4)
    assert len(ax.get_yticks()) == 4
    assert ax.get_yticklabels()[0].get_text().startswith("column ")
    for quantity in ("bias", "reduced_chi2", "data", "total", "decoder_noise", "latent_signal", "variance_ratio"):
        fresh = Figure().add_subplot()
        vd.plots.pixel_map(record, fresh, quantity, colour_bar=False)
        assert len(fresh.images) == 1


def test_one_sigma_is_drawn_as_bars(records, ax):
    from vaediag.records.calibration import SpreadSkill

    record = records["image"]
    one = SpreadSkill(np.array([0.2]), np.array([0.25]), np.array([0.01]), np.array([640.0]))
    parts = {name: replace(getattr(record.calibration, name), spread_skill=one) for name in ("posterior", "corrected")}
    parts["posterior_mean"] = replace(record.calibration.posterior_mean, spread_skill=None)
    vd.plots.spread_skill(replace(record, calibration=replace(record.calibration, **parts)), ax)
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "σ stated", "error made, posterior", "error made, corrected",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["kl", "pareto_k", "dependence", "posterior", "spread_skill", "rate_split"])
def test_what_is_not_there_is_said(name, build):
    bare = build.sparse()
    bare = replace(
        bare,
        calibration=replace(
            bare.calibration,
            posterior=replace(bare.calibration.posterior, spread_skill=None),
            posterior_mean=replace(bare.calibration.posterior_mean, spread_skill=None),
        ),
    )
    before = plt.get_fignums()
    with pytest.raises(InputError, match=f"plots.{name} has something to draw"):
        getattr(vd.plots, name)(bare)
    assert plt.get_fignums() == before, "a figure was made for nothing"


def test_mistakes_are_named(records, build):
    with pytest.raises(InputError, match="conditioning: expected one of posterior"):
        vd.plots.pit(build.sparse(), conditioning="prior")
    with pytest.raises(InputError, match=r"vd\.plots\.features"):
        vd.plots.pixel_map(records["flat"])
    with pytest.raises(InputError, match=r"vd\.plots\.pixel_map"):
        vd.plots.features(records["image"])
    with pytest.raises(InputError, match="quantity: expected one of"):
        vd.plots.pixel_map(records["image"], quantity="nonsense")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="ax: expected a matplotlib axes"):
        vd.plots.kl(records["image"], "here")  # type: ignore[arg-type]


def test_small_letters_are_those_of_the_report_in_its_look():
    with style.look():
        assert style.small() == style.SMALL_SIZE
