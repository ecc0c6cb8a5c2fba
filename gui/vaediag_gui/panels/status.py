"""The bar below: what the app is doing, what the model is, and long work with its cancel button."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QToolButton, QWidget

from vaediag_gui.resolve.bar import BarState
from vaediag_gui.state.timer import timer
from vaediag_gui.widgets.elided import Elided
from vaediag_gui.widgets.text import label

HEIGHT = 32  # the same with buttons and without
COMPACT = "QToolButton, QPushButton { padding: 0 8px; min-height: 20px; }"
SAID = 8000  # milliseconds for which a remark stands


class StatusBar(QWidget):
    """`commanded`: "cancel", or "restart" of a helper that has gone silent."""

    commanded = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status, self._detail, self._words = Elided(), Elided(muted=True, right=True), label(role="muted")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(140)
        self._cancel = QToolButton()
        self._cancel.setText("Cancel")
        self._cancel.setStyleSheet(COMPACT)
        self._cancel.setToolTip("Stop this work at once (Esc)")
        self._cancel.clicked.connect(lambda: self.commanded.emit("cancel", {}))
        self._restart = QPushButton("Restart it")
        self._restart.setStyleSheet(COMPACT)
        self._restart.clicked.connect(lambda: self.commanded.emit("restart", {"helper": self._helper}))
        self._helper, self._state = "", ""
        self._remark = timer(self, SAID, self._back, once=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 2, 12, 2)
        layout.setSpacing(12)
        self.setMinimumHeight(HEIGHT)
        layout.addWidget(self._status, 1)
        layout.addWidget(self._restart)
        layout.addWidget(self._detail, 1)
        layout.addWidget(self._words)
        layout.addWidget(self._progress)
        layout.addWidget(self._cancel)

    def show_state(self, state: BarState) -> None:
        if state.status not in (self._state, "Ready"):
            self._remark.stop()  # what happens now is more than what was done
        self._state, self._helper = state.status, state.helper
        if not self._remark.isActive():
            self._back()
        self._detail.setText(state.detail)
        self._restart.setVisible(bool(state.helper))
        work = state.work
        for widget in (self._words, self._progress, self._cancel):
            widget.setVisible(work is not None)
        self._detail.setVisible(work is None)
        if work is not None:
            self._words.setText(state.work_words)
            self._progress.setRange(0, work.total if work.total > 1 else 0)  # 0: moves without an end
            self._progress.setValue(work.done)
            self._progress.setAccessibleName(state.work_words)

    def say(self, text: str) -> None:
        """A remark for a few seconds."""
        self._status.setText(text)
        self._remark.start()

    def _back(self) -> None:
        self._status.setText(self._state)
