"""The controls above a traversal: where it goes, in which steps, and what is shown of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QSignalBlocker, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)  # fmt: skip

from vaediag_gui.resolve.traverse import VIEWS, Choice, TraverseState, parse_latents
from vaediag_gui.widgets.choice import Choices
from vaediag_gui.widgets.flow import FlowBox
from vaediag_gui.widgets.titled import titled

KINDS = (
    ("traversal", "Rows of latents", ""),
    ("grid", "Plane of two latents", ""),
    ("interpolation", "Between two images", ""),
)
VIEW_WORDS = {
    "mean": ("mean", "The mean of p(x | z) in each cell: a picture, but not a sample"),
    "sample": ("sample", "One draw from p(x | z) in each cell"),
    "stddev": ("σ", "The standard deviation of p(x | z) in each cell, in units of x"),
}
FARTHEST = 12.0  # standard deviations


class WalkControls(FlowBox):
    """`changed(fields)`: changes to `wish.path`.

    `refused(sentence)`: what was typed is no list of latents; "" when it is one again.
    """

    changed = pyqtSignal(dict)
    refused = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, spacing=8)
        self._state: TraverseState | None = None
        self.kind = Choices("Kind of path", "What the rows and columns are")
        self.kind.picked.connect(lambda kind: self.changed.emit({"kind": kind}))
        self._views = {view: self._view_button(view) for view in VIEWS}
        self.which = Choices("Which latents", "Which latents get a row")
        self.which.picked.connect(self._pick_which)
        self.dims = QLineEdit()
        self.dims.setPlaceholderText("0, 3, 5")
        self.dims.setToolTip("Numbers of the latents, for example 0, 3, 5-7")
        self.dims.setAccessibleName("Chosen latents")
        self.dims.setFixedWidth(104)
        self.dims.editingFinished.connect(self._type_dims)
        self.down = _spin("Latent that changes from row to row")
        self.right = _spin("Latent that changes along each row")
        for spin in (self.down, self.right):
            spin.setPrefix("z")
            spin.valueChanged.connect(self._move_plane)
        self.start = Choices("Start", "Where the latents that are not moved stay, and where an interpolation begins")
        self.start.picked.connect(lambda start: self.changed.emit({"start": start}))
        self.units = Choices("Units of the steps", "What one unit of the positions is")
        self.units.picked.connect(lambda units: self.changed.emit({"units": units}))
        self.low = _decimal("First position, in the units chosen")
        self.high = _decimal("Last position, in the units chosen")
        self.low.valueChanged.connect(lambda low: self.changed.emit({"low": low}))
        self.high.valueChanged.connect(lambda high: self.changed.emit({"high": high}))
        self.steps = _spin("Number of columns")
        self.steps.setRange(3, 21)
        self.steps.valueChanged.connect(lambda steps: self.changed.emit({"steps": steps}))
        self.end = _spin("Number of the image at the end")
        self.end.setSpecialValueText("choose")
        self.end.setFixedWidth(96)
        self.end.valueChanged.connect(lambda end: self.changed.emit({"end": end if end >= 0 else None}))
        self.take = QPushButton("Take the anchor as end")
        self.take.setToolTip("The image that is chosen in Data becomes the end; then choose another one to start from")
        self.take.clicked.connect(self._take)
        self.hold = QCheckBox("Hold noise")
        self.hold.setToolTip("Samples keep their noise from cell to cell: only z changes. Else each has its own")
        self.hold.toggled.connect(lambda hold: self.changed.emit({"hold_noise": hold}))

        walked = titled("Latents", self.which, self.dims)
        plane = titled("Down", self.down, titled("Right", self.right))
        start, units = titled("Start", self.start), titled("In", self.units)
        span = titled("From", self.low, titled("to", self.high))
        end = titled("End at image", self.end, self.take)
        steps = titled("Steps", self.steps)
        views = titled("Show", *self._views.values(), spacing=4)
        kind, hold = titled("", self.kind), titled("", self.hold)
        self.add(kind, views, walked, plane, end, start, units, span, steps, hold)
        self._of_kind: dict[str, tuple[QWidget, ...]] = {
            "traversal": (walked, start, units, span), "grid": (plane, start, units, span), "interpolation": (end,),
        }  # fmt: skip

    def show_state(self, state: TraverseState) -> None:
        """Set every control to the state, without a signal."""
        before, self._state = self._state, state
        path = state.path
        self.setEnabled(state.facts is not None)
        if before is None or before.path.kind != path.kind:
            shown = self._of_kind[path.kind]
            for widget in {widget for widgets in self._of_kind.values() for widget in widgets}:
                widget.setVisible(widget in shown)
        if before == state:
            return
        latents = state.facts.latent_dim if state.facts is not None else 1
        self.kind.show_entries(KINDS, path.kind)
        for view, button in self._views.items():
            _quietly(button, lambda button=button, view=view: button.setChecked(view in path.views))
        self.which.show_entries(
            (("used", "in use", ""), ("all", f"all {latents}", ""), ("chosen", "these:", "")), state.which
        )
        if not self.dims.hasFocus():
            self.dims.setText(", ".join(map(str, state.rows[:64])))
            self.dims.setCursorPosition(0)
        for spin, value in ((self.down, path.plane[0]), (self.right, path.plane[1])):
            _set(spin, value, 0, max(latents - 1, 0))
        # an interpolation starts at the anchor; posterior units do, too
        forced = path.units == "posterior"
        self.start.show_entries(
            [(c.value, c.words, c.why_not) for c in state.starts], "image" if forced else path.start
        )
        self.start.setEnabled(not forced)
        self.start.setToolTip(
            "Posterior units count around the posterior mean of the anchor image, so the path starts there"
            if forced
            else "Where the latents that are not moved stay"
        )
        self.units.show_entries(_entries(state.units), path.units)
        _set(self.low, path.low, -FARTHEST, path.high - 0.25)
        _set(self.high, path.high, path.low + 0.25, FARTHEST)
        _set(self.steps, path.steps, 3, 21)
        _set(self.end, -1 if path.end is None else path.end, -1, max(state.images - 1, -1))
        self.take.setEnabled(state.image is not None)
        _quietly(self.hold, lambda: self.hold.setChecked(path.hold_noise))
        self.hold.setEnabled("sample" in path.views)

    # ---- intents

    def _pick_which(self, which: str) -> None:
        if self._state is None:
            return
        if which == "chosen":
            self.changed.emit({"dims": tuple(self._state.rows[:64]) or (0,), "every": False})
            self.dims.setFocus()
        else:
            self.changed.emit({"dims": (), "every": which == "all"})

    def _type_dims(self) -> None:
        if self._state is None or self._state.facts is None:
            return
        if self.dims.text() == ", ".join(map(str, self._state.rows[:64])):
            self.refused.emit("")
            return
        try:
            found = parse_latents(self.dims.text(), self._state.facts.latent_dim)
        except ValueError as error:
            self.refused.emit(str(error))
            return
        self.refused.emit("")
        self.changed.emit({"dims": found, "every": False})

    def _toggle_view(self) -> None:
        chosen = tuple(view for view, button in self._views.items() if button.isChecked())
        if chosen:
            self.changed.emit({"views": chosen})
        elif self._state is not None:  # at least one stays
            state, self._state = self._state, None
            self.show_state(state)

    def _move_plane(self) -> None:
        self.changed.emit({"plane": (self.down.value(), self.right.value())})

    def _take(self) -> None:
        if self._state is not None and self._state.image is not None:
            self.changed.emit({"end": self._state.image})

    # ---- building

    def _view_button(self, view: str) -> QToolButton:
        words, tip = VIEW_WORDS[view]
        button = QToolButton()
        button.setText(words)
        button.setToolTip(tip)
        button.setAccessibleName(f"Show the {'standard deviation σ' if view == 'stddev' else words}")
        button.setCheckable(True)
        button.clicked.connect(self._toggle_view)
        return button


def _entries(choices: tuple[Choice, ...]) -> list[tuple[str, str, str]]:
    return [(choice.value, choice.words, choice.why_not) for choice in choices]


def _spin(tip: str) -> QSpinBox:
    made = QSpinBox()
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    made.setKeyboardTracking(False)
    made.setFixedWidth(64)
    return made


def _decimal(tip: str) -> QDoubleSpinBox:
    made = QDoubleSpinBox()
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    made.setKeyboardTracking(False)
    made.setDecimals(2)
    made.setSingleStep(0.5)
    made.setFixedWidth(76)
    return made


def _set(spin: QSpinBox | QDoubleSpinBox, value: Any, least: Any, most: Any) -> None:
    def change() -> None:
        spin.setRange(least, most)
        spin.setValue(value)

    _quietly(spin, change)


def _quietly(widget: QWidget, change: Callable[[], None]) -> None:
    with QSignalBlocker(widget):
        change()
