"""Work in a thread of the window's own process, for what takes longer than a frame but needs no TensorFlow."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from PyQt6.QtCore import QObject, QRunnable, QThreadPool, pyqtSignal

Then = Callable[[], None]


def in_background(work: Callable[[], Then], parent: QObject) -> None:
    """Run `work` in a thread, and what it returns in the thread of `parent`, unless that has gone meanwhile."""
    done = _Done(parent)
    done.came.connect(lambda then: (then(), done.deleteLater()))
    pool = QThreadPool.globalInstance()
    if pool is not None:
        pool.start(_Job(work, done))


class _Done(QObject):
    came = pyqtSignal(object)


class _Job(QRunnable):
    def __init__(self, work: Callable[[], Then], done: _Done) -> None:
        super().__init__()
        self._work, self._done = work, done

    def run(self) -> None:
        then = self._work()
        with contextlib.suppress(RuntimeError):  # the window was closed: nobody waits any more
            self._done.came.emit(then)
