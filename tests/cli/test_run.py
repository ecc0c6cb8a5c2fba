"""Exit codes, and the one line that goes with them."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest

from vaediag import registry
from vaediag.cli import plugins
from vaediag.cli.main import main
from vaediag.cli.run import run
from vaediag.errors import InputError


def raising(error: BaseException):
    def fail(*_args: object, **_kwargs: object) -> NoReturn:
        raise error

    return fail


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """The only line on standard error; nothing on standard output."""
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert line.startswith("vaediag: ")
    return line


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_names_every_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 0
    shown = capsys.readouterr().out
    ours = ("diagnose", "report", "traverse", "compare", "check", "explain", "rules", "models", "datasets")
    for command in (*ours, "train", "gui"):
        assert re.search(rf"^  {command}  +\w", shown, re.MULTILINE), command
        if command in ours:
            assert not re.search(rf"^  {command} .*\.\.\.$", shown, re.MULTILINE), f"{command}: cut off"
    assert "─" not in shown


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert re.fullmatch(r"vaediag \d+\.\d+\.\d+\S*\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["report"], ["'MODEL'", "vaediag report --help"]),
        (["diagnose", "m"], ["'DATA'", "vaediag diagnose --help"]),
        (["diagnose", "m", "d", "more"], ["more", "vaediag diagnose --help"]),
        (["diagnose", "m", "d", "--seed", "x"], ["'--seed'", "integer", "'x'"]),
        (["diagnose", "m", "d", "--seed", "-1"], ["'--seed'", "greater than or equal to 0", "'-1'"]),
        (["diagnose", "m", "d", "--limit", "0"], ["'--limit'", "'0'"]),
        (["check", "m", "d", "--fail-on", "info"], ["'--fail-on'", "'warning', 'problem'", "'info'"]),
        (["check", "m", "d", "--ais", "2", "--temperatures", "9"], ["'--temperatures'", "'9'"]),
        (["report", "m", "d"], ["'-o'"]),
        (["diagnoze", "m", "d"], ["diagnoze", "'diagnose'"]),
        (["models", "--sead", "1"], ["--sead"]),
    ],
)
def test_a_wrong_command_line_is_one_line(
    arguments: list[str], parts: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    line = one_line(capsys)
    for part in parts:
        assert part in line


def test_bad_input_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(registry, "models", raising(InputError("model: expected\na; got b; try c.")))
    assert run(["models"]) == 2
    assert one_line(capsys) == "vaediag: model: expected a; got b; try c."


def test_debug_shows_the_traceback_as_well(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(registry, "models", raising(InputError("model: expected a; got b; try c.")))
    assert run(["models", "--debug"]) == 2
    shown = capsys.readouterr().err
    assert "Traceback (most recent call last)" in shown
    assert shown.splitlines()[-1] == "vaediag: model: expected a; got b; try c."


def test_a_file_that_cannot_be_used_is_bad_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(registry, "models", raising(PermissionError(13, "Permission denied", "/data/x.npy")))
    assert run(["models"]) == 2
    assert "/data/x.npy: Permission denied" in one_line(capsys)


def test_a_full_disk_is_bad_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(registry, "models", raising(OSError(28, "No space left on device")))
    assert run(["models"]) == 2
    assert one_line(capsys) == "vaediag: output: No space left on device; try another path, or free it first."


def test_our_fault_says_where_the_log_is(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(registry, "models", raising(RuntimeError("broken inside")))
    assert run(["models"]) == 3
    line = one_line(capsys)
    log = Path(line.rsplit(" ", 1)[1])
    text = log.read_text()
    log.unlink()
    assert "broken inside" in line
    assert "Traceback (most recent call last)" in text
    assert "python 3." in text


def test_ctrl_c_is_one_line_and_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(registry, "models", raising(KeyboardInterrupt()))
    assert run(["models"]) == 130
    assert "Ctrl-C" in one_line(capsys)


def test_ctrl_c_while_a_command_is_being_loaded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(plugins, "commands", raising(KeyboardInterrupt()))
    assert run(["models"]) == 130
    assert "Ctrl-C" in one_line(capsys)


def test_ctrl_c_before_any_command_is_known(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("vaediag.cli.run.supervised", raising(KeyboardInterrupt()))
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 130
    assert "Ctrl-C" in one_line(capsys)


def test_the_desktop_app_needs_a_screen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert run(["gui", "a", "b"]) == 2
    assert "expected a screen" in one_line(capsys)


def test_models_are_listed_in_columns(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    long = "A sentence that is longer than the terminal is wide, and wraps. " * 3
    cards = {
        "a": SimpleNamespace(name="a", dataset="digits", sentence="Short."),
        "longer": SimpleNamespace(name="longer", dataset=None, sentence=long),
    }
    monkeypatch.setattr(registry, "models", lambda: cards)
    monkeypatch.setenv("COLUMNS", "60")
    assert run(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "a       digits  Short."
    assert lines[1].startswith("longer          A sentence")
    assert all(line.startswith(" " * 16) for line in lines[2:])
    assert max(map(len, lines)) <= 60
