"""The real viewer, as a process of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from vaediag_gui.jobs.ask import ask
from vaediag_gui.jobs.frames import Unpacker, pack
from vaediag_gui.jobs.records import record_of
from vaediag_gui.jobs.supervisor import command

MODEL, DATA = {"model": "digits-bernoulli"}, {"data": "digits-binary", "preprocess": None}


class Viewer:
    """One process, asked from outside; `events` is everything that it has sent."""

    def __init__(self, process: Any) -> None:
        self._process, self._unpacker, self._number = process, Unpacker(), 0
        self.events: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self._read = 0

    def ask(self, lane: str, **arguments: Any) -> int:
        """Send a question; its number."""
        self._number += 1
        asked = ask(lane, **arguments)
        header = {"lane": lane, "task": asked.task, "generation": self._number, "arguments": asked.arguments}
        self._process.stdin.write(pack(header))
        self._process.stdin.flush()
        return self._number

    def heard(self, *events: str, number: int | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
        """The next event of these names (about question `number`)."""
        while True:
            while self._read < len(self.events):
                header, arrays = self.events[self._read]
                self._read += 1
                if header["event"] in events and number in (None, header.get("generation")):
                    return header, arrays
            data = os.read(self._process.stdout.fileno(), 2**16)
            assert data, "the viewer has ended"
            self.events += self._unpacker.feed(data)

    def answer(self, lane: str, **arguments: Any) -> Any:
        """The record that answers, or the sentence that says why not."""
        header, arrays = self.heard("answer", "failed", number=self.ask(lane, **arguments))
        return header["message"] if header["event"] == "failed" else record_of(lane, header["fields"], arrays)


@pytest.fixture(scope="module")
def viewer() -> Iterator[Viewer]:
    with subprocess.Popen(command("viewer"), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        found = Viewer(process)
        # asked before it is ready: the data first, which need no TensorFlow
        model = found.ask("model", address="digits-bernoulli", reloads=0)
        data = found.ask("data", address="digits-binary", preprocess=None, reloads=0)
        found.heard("answer", number=data)
        thumbnails = found.ask("thumbnails", **DATA, indices=[0, 1], size=32)
        found.heard("answer", number=thumbnails)
        found.heard("answer", number=model)
        yield found
        process.stdin.close()  # type: ignore[union-attr]
        assert process.wait(10) == 0


def test_data_and_thumbnails_come_before_tensorflow(viewer: Viewer) -> None:
    order = [
        (header["event"], header.get("lane") or header.get("stage")) for header, _ in viewer.events
        if header["event"] in ("hello", "stage", "ready", "answer")
    ]  # fmt: skip
    assert order[:6] == [
        ("hello", None),
        ("answer", "data"),
        ("answer", "thumbnails"),
        ("stage", "loading TensorFlow"),
        ("ready", None),
        ("answer", "model"),
    ]


def test_it_looks_walks_and_knows_pixels(viewer: Viewer) -> None:
    anchor = viewer.answer("anchor", **MODEL, **DATA, image=3, how="mean", seed=0)
    z = [float(value) for value in anchor.z]
    shown = viewer.answer("look", **MODEL, z=z, seed=1, p=0.5, level=0.9, views=["mean", "sample"], image=3, **DATA)
    assert set(shown.views) == {"mean", "sample", "data"}
    assert shown.views["mean"].shape == (8, 8, 1)
    law = viewer.answer("pixel", **MODEL, z=z, seed=1, index=[2, 4, 0], image=3, **DATA)
    assert law.mean == pytest.approx(float(shown.views["mean"][2, 4, 0]), rel=1e-5)
    assert law.sample == shown.views["sample"][2, 4, 0]
    walk = viewer.answer(
        "walk", **MODEL, kind="traversal", dims=[0, 1], views=["mean"], seed=0, steps=3, hold_noise=True, units="prior",
        span=[-1, 1],
    )  # fmt: skip
    assert walk.mean.shape == (2, 3, 8, 8, 1)
    assert set(viewer.answer("thumbnails", **DATA, indices=[7], size=32).pictures) == {7}


@pytest.mark.parametrize(
    ("lane", "changes", "words"),
    [
        ("model", {"address": "nothing", "reloads": 0}, "got 'nothing'"),
        ("look", {**MODEL, "z": [0.0], "views": ["mean"]}, "The model has 6 latents"),
        ("look", {**MODEL, "z": [1e39] * 6, "views": ["mean"]}, "finite"),
        ("anchor", {**MODEL, **DATA, "image": 500, "how": "mean", "seed": 0}, "got 500"),
        ("look", {**MODEL, "views": ["mean"]}, "KeyError"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(viewer: Any, lane: str, changes: Any, words: str) -> None:
    message = viewer.answer(lane, **changes)
    assert words in message
    assert "\n" not in message
    assert "Traceback" not in message
