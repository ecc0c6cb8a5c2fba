"""Supervisors of fake helpers; every process is gone after the test."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from vaediag_gui.jobs.ask import Ask, ask
from vaediag_gui.jobs.keeper import Timing
from vaediag_gui.jobs.supervisor import Supervisor

FAKE = Path(__file__).with_name("fake_child.py")
QUICK = Timing(silent_after=0.6, watch_every=0.05, busy_after=0.05, starts=3, leave_within=0.3)


def fake(helper: str) -> list[str]:
    return [sys.executable, "-P", str(FAKE), helper]


PATIENCE = 10_000  # milliseconds: a limit for broken code, not a wait


class Heard:
    """A supervisor, and everything that it has said, in order."""

    def __init__(self, supervisor: Supervisor, qtbot: Any) -> None:
        self.supervisor, self._qtbot = supervisor, qtbot
        self.answers: list[tuple[Ask, dict[str, Any], dict[str, Any]]] = []
        self.failures: list[tuple[Ask, str, bool]] = []
        self.progress: list[tuple[Ask, str, int, int]] = []
        self.states: list[tuple[str, Any]] = []
        supervisor.answered.connect(lambda *args: self.answers.append(args))
        supervisor.failed.connect(lambda *args: self.failures.append(args))
        supervisor.progressed.connect(lambda *args: self.progress.append(args))
        supervisor.state_changed.connect(lambda *args: self.states.append(args))

    def ask(self, lane: str, *, force: bool = False, **arguments: Any) -> Ask:
        asked = ask(lane, **arguments)
        self.supervisor.ask(asked, force=force)
        return asked

    def until(self, true: Callable[[], object]) -> None:
        """Let the event loop run until it is so."""
        self._qtbot.waitUntil(lambda: bool(true()), timeout=PATIENCE)

    def answered(self, asked: Ask) -> bool:
        return any(question == asked for question, _, _ in self.answers)

    def of(self, lane: str) -> list[Ask]:
        """The questions of a lane that were answered."""
        return [question for question, _, _ in self.answers if question.lane == lane]

    def phases(self, helper: str) -> list[str]:
        return [state.phase for name, state in self.states if name == helper]


@pytest.fixture
def hear(qtbot: Any) -> Iterator[Callable[..., Heard]]:
    """`hear(viewer=command, timing=...)`: a supervisor of fakes that listens, not started."""
    made: list[Supervisor] = []

    def make(*, viewer: list[str] | None = None, analyst: list[str] | None = None, timing: Timing = QUICK) -> Heard:
        commands = {"viewer": viewer or fake("viewer"), "analyst": analyst or fake("analyst")}
        made.append(Supervisor(commands, timing=timing))
        return Heard(made[-1], qtbot)

    yield make
    for supervisor in made:
        supervisor.close()


@pytest.fixture
def heard(hear: Callable[..., Heard]) -> Heard:
    """A started supervisor of two fakes."""
    found = hear()
    found.supervisor.start()
    return found


@pytest.fixture
def gone() -> Callable[[int], bool]:
    """Is there no such process, or only its remains?"""

    def check(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            return True

    return check
