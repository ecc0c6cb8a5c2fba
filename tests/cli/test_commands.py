"""Whole commands on a bundled model, in this process: TensorFlow is loaded once for all tests."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import vaediag
from vaediag.cli.run import run
from vaediag.records.diagnosis import Diagnosis
from vaediag.report.catalogue import PANELS

MODEL, DATA = "digits-bernoulli", "digits-binary"
FEW = ("--limit", "60", "--seed", "1")


def answer(monkeypatch: pytest.MonkeyPatch, diagnosis: Diagnosis) -> None:
    """Let every diagnosis be this one. `vaediag.diagnose` is a function, so the module is asked for by name."""
    module = importlib.import_module("vaediag.diagnose")
    monkeypatch.setattr(module, "diagnose", lambda *_args, **_options: diagnosis)


@pytest.fixture(scope="module")
def diagnosed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one diagnosis of sixty images."""
    folder = tmp_path_factory.mktemp("diagnosed") / "d"
    assert run(["diagnose", MODEL, DATA, *FEW, "-o", str(folder)]) == 0
    return folder


@pytest.fixture
def stored(diagnosed: Path, monkeypatch: pytest.MonkeyPatch) -> Diagnosis:
    """The same diagnosis, given at once whenever a command asks for one."""
    diagnosis = vaediag.load_diagnosis(diagnosed)
    answer(monkeypatch, diagnosis)
    return diagnosis


def test_a_diagnosis_is_printed_and_written(
    stored: Diagnosis, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["diagnose", MODEL, DATA, *FEW, "-o", str(tmp_path / "again")]) == 0
    captured = capsys.readouterr()
    assert captured.out == f"{stored!r}\n\nDiagnosis: {tmp_path / 'again' / 'diagnosis.json'}\n"
    assert captured.err == ""
    assert sorted(each.name for each in (tmp_path / "again").iterdir()) == ["diagnosis.json", "diagnosis.npz"]


def test_the_options_reach_the_diagnosis(diagnosed: Path) -> None:
    written = json.loads((diagnosed / "diagnosis.json").read_text())
    assert written["seed"] == 1
    assert written["data"]["count"] == 60
    assert written["model"]["source"] == MODEL
    assert written["data"]["source"] == DATA


@pytest.mark.parametrize("command", ["diagnose", "report"])
@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ([], {"include": []}),
        (["--deep"], {"include": ["deep"]}),
        (["--ais", "3"], {"include": ["ais"], "ais_images": 3}),
        (
            ["--deep", "--ais", "3", "--temperatures", "50"],
            {"include": ["deep", "ais"], "ais_images": 3, "ais_temperatures": 50},
        ),
    ],
)
def test_what_takes_longer_is_measured_on_request(
    stored: Diagnosis,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    options: list[str],
    asked: dict[str, Any],
) -> None:
    calls: list[Any] = []

    def diagnose(*_args: Any, **given: Any) -> Diagnosis:
        calls.append({name: value for name, value in given.items() if name not in ("seed", "progress")})
        return stored

    monkeypatch.setattr(importlib.import_module("vaediag.diagnose"), "diagnose", diagnose)
    monkeypatch.setattr("vaediag.report.write.write_report", lambda *_args, **_options: [])
    assert run([command, MODEL, DATA, *FEW, *options, "-o", str(tmp_path / "d")]) == 0
    assert calls == [asked]


@pytest.mark.parametrize("command", ["diagnose", "report", "check"])
def test_temperatures_alone_are_refused_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    output = [] if command == "check" else ["-o", str(tmp_path / "d")]
    assert run([command, MODEL, DATA, "--temperatures", "50", *output]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "--temperatures: expected --ais beside it; got 50 alone; add --ais 8." in line
    assert list(tmp_path.iterdir()) == []


def test_a_report_has_its_page(
    stored: Diagnosis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("vaediag.report.write.PANELS", PANELS[:2])  # the others have tests of their own
    assert run(["report", MODEL, DATA, *FEW, "-o", str(tmp_path / "report")]) == 0
    assert repr(stored) in capsys.readouterr().out
    written = {each.name for each in (tmp_path / "report").iterdir()}
    assert {"report.html", "traversal.png", "traversal.gif", "diagnosis.json", "diagnosis.npz"} <= written
    assert not any(name.endswith(".svg") for name in written)


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt, 130), (RuntimeError, 3)])
def test_a_report_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], code: int
) -> None:
    def half_written(_diagnosis: Diagnosis, folder: Path, **_options: Any) -> None:
        (folder / "traversal.png").write_bytes(b"half")
        raise error

    monkeypatch.setattr("vaediag.report.write.write_report", half_written)
    monkeypatch.setattr("vaediag.cli.log.tempfile.tempdir", str(tmp_path / "logs"))
    (tmp_path / "logs").mkdir()
    assert run(["report", MODEL, DATA, *FEW, "-o", str(tmp_path / "report")]) == code
    assert [each.name for each in tmp_path.iterdir()] == ["logs"]


def test_compare_prints_paired_differences(diagnosed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", str(diagnosed), str(diagnosed / "diagnosis.json")]) == 0
    captured = capsys.readouterr()
    assert "elbo" in captured.out.lower()
    assert captured.err == ""


def test_compare_needs_diagnoses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", str(tmp_path / "a"), str(tmp_path / "b")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert str(tmp_path / "a") in line


def test_a_traversal_is_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "walk.png"
    assert run(["traverse", MODEL, "-o", str(picture), "--dim", "1", "--views", "mean", "--from", f"{DATA}:2"]) == 0
    assert capsys.readouterr() == (f"Traversal: {picture}\n", "")
    with Image.open(picture) as shown:
        assert min(shown.size) > 400
        assert np.ptp(np.asarray(shown.convert("L"))) > 100


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--dim", "0", "--all"], "--dim: expected either --dim or --all"),
        (["--from", "digits"], "--from: expected DATA:INDEX; got 'digits'"),
        (["--from", "digits:-1"], "--from: expected DATA:INDEX; got 'digits:-1'"),
        (["--from", "digits:100000"], "100000"),
        (["--from", "nowhere:1"], "nowhere"),
        (["--dim", "99"], "got 99"),
        (["--views", "mean,glow"], "'glow'"),
    ],
)
def test_a_traversal_that_cannot_be_drawn_is_one_line(
    arguments: list[str], part: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["traverse", MODEL, "-o", str(tmp_path / "walk.png"), *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert part in line
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diagnose", "digits-bernouli", DATA, *FEW]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "'digits-bernouli'" in line
    assert "Did you mean digits-bernoulli" in line
