"""How a process ended, in words."""

from __future__ import annotations

import signal

_KILLED = "it was killed from outside, as the system does when memory runs out"
_CRASHED = ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL")


def cause(code: int, *, by_signal: bool, last_words: str = "") -> str:
    """Why a helper is gone: part of a sentence.

    Args:
        code: exit code, or the signal's number.
        last_words: what it wrote last to standard error.
    """
    if by_signal:
        name = _signal_name(code)
        if name in ("SIGKILL", "SIGTERM"):
            return f"{_KILLED} ({name})"
        return f"it crashed ({name})" if name in _CRASHED else f"it was ended by {name}"
    line = last_line(last_words)
    return f"it ended with code {code}" + (f": {line}" if line else "")


def last_line(text: str) -> str:
    """The last line that says something, at most 200 characters."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else ""


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
