"""The real window with its real helpers, driven from inside: what the benchmarks of the app share."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt6.QtCore import QEventLoop, QSettings, QTimer
from PyQt6.QtWidgets import QApplication

from vaediag_gui.app import App
from vaediag_gui.theme.apply import apply
from vaediag_gui.theme.palette import LIGHT

PATIENCE = 180.0  # seconds


def bundles(folder: Path) -> Path:
    """The convolutional 28 x 28 model as a bundle, and 2,000 images for it; made in a process of its own."""
    import subprocess
    import sys

    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from networks import convolutional; import vaediag as vd,"
        " numpy as np; vd.save(convolutional(), sys.argv[2] + '/conv28'); "
        "np.save(sys.argv[2] + '/images.npy', np.random.default_rng(0).random((2000, 28, 28, 1), np.float32))"
    )
    subprocess.run([sys.executable, "-c", code, str(Path(__file__).parent), str(folder)], check=True)
    return folder


@contextmanager
def application() -> Iterator[QApplication]:
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply(app, LIGHT)
    yield app


@contextmanager
def running(model: str, data: str | None) -> Iterator[App]:
    """The window at 1280 x 800 with a model on show, settings of its own, closed at the end."""
    with application(), tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat)
        made = App(settings, Path(folder))
        made.begin(model, data)
        until(lambda: made.known.now.look is not None and made.window.look.isVisible())
        until(lambda: made.known.now.look is not None and made.known.now.look.z == made.wishes.now.z)
        try:
            yield made
        finally:
            made.window.close()


def until(met: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Run the event loop until something is so."""
    deadline = time.monotonic() + patience
    while not met():
        spin(5)
        if time.monotonic() > deadline:
            raise SystemExit("the app did not answer in time")


def spin(milliseconds: float) -> None:
    """Run the event loop for a while."""
    loop = QEventLoop()
    QTimer.singleShot(round(milliseconds), loop.quit)
    loop.exec()


def resident(pid: int) -> float:
    """MiB of memory that a process holds."""
    with Path(f"/proc/{pid}/statm").open() as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def percentile(values: list[float], q: float) -> float:
    return float(np.percentile(values, q))
