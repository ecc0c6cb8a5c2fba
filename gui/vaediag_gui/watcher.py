"""Follows the history of a training on disk, in a thread, so that a slow disk does not hold up the window."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QFileSystemWatcher, QObject, pyqtSignal

from vaediag.errors import VaediagError
from vaediag.records.history import History
from vaediag_gui.background import in_background
from vaediag_gui.state.answers import Watched
from vaediag_gui.state.timer import timer

EVERY = 1000  # milliseconds: file systems that report no changes are looked at this often, and the age moves on
SETTLE = 60  # milliseconds for a writer that replaces two files
SURE = 2  # looks in a row that fail before anything is said: a file may be caught half-written

Stamp = tuple[tuple[int, int, int], ...]


class Watcher(QObject):
    """`changed(Watched)`: after every look; the history in it is the same object until the files change."""

    changed = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None, *, now: Callable[[], float] = time.time) -> None:
        super().__init__(parent)
        self._now = now
        self._known: Watched | None = None
        self._stamp: Stamp | None = None
        self._failures = 0
        self._looking = self._again = False
        self._files = QFileSystemWatcher(self)
        self._settle = timer(self, SETTLE, self.look, once=True)
        self._every = timer(self, EVERY, self.look)
        self._files.fileChanged.connect(lambda _: self._settle.start())
        self._files.directoryChanged.connect(lambda _: self._settle.start())

    def watch(self, folder: str | None) -> None:
        """Follow another folder from now on; None: none."""
        if folder == (None if self._known is None else self._known.folder):
            return
        self._forget()
        self._known, self._stamp, self._failures = None, None, 0
        if folder is None:
            self._every.stop()
            return
        self._known = Watched(folder, now=self._now())
        self._every.start()
        self.look()

    def look(self) -> None:
        """Read the files if they have changed. At most one look is under way."""
        known = self._known
        if known is None:
            return
        if self._looking:
            self._again = True
            return
        self._looking = True
        before = self._stamp

        def read() -> Callable[[], None]:
            found = read_if_changed(Path(known.folder), before, had_one=known.history is not None)
            return lambda: self._take(known.folder, *found)

        in_background(read, self)

    def close(self) -> None:
        self._every.stop()
        self._settle.stop()
        self._forget()
        self._known = None

    def _take(self, folder: str, stamp: Stamp | None, history: History | None, trouble: str) -> None:
        self._looking = False
        known = self._known
        if known is None or known.folder != folder:
            self._look_again()
            return
        self._failures = self._failures + 1 if trouble else 0
        sure = not trouble or self._failures >= SURE or known.history is None
        said = trouble if sure else known.trouble
        changes = {"trouble": said, "now": self._now()}
        if history is not None:
            self._stamp = stamp
            changes |= {"history": history, "written": _written(stamp)}
        self._known = dataclasses.replace(known, **changes)
        self._follow(Path(folder))
        self.changed.emit(self._known)
        self._look_again()

    def _look_again(self) -> None:
        if self._again:
            self._again = False
            self.look()

    def _follow(self, folder: Path) -> None:
        """A file that is replaced is another one for the system: it has to be named again."""
        wanted = {str(folder), str(folder / "history.json")} - {*self._files.files(), *self._files.directories()}
        for path in wanted:
            with contextlib.suppress(OSError):
                if Path(path).exists():
                    self._files.addPath(path)

    def _forget(self) -> None:
        paths = [*self._files.files(), *self._files.directories()]
        if paths:
            self._files.removePaths(paths)


def read_if_changed(folder: Path, before: Stamp | None, *, had_one: bool) -> tuple[Stamp | None, History | None, str]:
    """(stamp, history, ""), (None, None, "") where nothing has changed or nothing is there yet, or why it failed."""
    from vaediag.io.history import load_history

    try:
        stamp = _stamp(folder)
        if stamp is None:
            if had_one:
                return None, None, "The history is gone from its folder."
            return None, None, "" if folder.is_dir() else "There is no such folder yet."
        if stamp == before:
            return None, None, ""
        return stamp, load_history(folder), ""
    except VaediagError as error:
        return None, None, " ".join(str(error).split())
    except OSError as error:
        return None, None, f"The folder cannot be read ({error.strerror or type(error).__name__})."


def _stamp(folder: Path) -> Stamp | None:
    """What changes whenever the files do; None where there is no history."""
    found = []
    for name in ("history.json", "history.npz"):
        try:
            facts = (folder / name).stat()
        except (FileNotFoundError, NotADirectoryError):
            if name == "history.json":
                return None
            continue
        found.append((facts.st_mtime_ns, facts.st_size, facts.st_ino))
    return tuple(found)


def _written(stamp: Stamp | None) -> float | None:
    return max(each[0] for each in stamp) / 1e9 if stamp else None
