"""The law of one pixel, and its PIT: marks told apart by form, titles by the rules of the findings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vaediag.records.estimate import Estimate
from vaediag.records.pixel import FarImages, PixelCalibration, PixelLaw
from vaediag.report.figures import pixel_law
from vaediag.report.figures.pixel_calibration import draw_pixel_calibration
from vaediag.report.figures.pixel_calibration import title as calibration_title
from vaediag.report.figures.pixel_law import MARKS, draw_pixel_law, title
from vaediag.report.stamp import Stamp

STAMP = Stamp("digits-normal-image (normal)", "", 0)
GRID = np.linspace(-1, 2, 256)
NORMAL = PixelLaw(
    (12, 5, 0), "normal", False, GRID, np.exp(-((GRID - 0.5) ** 2) / 0.125) / np.sqrt(np.pi * 0.125),
    0.5, 0.5, 0.25, 0.61, 1.0, 0.977, 0.977, {}, "m", "normal", 0,
)  # fmt: skip
BINARY = replace(
    NORMAL, family="bernoulli", discrete=True, support=np.array([0.0, 1.0]), density=np.array([0.3, 0.7]), mean=0.7,
    mode=1.0, stddev=0.458, sample=0.0, observed=1.0, below=0.3, upto=1.0,
)  # fmt: skip
COUNTS = replace(
    BINARY, family="poisson", support=np.arange(200.0), density=np.full(200, 0.005), mean=99.5, mode=40.0, sample=12.0,
    observed=150.0, below=0.75, upto=0.755,
)  # fmt: skip
BARE = replace(
    NORMAL, family="other", mean=None, mode=None, stddev=None, observed=None, below=None, upto=None,
    notes={"mean": "the law has none"},
)  # fmt: skip
BROKEN = replace(NORMAL, density=np.full(256, np.nan), mean=None, sample=None)
VECTOR = replace(NORMAL, index=(7,))


@pytest.mark.parametrize("record", [NORMAL, BINARY, COUNTS, BARE, BROKEN, VECTOR], ids=lambda r: r.family)
def test_a_law_is_drawn_whole(record, faults):
    assert faults(draw_pixel_law(record, STAMP)) == []


def test_marks_differ_in_form_not_only_in_colour():
    assert len({mark.marker for mark in MARKS.values()}) == len({str(mark.line) for mark in MARKS.values()}) == 4


def test_every_number_is_marked_where_it_is():
    figure = draw_pixel_law(NORMAL, STAMP)
    marks = [np.asarray(line.get_xydata(), float) for line in figure.axes[0].lines]
    marks = np.concatenate([each for each in marks if len(each) == 1])
    assert marks[:, 0].tolist() == [0.5, 0.5, 0.61, 1.0]
    heights = marks[:, 1].tolist()
    assert len(set(heights)) == 4  # mean and mode are equal, and both are seen
    assert min(heights) > NORMAL.density.max()
    said = [text.get_text() for text in figure.texts]
    assert {"mean", "0.5", "x, in the data", "standard deviation", "0.25", "share below x"} <= set(said)


def test_axes_name_their_unit():
    assert draw_pixel_law(NORMAL, STAMP).axes[0].get_ylabel() == "density, per unit of x"
    probability = draw_pixel_law(BINARY, STAMP).axes[0]
    assert probability.get_ylabel() == "probability"
    assert max(probability.get_yticks()) <= 1.0


def test_titles_say_where_x_lies():
    assert title(NORMAL) == "In the data pixel (12, 5, 0) is 1: 98\N{NO-BREAK SPACE}% of p(x | z) lies below it"
    assert title(BINARY).startswith("p(x | z) says that pixel (12, 5, 0) is 1 with probability 70")
    assert "75\N{NO-BREAK SPACE}% of p(x | z) lies below it and 24\N{NO-BREAK SPACE}% above" in title(COUNTS)
    assert title(replace(NORMAL, observed=None)) == "p(x | z) of pixel (12, 5, 0): mean 0.5, standard deviation 0.25"
    assert "feature 7" in title(VECTOR)
    assert "which x it could be" in title(BARE)


FAR = FarImages(np.array([59999, 31234, 10007, 4]), np.ones(4), np.ones(4), np.arange(4.0), "standardised residuals")


def calibration(dispersion=1.0, bias=0.0, count=1000, **changes):
    histogram = np.full(20, 0.05) + (dispersion - 1) * 0.05 * np.cos(np.linspace(0, 2 * np.pi, 20))
    made = PixelCalibration(
        (12, 5, 0), "m", "normal", "digits, test split", 0, "normal", False, count, count, 0,
        histogram / histogram.sum(), 0.0069,
        Estimate(dispersion, 0.02), Estimate(bias, 0.002), Estimate(dispersion, 0.03), {},
    )  # fmt: skip
    return replace(made, **changes)


@pytest.mark.parametrize(
    "record",
    [
        calibration(), calibration(1.4), calibration(0.7, reduced_chi2=None), calibration(total=5000, excluded=3),
        calibration(2.0, count=1, bar_error=None, index=(7,), histogram=np.eye(20)[3]), calibration(farthest=FAR),
    ],
    ids=["exact", "over", "under", "subset", "one image", "images behind"],
)  # fmt: skip
def test_a_calibration_is_drawn_whole(record, faults):
    figure = draw_pixel_calibration(record, STAMP)
    assert faults(figure) == []
    np.testing.assert_allclose([bar.get_height() for bar in figure.axes[0].containers[0]], record.histogram * 20)


def test_its_title_follows_the_rules():
    assert "behaves like a draw" in calibration_title(calibration(1.05))  # within margin and three standard errors
    assert "is over-confident" in calibration_title(calibration(1.2))
    assert "is under-confident" in calibration_title(calibration(0.8))
    assert "x lies lower than" in calibration_title(calibration(bias=-0.05))
    assert "too few to judge" in calibration_title(calibration(1.5, count=60))


def test_what_was_left_out_is_said():
    said = " ".join(
        text.get_text() for text in draw_pixel_calibration(calibration(total=5000, excluded=3), STAMP).texts
    )
    assert "A seeded subset of 5,000 images. 3 images left out: not finite." in said
    none = [text.get_text() for text in draw_pixel_calibration(calibration(reduced_chi2=None), STAMP).texts]
    assert "none" in none
    assert not any("farthest" in text for text in none)
    far = [text.get_text() for text in draw_pixel_calibration(calibration(farthest=FAR), STAMP).texts]
    assert far[far.index("images farthest out") + 1] == "59999, 31234, 10007"


def test_an_atom_is_cut_only_where_the_rest_would_lie_flat():
    assert pixel_law._atom(np.array([0.3, 0.01, 0.009])) == 0
    assert pixel_law._atom(np.array([0.3, 0.1, 0.2])) is None
    assert pixel_law._atom(np.array([0.0, 1.0])) is None
