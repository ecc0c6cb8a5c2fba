"""Helpers end with their window, also when it is killed, also when they are not able to listen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from vaediag_gui.jobs.bond import PARENT
from vaediag_gui.jobs.frames import Unpacker, pack

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals and /proc")

FAKE = Path(__file__).with_name("fake_child.py")
COMMAND = [sys.executable, "-P", str(FAKE), "viewer"]

# A window with one helper that has begun with a question.
WINDOW = """
import sys
from PyQt6.QtCore import QCoreApplication
from vaediag_gui.jobs.ask import ask
from vaediag_gui.jobs.supervisor import Supervisor

app = QCoreApplication([])
supervisor = Supervisor({"viewer": sys.argv[2:]})
supervisor.progressed.connect(lambda *_: print(supervisor.pid("viewer"), flush=True))
supervisor.start()
supervisor.ask(ask("look", do=sys.argv[1]))
app.exec()
"""


@pytest.mark.parametrize("doing", ["hang", "hold"])
def test_a_killed_window_leaves_no_helper(doing: str, gone: Any) -> None:
    with subprocess.Popen([sys.executable, "-c", WINDOW, doing, *COMMAND], stdout=subprocess.PIPE, text=True) as window:
        assert window.stdout is not None
        pid = int(window.stdout.readline())
        assert not gone(pid)
        window.kill()
    assert _soon(lambda: gone(pid))


def test_the_end_of_the_input_ends_it_also_at_work() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        child.stdin.write(pack({"lane": "look", "task": "look", "generation": 1, "arguments": {"do": "hang"}}))
        child.stdin.flush()
        _until(child, "progress")
        child.stdin.close()
        assert child.wait(10) == 0


def test_a_parent_that_was_gone_before_is_noticed() -> None:
    environment = {**os.environ, PARENT: "1"}
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as child:
        assert child.wait(10) == 0


def test_ctrl_c_in_the_terminal_is_not_for_helpers() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        _until(child, "ready")
        child.send_signal(signal.SIGINT)
        _until(child, "beat")
        _until(child, "beat")
        assert os.getpgid(child.pid) == child.pid, "and Ctrl-C does not even reach their group"
        assert child.stdin is not None
        assert child.stderr is not None
        child.stdin.close()
        assert child.stderr.read() == b""


def _until(child: Any, event: str) -> None:
    unpacker = Unpacker()
    while True:
        data = os.read(child.stdout.fileno(), 1)
        assert data, "the helper has ended"
        for header, _ in unpacker.feed(data):
            if header["event"] == event:
                return


def _soon(true: Any) -> bool:
    """Within ten seconds."""
    end = time.monotonic() + 10
    while not true() and time.monotonic() < end:
        pass
    return true()
