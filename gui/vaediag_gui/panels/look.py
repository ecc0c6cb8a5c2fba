"""The Look tab: one z, and what p(x | z) is: its mean, a draw, its spread, beside the data."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from vaediag_gui.panels.assumed_line import AssumedLine
from vaediag_gui.panels.look_controls import LookControls, ViewChoice
from vaediag_gui.panels.look_flat import FlatLook
from vaediag_gui.panels.look_pictures import LookPictures
from vaediag_gui.resolve.inspector import pixel_words
from vaediag_gui.resolve.look import LookState
from vaediag_gui.widgets.elided import Elided
from vaediag_gui.widgets.notice import Notice

ANY_HEIGHT = 16777215  # Qt's QWIDGETSIZE_MAX


class LookPanel(QWidget):
    """Views of one z side by side. Which pixel is pinned is the panel's own business.

    Signals:
        wished(changes of the Wish): views, p, level, hold_noise, seed, shimmer, pixel.
        commanded(name, arguments): save_picture, copy_python, open_model, retry, restart.
        painted(): all pictures with the newest values are on the screen.
        refitted(): what it shows needs more or less height than before.
    """

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)
    painted = pyqtSignal()
    refitted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = LookState()
        self._pinned: tuple[int, ...] | None = None
        self.assumed = AssumedLine(short=True)
        self.assumed.asked.connect(lambda: self.commanded.emit("explain_assumed", {}))
        self.sentence = Elided(muted=True, right=True)
        self.choice = ViewChoice()
        self.choice.chosen.connect(lambda views: self.wished.emit({"views": views}))
        self._notice = Notice()
        self._notice.acted.connect(self._act)
        self.pictures = LookPictures()
        self.flat: FlatLook | None = None  # made when the first flat data are shown
        self._connect(self.pictures)
        self._part: LookPictures | FlatLook = self.pictures
        self.controls = LookControls()
        self.controls.wished.connect(self.wished)
        self.controls.commanded.connect(self.commanded)
        self._column = layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        self._words = QWidget()  # one line: room for pictures is scarce
        row = QHBoxLayout(self._words)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.assumed, 3)
        row.addWidget(self.sentence, 2)
        layout.addWidget(self._words)
        layout.addWidget(self.choice)
        layout.addWidget(self._notice)
        layout.addWidget(self.pictures, 1000)
        layout.addWidget(self.controls)
        layout.addStretch(1)  # gets what the pictures cannot use
        for part in (self.choice, self.controls.bar, self.controls.sliders):
            part.rearranged.connect(self._refit)
        self._show_message()
        self._show_parts(there=False)

    def show_state(self, state: LookState) -> None:
        """Show it; nothing is emitted. While only z moves, nothing is laid out."""
        before, self._state = self._state, state
        if state.event_shape != before.event_shape:
            self._pinned = None
        if state.message != before.message:
            self._show_message()
        there = bool(state.tiles)
        if there != bool(before.tiles):
            self._show_parts(there=there)
        if not there:
            return
        self.assumed.show_line(state.assumed)
        self._show_sentence()
        self.choice.show_views(state.views)
        self.controls.show_state(state)
        part = self._flat() if state.kind == "flat" else self.pictures
        if part is not self._part:
            self._part.hide()
            self._part = part
            part.show()
        part.show_state(state, pinned=self._pinned is not None)
        if _room(state) != _room(before):
            self._refit()

    @property
    def pinned(self) -> tuple[int, ...] | None:
        """The pixel that stays under discussion wherever the cursor goes."""
        return self._pinned

    # ---- showing -----------------------------------------------------------------------------------------------------

    def _show_message(self) -> None:
        message = self._state.message
        if message is None:
            self._notice.hide()
        else:
            self._notice.show_message(message.title, message.text, severity=message.severity, button=message.button)

    def _show_parts(self, *, there: bool) -> None:
        for part in (self._words, self.choice, self._part, self.controls):
            part.setVisible(there)
        self.assumed.show_line(self._state.assumed if there else "")

    def _show_sentence(self) -> None:
        words = self._state.sentence
        if self._pinned is not None:
            which = pixel_words(self._pinned, self._state.event_shape, self._state.columns)
            words = f"{which} is pinned, Esc lets go   ·   {words}"
        if words != self.sentence.text():
            self.sentence.setText(words)

    def _flat(self) -> FlatLook:
        if self.flat is None:
            self.flat = FlatLook()
            self._connect(self.flat)
            self.flat.hide()
            self._column.insertWidget(self._column.indexOf(self.pictures), self.flat, 1000)
        return self.flat

    def _connect(self, part: LookPictures | FlatLook) -> None:
        part.pointed.connect(self._point)
        part.clicked.connect(self._pin)
        part.painted.connect(self.painted)

    def _fit(self) -> None:
        """The controls stand right under the pictures: first offer these all the room, then keep what they use."""
        layout = self._column
        if not self._state.tiles:
            return
        self.pictures.setMaximumHeight(ANY_HEIGHT)
        for part in (self.choice, self.controls):
            part.updateGeometry()  # their lines may have been broken anew a moment ago
        layout.activate()
        if self._part is self.pictures:
            self.pictures.setMaximumHeight(max(self.pictures.area.used, self.pictures.area.minimumSizeHint().height()))
            layout.activate()

    def _refit(self) -> None:
        self._fit()
        self.refitted.emit()

    def height_in(self, most: int) -> int:
        """The height it can make use of, at its width and out of at most this."""
        if self._part is not self.pictures or not self._state.tiles:
            return most
        layout = self._column
        edges = layout.contentsMargins()
        width = self.width() - edges.left() - edges.right()
        items = [
            layout.itemAt(layout.indexOf(each)) for each in (self._words, self.choice, self._notice, self.controls)
        ]
        others = [
            item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
            for item in items
            if item is not None and not item.isEmpty()
        ]
        rest = sum(others) + layout.spacing() * len(others) + edges.top() + edges.bottom()
        return min(most, rest + self.pictures.area.used_in(width, most - rest))

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        super().resizeEvent(a0)
        self._fit()

    # ---- a person ----------------------------------------------------------------------------------------------------

    def event(self, a0: QEvent | None) -> bool:
        # Esc is the window's "Cancel" too: while a pixel is pinned it belongs to the pin
        if (
            isinstance(a0, QKeyEvent)
            and a0.type() == QEvent.Type.ShortcutOverride
            and a0.key() == Qt.Key.Key_Escape
            and self._pinned is not None
        ):
            a0.accept()
            return True
        return super().event(a0)

    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        if a0 is not None and a0.key() == Qt.Key.Key_Escape and self._pinned is not None:
            self._pinned = None
            self.show_state(self._state)
            return
        super().keyPressEvent(a0)

    def _point(self, index: tuple[int, ...]) -> None:
        if self._pinned is None and index != self._state.pixel:
            self.wished.emit({"pixel": index})

    def _pin(self, index: tuple[int, ...]) -> None:
        """Another pixel takes the pin over; the pinned one itself is let go."""
        self._pinned = None if index == self._pinned else index
        if index != self._state.pixel:
            self.wished.emit({"pixel": index})
        self.show_state(self._state)

    def _act(self) -> None:
        message = self._state.message
        if message is not None and message.wish is not None:
            self.wished.emit(dict(message.wish))
        elif message is not None and message.command:
            self.commanded.emit(message.command, dict(message.arguments or {}))


def _room(state: LookState) -> tuple[object, ...]:
    """What decides how much room there is and is needed; never z."""
    notes = any(tile.note for tile in state.tiles)
    return state.views, state.message, state.event_shape, state.p is None, state.level is None, notes
