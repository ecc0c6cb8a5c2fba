"""Ctrl-C in a real process: one line, exit code 130, nothing half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

MODULE = """
import pathlib, time

def images():
    pathlib.Path("waiting").touch()
    time.sleep(60)
"""


def test_ctrl_c_during_a_report(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(MODULE)
    started = subprocess.Popen(
        [sys.executable, "-c", "from vaediag.cli.main import main; main()", "report",
         "digits-bernoulli", "slow:images", "-o", "out"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background job ignores Ctrl-C
    )  # fmt: skip
    with started:
        deadline = time.monotonic() + 60
        while not (tmp_path / "waiting").exists() and started.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        started.send_signal(signal.SIGINT)
        try:
            out, err = started.communicate(timeout=30)
        finally:
            started.kill()
    assert (started.returncode, out) == (130, "")
    assert err == "vaediag: stopped by Ctrl-C; nothing half-written was left.\n"
    assert sorted(each.name for each in tmp_path.iterdir() if each.name != "__pycache__") == ["slow.py", "waiting"]
