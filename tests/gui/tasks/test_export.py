"""Every picture of the app as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import vaediag as vd
from tests.histories import history
from vaediag.errors import InputError
from vaediag.io.diagnosis import save_diagnosis

MODEL, DATA = {"model": "digits-bernoulli"}, {"data": "digits-binary", "preprocess": None}
Z = [0.5, -1.0, 0.0, 2.0, 0.1, -0.3]
LOOK: dict[str, Any] = {**MODEL, "z": Z, "seed": 0, "p": 0.5, "level": 0.9, "views": ["mean", "sample"]}
WALK: dict[str, Any] = {
    **MODEL, "kind": "traversal", "dims": [0], "views": ["mean", "sample"], "seed": 0, "steps": 3, "hold_noise": True,
    "units": "prior", "span": [-1, 1],
}  # fmt: skip
MAGIC = {".png": b"\x89PNG", ".gif": b"GIF8", ".svg": b"<?xml"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A saved diagnosis of a few images."""
    where = tmp_path_factory.mktemp("diagnosis")
    images = vd.datasets.load("digits-binary").limit(40)
    save_diagnosis(vd.diagnose(vd.load("digits-bernoulli"), images, skip=("prior", "corrected", "information")), where)
    return str(where)


@pytest.mark.parametrize(
    ("what", "name", "arguments"),
    [
        ("look", "look.png", LOOK),
        ("look", "look.svg", {**LOOK, **DATA, "image": 3, "views": ["mean", "residual"]}),
        ("shimmer_gif", "shimmer.gif", LOOK),
        ("shimmer_gif", "shimmer.gif", {**LOOK, **DATA, "image": 3}),
        ("pixel", "pixel.png", {**MODEL, **DATA, "z": Z, "seed": 0, "index": [3, 4, 0], "image": 3}),
        ("walk", "walk.png", WALK),
        ("walk_gif", "walk.gif", WALK),
        ("walk", "walk.svg", {**WALK, **DATA, "kind": "interpolation", "image": 3, "end": 4}),
        ("pair", "pair.png", {**MODEL, **DATA, "other": "digits-collapsed", "image": 3, "seed": 0}),
        ("pixel_pit", "pit.png", {**MODEL, **DATA, "index": [3, 4, 0], "seed": 0}),
    ],
)
def test_pictures(answer: Any, tmp_path: Path, what: str, name: str, arguments: dict[str, Any]) -> None:
    path = tmp_path / name
    assert answer("export", what=what, path=str(path), **arguments) == path
    assert path.read_bytes().startswith(MAGIC[path.suffix])
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_the_image_beside_a_look_can_be_left_out(answer: Any, tmp_path: Path) -> None:
    with_x, without = tmp_path / "a.png", tmp_path / "b.png"
    for path, shown in ((with_x, True), (without, False)):
        answer("export", what="look", path=str(path), **LOOK, **DATA, image=3, with_x=shown)
    assert with_x.read_bytes() != without.read_bytes()


def test_a_figure_and_the_report_of_a_diagnosis(answer: Any, tmp_path: Path, folder: str) -> None:
    answer("export", what="figure", figure="pit", folder=folder, path=str(tmp_path / "pit.png"))
    assert (tmp_path / "pit.png").read_bytes().startswith(MAGIC[".png"])
    target = tmp_path / "report"
    assert answer("export", what="report", folder=folder, path=str(target)) == target
    assert {"report.html", "diagnosis.json", "pit.png"} <= {each.name for each in target.iterdir()}


def test_the_report_of_a_training(answer: Any, tmp_path: Path) -> None:
    vd.save_history(history(5), tmp_path / "run")
    target = tmp_path / "report"
    assert answer("export", what="training", folder=str(tmp_path / "run"), path=str(target)) == target
    assert {"report.html", "history.json"} <= {each.name for each in target.iterdir()}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"what": "poem", "path": "x.png"}, "poem"),
        ({"what": "look", "path": "/proc/x.png", **LOOK}, "written"),
        ({"what": "look", "path": "x.docx", **LOOK}, "docx"),
        ({"what": "look", "path": "x.png", **LOOK, "views": []}, "views"),
        ({"what": "figure", "figure": "pit", "folder": "/nowhere", "path": "x.png"}, "nowhere"),
    ],
)
def test_what_cannot_be_written_is_a_sentence(answer: Any, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        answer("export", **arguments)
