"""Slider moved to all three pictures painted, beside the bare compiled decode and paint in the same run; settling."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from app_driver import bundles, percentile, running, spin, until
from clock import line

MOVES = 400
VIEWS = ("mean", "sample", "stddev")


def moved(app: Any, value: float) -> float:
    """Milliseconds from a slider event to the end of the paint of all newest pictures."""
    done: list[float] = []
    wanted = (value, *app.wishes.now.z[1:])

    def on_paint() -> None:
        look = app.known.now.look
        if look is not None and look.z == wanted:
            done.append(time.perf_counter())

    app.window.look.painted.connect(on_paint)
    begun = time.perf_counter()
    app.window.wished.emit({"z": wanted})
    while not done and time.perf_counter() < begun + 5:
        app_process()
    app.window.look.painted.disconnect(on_paint)
    if not done:
        raise SystemExit("the pictures were not painted within 5 s")
    return 1e3 * (done[0] - begun)


def app_process() -> None:
    from PyQt6.QtCore import QCoreApplication, QEventLoop

    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)


def bare(model: str, data_pictures: int) -> Any:
    """The same three views, decoded in this process by one compiled call and painted at once: what cannot be beaten."""
    import vaediag as vd
    from vaediag.backend import tf
    from vaediag_gui.widgets.picture import Picture

    vae = vd.load(model)

    @tf.function(input_signature=[tf.TensorSpec((1, vae.latent_dim)), tf.TensorSpec((2,), tf.int32)])
    def decode(z: Any, seed: Any) -> Any:
        law = vae.decode(z)
        return law.mean(), law.sample(seed=seed), law.stddev()

    widgets = [Picture(f"bare {n}") for n in range(data_pictures)]
    for widget in widgets:
        widget.resize(240, 240)
        widget.show()
    rng = np.random.default_rng(0)

    def once() -> float:
        z = rng.normal(size=(1, vae.latent_dim)).astype(np.float32)
        begun = time.perf_counter()
        for widget, tensor in zip(widgets, decode(z, np.array([0, 1], np.int32)), strict=True):
            values = np.asarray(tensor.numpy()[0], np.float32)
            widget.show_values(np.broadcast_to(values, vae.event_shape)[..., 0])
            widget.repaint()
        return 1e3 * (time.perf_counter() - begun)

    return once, widgets


def measure(name: str, model: str, data: str | None, limit: float) -> None:
    with running(model, data) as app:
        app.wishes.update(views=VIEWS)
        until(lambda: app.known.now.look is not None and set(app.known.now.look.views) >= set(VIEWS))
        spin(300)
        once, widgets = bare(model, len(VIEWS))
        rng = np.random.default_rng(1)
        ours, theirs = [], []
        for turn in range(MOVES + 20):
            value = float(rng.uniform(-3, 3))
            one, other = moved(app, value), once()
            if turn >= 20:
                ours.append(one)
                theirs.append(other)
        for widget in widgets:
            widget.close()
        ratio = percentile(ours, 95) / percentile(theirs, 95)
        p50, p95 = percentile(ours, 50), percentile(ours, 95)
        line(f"{name}: slider to 3 pictures painted, p95 (p50)", f"{p95:.1f} ms", f"({p50:.1f}) at most {limit:.0f} ms")
        low, high = percentile(theirs, 50), percentile(theirs, 95)
        line(f"{name}: bare compiled decode + paint, p95 (p50)", f"{high:.1f} ms", f"({low:.1f})")
        line(f"{name}: ratio of p95 (of p50)", f"{ratio:.2f} x", f"({p50 / low:.2f}) at most 2 x")
        settle(app, name)


def settle(app: Any, name: str) -> None:
    """120 events a second for 10 s, then: how long until the last one is on the screen?"""
    begun = time.perf_counter()
    shown = set()
    events = 1200
    for event in range(events):
        app.window.wished.emit({"z": (3 * float(np.sin(event / 40)), *app.wishes.now.z[1:])})
        while (wait := begun + (event + 1) / 120 - time.perf_counter()) > 0:
            spin(max(0.0, 1e3 * wait - 0.5))
        if app.known.now.look is not None:
            shown.add(app.known.now.look.z)
    released = time.perf_counter()
    wanted = app.wishes.now.z
    until(lambda: app.known.now.look is not None and app.known.now.look.z == wanted)
    settled = 1e3 * (time.perf_counter() - released)
    rate = len(shown) / (released - begun)
    line(
        f"{name}: settled after a 10 s drag at 120 events a second",
        f"{settled:.0f} ms",
        f"at most 50 ms; {rate:.0f} pictures/s",
    )


def main() -> None:
    print(f"the slider ({__import__('os').environ['QT_QPA_PLATFORM']})")
    with tempfile.TemporaryDirectory() as folder:
        made = bundles(Path(folder))
        measure("28 x 28 convolutional", f"{made}/conv28", f"{made}/images.npy", 16)
    measure("64 x 64 shapes", "shapes-bernoulli", "shapes", 33)


if __name__ == "__main__":
    sys.exit(main())
