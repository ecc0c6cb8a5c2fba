"""A folder is followed while it is written, broken and removed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.histories import history
from vaediag.io.history import save_history
from vaediag_gui.state.answers import Watched
from vaediag_gui.watcher import Watcher


@pytest.fixture
def watcher(qapp: QApplication) -> Iterator[Watcher]:
    del qapp
    made = Watcher(now=lambda: 1e9)
    made._every.setInterval(20)  # the tests need not wait for a person's patience
    yield made
    made.close()
    made.deleteLater()


def seen(watcher: Watcher) -> Watched:
    assert watcher._known is not None
    return watcher._known


def until(qtbot: QtBot, watcher: Watcher, met: Callable[[Watched], bool]) -> Watched:
    qtbot.waitUntil(lambda: met(seen(watcher)), timeout=10_000)
    return seen(watcher)


def count(watched: Watched) -> int:
    return 0 if watched.history is None else len(watched.history)


def test_a_history_is_read_and_read_again_when_it_grows(watcher: Watcher, qtbot: QtBot, tmp_path: Path):
    save_history(history(2), tmp_path)
    watcher.watch(str(tmp_path))
    first = until(qtbot, watcher, lambda each: count(each) == 2)
    assert first.written == pytest.approx((tmp_path / "history.npz").stat().st_mtime, abs=5)
    with qtbot.waitSignal(watcher.changed) as looked:
        pass
    assert looked.args[0].history is first.history, "nothing has changed: the same object"
    save_history(history(3), tmp_path)
    until(qtbot, watcher, lambda each: count(each) == 3)


def test_changes_are_seen_without_the_timer(watcher: Watcher, qtbot: QtBot, tmp_path: Path):
    save_history(history(2), tmp_path)
    watcher.watch(str(tmp_path))
    until(qtbot, watcher, lambda each: count(each) == 2)
    watcher._every.stop()
    for times in (3, 4):  # the second time it is another file by the same name
        save_history(history(times), tmp_path)
        until(qtbot, watcher, lambda each, times=times: count(each) == times)


def test_a_folder_may_come_later(watcher: Watcher, qtbot: QtBot, tmp_path: Path):
    folder = tmp_path / "run"
    watcher.watch(str(folder))
    until(qtbot, watcher, lambda each: "no such folder" in each.trouble)
    folder.mkdir()
    until(qtbot, watcher, lambda each: not each.trouble)
    save_history(history(1), folder)
    until(qtbot, watcher, lambda each: count(each) == 1)


def test_half_a_file_leaves_what_was_read(watcher: Watcher, qtbot: QtBot, tmp_path: Path):
    save_history(history(2), tmp_path)
    watcher.watch(str(tmp_path))
    before = until(qtbot, watcher, lambda each: count(each) == 2).history
    text = (tmp_path / "history.json").read_text()
    (tmp_path / "history.json").write_text(text[:50])
    broken = until(qtbot, watcher, lambda each: bool(each.trouble))
    assert broken.history is before
    save_history(history(3), tmp_path)
    assert until(qtbot, watcher, lambda each: count(each) == 3).trouble == ""


def test_a_folder_that_is_removed_leaves_what_was_read(watcher: Watcher, qtbot: QtBot, tmp_path: Path):
    folder = tmp_path / "run"
    save_history(history(2), folder)
    watcher.watch(str(folder))
    until(qtbot, watcher, lambda each: count(each) == 2)
    shutil.rmtree(folder)
    gone = until(qtbot, watcher, lambda each: bool(each.trouble))
    assert count(gone) == 2
    assert "gone" in gone.trouble


def test_another_folder_is_another_training(watcher: Watcher, qtbot: QtBot, tmp_path: Path):
    for times in (1, 2):
        save_history(history(times), tmp_path / str(times))
    watcher.watch(str(tmp_path / "1"))
    watcher.watch(str(tmp_path / "2"))
    until(qtbot, watcher, lambda each: count(each) == 2)
    watcher.watch(None)
    assert watcher._known is None
    with qtbot.assertNotEmitted(watcher.changed, wait=60):
        os.utime(tmp_path / "2" / "history.json")
