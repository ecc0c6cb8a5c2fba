"""The folder: complete or untouched, the same bytes for the same record, and the user's matplotlib left alone."""

from __future__ import annotations

import io
import subprocess
import sys

import matplotlib as mpl
import pytest
from PIL import Image

from vaediag.errors import InputError
from vaediag.io.diagnosis import load_diagnosis
from vaediag.report import write
from vaediag.report.catalogue import PANELS
from vaediag.report.figures.panel import Panel
from vaediag.report.picture import write_picture
from vaediag.report.save import figure_bytes
from vaediag.report.write import write_report


def drawn(record, kind):
    figure = PANELS[3].draw(record)
    assert figure is not None
    return figure_bytes(figure, kind)


@pytest.fixture(scope="module")
def report(build, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report") / "new" / "folder"
    record = build.diagnosis((8, 8, 1), 2, findings=build.findings())
    return folder, write_report(record, folder), record


def test_writes_figures_movie_page_and_diagnosis(report):
    folder, paths, record = report
    names = [path.name for path in paths]
    expected = [panel.id for panel in PANELS if panel.id != "reliability"]
    assert names == [
        "diagnosis.npz",
        "diagnosis.json",
        *(f"{name}.png" for name in expected),
        "traversal.gif",
        "report.html",
    ]
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    assert load_diagnosis(folder).model == record.model


def test_figures_are_of_print_quality(report):
    folder, _, _ = report
    for path in folder.glob("*.png"):
        with Image.open(path) as picture:
            assert picture.info["dpi"][0] >= 200
            assert picture.size[0] == 1760


def test_same_record_same_bytes(build):
    record = build.diagnosis((8, 8, 1), 2)
    for kind in ("png", "svg"):
        first, second = (drawn(record, kind) for _ in range(2))
        assert first == second


def test_svg_on_request(build, tmp_path, monkeypatch):
    monkeypatch.setattr(write, "PANELS", PANELS[:1])
    write_report(build.diagnosis((8, 8, 1), 1), tmp_path, formats=("svg",))
    assert (tmp_path / "one_code.svg").read_bytes().startswith(b"<?xml")
    assert not (tmp_path / "one_code.png").exists()
    assert b"data:image/png" in (tmp_path / "report.html").read_bytes()


def test_unknown_format_is_refused_before_anything_is_written(build, tmp_path):
    with pytest.raises(InputError, match=r"formats: expected png or svg; got 'pdf'"):
        write_report(build.diagnosis(), tmp_path / "r", formats=("png", "pdf"))
    assert not (tmp_path / "r").exists()


def test_a_failing_figure_leaves_nothing_behind(build, tmp_path, monkeypatch):
    def fail(_):
        raise RuntimeError("cannot draw")

    monkeypatch.setattr(write, "PANELS", (PANELS[0], Panel("bad", "?", fail, "")))
    with pytest.raises(RuntimeError):
        write_report(build.diagnosis((8, 8, 1), 1), tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_a_file_in_the_way_is_named(build, tmp_path, monkeypatch):
    monkeypatch.setattr(write, "PANELS", ())
    (tmp_path / "r").write_text("mine")
    with pytest.raises(InputError, match="r"):
        write_report(build.sparse(), tmp_path / "r")
    assert (tmp_path / "r").read_text() == "mine"


@pytest.mark.parametrize("ending", [".png", ".svg", ".gif"])
def test_a_traversal_on_its_own(build, tmp_path, ending):
    path = write_picture(build.diagnosis((8, 8, 1), 2).pictures.traversal, tmp_path / f"walk{ending}")
    magic = {".png": b"\x89PNG", ".svg": b"<?xml", ".gif": b"GIF89a"}[ending]
    assert path.read_bytes().startswith(magic)
    with pytest.raises(InputError, match=r"\.png, \.svg or \.gif"):
        write_picture(build.diagnosis((8, 8, 1), 2).pictures.traversal, tmp_path / "walk.bmp")


@pytest.mark.parametrize("kind", ["interpolation", "grid"])
def test_other_walks(build, faults, kind):
    from dataclasses import replace

    from vaediag.report.figures.traversal import draw_traversal
    from vaediag.report.stamp import Stamp

    walk = build.diagnosis((8, 8, 1), 2).pictures.traversal
    dims, labels = ((), ("image 3 to image 5", "x")) if kind == "interpolation" else ((0, 1), ("z0 = −1", "z0 = 1"))
    figure = draw_traversal(replace(walk, kind=kind, dims=dims, row_labels=labels), Stamp("m", "", 0))
    assert faults(figure) == []
    assert labels[0].split()[0] in " ".join(text.get_text() for text in figure.texts)


def test_the_users_settings_stay_and_do_not_matter(build):
    plain = drawn(build.diagnosis(), "png")
    with mpl.rc_context({"font.size": 30.0, "axes.grid": True, "font.family": ["monospace"], "text.usetex": False}):
        before = dict(mpl.rcParams)
        assert drawn(build.diagnosis(), "png") == plain
        assert dict(mpl.rcParams) == before
    assert Image.open(io.BytesIO(plain)).size[0] == 1760


def test_needs_neither_pyplot_nor_tensorflow():
    code = (
        "import sys, vaediag.report.write, vaediag.report.picture\n"
        "print(sorted(name for name in ('matplotlib.pyplot', 'tensorflow', 'keras', 'PyQt6') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
