"""Work in a thread: its result arrives in the window's own, and a closed window is no error."""

from __future__ import annotations

import threading

from PyQt6 import sip
from PyQt6.QtCore import QObject, QThreadPool
from pytestqt.qtbot import QtBot

from vaediag_gui.background import in_background


def test_work_runs_elsewhere_and_its_result_here(qtbot: QtBot):
    threads: list[int] = []
    parent = QObject()

    def work():
        threads.append(threading.get_ident())
        return lambda: threads.append(threading.get_ident())

    in_background(work, parent)
    qtbot.waitUntil(lambda: len(threads) == 2)
    assert threads[0] != threads[1] == threading.get_ident()


def test_nobody_is_told_when_the_window_has_gone(qtbot: QtBot):
    parent, told, go_on = QObject(), [], threading.Event()

    def work():
        go_on.wait(10)
        return lambda: told.append(1)

    in_background(work, parent)
    sip.delete(parent)
    go_on.set()
    pool = QThreadPool.globalInstance()
    assert pool is not None
    assert pool.waitForDone(10_000)
    qtbot.wait(1)
    assert told == []
