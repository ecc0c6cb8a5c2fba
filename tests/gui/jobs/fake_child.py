"""A helper without TensorFlow that does what the question tells it to: `python fake_child.py viewer`."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from vaediag_gui.jobs.ask import HELPERS
from vaediag_gui.jobs.child import WarmUp, serve


def run(task: str, arguments: dict[str, Any], report: Any) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    do, file = arguments.get("do", "echo"), Path(arguments.get("file", "/"))
    if do == "die" or (do == "die once" and _first_time(file)):
        os.kill(os.getpid(), signal.SIGKILL)
    elif do == "stop":  # no beat either, until somebody continues it
        os.kill(os.getpid(), signal.SIGSTOP)
    elif do == "hang":
        report("hanging", 0, 1)
        time.sleep(3600)
    elif do == "hold":  # the interpreter too: no other thread runs
        report("holding", 0, 1)
        ctypes.PyDLL(None).sleep(3600)
    elif do == "family":  # a process of its own
        kin = subprocess.Popen(["sleep", "3600"])
        report(str(kin.pid), 0, 1)
        time.sleep(3600)
    elif do == "wait":
        report("waiting", 0, 1)
        while not file.exists():
            time.sleep(0.002)
    elif do == "touch":
        file.touch()
    elif do == "print":
        print("print " * 1000, flush=True)
        os.write(1, b"\0\1\2 from C\n" * 1000)
        subprocess.run(["echo", "from a child of mine"], check=True)
        input_ended = sys.stdin.read() == ""
        return {"echo": arguments, "input_ended": input_ended}, {}
    elif do == "raise":
        raise {"ValueError": ValueError, "MemoryError": MemoryError}[arguments["type"]](arguments.get("message", ""))
    elif do == "not JSON":
        return {"number": float("nan")}, {}
    elif do == "work":
        for step in range(1000):
            report("counting", step + 1, 1000)
    return {"echo": arguments, "task": task, "pid": os.getpid()}, {"undefined": np.array(np.nan)}


def _first_time(file: Path) -> bool:
    if file.exists():
        return False
    file.touch()
    return True


if __name__ == "__main__":
    serve(HELPERS[sys.argv[1]], run, warm=WarmUp("warming up", lambda: None), beat=0.05)
