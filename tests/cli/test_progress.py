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
        yield lambda: _everything(reader)
    os.close(reader)


def _everything(reader: int) -> str:
    with contextlib.suppress(BlockingIOError):
        return os.read(reader, 65536).decode()
    return ""


def until(shown: Callable[[], str], *words: str) -> None:
    """Wait until all words have been shown: a thread draws, ten times a second when the machine lets it."""
    text, deadline = "", time.monotonic() + 20
    while not all(word in text for word in words):
        assert time.monotonic() < deadline, f"expected {words}; got {text!r}"
        time.sleep(0.02)
        text += shown()


def test_nothing_is_shown_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with working("Loading TensorFlow"), bars() as progress:
        progress("whole data", 1, 2)
    assert capsys.readouterr() == ("", "")


def test_each_stage_has_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch) as shown, bars() as progress:
        until(shown, "in all")
        progress("whole data", 1, 2)
        progress("corrected codes", 5, 50)
        until(shown, "whole data", "corrected codes")


def test_waiting_has_a_spinner(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch) as shown, working("Loading TensorFlow"):
        until(shown, "Loading TensorFlow")
