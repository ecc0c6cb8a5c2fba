"""Commands of other packages: listed without an import, imported when called."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from vaediag.cli import plugins
from vaediag.cli.run import run

MODULE = '''"""Commands of a stranger.

More about them.
"""
from pathlib import Path

def described(path: str) -> None:
    """Do one thing.

    At length.
    """
    Path(path).write_text("done")

def bare() -> None:
    pass
'''


@pytest.fixture
def strangers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package whose import would be noticed, on `sys.path`."""
    package = tmp_path / "stranger"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('imported')\n")
    (package / "commands.py").write_text(MODULE)
    (tmp_path / "calm.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    sys.modules.pop("calm", None)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("stranger.commands:described", "Do one thing."),
        ("stranger.commands:bare", "Commands of a stranger."),
        ("nowhere.commands:main", "From nowhere.commands."),
        ("stranger:main", "From stranger."),
    ],
)
@pytest.mark.usefixtures("strangers")
def test_a_sentence_is_read_without_an_import(value: str, sentence: str) -> None:
    assert plugins.sentence(EntryPoint("x", value, plugins.GROUP)) == sentence
    assert "stranger" not in sys.modules


def test_a_command_is_listed_then_runs(
    strangers: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = EntryPoint("thing", "calm:described", plugins.GROUP)
    monkeypatch.setattr(plugins, "commands", lambda: {"thing": entry})
    assert run(["--help"]) == 0
    assert "thing     Do one thing." in capsys.readouterr().out
    assert "calm" not in sys.modules
    assert run(["thing", str(strangers / "out")]) == 0
    assert (strangers / "out").read_text() == "done"


def test_a_command_that_cannot_be_imported_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = EntryPoint("thing", "nowhere.commands:main", plugins.GROUP)
    monkeypatch.setattr(plugins, "commands", lambda: {"thing": entry})
    assert run(["thing"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("vaediag: thing: expected the command of 'nowhere.commands:main'")
    assert run(["models"]) == 0
