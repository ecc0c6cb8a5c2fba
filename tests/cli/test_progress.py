"""Bars for a person, silence for a script."""

from __future__ import annotations

import contextlib
import os
import pty
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from vaediag.cli.progress import bars, working


@contextlib.contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """A pseudo-terminal as standard error; gives a function that returns what a person saw."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    reader, screen_end = pty.openpty()
    os.set_blocking(reader, False)
    with os.fdopen(screen_end, "w", buffering=1) as screen, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", screen)
        yield lambda: os.read(reader, 65536).decode()
    os.close(reader)


def test_nothing_is_shown_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with working("Loading TensorFlow"), bars() as progress:
        progress("whole data", 1, 2)
    assert capsys.readouterr() == ("", "")


def test_each_stage_has_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch) as seen:
        with bars() as progress:
            progress("whole data", 1, 2)
            progress("corrected codes", 5, 50)
            time.sleep(0.15)  # rich draws ten times a second
        shown = seen()
    assert "whole data" in shown
    assert "corrected codes" in shown


def test_waiting_has_a_spinner(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch) as seen:
        with working("Loading TensorFlow"):
            time.sleep(0.05)
        shown = seen()
    assert "Loading TensorFlow" in shown
