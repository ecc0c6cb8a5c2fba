"""Stalls of the event loop while a diagnosis runs, helpers killed at random moments, 100,000 slider events."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from app_driver import bundles, resident, running, spin, until
from clock import line

VIEWER_KILLS, ANALYST_KILLS = 80, 20
EVENTS = 100_000


def stall(app: Any) -> None:
    """The longest time for which the window's event loop did not turn, while a slider moves and a diagnosis runs."""
    from PyQt6.QtCore import QTimer

    last, longest = [time.perf_counter()], [0.0]

    def tick() -> None:
        now = time.perf_counter()
        longest[0] = max(longest[0], now - last[0])
        last[0] = now

    timer = QTimer()
    timer.setInterval(0)
    timer.timeout.connect(tick)
    mover = QTimer()
    mover.setInterval(20)
    mover.timeout.connect(lambda: app.window.wished.emit({"z": (float(np.sin(time.time())), *app.wishes.now.z[1:])}))
    app.commands.do("diagnose", {})
    until(lambda: app.known.now.work is not None and app.known.now.work.total > 1)
    timer.start()
    mover.start()
    last[0] = time.perf_counter()
    until(lambda: app.known.now.work is None and app.known.now.diagnosis is not None, 600)
    spin(500)
    timer.stop()
    mover.stop()
    line("longest stall of the event loop while a diagnosis runs", f"{1e3 * longest[0]:.0f} ms", "at most 50 ms")


def kills(app: Any) -> None:
    """The viewer killed at random moments of a drag: model, z, seed and view must be back."""
    rng = np.random.default_rng(0)
    back, times = 0, []
    for _ in range(VIEWER_KILLS):
        seed, tab = int(rng.integers(1000)), ("look", "traverse")[int(rng.integers(2))]
        app.window.wished.emit({"seed": seed, "tab": tab})
        stop = time.perf_counter() + float(rng.uniform(0, 0.15))
        while time.perf_counter() < stop:
            app.window.wished.emit({"z": (float(rng.uniform(-3, 3)), *app.wishes.now.z[1:])})
            spin(8)
        pid = app.supervisor.pid("viewer")
        wish = app.wishes.now
        begun = time.perf_counter()
        os.kill(pid, signal.SIGKILL)
        until(lambda pid=pid: app.supervisor.pid("viewer") not in (0, pid))
        until(lambda: app.known.now.viewer.phase in ("ready", "busy"))
        lane = "look" if tab == "look" else "walk"
        until(lambda lane=lane: _on_show(app, lane))
        times.append(time.perf_counter() - begun)
        back += app.wishes.now == wish and not app.known.now.troubles
    line("viewer killed at random moments: back with its state", f"{back} of {VIEWER_KILLS}", "all")
    line("recovery, median (TensorFlow is loaded again)", f"{np.median(times):.1f} s")


def analyst_kills(app: Any) -> None:
    """The analyst killed at random moments of a diagnosis: it must be done all the same, with nothing else to click."""
    rng = np.random.default_rng(1)
    app.wishes.update(limit=100)
    back = 0
    for _ in range(ANALYST_KILLS):
        before, wish = app.known.now.diagnosis, app.wishes.now
        app.commands.do("diagnose", {})
        until(lambda: app.supervisor.pid("analyst") != 0)
        pid = app.supervisor.pid("analyst")
        spin(1e3 * float(rng.uniform(0, 6)))
        if app.known.now.work is not None and app.supervisor.pid("analyst") == pid:
            os.kill(pid, signal.SIGKILL)
        until(lambda before=before: app.known.now.work is None and app.known.now.diagnosis is not before, 300)
        back += app.known.now.diagnosis is not before and not app.known.now.troubles and app.wishes.now == wish
    line("analyst killed at random moments: the diagnosis is done", f"{back} of {ANALYST_KILLS}", "all")


def _on_show(app: Any, lane: str) -> bool:
    known, wish = app.known.now, app.wishes.now
    if lane == "look":
        return known.look is not None and known.look.z == wish.z and known.look.seed == wish.seed
    return known.walk is not None and known.walk.seed == wish.seed


def memory(app: Any) -> None:
    app.window.wished.emit({"tab": "look"})
    pids = {"window": os.getpid(), "viewer": app.supervisor.pid("viewer")}
    rng = np.random.default_rng(0)

    def drag(events: int) -> None:
        for event in range(events):
            app.window.wished.emit({"z": (float(rng.uniform(-3, 3)), *app.wishes.now.z[1:])})
            if event % 5 == 0:
                spin(0)
        wanted = app.wishes.now.z
        until(lambda: app.known.now.look is not None and app.known.now.look.z == wanted)

    drag(1000)
    before = {name: resident(pid) for name, pid in pids.items()}
    drag(EVENTS - 1000)
    for name, pid in pids.items():
        after = resident(pid)
        growth = after / before[name] - 1
        line(f"{EVENTS:,} slider events: growth of the {name}", f"{100 * growth:+.1f} %", f"{after:.0f} MiB; below 2 %")


def main() -> None:
    print(f"endurance of the app ({os.environ['QT_QPA_PLATFORM']})")
    with tempfile.TemporaryDirectory() as folder:
        made = bundles(Path(folder))
        with running(f"{made}/conv28", f"{made}/images.npy") as app:
            memory(app)
            stall(app)
            kills(app)
            analyst_kills(app)


if __name__ == "__main__":
    sys.exit(main())
