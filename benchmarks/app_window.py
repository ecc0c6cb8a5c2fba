"""From `vaediag gui` to the first painted window, and what that process has loaded by then."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

import numpy as np
from clock import line

CHILD = """
import sys, time
from vaediag_gui import app
begin = app.App.begin
def watched(self, *given):
    begin(self, *given)
    from PyQt6.QtCore import QEvent, QObject
    class Eye(QObject):
        def eventFilter(self, target, event):
            if event.type() == QEvent.Type.Paint and target is window:
                from PyQt6.QtCore import QTimer
                QTimer.singleShot(0, seen)
            return False
    window = self.window
    def seen():
        if not eye.done:
            eye.done = True
            print(time.time(), "tensorflow" in sys.modules, "matplotlib" in sys.modules, flush=True)
            window.close()
    eye = self._eye = Eye()
    eye.done = False
    window.installEventFilter(eye)
app.App.begin = watched
sys.argv = ["vaediag", "gui"]
from vaediag.cli.main import main
main()
"""


def main() -> None:
    platform = os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    times = []
    # Compiled modules are cached, as they are for a person, whatever this process was told about its own.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    compiled = tempfile.TemporaryDirectory()
    environment["PYTHONPYCACHEPREFIX"] = compiled.name
    for turn in range(8):
        with tempfile.TemporaryDirectory() as home:
            begun = time.time()
            told = subprocess.run(
                [sys.executable, "-c", CHILD],
                capture_output=True,
                text=True,
                check=True,
                env={**environment, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home},
            ).stdout.split()
            if turn:  # the first fills the caches
                times.append(float(told[0]) - begun)
            if told[1:] != ["False", "False"]:
                raise SystemExit("the window's process has loaded TensorFlow or matplotlib")
    compiled.cleanup()
    print(f"the window ({platform})")
    line("vaediag gui to first painted window, median of 7", f"{np.median(times):.2f} s", "at most 1.0 s")


if __name__ == "__main__":
    main()
