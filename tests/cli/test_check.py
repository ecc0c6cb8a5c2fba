"""`vaediag check` from the command line to its exit code; the diagnosis is made of plain numbers."""

from __future__ import annotations

import dataclasses
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vaediag.cli import work
from vaediag.cli.run import run
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.finding import Finding

CHECK = ("check", "m", "d")
DISPERSION = '[tool.vaediag.check.thresholds]\n"posterior.dispersion" = { max = 1.03 }\n'


@pytest.fixture
def asked(synthetic, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, Any]]:
    """What `diagnose` was asked for, without model, data or TensorFlow; the working folder is an empty one."""
    diagnosis = dataclasses.replace(synthetic.exact("normal"), findings=(), why_not={"independence": "not requested"})
    return answering(diagnosis, monkeypatch, tmp_path)


def answering(diagnosis: Diagnosis, monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = []

    def answer(*_args: Any, **given: Any) -> Diagnosis:
        calls.append({name: value for name, value in given.items() if name != "progress"})
        return diagnosis

    monkeypatch.setattr(work, "open_images", lambda *_args, **given: calls.append(given))
    monkeypatch.setattr(work, "open_model", lambda *_args, **_given: None)
    monkeypatch.setitem(sys.modules, "vaediag.diagnose", SimpleNamespace(diagnose=answer))
    monkeypatch.chdir(folder)
    return calls


def pyproject(text: str) -> None:
    Path("pyproject.toml").write_text(text)


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    return line


def test_nothing_found_is_exit_0(asked, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(CHECK) == 0
    assert capsys.readouterr() == ("Passed: no finding at or above warning: toy on 1000 images of squares.\n", "")
    assert asked == [{"model": "m", "preprocess": None, "limit": None, "seed": 0}, {"seed": 0, "include": []}]


@pytest.mark.parametrize(
    ("severity", "level", "code"),
    [("info", "warning", 0), ("warning", "warning", 1), ("warning", "problem", 0), ("problem", "problem", 1)],
)
@pytest.mark.parametrize("as_option", [True, False])
def test_it_fails_at_the_level_that_was_asked_for(
    synthetic,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    severity: str,
    level: str,
    code: int,
    as_option: bool,
) -> None:
    finding = Finding("scale", severity, "calibration.posterior", "σ is too small.", "χ² 4 ± 0.1", "meaning", "try")
    answering(dataclasses.replace(synthetic.exact("normal"), findings=(finding,)), monkeypatch, tmp_path)
    pyproject(f"[tool.vaediag.check]\nfail-on = {('problem' if as_option else level)!r}\n")
    assert run([*CHECK, *(["--fail-on", level] if as_option else [])]) == code
    first = capsys.readouterr().out.splitlines()[0]
    assert first == f"{severity}: scale: σ is too small. χ² 4 ± 0.1" if code else first.startswith("Passed: no finding")


def test_the_table_is_used_and_options_win(asked, capsys: pytest.CaptureFixture[str]) -> None:
    pyproject("[tool.vaediag.check]\nseed = 5\nlimit = 40\ndeep = true\nais = 2\ntemperatures = 30\n")
    assert run(CHECK) == 0
    assert asked[0] == {"model": "m", "preprocess": None, "limit": 40, "seed": 5}
    assert asked[1] == {"seed": 5, "include": ["deep", "ais"], "ais_images": 2, "ais_temperatures": 30}
    assert run([*CHECK, "--seed", "0", "--limit", "7", "--no-deep", "--ais", "1"]) == 0
    assert asked[2] == {"model": "m", "preprocess": None, "limit": 7, "seed": 0}
    assert asked[3] == {"seed": 0, "include": ["ais"], "ais_images": 1, "ais_temperatures": 30}
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("asked")
def test_a_threshold_fails_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    pyproject(DISPERSION)
    assert run(CHECK) == 0
    assert "1 threshold kept" in capsys.readouterr().out
    pyproject(DISPERSION.replace("1.03", "0.5"))
    assert run(CHECK) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("threshold: calibration.posterior.dispersion is ")
    assert "above max 0.5" in first
    assert last.startswith("Failed: 1 threshold: toy on 1000 images")


@pytest.mark.usefixtures("asked")
def test_another_file_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "strict.toml").write_text(DISPERSION.replace("1.03", "0.5"))
    assert run(CHECK) == 0
    assert run([*CHECK, "--config", "strict.toml"]) == 1


@pytest.mark.usefixtures("asked")
def test_junit_is_written_also_into_a_new_folder(tmp_path: Path) -> None:
    pyproject(DISPERSION.replace("1.03", "0.5"))
    assert run([*CHECK, "--junit", "reports/vaediag.xml"]) == 1
    assert [each.name for each in (tmp_path / "reports").iterdir()] == ["vaediag.xml"]
    root = ElementTree.parse(tmp_path / "reports" / "vaediag.xml").getroot()
    assert root[0].get("name") == "m on d"
    assert root.get("failures") == "1"
    told = {each.get("name"): each.get("value") for each in root.iter("property")}
    assert told["config"] == "pyproject.toml"
    assert "vaediag.thresholds" in {case.get("classname") for case in root.iter("testcase")}


@pytest.mark.parametrize(
    ("options", "table", "part"),
    [
        (["--config", "missing.toml"], "", "missing.toml: expected a TOML file; No such file"),
        (["--junit", "."], "", "--junit: expected a file that can be written; got ., but . is a folder"),
        (["--junit", "file/x.xml"], "", "--junit: expected a file that can be written"),
        ([], "[tool.vaediag.check", "pyproject.toml: expected TOML"),
        ([], "[tool.vaediag.check]\nignore = ['posterior_men']", "Did you mean posterior_mean"),
        ([], DISPERSION.replace("dispersion", "dispersoin"), "Did you mean calibration.posterior.dispersion"),
        ([], "[tool.vaediag.check.thresholds]\n'collapse.effect' = {min = 0}", "collapse.effect is on request only"),
        (
            ["--no-deep"],
            "[tool.vaediag.check]\ndeep=true\nthresholds.'evidence.ess' = {min=0}",
            "is on request only. Add --deep",
        ),
    ],
)
def test_bad_settings_are_one_line_before_any_work(
    asked, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], table: str, part: str
) -> None:
    (tmp_path / "file").touch()
    pyproject(table)
    assert run([*CHECK, *options]) == 2
    assert part in one_line(capsys)
    assert asked == []
    assert {each.name for each in tmp_path.iterdir()} == {"file", "pyproject.toml"}


@pytest.mark.usefixtures("asked")
def test_a_missing_number_is_bad_input_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pyproject("[tool.vaediag.check.thresholds]\n'posterior.ece' = {max = 0.02}\n")
    assert run([*CHECK, "--junit", "x.xml"]) == 2
    assert "calibration.posterior.ece is missing" in one_line(capsys)
    assert [each.name for each in tmp_path.iterdir()] == ["pyproject.toml"]


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt, 130), (RuntimeError, 3)])
def test_a_check_that_breaks_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], code: int
) -> None:
    def broken(*_args: Any, **_given: Any) -> Callable[..., Any]:
        raise error

    logs = tmp_path / "logs"
    logs.mkdir()
    monkeypatch.setattr("vaediag.cli.log.tempfile.tempdir", str(logs))
    monkeypatch.setitem(sys.modules, "vaediag.diagnose", SimpleNamespace(diagnose=broken))
    assert run([*CHECK, "--junit", "x.xml"]) == code
    assert [each.name for each in tmp_path.iterdir()] == ["logs"]
