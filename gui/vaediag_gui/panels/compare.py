"""The Compare tab: a second model beside the first, in numbers and in pictures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from vaediag.registry import Card as ModelCard
from vaediag_gui.panels.pair_pictures import PairPictures
from vaediag_gui.resolve.compare import SIDES, CompareState, Side, Table, model_entries
from vaediag_gui.resolve.message import Message
from vaediag_gui.widgets.card import Card
from vaediag_gui.widgets.choice import Choices
from vaediag_gui.widgets.columns import Columns
from vaediag_gui.widgets.flow import FlowBox
from vaediag_gui.widgets.notice import SIGNS, Notice
from vaediag_gui.widgets.number_table import NumberTable
from vaediag_gui.widgets.text import label


class ComparePanel(QWidget):
    """Shows a `CompareState`."""

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: CompareState | None = None
        self._cards: tuple[ModelCard, ...] = ()
        self.notice, self.numbers, self.missing = Notice(), Notice(), Notice()
        for notice, field in ((self.notice, "message"), (self.numbers, "numbers"), (self.missing, "pictures")):
            notice.acted.connect(partial(self._act, field))
        self.models = Choices("Second model", "The model to compare with", most=240)
        self.models.picked.connect(self._pick)
        self.open = _button("Open…", "Compare with a model from a file")
        self.open.clicked.connect(self._open)
        self.saved = _button(
            "Open a saved diagnosis…", "Take the second model's numbers from a folder with its diagnosis"
        )
        self.saved.clicked.connect(self._open_diagnosis)
        self.diagnose = {which: _button(f"Diagnose the {which}", "") for which in SIDES}
        for which, button in self.diagnose.items():
            button.clicked.connect(partial(self._diagnose, which))
        self._about: dict[str, QLabel] = {which: label(role="muted", wrap=True) for which in SIDES}
        self._name = label(role="strong")
        self.table = NumberTable(5)
        self.summary = label(role="strong", wrap=True)
        self.notes = label(role="muted", wrap=True)
        self.all = QCheckBox("All numbers")
        self.all.setToolTip("Show every number that both diagnoses have, and how to read them")
        self.all.toggled.connect(self._show_table)
        self.pair = PairPictures()
        self.title = label(role="strong", wrap=True)
        self.computing = label(role="muted")
        self.save = _button("Save picture…", "Save the image under both models as a picture (PNG or SVG)")
        self.save.clicked.connect(self._save)
        self._build()

    def set_models(self, cards: Sequence[ModelCard]) -> None:
        """The registered models to choose from."""
        self._cards = tuple(cards)
        if self._state is not None:
            self._show_models(self._state)

    def show_state(self, state: CompareState) -> None:
        before, self._state = self._state, state
        if before == state:
            return
        for notice, message in (
            (self.notice, state.message), (self.numbers, state.numbers), (self.missing, state.pictures)
        ):  # fmt: skip
            _tell(notice, message)
        self.page.setVisible(state.message is None)
        self._show_models(state)
        self._name.setText(state.first.name)
        for which, side in (("first", state.first), ("second", state.second)):
            self._show_side(which, side)
        if before is None or before.table is not state.table:
            self._show_table()
        self.numbers_card.setVisible(state.table is not None)
        self.pair_card.setVisible(state.pair is not None)
        self.save.setEnabled(state.pair is not None)
        self.title.setText(state.title)
        self.computing.setText("computing …" if state.stale else "")
        if state.pair is not None and state.facts is not None:
            self.pair.show_pair(state.pair, state.facts)

    # ---- showing

    def _show_models(self, state: CompareState) -> None:
        entries = (("", "choose …", ""), *model_entries(self._cards, state))
        self.models.show_entries(entries, state.other or "")

    def _show_side(self, which: str, side: Side) -> None:
        sign = f"{SIGNS['problem']}  " if side.severity == "problem" else ""
        self._about[which].setText(f"{sign}{side.about}")
        self._about[which].setVisible(bool(side.about))
        button = self.diagnose[which]
        button.setEnabled(not side.why_not)
        button.setToolTip(
            side.why_not or f"Diagnose {side.name} on the open images; this takes a while".replace("<", "‹")
        )

    def _show_table(self) -> None:
        table = self._state.table if self._state is not None else None
        table = table or Table("", ("",) * 5, (), 0, ())
        shown = table.rows if self.all.isChecked() else table.rows[: table.headlines]
        self.summary.setText(table.summary)
        self.table.show_table(
            table.header,
            [(row.name, row.first, row.second, row.change, row.verdict) for row in shown],
            [row.tip for row in shown],
            [("", "first", "second").index(row.better) for row in shown],
        )
        self.all.setVisible(len(table.rows) > table.headlines)
        self.notes.setText("\n".join(table.notes if self.all.isChecked() else table.notes[:1]))

    # ---- intents

    def _pick(self, address: str) -> None:
        self.wished.emit({"other": address or None})

    def _open(self) -> None:
        self.commanded.emit("open_other", {"address": None})

    def _open_diagnosis(self) -> None:
        self.commanded.emit("open_diagnosis", {"other": True})

    def _diagnose(self, which: str) -> None:
        self.commanded.emit(SIDES[which][1], {})

    def _save(self) -> None:
        self.commanded.emit("save_picture", {"what": "pair"})

    def _act(self, field: str) -> None:
        message: Message | None = getattr(self._state, field, None)
        if message is not None and message.wish is not None:
            self.wished.emit(dict(message.wish))
        elif message is not None and message.command:
            self.commanded.emit(message.command, dict(message.arguments or {}))

    # ---- building

    def _build(self) -> None:
        first = Card("First", "", self._name, self._about["first"], _line(self.diagnose["first"]))
        choose, ways = FlowBox(), FlowBox()
        choose.add(self.models, self.open)
        ways.add(self.diagnose["second"], self.saved)
        second = Card("Second", "", choose, self._about["second"], ways)
        self.numbers_card = Card("", "", self.summary, self.table, self.all, self.notes)
        head = _line(self.title, self.computing, self.save, stretch=self.title)
        self.pair_card = Card("", "", head, self.pair)
        self.page = QScrollArea()
        self.page.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it follows what has the focus
        self.page.setWidgetResizable(True)
        self.page.setFrameShape(QFrame.Shape.NoFrame)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(12)
        for widget in (
            Columns(first, second, least=260),
            self.numbers,
            self.numbers_card,
            self.missing,
            self.pair_card,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        self.page.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.notice, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.page, 1)


def _tell(notice: Notice, message: Message | None) -> None:
    said = message or Message("")
    notice.show_message(said.title, said.text, severity=said.severity, button=said.button)


def _button(words: str, tip: str) -> QPushButton:
    made = QPushButton(words)
    made.setToolTip(tip)
    made.setAccessibleName(words)
    return made


def _line(*widgets: QWidget, stretch: QWidget | None = None) -> QWidget:
    made = QWidget()
    layout = QHBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    for widget in widgets:
        layout.addWidget(widget, 1 if widget is stretch else 0)
    if stretch is None:
        layout.addStretch(1)
    return made
