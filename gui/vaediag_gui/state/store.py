"""One value that can be replaced and says so; silent when nothing changed."""

from __future__ import annotations

import dataclasses
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from vaediag_gui.state.answers import Answers, Trouble
from vaediag_gui.state.settle import settle
from vaediag_gui.state.wish import Wish


class Wishes(QObject):
    """The current wish. `changed(old, new)` is emitted once per change."""

    changed = pyqtSignal(object, object)

    def __init__(self, wish: Wish | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.now = wish or Wish()

    def update(self, **changes: Any) -> None:
        """Replace fields; `path={...}` and `maps={...}` given as dicts replace fields of those records."""
        for name in ("path", "maps"):
            if isinstance(changes.get(name), dict):
                changes[name] = dataclasses.replace(getattr(self.now, name), **changes[name])
        self.become(dataclasses.replace(self.now, **changes))

    def become(self, wish: Wish) -> None:
        """Take over a whole wish, and what follows from the change by itself."""
        self.restore(settle(self.now, wish))

    def restore(self, wish: Wish) -> None:
        """Go back to a wish as it was, with its own z and choices."""
        old, self.now = self.now, wish
        if old != wish:
            self.changed.emit(old, wish)


class Known(QObject):
    """What the helpers have answered so far. `changed` is emitted once per change."""

    changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.now = Answers()

    def update(self, **changes: Any) -> None:
        if any(getattr(self.now, name) is not value for name, value in changes.items()):
            self.now = dataclasses.replace(self.now, **changes)
            self.changed.emit()

    def trouble(self, lane: str, trouble: Trouble | None) -> None:
        """Note what went wrong in a lane, or that nothing is wrong any more."""
        if self.now.troubles.get(lane) != trouble:
            others = {name: kept for name, kept in self.now.troubles.items() if name != lane}
            self.update(troubles=others if trouble is None else {**others, lane: trouble})
