"""What is done to data on the command line: names are checked before anything is opened, in one line."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from vaediag.cli.run import run


@pytest.mark.parametrize("command", ["diagnose", "report", "check"])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sepia", "got 'sepia'. Try 'unit' for bytes"),
        ("unit+symmetric", "got 'unit+symmetric', where it meets values from 0 to 1. Try 'unit-to-symmetric'"),
        ("pad:x", "got 'pad:x'"),
    ],
)
def test_an_unknown_preprocessing_is_one_line(
    command: str, name: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    output = ["-o", "never"] if command == "report" else []
    assert run([command, "no-such-model", "no-such-data", "--preprocess", name, *output]) == 2
    captured = capsys.readouterr()
    (line,) = captured.err.splitlines()
    assert line.startswith("vaediag: preprocess: ")
    assert said in line
    assert captured.out == ""


def test_data_that_no_bundle_of_that_shape_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    np.save(tmp_path / "wide.npy", np.zeros((3, 9, 9)))
    monkeypatch.setitem(sys.modules, "vaediag.backend", None)  # TensorFlow cannot be imported
    assert run(["diagnose", "digits-bernoulli", str(tmp_path / "wide.npy")]) == 2
    assert "expected shape [8, 8, 1] per image, as the model has; 'wide' has [9, 9]" in capsys.readouterr().err


def test_help_names_the_steps(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diagnose", "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    for word in ("binarize", "pad:N", "shape:HxW", "unit16", "keras:NAME", "tfds:NAME"):
        assert word in shown


def test_the_list_of_data_sets_says_what_there_is_besides(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["datasets"]) == 0
    *cards, besides = capsys.readouterr().out.splitlines()
    assert any(line.startswith("digits ") for line in cards)
    assert "keras:mnist" in besides
    assert "tfds:NAME" in besides
    assert len(besides) <= 100
