"""`vaediag explain`: pages at once, for a person and for a pipe."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from vaediag import explanations
from vaediag.cli.run import run
from vaediag.explanations.contents import GROUPS

HEAVY = {"tensorflow", "keras", "numpy", "matplotlib", "rich"}


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))


def test_a_pipe_gets_the_page_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "calibration.posterior.ece"]) == 0
    assert capsys.readouterr() == (explanations.page("reliability"), "")


def test_a_person_gets_bold_headings_and_lines_that_fit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at_a_terminal(monkeypatch, 60)
    assert run(["explain", "bias"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "\x1b[1mbias\x1b[0m"
    assert "\x1b[1mWhat to do\x1b[0m" in lines
    assert max(len(line) for line in lines if not line.startswith("    ")) <= 68  # bold takes eight that are not seen


def test_without_a_name_every_page_is_listed_with_its_question(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert run(["explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for group, names in GROUPS.items():
        assert group in lines
        for name in names:
            assert any(line.split() == [name, *explanations.question(name).split()] for line in lines), name
    assert max(map(len, lines)) <= 100


def test_an_unknown_name_is_one_line_with_what_comes_close(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "marginal_lk"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "got 'marginal_lk'. Did you mean marginal_kl" in line


def test_only_pages_are_proposed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "nonsense"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("got 'nonsense'. `vaediag explain` lists them.")


def test_a_finding_is_told_about_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "encoder"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("got 'encoder', which is a finding. Try `vaediag rules encoder`.")


@pytest.mark.parametrize("arguments", [["explain"], ["explain", "elbo"]])
def test_nothing_heavy_is_loaded_and_the_answer_is_quick(arguments: list[str]) -> None:
    code = (
        f"import sys, time, json; sys.argv = ['vaediag', *{arguments}]\n"
        "import contextlib, io\n"
        "from vaediag.cli.main import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit): main()\n"
        "print(json.dumps([time.process_time(), sorted(sys.modules)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    seconds, modules = json.loads(done.stdout)
    assert HEAVY.isdisjoint(modules)
    assert seconds <= 0.5
