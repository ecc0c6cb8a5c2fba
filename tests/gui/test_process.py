"""The app as a process of its own: `vaediag gui`, from the first window to the end of its helpers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

# Says when the viewer has been asked to start; then the app runs as ever.
WATCHED = """
import sys
from vaediag_gui.jobs.supervisor import Supervisor
start = Supervisor.start
def told(self):
    start(self)
    print(self.pid("viewer"), "tensorflow" in sys.modules, flush=True)
Supervisor.start = told
sys.argv = ["vaediag", "gui"]
from vaediag.cli.main import main
main()
"""


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    own = {name: str(tmp_path) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    made = subprocess.Popen(
        [sys.executable, "-c", WATCHED], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **own, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    yield made
    made.kill()
    made.communicate()


def started(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    pid, loaded = process.stdout.readline().split()
    assert loaded == "False"
    return int(pid)


def gone(pid: int) -> bool:
    """Ended; one that nobody has waited for yet counts."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up in /proc")
def test_ctrl_c_closes_the_window_and_ends_its_helper(process: subprocess.Popen[str], qtbot: QtBot):
    viewer = started(process)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors
    qtbot.waitUntil(lambda: gone(viewer), timeout=20_000)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up in /proc")
def test_a_window_that_is_killed_takes_its_helper_along(process: subprocess.Popen[str], qtbot: QtBot):
    viewer = started(process)
    assert not gone(viewer)
    process.kill()
    qtbot.waitUntil(lambda: gone(viewer), timeout=20_000)
