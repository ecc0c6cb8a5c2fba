"""The side panel of the images: choose one, and z becomes its code."""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import QSignalBlocker, pyqtSignal
from PyQt6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from vaediag_gui.legible import legible
from vaediag_gui.resolve.data import DataState, describe, position
from vaediag_gui.resolve.message import Message
from vaediag_gui.widgets.choice import Choices
from vaediag_gui.widgets.elided import Elided
from vaediag_gui.widgets.flow import FlowBox
from vaediag_gui.widgets.notice import Notice
from vaediag_gui.widgets.thumbnails import ThumbnailList
from vaediag_gui.widgets.titled import titled

ALL = ""  # the entry for every label; real labels stand behind a mark, so that none can be mistaken for it
ANCHORS = {
    "mean": ("mean", "z is the posterior's mean: the code that q(z | x) holds for most typical of the image"),
    "draw": ("draw", "z is one draw from the posterior q(z | x): as random as the model believes z to be"),
}


class DataPanel(QWidget):
    """Shows a `DataState`."""

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: DataState | None = None
        self.name = Elided(strong=True)
        self.about = Elided(muted=True)
        self.open = QPushButton("Open…")
        self.open.setToolTip("Open a data set: a file, a folder, or a registered name")
        self.open.setAccessibleName("Open data")
        self.open.clicked.connect(self._open)
        self.label_list = Choices("Label", "List only images with this label", most=144)
        self.label_list.picked.connect(self._pick_label)
        self.label_field = QLineEdit()
        self.label_field.setPlaceholderText("label")
        self.label_field.setMinimumWidth(48)
        self.label_field.setToolTip("List only images with exactly this label; empty: all")
        self.label_field.setAccessibleName("Label")
        self.label_field.setClearButtonEnabled(True)
        self.label_field.editingFinished.connect(self._type_label)
        self.go = QLineEdit()
        self.go.setPlaceholderText("go to")
        self.go.setFixedWidth(60)
        self.go.setToolTip("Number of the image to go to; then Return chooses it")
        self.go.setAccessibleName("Go to image")
        self.go.returnPressed.connect(self._go)
        self.count = Elided(muted=True)
        self.notice = Notice()
        self.notice.acted.connect(self._act)
        self.list = ThumbnailList("Images")
        self.list.setToolTip("A click makes an image the anchor: z becomes its code; another click lets it go")
        self.list.chosen.connect(self._choose)
        self.list.wanted.connect(self._want)
        self.chosen = Elided()
        self.none = QPushButton("No image")
        self.none.setToolTip("Let z go: no image is the anchor any more")
        self.none.setAccessibleName("No image")
        self.none.clicked.connect(self._let_go)
        self._anchors: dict[str, QToolButton] = {}
        group = QButtonGroup(self)
        for key, (words, tip) in ANCHORS.items():
            button = QToolButton()
            button.setText(words)
            button.setToolTip(tip)
            button.setAccessibleName(f"z is the posterior's {words}")
            button.setCheckable(True)
            button.clicked.connect(partial(self._anchor, key))
            group.addButton(button)
            self._anchors[key] = button
        self._build()

    def show_state(self, state: DataState) -> None:
        before, self._state = self._state, state
        if before == state:
            return
        if before is None or before.facts is not state.facts or before.name != state.name:
            self._show_facts(state)
        if before is None or before.message != state.message:
            message = state.message or Message("")
            self.notice.show_message(message.title, message.text, severity=message.severity, button=message.button)
        self._show_label(state)
        self.count.setText(state.count)
        if before is None or before.listed is not state.listed:
            facts = state.facts
            words = partial(describe, facts) if facts is not None else str
            self.list.show_images(state.listed.indices if state.listed is not None else (), words)
        if before is None or before.thumbnails is not state.thumbnails:
            self.list.show_pictures(state.thumbnails.pictures)
        self.list.show_marked(state.image)
        self.list.setVisible(state.listed is not None)
        self.chosen.setText(state.chosen)
        self.none.setEnabled(state.image is not None)
        for key, button in self._anchors.items():
            with QSignalBlocker(button):
                button.setChecked(key == state.anchor)
            button.setEnabled(state.image is not None)

    # ---- showing

    def _show_facts(self, state: DataState) -> None:
        there = state.facts is not None
        self.name.setText(state.name or "Data")
        self.about.setText(state.about)
        self.go.clear()
        for widget in (self.about, self.count, self.go, self.foot):
            widget.setVisible(there)
        self.label_list.setVisible(bool(state.labels))
        self.label_field.setVisible(state.typed)

    def _show_label(self, state: DataState) -> None:
        if state.labels:
            names = ((f"={each}", legible(each, 24) or "(empty)", "") for each in state.labels)
            entries = [(ALL, "all labels", ""), *names]
            self.label_list.show_entries(entries, ALL if state.label is None else f"={state.label}")
        if not self.label_field.hasFocus():
            self.label_field.setText(state.label or "")

    # ---- intents

    def _choose(self, image: int) -> None:
        anchor = self._state.image if self._state is not None else None
        self.wished.emit({"image": None if image == anchor else image})

    def _let_go(self) -> None:
        self.wished.emit({"image": None})

    def _anchor(self, how: str) -> None:
        self.wished.emit({"anchor": how})

    def _open(self) -> None:
        self.commanded.emit("open_data", {"address": None})

    def _want(self, images: list[int]) -> None:
        self.commanded.emit("thumbnails", {"indices": images})

    def _pick_label(self, value: str) -> None:
        self.wished.emit({"label": None if value == ALL else value[1:]})

    def _type_label(self) -> None:
        text = self.label_field.text()
        if self._state is not None and text != (self._state.label or ""):
            self.wished.emit({"label": text or None})

    def _go(self) -> None:
        if self._state is None:
            return
        try:
            at = position(self._state, self.go.text())
        except ValueError as error:
            self.chosen.setText(f"▲ {error}")
            return
        self.chosen.setText(self._state.chosen)
        self.list.show_cursor(at)
        self.list.setFocus()

    def _act(self) -> None:
        message = self._state.message if self._state is not None else None
        if message is not None and message.wish is not None:
            self.wished.emit(dict(message.wish))
        elif message is not None and message.command:
            self.commanded.emit(message.command, dict(message.arguments or {}))

    # ---- building

    def _build(self) -> None:
        self.foot = QWidget()
        foot = QVBoxLayout(self.foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(4)
        foot.addWidget(self.chosen)
        ways = FlowBox(spacing=4)
        ways.add(titled("z:", *self._anchors.values()), self.none)
        foot.addWidget(ways)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        head = QVBoxLayout()
        head.setSpacing(2)
        head.addLayout(_line(self.name, self.open))
        head.addWidget(self.about)
        layout.addLayout(head)
        layout.addLayout(_line(self.label_list, self.label_field, None))
        layout.addLayout(_line(self.count, self.go))
        layout.addWidget(self.notice)
        layout.addWidget(self.list, 1000)
        layout.addStretch(1)  # under a message
        layout.addWidget(self.foot)
        self.notice.hide()
        self.setMinimumWidth(180)  # three thumbnails beside each other


def _line(*widgets: QWidget | None, spacing: int = 8) -> QHBoxLayout:
    """Side by side; None stands for the space between."""
    made = QHBoxLayout()
    made.setSpacing(spacing)
    for widget in widgets:
        if widget is None:
            made.addStretch(1)
        else:
            made.addWidget(widget)
    return made
