"""The controls of Look: which views are shown, the noise, and what can be taken away."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QToolButton, QVBoxLayout, QWidget

from vaediag_gui.resolve.look import NAMES, SAYS, SHORT, LookState
from vaediag_gui.state.wish import VIEWS
from vaediag_gui.widgets.flow import FlowBox
from vaediag_gui.widgets.save_menu import SaveMenu
from vaediag_gui.widgets.text import label

HOLD = (
    "While z moves, the sample keeps its noise: what changes is p(x | z), not luck. Off: every z gets a draw of its own"
)
SAVED = (("look", "These views (PNG, SVG)…"), ("shimmer_gif", "Shimmer as a moving picture (GIF)…"))
COMPACT = "QToolButton, QPushButton { padding: 2px 7px; }"
WIDE = 560  # from here on the buttons have their whole words


class ViewChoice(FlowBox):
    """One toggle per view; the last one stays. `chosen(views)`, in the order of the menu."""

    chosen = pyqtSignal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, spacing=4)
        self.setStyleSheet(COMPACT)
        self.buttons: dict[str, QToolButton] = {}
        for view in VIEWS:
            button = QToolButton()
            button.setCheckable(True)
            button.setText(SHORT[view])
            button.setAccessibleName(f"show {NAMES[view]}")
            button.setToolTip(f"Show or hide the {NAMES[view]}: {SAYS[view]}")
            button.clicked.connect(self._choose)
            self.buttons[view] = button
            self.add(button)

    def show_views(self, views: tuple[str, ...]) -> None:
        """Check these; the only one left cannot be unchecked."""
        for view, button in self.buttons.items():
            on = view in views
            if button.isChecked() != on:
                button.setChecked(on)
            enabled = not (on and len(views) == 1)
            if button.isEnabled() != enabled:
                button.setEnabled(enabled)

    def _choose(self) -> None:
        self.chosen.emit(tuple(view for view, button in self.buttons.items() if button.isChecked()))


class Probability(QWidget):
    """A slider over a probability in hundredths. `moved(float)`."""

    moved = pyqtSignal(float)

    def __init__(self, words: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(1, 99)
        self.slider.setPageStep(5)
        self.slider.setFixedWidth(96)
        self.slider.setAccessibleName(words)
        self.slider.setToolTip(tip)
        self._number = label()
        self._number.setFixedWidth(36)
        self._shown: float | None = None
        self.slider.valueChanged.connect(lambda value: self.moved.emit(value / 100))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(label(words, "muted"))
        layout.addWidget(self.slider)
        layout.addWidget(self._number)
        self.hide()

    def show_value(self, value: float | None) -> None:
        """None hides it."""
        if value == self._shown:
            return
        self._shown = value
        self.setVisible(value is not None)
        if value is not None:
            with QSignalBlocker(self.slider):
                self.slider.setValue(round(100 * value))
            self._number.setText(f"{value:g}")


class LookControls(QWidget):
    """The toolbar under the pictures. Signals as in `LookPanel`."""

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seed = -1
        self.setStyleSheet(COMPACT)
        self.hold = _button("Hold noise", HOLD, checkable=True)
        self.hold.clicked.connect(lambda on: self.wished.emit({"hold_noise": on}))
        self.sample = _button("New sample", "Draw another x from the same p(x | z) (N)")
        self.sample.clicked.connect(lambda: self.wished.emit({"seed": self._seed + 1}))
        self.shimmer = _button(
            "Shimmer", "Fresh samples of the same z, ten a second: p(x | z) as a distribution (S)", checkable=True
        )
        self.shimmer.clicked.connect(lambda on: self.wished.emit({"shimmer": on}))
        self.seed = label(role="muted")
        self.seed.setFixedWidth(58)
        self.seed.setToolTip("The number that fixes the noise: the same seed and z give the same sample")
        self.save = SaveMenu()
        self.save.setToolTip("Save what is shown as PNG or SVG, or the shimmer as a moving picture")
        self.save.chosen.connect(lambda what: self.commanded.emit("save_picture", {"what": what}))
        self.copy = _button("Copy as Python", "Copy the Python lines that reproduce this state")
        self.copy.clicked.connect(lambda: self.commanded.emit("copy_python", {}))
        self.p = Probability("quantile p", "Each pixel is below its quantile with this probability")
        self.p.moved.connect(lambda value: self.wished.emit({"p": value}))
        self.level = Probability("interval", "Share of each pixel's draws that the interval holds")
        self.level.moved.connect(lambda value: self.wished.emit({"level": value}))
        self.sliders, self.bar = FlowBox(spacing=16), FlowBox(spacing=6)
        self.sliders.add(self.p, self.level)
        self.sliders.hide()
        self.bar.add(self.hold, self.sample, self.shimmer, self.seed, self.save, self.copy)
        self.save.show_entries(SAVED)  # once it has a parent: it shows itself
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.sliders)
        layout.addWidget(self.bar)

    def show_state(self, state: LookState) -> None:
        """Show it; nothing is emitted."""
        for button, on in ((self.hold, state.hold_noise), (self.shimmer, state.shimmer)):
            if button.isChecked() != on:
                button.setChecked(on)
        if state.seed != self._seed:
            self._seed = state.seed
            self.seed.setText(f"seed {state.seed}")
        self.p.show_value(state.p)
        self.level.show_value(state.level)
        some = state.p is not None or state.level is not None
        if self.sliders.isHidden() == some:
            self.sliders.setVisible(some)
        if self.save.isEnabled() != state.ready:
            self.save.setEnabled(state.ready)

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        super().resizeEvent(a0)
        wide = self.width() >= WIDE
        self.save.setText("Save picture…" if wide else "Save…")
        self.copy.setText("Copy as Python" if wide else "Copy")


def _button(text: str, tip: str, *, checkable: bool = False) -> QPushButton:
    made = QPushButton(text)
    made.setCheckable(checkable)
    made.setToolTip(tip)
    made.setAccessibleName(text)
    return made
