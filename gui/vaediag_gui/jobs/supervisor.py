"""Both helpers behind one face: ask, and hear what is answered."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import partial

from PyQt6.QtCore import QCoreApplication, QObject, pyqtSignal

from vaediag_gui.jobs.ask import VIEWER, Ask, helper_of
from vaediag_gui.jobs.keeper import Keeper, Timing
from vaediag_gui.state.answers import HelperState


def command(helper: str) -> list[str]:
    """How a helper is started. `-P`: a file in the folder where the app was started is nobody's module."""
    return [sys.executable, "-P", "-m", f"vaediag_gui.jobs.{helper}"]


class Supervisor(QObject):
    """Owns the viewer, which always runs, and the analyst, which runs when it has been asked something.

    The newest question of a lane wins; a question equal to the lane's newest is not asked again. Helpers that die are
    started again with all that was asked; a question that kills its helper twice is given up.

    Signals:
        answered(Ask, fields, arrays): in order within a lane. Only for the lane's newest question; of "look", "pixel",
            "walk" and "thumbnails" also for the one before, while a slider or a list moves (`lanes.streamed`).
            `records.record_of(ask.lane, fields, arrays)` makes a record of it.
        failed(Ask, sentence, fatal): fatal: the helper died of it twice; it is asked again only by force.
        progressed(Ask, stage, done, total)
        state_changed("viewer" or "analyst", HelperState)
    """

    answered = pyqtSignal(object, dict, dict)
    failed = pyqtSignal(object, str, bool)
    progressed = pyqtSignal(object, str, int, int)
    state_changed = pyqtSignal(str, object)

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]] | None = None,
        *,
        timing: Timing | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`commands`: how to start "viewer" and "analyst", for tests."""
        super().__init__(parent)
        chosen = commands or {}
        self._keepers = {
            name: Keeper(
                name, chosen.get(name) or command(name), timing or Timing(), on_demand=name == "analyst", parent=self
            )
            for name in ("viewer", "analyst")
        }
        for name, keeper in self._keepers.items():
            keeper.answered.connect(self.answered)
            keeper.failed.connect(self.failed)
            keeper.progressed.connect(self.progressed)
            keeper.state_changed.connect(partial(self.state_changed.emit, name))
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.close)

    def start(self) -> None:
        """Start the viewer; TensorFlow is loaded meanwhile."""
        self._keepers["viewer"].start()

    def ask(self, asked: Ask, *, force: bool = False) -> None:
        """Ask, unless the lane's newest question is the same; `force`: even so ("Try again")."""
        self._keepers[asked.helper].ask(asked, force=force)

    def ask_all(self, questions: Mapping[str, Ask]) -> None:
        """Ask what follows from the wish now (`asks.asks`); whatever else the viewer still works on is dropped.

        So an answer about a model that is not wished any more is late. Thumbnails, which the list of images asks for,
        are left alone.
        """
        for lane in VIEWER:
            if lane not in questions and lane != "thumbnails":
                self.drop(lane)
        for question in questions.values():
            self.ask(question)

    def drop(self, lane: str) -> None:
        """The lane's answer is not needed any more."""
        self._keepers[helper_of(lane)].drop(lane)

    def cancel(self, lane: str) -> None:
        """Stop the work on a lane's question; nothing more is heard of it."""
        self._keepers[helper_of(lane)].cancel(lane)

    def restart(self, helper: str) -> None:
        """End "viewer" or "analyst" and start it again with all that was asked."""
        self._keepers[helper].restart()

    def state(self, helper: str) -> HelperState:
        """How "viewer" or "analyst" is."""
        return self._keepers[helper].state

    def pid(self, helper: str) -> int:
        """Process id; 0 when it does not run."""
        return self._keepers[helper].pid

    def close(self) -> None:
        """End both; returns when no process is left. Nothing may be asked afterwards."""
        for keeper in self._keepers.values():
            keeper.leave()
        for keeper in self._keepers.values():
            keeper.wait()
