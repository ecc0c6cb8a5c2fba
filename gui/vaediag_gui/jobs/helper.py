"""One life of a helper process, from start to end."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from PyQt6.QtCore import QObject, QProcess, QProcessEnvironment, pyqtSignal

from vaediag_gui.jobs.bond import PARENT
from vaediag_gui.jobs.death import cause
from vaediag_gui.jobs.frames import Unpacker, pack

LAST_WORDS = 8192  # bytes of standard error that are kept


class Helper(QObject):
    """A child that answers on its standard output.

    Signals:
        message(header, arrays): one event of the child.
        ended(cause): it is gone, or could not be started, and nobody had asked for that; part of a sentence.
        gone(): it is gone, whatever the reason.
    """

    message = pyqtSignal(dict, dict)
    ended = pyqtSignal(str)
    gone = pyqtSignal()

    def __init__(self, command: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = list(command)
        self._unpacker = Unpacker()
        self._errors = b""
        self._over = False  # nobody wants to hear from it any more
        self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert(PARENT, str(os.getpid()))
        self._process.setProcessEnvironment(environment)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._read_errors)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)

    @property
    def pid(self) -> int:
        """The process id; 0 when it does not run."""
        return int(self._process.processId() or 0)

    @property
    def running(self) -> bool:
        """Is there a process, or one about to be?"""
        return self._process.state() != QProcess.ProcessState.NotRunning

    @property
    def last_words(self) -> str:
        """The end of what it wrote to standard error."""
        return self._errors.decode("utf-8", "replace")

    def start(self) -> None:
        """Start it; what is sent from now on waits for it."""
        self._process.start(self._command[0], self._command[1:])

    def send(self, header: Mapping[str, Any]) -> None:
        """One question; lost if the process is gone."""
        if self.running:
            self._process.write(pack(header))

    def kill(self) -> None:
        """End it and whatever it has started, now; no more signals but `gone`."""
        self._over = True
        pid = self.pid
        if pid and hasattr(os, "killpg"):
            with contextlib.suppress(OSError):  # it may not lead its group yet, or be gone already
                if os.getpgid(pid) == pid:
                    os.killpg(pid, signal.SIGKILL)
        self._process.kill()
        self._settle()

    def leave(self) -> None:
        """Ask it to end, by closing its standard input; no more signals but `gone`."""
        self._over = True
        self._process.closeWriteChannel()
        self._settle()

    def wait(self, seconds: float) -> bool:
        """Wait until it is gone; False when it is still there afterwards."""
        if not self.running:
            return True
        return self._process.waitForFinished(max(1, round(1000 * seconds)))

    def _settle(self) -> None:
        if not self.running:
            self.gone.emit()

    def _read(self) -> None:
        data = self._process.readAllStandardOutput().data()
        if self._over:
            return
        try:
            for header, arrays in self._unpacker.feed(data):
                self.message.emit(header, arrays)
                if self._over:  # somebody who heard this message has had enough
                    return
        except (ValueError, KeyError, TypeError) as error:
            self.kill()
            self.ended.emit(f"it sent something that is no message ({type(error).__name__})")

    def _read_errors(self) -> None:
        data = self._process.readAllStandardError().data()
        if os.environ.get("VAEDIAG_DEBUG"):
            sys.stderr.write(data.decode("utf-8", "replace"))
        self._errors = (self._errors + data)[-LAST_WORDS:]

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        self._read_errors()
        if not self._over:
            self._over = True
            by_signal = status == QProcess.ExitStatus.CrashExit
            self.ended.emit(cause(code, by_signal=by_signal, last_words=self.last_words))
        self.gone.emit()

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and not self._over:
            self._over = True
            self.ended.emit(f"it could not be started: {self._process.errorString()}")
            self.gone.emit()
