"""The images behind a clicked pixel, as a part of a tab with a map."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

from vaediag_gui.panels.image_row import HOW, ImageRow
from vaediag_gui.panels.image_sheet import behind_sheet
from vaediag_gui.resolve.behind import BehindState


class BehindRow(ImageRow):
    """`wished(changes)`: an image is to be looked at, with the cursor at the pixel; `wanted(images)`: pictures."""

    wished = pyqtSignal(dict)
    wanted = pyqtSignal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Images behind a pixel", parent=parent)
        self._shown: BehindState | None = None
        self.opened.connect(self._open)
        self.hide()

    def show_state(self, state: BehindState | None) -> None:
        """None hides it."""
        self.setVisible(state is not None)
        if state is None or state == self._shown:
            return
        self._shown = state
        self.say(state.title, f"{state.words} {HOW}")
        self.show_sheet(behind_sheet(state) if state.numbers else None)
        if state.missing:
            self.wanted.emit(list(state.missing))

    def _open(self, column: int) -> None:
        state = self._shown
        if state is not None and column < len(state.numbers):
            changes: dict[str, Any] = {"image": state.numbers[column], "pixel": state.index, "tab": "look"}
            self.wished.emit(changes)
