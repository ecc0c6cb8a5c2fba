"""The controls of Look: which views are shown, the noise, and what can be taken away."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSlider, QToolButton, QVBoxLayout, QWidget

from vaediag_gui.resolve.look import SAYS, SHORT, LookState
from vaediag_gui.state.wish import VIEWS
from vaediag_gui.widgets.flow import FlowLayout
from vaediag_gui.widgets.text import label

HOLD = (
    "While z moves, the sample keeps its noise: what changes is p(x | z), not luck. "
    "Off: every z gets a draw of its own."
)
MORE = {"quantile": "the value that each pixel is below with probability p",
        "interval_width": "how wide the central interval of each pixel is",
        "data": "the image itself"}  # fmt: skip


class ViewChoice(QWidget):
    """One toggle per view; the last one stays. `chosen(views)`, in the order of the menu."""

    chosen = pyqtSignal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}
        layout = FlowLayout(self, spacing=4)
        for view in VIEWS:
            button = QToolButton()
            button.setCheckable(True)
            button.setText(SHORT[view])
            button.setAccessibleName(f"show {SHORT[view]}")
            button.setToolTip(f"Show or hide: {SAYS.get(view) or MORE[view]}")
            button.clicked.connect(self._choose)
            self.buttons[view] = button
            layout.addWidget(button)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_views(self, views: tuple[str, ...]) -> None:
        """Check these; the only one left cannot be unchecked."""
        for view, button in self.buttons.items():
            on = view in views
            if button.isChecked() != on:
                with QSignalBlocker(button):
                    button.setChecked(on)
            enabled = not (on and len(views) == 1)
            if button.isEnabled() != enabled:
                button.setEnabled(enabled)

    def _choose(self) -> None:
        self.chosen.emit(tuple(view for view, button in self.buttons.items() if button.isChecked()))


class Probability(QWidget):
    """A slider over a probability in hundredths. `moved(float)`."""

    moved = pyqtSignal(float)

    def __init__(self, words: str, tip: str, low: int, high: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(low, high)
        self._slider.setPageStep(5)
        self._slider.setFixedWidth(120)
        self._slider.setAccessibleName(words)
        self._slider.setToolTip(tip)
        self._number = label()
        self._number.setFixedWidth(32)
        self._slider.valueChanged.connect(lambda value: self.moved.emit(value / 100))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(label(words, "muted"))
        layout.addWidget(self._slider)
        layout.addWidget(self._number)

    def show_value(self, value: float | None) -> None:
        """None hides it."""
        self.setVisible(value is not None)
        if value is not None:
            with QSignalBlocker(self._slider):
                self._slider.setValue(round(100 * value))
            self._number.setText(f"{value:g}")


class LookControls(QWidget):
    """The toolbar under the pictures. Signals as in `LookPanel`."""

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seed = 0
        self.hold = _button("Hold noise", HOLD, checkable=True)
        self.hold.toggled.connect(lambda on: self.wished.emit({"hold_noise": on}))
        self.sample = _button("New sample", "Draw another x from the same p(x | z) (N)")
        self.sample.setShortcut(QKeySequence("N"))
        self.sample.clicked.connect(lambda: self.wished.emit({"seed": self._seed + 1}))
        self.shimmer = _button(
            "Shimmer", "Fresh samples of the same z, ten a second: p(x | z) as a distribution", checkable=True
        )
        self.shimmer.toggled.connect(lambda on: self.wished.emit({"shimmer": on}))
        self.seed = label(role="muted")
        self.seed.setFixedWidth(72)
        self.seed.setToolTip("The number that fixes the noise: the same seed and z give the same sample")
        self.p = Probability("p of the quantile", "Each pixel is below its quantile with this probability", 1, 99)
        self.p.moved.connect(lambda value: self.wished.emit({"p": value}))
        self.level = Probability("mass of the interval", "Share of each pixel's draws inside the interval", 1, 99)
        self.level.moved.connect(lambda value: self.wished.emit({"level": value}))
        self.save = _button("Save picture …", "Save what is shown as PNG or SVG, or the shimmer as a moving picture")
        menu = QMenu(self.save)
        for words, what in (("These views as PNG or SVG …", "look"), ("Shimmer as GIF …", "shimmer_gif")):
            action = menu.addAction(words)
            if action is not None:
                action.triggered.connect(lambda _, what=what: self.commanded.emit("save_picture", {"what": what}))
        self.save.setMenu(menu)
        self.copy = _button("Copy as Python", "Copy the lines that reproduce this state")
        self.copy.clicked.connect(lambda: self.commanded.emit("copy_python", {}))
        self._sliders = QWidget()
        sliders = FlowLayout(self._sliders, spacing=16)
        sliders.addWidget(self.p)
        sliders.addWidget(self.level)
        bar = QWidget()
        line = FlowLayout(bar, spacing=8)
        for widget in (self.hold, self.sample, self.shimmer, self.seed, self.save, self.copy):
            line.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._sliders)
        layout.addWidget(bar)

    def show_state(self, state: LookState) -> None:
        """Show it; nothing is emitted."""
        for button, on in ((self.hold, state.hold_noise), (self.shimmer, state.shimmer)):
            if button.isChecked() != on:
                with QSignalBlocker(button):
                    button.setChecked(on)
        if state.seed != self._seed or not self.seed.text():
            self._seed = state.seed
            self.seed.setText(f"seed {state.seed}")
        self.p.show_value(state.p)
        self.level.show_value(state.level)
        self._sliders.setVisible(state.p is not None or state.level is not None)
        self.save.setEnabled(state.ready)


def _button(text: str, tip: str, *, checkable: bool = False) -> QPushButton:
    made = QPushButton(text)
    made.setCheckable(checkable)
    made.setToolTip(tip)
    return made
