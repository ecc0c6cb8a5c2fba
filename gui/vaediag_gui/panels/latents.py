"""The side panel: one row per latent, of which only the visible ones exist."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import QSignalBlocker, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from vaediag_gui.panels.latent_row import SHORT, TALL, LatentRow
from vaediag_gui.resolve.latents import LatentsState
from vaediag_gui.widgets.notice import Notice
from vaediag_gui.widgets.recycled import RecycledRows
from vaediag_gui.widgets.text import label

ONE_LINE = 320  # from this width on a row that has no diagnosis takes one line
ORDERS = (("kl", "By KL"), ("number", "By number"))


class LatentsPanel(QWidget):
    """Moves z, one latent at a time.

    Signals:
        wished(changes of the Wish): z, locked, filter, order, tab and path.
        commanded(name, arguments): random_z, reset_latent, diagnose, open_model, retry, restart.
    """

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = LatentsState()
        self._z: list[float] = []  # what the sliders show: ahead of the state while one is dragged
        self._random = _button("Random z", "Draw z anew from the prior (locked latents keep their value)")
        self._random.clicked.connect(lambda: self.commanded.emit("random_z", {}))
        self._centre = _button("Centre", "")
        self._centre.clicked.connect(lambda: self.commanded.emit("reset_latent", {"latent": None}))
        self._filter = QLineEdit()
        self._filter.setObjectName("filter")
        self._filter.setPlaceholderText("Filter")
        self._filter.setToolTip("Show only latents with these numbers or statuses, e.g. 3, 0-7, collapsed, locked")
        self._filter.setAccessibleName("filter latents")
        self._filter.setClearButtonEnabled(True)
        self._filter.setMaxLength(200)
        self._filter.textChanged.connect(lambda text: self.wished.emit({"filter": text}))
        self._order = QComboBox()
        for key, words in ORDERS:
            self._order.addItem(words, key)
        self._order.setAccessibleName("order of the latents")
        self._order.currentIndexChanged.connect(lambda: self.wished.emit({"order": self._order.currentData()}))
        self._summary = label(role="muted", wrap=True)
        self._diagnose = _button("Diagnose", "Measure which latents carry information (needs the data)")
        self._diagnose.clicked.connect(lambda: self.commanded.emit("diagnose", {}))
        self._nothing = label(role="muted", wrap=True)
        self._notice = Notice()
        self._notice.acted.connect(self._act)
        self.list = RecycledRows(self._make, self._bind)
        self.list.setAccessibleName("latents")
        self._arrange()
        self.show_state(LatentsState())

    def show_state(self, state: LatentsState) -> None:
        """Show it; nothing is emitted. When only z changed, only the rows whose value changed are touched."""
        before, self._state = self._state, state
        self._z = list(state.z)
        if state.latents and replace(before, z=state.z) == state:
            if state.z != before.z:
                for at, row in self.list.shown().items():
                    row.show_value(self._z[state.rows[at]])
            return
        self._show_header(state)
        if state.rows != before.rows or state.diagnosed != before.diagnosed or state.latents is not before.latents:
            self.list.show_rows(len(state.rows), self._row_height())
        else:
            self.list.refresh()

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        super().resizeEvent(a0)
        if self._state.rows and self.list.row_height != self._row_height():
            self.list.show_rows(len(self._state.rows), self._row_height())

    def _row_height(self) -> int:
        """One line where a slider fits beside its name and number, and nothing else has to be said."""
        return TALL if self._state.diagnosed or self.width() < ONE_LINE else SHORT

    # ---- building --------------------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(label("Latents", "title"))
        top.addStretch()
        top.addWidget(self._random)
        top.addWidget(self._centre)
        search = QHBoxLayout()
        search.setSpacing(8)
        search.addWidget(self._filter, 1)
        search.addWidget(self._order)
        told = QHBoxLayout()
        told.setSpacing(8)
        told.addWidget(self._summary, 1)
        told.addWidget(self._diagnose)
        head = QVBoxLayout()
        head.setContentsMargins(12, 12, 12, 8)
        head.setSpacing(8)
        for line in (top, search, told):
            head.addLayout(line)
        head.addWidget(self._notice)
        head.addWidget(self._nothing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.list, 1000)
        layout.addStretch(1)  # under a message
        self.setMinimumWidth(240)

    def _make(self) -> LatentRow:
        row = LatentRow()
        row.moved.connect(self._move)
        row.reset.connect(lambda latent: self.commanded.emit("reset_latent", {"latent": latent}))
        row.locked.connect(self._lock)
        row.traversed.connect(self._traverse)
        return row

    def _bind(self, row: LatentRow, at: int) -> None:
        state = self._state
        k = state.rows[at]
        band = None if state.bands is None else state.bands[k]
        row.show_latent(state.latents[k], self._z[k], band, locked=k in state.locked, reset_to=state.reset_to)

    def _show_header(self, state: LatentsState) -> None:
        for widget in (self._random, self._centre, self._filter, self._order):
            widget.setEnabled(state.message is None)
        self._centre.setToolTip(f"Put every latent that is not locked at {state.reset_to}")
        with QSignalBlocker(self._filter), QSignalBlocker(self._order):
            if self._filter.text() != state.filter:
                self._filter.setText(state.filter)
            self._order.setCurrentIndex([key for key, _ in ORDERS].index(state.order))
        self._order.setToolTip("Order of the rows" if state.diagnosed else "KL is known after a diagnosis")
        self._summary.setText(state.summary)
        self._summary.setVisible(bool(state.summary))
        self._diagnose.setVisible(state.can_diagnose)
        self._nothing.setText(state.nothing)
        self._nothing.setVisible(bool(state.nothing))
        message = state.message
        self.list.setVisible(message is None and not state.nothing)
        if message is None:
            self._notice.hide()
        else:
            self._notice.show_message(message.title, message.text, severity=message.severity, button=message.button)

    # ---- a person ----------------------------------------------------------------------------------------------------

    def _move(self, latent: int, value: float) -> None:
        if 0 <= latent < len(self._z):
            self._z[latent] = value
            self.wished.emit({"z": tuple(self._z)})

    def _lock(self, latent: int, on: bool) -> None:
        locked = self._state.locked
        self.wished.emit({"locked": locked | {latent} if on else locked - {latent}})

    def _traverse(self, latent: int) -> None:
        self.wished.emit({"tab": "traverse", "path": {"kind": "traversal", "dims": (latent,), "every": False}})

    def _act(self) -> None:
        message = self._state.message
        if message is not None and message.wish is not None:
            self.wished.emit(dict(message.wish))
        elif message is not None and message.command:
            self.commanded.emit(message.command, dict(message.arguments or {}))


def _button(text: str, tip: str) -> QPushButton:
    made = QPushButton(text)
    made.setToolTip(tip)
    return made
