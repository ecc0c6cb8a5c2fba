"""Keeps one helper alive, hands it the questions of its lanes, and says in words how it is."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from vaediag_gui.jobs.ask import HELPERS, WORDS, Ask, named
from vaediag_gui.jobs.death import last_line
from vaediag_gui.jobs.helper import Helper
from vaediag_gui.jobs.lanes import Lanes
from vaediag_gui.state.answers import HelperState


@dataclass(frozen=True, slots=True)
class Timing:
    """How patient a keeper is; seconds."""

    silent_after: float = 10.0  # without any message
    watch_every: float = 1.0
    busy_after: float = 0.3  # quicker answers do not make the state flicker
    starts: int = 3  # in a row that end before the helper is ready
    leave_within: float = 0.3  # at the end, before it is killed


class Keeper(QObject):
    """The questions of one helper's lanes, and the process that answers them.

    Signals:
        answered(Ask, fields, arrays), failed(Ask, sentence, fatal), progressed(Ask, stage, done, total): in the order
            of the questions; what is late is left out.
        state_changed(HelperState)
    """

    answered = pyqtSignal(object, dict, dict)
    failed = pyqtSignal(object, str, bool)
    progressed = pyqtSignal(object, str, int, int)
    state_changed = pyqtSignal(object)

    def __init__(
        self, name: str, command: Sequence[str], timing: Timing, *, on_demand: bool, parent: QObject | None = None
    ) -> None:
        """`on_demand`: the process is started when something is asked, and only then again after its end."""
        super().__init__(parent)
        self._name, self._command, self._timing, self._on_demand = name, command, timing, on_demand
        self._lanes = Lanes(HELPERS[name])
        self._helper: Helper | None = None
        self._leaving: list[Helper] = []  # killed, not yet reaped
        self._state = HelperState()
        self._base = HelperState()  # the state when it is neither silent nor busy
        self._ready = self._busy = self._silent = self._closed = False
        self._early_deaths = 0
        self._heard = self._watched = time.monotonic()
        self._watch = QTimer(self)
        self._watch.setInterval(round(1000 * timing.watch_every))
        self._watch.timeout.connect(self._look_after)
        self._busy_timer = QTimer(self)
        self._busy_timer.setSingleShot(True)
        self._busy_timer.setInterval(round(1000 * timing.busy_after))
        self._busy_timer.timeout.connect(self._say_busy)

    @property
    def state(self) -> HelperState:
        return self._state

    @property
    def pid(self) -> int:
        """Process id of the helper; 0 when there is none."""
        return self._helper.pid if self._helper is not None else 0

    def start(self) -> None:
        """Start the process, unless it runs."""
        if self._helper is None and not self._closed:
            self._early_deaths = 0
            self._spawn(HelperState("starting", ""))

    def ask(self, asked: Ask, *, force: bool = False) -> None:
        """Ask; see `Lanes.ask`."""
        before = self._lanes.lanes[asked.lane].newest
        new = self._lanes.ask(asked, force=force)
        message = self._lanes.fatal(asked)
        if message is not None and asked != before:
            self.failed.emit(asked, message, True)
        if not new:
            return
        if self._helper is None and (self._state.phase != "given up" or force):
            self.start()
        self._send()

    def drop(self, lane: str) -> None:
        """Forget the lane's question; its answer will not be heard."""
        travelled = self._lanes.drop(lane)
        if travelled and self._helper is not None:
            self._helper.send({"lane": lane, "forget": True})

    def cancel(self, lane: str) -> None:
        """Stop the work on the lane's question: an on-demand helper is ended at once, and is back when needed."""
        at_work = self._lanes.at_work
        self.drop(lane)
        if not self._on_demand or self._helper is None or at_work is None or at_work[0] != lane:
            return
        self._lanes.stopped()
        self._part()
        if self._lanes.pending:
            self._spawn(HelperState("starting", ""))
        else:
            self._become(HelperState())

    def restart(self) -> None:
        """End the process and start it again with all that was asked."""
        if self._closed:
            return
        self._part()
        self._lanes.stopped()
        self._early_deaths = 0
        self._spawn(HelperState("restarting", f"The {self._name} is started again."))

    def leave(self) -> None:
        """Ask the process to end, for good; `wait` sees to it."""
        self._closed = True
        self._watch.stop()
        self._busy_timer.stop()
        if self._helper is not None:
            self._helper.leave()

    def wait(self) -> None:
        """Return when no process is left."""
        helpers, self._helper = [self._helper, *self._leaving], None
        for helper in helpers:
            if helper is not None and not helper.wait(self._timing.leave_within):
                helper.kill()
                helper.wait(5.0)
        self._become(HelperState())

    # ---- the process ------------------------------------------------------------------------------------------------

    def _spawn(self, state: HelperState) -> None:
        helper = Helper(self._command, self)
        helper.message.connect(self._hear)
        helper.ended.connect(self._bury)
        self._helper = helper
        self._ready = False
        self._heard = self._watched = time.monotonic()
        self._become(state)
        self._watch.start()
        helper.start()
        self._send()

    def _part(self) -> None:
        """Kill the process; nothing more is heard of it."""
        helper, self._helper = self._helper, None
        self._busy_timer.stop()
        self._watch.stop()
        if helper is None:
            return
        helper.kill()
        self._retire(helper)

    def _retire(self, helper: Helper) -> None:
        """Keep it until its process is gone: Qt would wait for it."""
        self._leaving.append(helper)
        helper.gone.connect(lambda: self._reaped(helper))
        if not helper.running:
            self._reaped(helper)

    def _reaped(self, helper: Helper) -> None:
        if helper in self._leaving:
            self._leaving.remove(helper)
            helper.deleteLater()

    def _bury(self, cause: str) -> None:
        """The process is gone although nobody wanted that."""
        helper, self._helper = self._helper, None
        if helper is None:
            return
        self._retire(helper)
        self._busy_timer.stop()
        self._watch.stop()
        idle = self._lanes.at_work is None
        given_up = self._lanes.died()
        if idle and not self._ready:
            self._early_deaths += 1
        if self._early_deaths >= self._timing.starts:
            self._become(HelperState("given up", _given_up(self._name, self._early_deaths, cause, helper.last_words)))
        elif self._on_demand and not self._lanes.pending:
            self._become(HelperState())
        else:
            self._spawn(HelperState("restarting", f"The {self._name} is started again: {cause}."))
        if given_up is not None:
            self._give_up(given_up, cause)

    def _give_up(self, asked: Ask, cause: str) -> None:
        about = named({"lane": asked.lane, "model": asked.arguments.get("model") or asked.arguments.get("address")})
        sentence = f"The {self._name} ended twice while {about}: {cause}. It will not be tried again by itself."
        self._lanes.give_up(asked, sentence)
        if self._lanes.lanes[asked.lane].newest == asked:
            self.failed.emit(asked, sentence, True)

    # ---- messages ---------------------------------------------------------------------------------------------------

    def _send(self) -> None:
        if self._helper is not None:
            for generation, asked in self._lanes.sendable():
                self._helper.send(
                    {"lane": asked.lane, "task": asked.task, "generation": generation, "arguments": asked.arguments}
                )

    def _hear(self, header: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
        self._heard = time.monotonic()
        if self._silent:
            self._silent = False
            self._say()
        event = header["event"]
        if event == "stage":
            if self._base.phase == "starting":  # else the words say why it is started again
                self._become(HelperState("starting", str(header["stage"])))
        elif event == "ready":
            self._ready, self._early_deaths = True, 0
            self._become(HelperState("ready"))
        elif event == "begun":
            self._lanes.begun(header["lane"], header["generation"])
            self._busy_timer.start()
        elif event == "progress":
            asked = self._lanes.progressed(header["lane"], header["generation"])
            if asked is not None:
                self.progressed.emit(asked, header["stage"], header["done"], header["total"])
        elif event in ("answer", "failed"):
            self._end(header, arrays)

    def _end(self, header: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
        asked = self._lanes.ended(header["lane"], header["generation"])
        self._busy_timer.stop()
        if self._busy:
            self._busy = False
            self._say()
        self._send()  # first, so that the helper works while the window draws
        if asked is None:
            return
        if header["event"] == "answer":
            self.answered.emit(asked, dict(header["fields"]), dict(arrays))
        else:
            self.failed.emit(asked, str(header["message"]), False)

    # ---- the state --------------------------------------------------------------------------------------------------

    def _become(self, base: HelperState) -> None:
        self._base, self._busy, self._silent = base, False, False
        self._say()

    def _say_busy(self) -> None:
        self._busy = self._ready and self._lanes.at_work is not None
        self._say()

    def _look_after(self) -> None:
        now = time.monotonic()
        if now - self._watched > 2 * self._timing.watch_every + 1.0:
            self._heard = now  # it was the window that slept: the helper's messages are still to be read
        self._watched = now
        if not self._silent and now - self._heard > self._timing.silent_after:
            self._silent = True
            self._say()

    def _say(self) -> None:
        state = self._base
        if self._silent:
            seconds = round(time.monotonic() - self._heard)
            state = HelperState("silent", f"The {self._name} has not answered for {seconds} s; you can restart it.")
        elif self._busy and self._lanes.at_work is not None:
            state = HelperState("busy", WORDS[self._lanes.at_work[0]])
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)


def _given_up(name: str, times: int, cause: str, last_words: str) -> str:
    line = last_line(last_words)
    said = f" It said last: {line}." if line and line not in cause else ""
    return (
        f"The {name} could not be started {times} times in a row: {cause}.{said} Close other programs if memory is"
        " short, try 'vaediag selftest' in a terminal, then restart it here."
    )
