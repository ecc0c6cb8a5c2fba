"""One record, one file: endings, stamps, and refusals in one line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vaediag.errors import InputError
from vaediag.records.estimate import Estimate
from vaediag.records.pictures import Look
from vaediag.records.pixel import PixelCalibration, PixelLaw
from vaediag.report.catalogue import PANELS
from vaediag.report.picture import write_figure, write_picture, write_shimmer

MAGIC = {".png": b"\x89PNG", ".svg": b"<?xml", ".gif": b"GIF89a"}
MEAN = np.linspace(0, 1, 64).reshape(1, 8, 8, 1)
LOOK = Look("first", "normal", 0, np.zeros((1, 2)), {"mean": MEAN, "sample": MEAN[:, ::-1]}, {})
OTHER = replace(LOOK, model="second", z=np.ones((1, 3)))
LAW = PixelLaw((1, 2, 0), "bernoulli", True, np.arange(2.0), np.array([0.4, 0.6]), 0.6, 1.0, 0.49, 1.0, None, None,
               None, {})  # fmt: skip
CALIBRATION = PixelCalibration((1, 2, 0), "first", "normal", "digits", 0, "normal", False, 500, 500, 0,
                               np.full(20, 0.05), 0.01, Estimate(1.0, 0.03), Estimate(0.0, 0.01), None, {})  # fmt: skip
RECORDS = {"look": LOOK, "pair": (LOOK, OTHER), "law": LAW, "calibration": CALIBRATION}


@pytest.mark.parametrize("ending", [".png", ".svg"])
@pytest.mark.parametrize("name", RECORDS)
def test_every_record_as_png_and_svg(tmp_path, name, ending):
    path = write_picture(RECORDS[name], tmp_path / f"picture{ending.upper()}", x=MEAN[0], data="digits")
    assert path.read_bytes().startswith(MAGIC[ending])


@pytest.mark.parametrize("name", RECORDS)
def test_other_endings_are_refused(tmp_path, name):
    with pytest.raises(InputError, match=r"path: expected a name that ends in \.png or \.svg; got 'picture\.gif'"):
        write_picture(RECORDS[name], tmp_path / "picture.gif", x=MEAN[0])
    assert list(tmp_path.iterdir()) == []


def test_the_foot_names_models_and_data(tmp_path, monkeypatch):
    seen = {}

    def kept(figure, _):
        seen["words"] = [text.get_text() for text in figure.texts]
        return b"x"

    monkeypatch.setattr("vaediag.report.picture.figure_bytes", kept)
    write_picture((LOOK, OTHER), tmp_path / "a.png", x=MEAN[0], data="digits")
    assert "model first (normal) and second (normal)   ·   data digits   ·   seed 0" in seen["words"]
    write_picture(CALIBRATION, tmp_path / "a.png")
    assert "model first (normal)   ·   data digits   ·   seed 0" in seen["words"]
    write_picture(LAW, tmp_path / "a.png")
    assert "model not named   ·   seed 0" in seen["words"]


@pytest.mark.parametrize(
    ("record", "x", "says"),
    [
        ((LOOK, OTHER), None, "x: expected the image that both looks are about; got None"),
        ((LOOK, OTHER), np.zeros((4, 4)), r"x: expected an image of shape \(8, 8, 1\); got shape \(4, 4\)"),
        ((LOOK, replace(OTHER, views={"mean": np.zeros((1, 4, 4, 1))})), MEAN[0], "record: expected two looks at"),
        (LOOK, np.zeros((3, 8, 8, 1)), "x: expected an image"),
        ("look", None, "record: expected a Traversal, Look, .*; got str"),
        ((LOOK,), None, "record: expected"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_line(tmp_path, record, x, says):
    with pytest.raises(InputError, match=says) as error:
        write_picture(record, tmp_path / "a.png", x=x)
    assert "\n" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_a_shimmer_is_a_gif(tmp_path):
    two = replace(LOOK, z=np.zeros((2, 2)), views={name: np.repeat(v, 2, 0) for name, v in LOOK.views.items()})
    assert write_shimmer(two, tmp_path / "s.gif").read_bytes().startswith(MAGIC[".gif"])
    assert write_shimmer([LOOK, LOOK], tmp_path / "t.gif").exists()
    with pytest.raises(InputError, match=r"path: expected a name that ends in \.gif; got 's\.png'"):
        write_shimmer(two, tmp_path / "s.png")


@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_one_figure_of_a_report(build, tmp_path, ending):
    path = write_figure(build.diagnosis((8, 8, 1), 2), "pit", tmp_path / f"f{ending}")
    assert path.read_bytes().startswith(MAGIC[ending])


def test_figures_that_there_are_not(build, tmp_path):
    with pytest.raises(InputError, match=r"id: expected one of one_code, .*; got 'pitt'") as error:
        write_figure(build.diagnosis(), "pitt", tmp_path / "a.png")
    assert all(panel.id in str(error.value) for panel in PANELS)
    with pytest.raises(InputError, match="'kl' has nothing to draw: the prior does not factorise"):
        write_figure(build.sparse(), "kl", tmp_path / "a.png")
    with pytest.raises(InputError, match="'reliability' has nothing to draw: x is not binary"):
        write_figure(build.diagnosis(), "reliability", tmp_path / "a.png")
    with pytest.raises(InputError, match=r"ends in \.png or \.svg"):
        write_figure(build.diagnosis(), "pit", tmp_path / "a.gif")
    assert list(tmp_path.iterdir()) == []
