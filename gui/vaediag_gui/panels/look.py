"""The Look tab: one z, and what p(x | z) is: its mean, a draw, its spread, beside the data."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from vaediag_gui.panels.look_controls import LookControls, ViewChoice
from vaediag_gui.panels.look_flat import FlatLook
from vaediag_gui.panels.look_pictures import LookPictures
from vaediag_gui.resolve.look import LookState
from vaediag_gui.widgets.notice import Notice
from vaediag_gui.widgets.text import label


class LookPanel(QWidget):
    """Views of one z side by side.

    Signals:
        wished(changes of the Wish): views, p, level, hold_noise, seed, shimmer, pixel.
        commanded(name, arguments): save_picture, copy_python, open_model, retry, restart.
        painted(): all pictures with the newest values are on the screen.
    """

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)
    painted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = LookState()
        self._pinned: tuple[int, ...] | None = None
        self._sentence = label(role="muted")
        self._sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.choice = ViewChoice()
        self.choice.chosen.connect(lambda views: self.wished.emit({"views": views}))
        self._notice = Notice()
        self._notice.acted.connect(self._act)
        self.pictures = LookPictures()
        self.flat = FlatLook()
        for part in (self.pictures, self.flat):
            part.pointed.connect(self._point)
            part.clicked.connect(self._pin)
        self.pictures.painted.connect(self.painted)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.pictures)
        self._stack.addWidget(self.flat)
        self.controls = LookControls()
        self.controls.wished.connect(self.wished)
        self.controls.commanded.connect(self.commanded)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self._sentence)
        layout.addWidget(self.choice)
        layout.addWidget(self._notice)
        layout.addWidget(self._stack, 1000)
        layout.addWidget(self.controls)
        layout.addStretch(1)  # gets what the pictures cannot use
        self.show_state(LookState())

    def show_state(self, state: LookState) -> None:
        """Show it; nothing is emitted."""
        before, self._state = self._state, state
        if state.event_shape != before.event_shape:
            self._pinned = None
        if state.place != before.place or not self._sentence.text():
            place = state.place
            if place is None:
                self._notice.hide()
            else:
                self._notice.show_message(place.title, place.text, severity=place.severity, button=place.button)
        there = bool(state.tiles)
        for part in (self._sentence, self.choice, self._stack, self.controls):
            part.setVisible(there)
        if not there:
            return
        if state.sentence != self._sentence.text():
            with QSignalBlocker(self._sentence):
                self._sentence.setText(state.sentence)
                self._sentence.setToolTip(state.sentence)
        self.choice.show_views(state.views)
        self.controls.show_state(state)
        part = self.flat if state.kind == "flat" else self.pictures
        if self._stack.currentWidget() is not part:
            self._stack.setCurrentWidget(part)
        part.show_state(state, pinned=self._pinned is not None)
        # what changes the room or the number of tiles; never z
        if (state.views, state.place, state.event_shape) != (before.views, before.place, before.event_shape) or (
            (state.p is None, state.level is None) != (before.p is None, before.level is None)
        ):
            self._fit()

    @property
    def pinned(self) -> tuple[int, ...] | None:
        """The pixel that stays under discussion wherever the cursor goes."""
        return self._pinned

    def keyPressEvent(self, a0: QKeyEvent | None) -> None:  # noqa: N802
        if a0 is not None and a0.key() == Qt.Key.Key_Escape and self._pinned is not None:
            self._pinned = None
            self.show_state(self._state)
            return
        super().keyPressEvent(a0)

    def resizeEvent(self, a0: QResizeEvent | None) -> None:  # noqa: N802
        super().resizeEvent(a0)
        self._fit()

    def _fit(self) -> None:
        """The controls stand right under the pictures: first offer all the room, then keep what is used."""
        layout = self.layout()
        if layout is None or not self._state.tiles:
            return
        self._stack.setMaximumHeight(16777215)
        layout.activate()
        if self._stack.currentWidget() is self.pictures:
            self._stack.setMaximumHeight(max(self.pictures.area.used, 120))
            layout.activate()

    def _point(self, index: tuple[int, ...]) -> None:
        if self._pinned is None and index != self._state.pixel:
            self.wished.emit({"pixel": index})

    def _pin(self, index: tuple[int, ...]) -> None:
        self._pinned = None if index == self._pinned else index
        if index != self._state.pixel:
            self.wished.emit({"pixel": index})
        self.show_state(self._state)

    def _act(self) -> None:
        place = self._state.place
        if place is not None and place.command:
            self.commanded.emit(place.command, dict(place.arguments))
