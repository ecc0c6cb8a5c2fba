"""Findings: sentences in order of severity, each with the way to its picture."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from vaediag.records.diagnosis import Diagnosis
from vaediag.report.event import kind
from vaediag_gui.panels.diagnosis_page import DiagnosisPage, Part
from vaediag_gui.panels.finding_card import FindingView
from vaediag_gui.panels.image_sheet import sheet_of
from vaediag_gui.resolve.findings import FindingsState, as_text
from vaediag_gui.widgets.card import Card
from vaediag_gui.widgets.columns import Columns
from vaediag_gui.widgets.facts import Facts
from vaediag_gui.widgets.invite import Invite
from vaediag_gui.widgets.strip import Strip

STRIP_HEIGHT, FLAT_HEIGHT = 408, 316


class FindingsPanel(QWidget):
    """Cards in order of severity; below them the images that fit worst, and what was not measured."""

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: FindingsState | None = None
        self._sheets: Diagnosis | None = None  # whose images are shown
        self.cards: list[FindingView] = []
        self.page = DiagnosisPage(
            Part(self._make_list, self._fill_list),
            Part(self._make_images, self._fill_images),
            Part(self._make_missing, self._fill_missing),
        )
        self.page.commanded.connect(self.commanded)
        self.copy = QPushButton("Copy as text")
        self.copy.setToolTip("Copy all findings as plain text")
        self.copy.clicked.connect(self._copy)
        self.page.add_button(self.copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.page)

    def show_state(self, state: FindingsState) -> None:
        if state != self._shown:
            self._shown = state
            self.page.show_frame(state.standing, state.verdict, state.about, state.figures, state.assumed)

    def reveal(self, figure: str) -> None:
        """Scroll to the part that a figure of the report corresponds to."""
        name = {"worst": "worst", "reconstructions": "shown"}.get(figure)
        if name is not None:
            self.page.reveal(lambda: self.images[name][0])

    def _fill_list(self) -> None:
        state = self._shown
        if state is None:
            return
        while len(self.cards) < len(state.cards):
            self._add_card()
        for place, view in enumerate(self.cards):
            view.setVisible(place < len(state.cards))
            if place < len(state.cards):
                view.show_card(state.cards[place])
        self.calm.say(note=state.calm)
        self.calm.setVisible(bool(state.calm))

    def _fill_images(self) -> None:
        state = self._shown
        if state is None or state.diagnosis is None or state.diagnosis is self._sheets:
            return
        self._sheets = state.diagnosis
        for name, record in (("worst", state.worst), ("shown", state.shown)):
            card, strip = self.images[name]
            card.setVisible(record is not None)
            flat = kind(state.diagnosis.model.event_shape) == "flat"
            strip.setFixedHeight(FLAT_HEIGHT if flat else STRIP_HEIGHT)
            strip.show_sheet(None if record is None else sheet_of(record, state.diagnosis))

    def _fill_missing(self) -> None:
        if self._shown is not None:
            self.missing_card.setVisible(bool(self._shown.missing))
            self.invite.show_message(self._shown.deeper)
            self.missing.show_facts(tuple((reason, "", what) for reason, what in self._shown.missing))

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None and self._shown is not None and self._shown.diagnosis is not None:
            clipboard.setText(as_text(self._shown.diagnosis))

    def _choose(self, place: int) -> None:
        if self._shown is not None and place < len(self._shown.cards) and not self._shown.cards[place].chosen:
            self.wished.emit({"maps": {"finding": self._shown.cards[place].position}})

    def _open(self, place: int) -> None:
        if self._shown is not None and place < len(self._shown.cards):
            figure = self._shown.cards[place].finding.figure
            if figure is not None:
                self.commanded.emit("show_figure", {"figure": figure})

    def _explain(self, place: int) -> None:
        if self._shown is not None and place < len(self._shown.cards):
            self.commanded.emit("explain", {"page": self._shown.cards[place].page})

    def _step(self, place: int, step: int) -> None:
        shown = 0 if self._shown is None else len(self._shown.cards)
        if 0 <= place + step < shown:
            self.cards[place + step].setFocus(Qt.FocusReason.TabFocusReason)
            self.page.reveal(lambda: self.cards[place + step])

    def _add_card(self) -> None:
        place, view = len(self.cards), FindingView(self._list)
        view.chosen.connect(lambda: self._choose(place))
        view.opened.connect(lambda: self._open(place))
        view.explained.connect(lambda: self._explain(place))
        view.moved.connect(lambda step: self._step(place, step))
        self.cards.append(view)
        self._list_layout.addWidget(view)

    def _look(self, name: str, column: int) -> None:
        """An image of a sheet becomes the anchor of Look."""
        record = None if self._shown is None else getattr(self._shown, name)
        if (
            self._shown is not None
            and self._shown.diagnosis is not None
            and record is not None
            and column < len(record.index)
        ):
            number = int(self._shown.diagnosis.data.numbers(record.index[column : column + 1])[0])
            self.wished.emit({"image": number, "tab": "look"})

    def _make_list(self) -> QWidget:
        self._list = QWidget()
        self._list_layout = QVBoxLayout(self._list)
        self._list_layout.setContentsMargins(0, 0, 0, 0)
        self._list_layout.setSpacing(8)
        self.calm = Card("What that means", " ")
        self._list_layout.addWidget(self.calm)
        return self._list

    def _make_images(self) -> QWidget:
        self.images: dict[str, tuple[Card, Strip]] = {}
        for name, title in (("worst", "Images that fit worst"), ("shown", "Images and their p(x | z)")):
            strip = Strip(title)
            strip.activated.connect(lambda _, column, name=name: self._look(name, column))
            note = "Rows: the image and one draw of z from q(z | x). A double click opens the image in Look."
            self.images[name] = (Card(title, note, strip), strip)
        return Columns(*(card for card, _ in self.images.values()), least=10_000)  # always below each other

    def _make_missing(self) -> QWidget:
        self.missing = Facts(below=True)
        self.invite = Invite()
        self.invite.acted.connect(self.commanded)
        self.missing_card = Card("Not measured, and why", "", self.missing, self.invite)
        return self.missing_card
