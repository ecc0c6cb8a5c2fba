"""The Traverse tab: walks through z, drawn as distributions."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker, Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSlider,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from vaediag_gui.panels.walk_controls import WalkControls
from vaediag_gui.panels.walk_sheet import sheet_of
from vaediag_gui.resolve.message import Message
from vaediag_gui.resolve.traverse import TraverseState, code, next_step, played, where
from vaediag_gui.widgets.elided import Elided
from vaediag_gui.widgets.flow import FlowBox
from vaediag_gui.widgets.notice import Notice
from vaediag_gui.widgets.stage import Stage
from vaediag_gui.widgets.strip import Strip
from vaediag_gui.widgets.strip_layout import LEAST, MOST
from vaediag_gui.widgets.text import label
from vaediag_gui.widgets.titled import titled

FRAME = 160  # milliseconds for each step of Play
PATIENCE = 200  # milliseconds before a picture that is being renewed turns pale
HINT = "Click a cell to choose its z; double-click or press Return to look at it."


class TraversePanel(QWidget):
    """Shows a `TraverseState`. Which cell is chosen and how large cells are is the panel's own affair."""

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: TraverseState | None = None
        self._chosen: tuple[int, int] | None = None
        self._forward = True
        self._refused = ""
        self.controls = WalkControls()
        self.controls.changed.connect(lambda fields: self.wished.emit({"path": fields}))
        self.controls.refused.connect(self._refuse)
        self.notice = Notice()
        self.notice.acted.connect(self._act)
        self.strip = Strip("Traversal")
        self.strip.chosen.connect(self._choose)
        self.strip.activated.connect(self._activate)
        self.strip.pointed.connect(self._say)
        self.strip.left.connect(self._say_chosen)
        self.strip.sized.connect(self._resize)
        self.strip.measured.connect(self._show_size)
        self.stage = Stage("Traversal, playing")
        self.pictures = QStackedWidget()
        self.pictures.addWidget(self.strip)
        self.pictures.addWidget(self.stage)
        self.caption = Elided(muted=True)
        self.computing = label("", role="muted")
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self._advance)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE)
        self._patience.timeout.connect(self._pale)
        self._build()

    def show_state(self, state: TraverseState) -> None:
        before, self._state = self._state, state
        if before == state:
            return
        self.controls.show_state(state)
        self._show_message(before, state)
        self.caption.setText(state.caption)
        drawn = (state.walk, state.views, state.labels, state.axis)
        if before is None or drawn != (before.walk, before.views, before.labels, before.axis):
            sheet = sheet_of(state)
            self.strip.show_sheet(sheet)
            self._show_stage(state)
            if self._chosen is not None and (
                sheet is None or self._chosen[0] >= sheet.groups or self._chosen[1] >= sheet.columns
            ):
                self._chosen = None
        self._show_play(before, state)
        self._say_chosen()
        if not state.stale:
            self._patience.stop()
            self._fade(False)
        elif not self._patience.isActive():
            self._patience.start()
        there = state.walk is not None
        self.pictures.setVisible(there)
        self.play.setEnabled(there)
        self.save.setEnabled(there)
        self.copy.setEnabled(state.facts is not None)

    # ---- showing

    def _show_message(self, before: TraverseState | None, state: TraverseState) -> None:
        if before is None or before.message != state.message:
            message = state.message or Message("")
            self.notice.show_message(message.title, message.text, severity=message.severity, button=message.button)

    def _show_stage(self, state: TraverseState) -> None:
        row = self._chosen[0] if self._chosen is not None else None
        if state.path.step is None:
            self.stage.show_sheet(None)
        elif (sheet := sheet_of(state)) is not None:
            self.stage.show_sheet(sheet, played(sheet.groups, row))

    def _show_play(self, before: TraverseState | None, state: TraverseState) -> None:
        step = state.path.step if state.walk is not None else None
        if before is None or (before.path.step is None) != (state.path.step is None):
            self._show_stage(state)
        if step is not None:
            self.stage.show_column(min(step, state.walk.z.shape[1] - 1))  # type: ignore[union-attr]
        playing = step is not None
        self.pictures.setCurrentWidget(self.stage if playing else self.strip)
        self.play.setChecked(playing)
        self.play.setText("Stop" if playing else "Play")
        self._run(playing)

    def _run(self, playing: bool) -> None:
        if not (playing and self.isVisible()):
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def _pale(self) -> None:
        self._fade(True)

    def _fade(self, pale: bool) -> None:
        self.strip.show_faded(pale)
        self.computing.setText("computing …" if pale else "")

    def _say_chosen(self) -> None:
        self._say(*(self._chosen or (None, None)))

    def _say(self, row: int | None = None, column: int | None = None) -> None:
        """The status line: what is wrong, else which z a cell is, else what can be done."""
        walk = self._state.walk if self._state is not None else None
        there = walk is not None and row is not None and column is not None
        there = there and row < walk.z.shape[0] and column < walk.z.shape[1]  # type: ignore[union-attr, operator]
        if self._refused:
            self.status.setText(f"▲ {self._refused}")
        elif self.play.isChecked():
            self.status.setText("")
        elif there:
            self.status.setText(where(walk, row, column))  # type: ignore[arg-type]
        else:
            self.status.setText(HINT if walk is not None else "")
        self.look.setEnabled(walk is not None and self._chosen is not None)

    # ---- intents

    def _choose(self, row: int, column: int) -> None:
        self._chosen = (row, column)
        self._say(row, column)

    def _activate(self, row: int, column: int) -> None:
        if self._state is not None and self._state.walk is not None:
            self._chosen = (row, column)
            self.wished.emit({"z": code(self._state.walk, row, column), "tab": "look"})

    def _look(self) -> None:
        if self._chosen is not None:
            self._activate(*self._chosen)

    def _act(self) -> None:
        message = self._state.message if self._state is not None else None
        if message is not None and message.wish is not None:
            self.wished.emit(dict(message.wish))
        elif message is not None and message.command:
            self.commanded.emit(message.command, dict(message.arguments or {}))

    def _refuse(self, sentence: str) -> None:
        self._refused = sentence
        self._say_chosen()

    def _toggle_play(self, on: bool) -> None:
        self._forward = True
        self.wished.emit({"path": {"step": (self._chosen[1] if self._chosen else 0) if on else None}})

    def _advance(self) -> None:
        state = self._state
        if state is None or state.walk is None or state.path.step is None:
            self._timer.stop()
            return
        step, self._forward = next_step(state.path.step, self._forward, state.walk.z.shape[1])
        self.wished.emit({"path": {"step": step}})

    def _resize(self, width: int | None) -> None:
        self.strip.show_width(width)
        self.fit.setChecked(width is None)

    def _show_size(self, width: int) -> None:
        if self.fit.isChecked():
            with QSignalBlocker(self.size_slider):
                self.size_slider.setValue(width)

    def showEvent(self, event) -> None:  # Qt's names
        super().showEvent(event)
        self._run(self._state is not None and self._state.walk is not None and self._state.path.step is not None)

    def hideEvent(self, event) -> None:
        super().hideEvent(event)
        self._timer.stop()

    # ---- building

    def _build(self) -> None:
        self.play = QPushButton("Play")
        self.play.setCheckable(True)
        self.play.setToolTip("Move along the columns, there and back, with up to four rows large")
        self.play.clicked.connect(self._toggle_play)
        self.save = QToolButton()
        self.save.setText("Save…")
        self.save.setToolTip("Save this path as a picture, or as a moving picture")
        self.save.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.save)
        for words, what in (("Picture (PNG or SVG)…", "walk"), ("Moving picture (GIF)…", "walk_gif")):
            action = menu.addAction(words)
            if action is not None:
                action.triggered.connect(lambda _=False, what=what: self.commanded.emit("save_picture", {"what": what}))
        self.save.setMenu(menu)
        self.copy = QPushButton("Copy as Python")
        self.copy.setToolTip("Copy the lines of Python that compute this path")
        self.copy.clicked.connect(lambda: self.commanded.emit("copy_python", {}))
        self.status = Elided()
        self.look = QPushButton("Look at this z")
        self.look.setProperty("primary", True)
        self.look.setToolTip("Show the z of the chosen cell in Look (double click, or Return)")
        self.look.clicked.connect(self._look)
        self.size_slider = QSlider(Qt.Orientation.Horizontal)
        self.size_slider.setRange(LEAST, MOST)
        self.size_slider.setFixedWidth(80)
        self.size_slider.setToolTip("Size of the pictures (Ctrl and the wheel change it, too)")
        self.size_slider.setAccessibleName("Size of the pictures")
        self.size_slider.valueChanged.connect(self._resize)
        self.fit = QToolButton()
        self.fit.setText("Fit")
        self.fit.setCheckable(True)
        self.fit.setChecked(True)
        self.fit.setToolTip("As large as lets all columns be seen")
        self.fit.clicked.connect(lambda on: self._resize(None if on else self.strip.cell_width))
        for button in (self.play, self.save, self.copy, self.look, self.fit):
            button.setAccessibleName(button.text())
        size = titled("Size", self.size_slider, self.fit)
        about = _line(self.caption, self.computing, size, stretch=self.caption)
        foot = FlowBox(spacing=8)
        foot.add(self.play, self.save, self.copy, self.look)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(self.controls)
        layout.addWidget(about)
        layout.addWidget(self.notice)
        layout.addWidget(self.pictures, 1)
        layout.addStretch(0)
        layout.addWidget(self.status)
        layout.addWidget(foot)
        self.notice.hide()
        self.pictures.hide()


def _line(*widgets: QWidget, stretch: QWidget) -> QWidget:
    made = QWidget()
    layout = QHBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    for widget in widgets:
        layout.addWidget(widget, 1 if widget is stretch else 0)
    return made
