"""Where a helper's events go: the pipe that was its standard output, kept free of anything else that is printed."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from vaediag_gui.jobs.frames import pack

PROGRESS_EVERY = 0.05  # seconds between two progress events of one stage


class Outbox:
    """Whole frames from any thread. A window that is gone ends the process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._turn = threading.Lock()

    def send(self, event: str, arrays: Mapping[str, np.ndarray] | None = None, /, **header: Any) -> None:
        """Raises ValueError and TypeError where the header is not JSON; nothing is written then."""
        frame = memoryview(pack({"event": event, **header}, arrays))
        with self._turn:
            try:
                while frame:
                    frame = frame[os.write(self._descriptor, frame) :]
            except OSError:
                os._exit(0)


def private_stdout() -> Outbox:
    """Take over file descriptor 1; whatever Python or C++ code prints from now on goes to standard error."""
    descriptor = os.dup(1)
    os.dup2(2, 1)
    return Outbox(descriptor)


def private_stdin() -> int:
    """Take over file descriptor 0, so that code which reads standard input finds its end, not our questions."""
    descriptor, empty = os.dup(0), os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    return descriptor


class Progress:
    """`report(stage, done, total)` of one question; of fast steps in a row only some travel, of a stage's last each."""

    def __init__(self, outbox: Outbox, lane: str, generation: int) -> None:
        self._outbox, self._header = outbox, {"lane": lane, "generation": generation}
        self._stage, self._last = "", 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if stage == self._stage and done < total and now - self._last < PROGRESS_EVERY:
            return
        self._stage, self._last = stage, now
        self._outbox.send("progress", **self._header, stage=stage, done=int(done), total=int(total))
