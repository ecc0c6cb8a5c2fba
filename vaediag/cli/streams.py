"""Native libraries write to file descriptor 2 whenever they like; the person should see only what vaediag says."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

OURS = str(Path(__file__).parents[1])


@dataclass(frozen=True)
class Swallowed:
    """What was written to file descriptor 2 behind Python's back; kept for the log of an unexpected error."""

    sink: BinaryIO

    def text(self) -> str:
        self.sink.seek(0)
        return self.sink.read().decode(errors="replace")


@contextlib.contextmanager
def swallow_native_output() -> Iterator[Swallowed]:
    """Give `sys.stderr` a descriptor of its own and send descriptor 2 to an unnamed file.

    TensorFlow's C++ code (and XLA's) logs to descriptor 2 at every level, also long after the import. Messages, bars
    and tracebacks of Python go through `sys.stderr` and stay visible; of its warnings only vaediag's own do.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without ± is no reason to fail
    sys.stderr.flush()
    terminal = os.dup(2)
    python_stderr = sys.stderr
    with tempfile.TemporaryFile() as sink:
        sys.stderr = os.fdopen(terminal, "w", 1, encoding=python_stderr.encoding, errors="replace", closefd=False)
        os.dup2(sink.fileno(), 2)
        try:
            with warnings.catch_warnings():
                warnings.showwarning = _show_ours
                yield Swallowed(sink)
        finally:
            sys.stderr.flush()
            sys.stderr = python_stderr
            os.dup2(terminal, 2)
            os.close(terminal)


def _show_ours(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Show what vaediag has to say in one line; send every other warning to descriptor 2, so that a log has it."""
    if category is UserWarning and filename.startswith(OURS):
        print(f"vaediag: {message}", file=sys.stderr)
    else:
        os.write(2, warnings.formatwarning(message, category, filename, lineno, line).encode())
    del file
