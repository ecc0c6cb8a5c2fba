"""Calibration: does x behave like a draw from p(x | z)?"""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from vaediag_gui.panels.calibration_parts import ConditioningCard, Curves, Maps, Numbers
from vaediag_gui.panels.curves import pit_top
from vaediag_gui.panels.diagnosis_page import DiagnosisPage
from vaediag_gui.resolve.calibration import CalibrationState
from vaediag_gui.resolve.conditionings import CONDITIONINGS
from vaediag_gui.resolve.maps import event_index
from vaediag_gui.widgets.columns import Columns
from vaediag_gui.widgets.page import Page


class CalibrationPanel(QWidget):
    """Histograms of all conditionings; curves, numbers and maps of the chosen one; the PIT of a clicked pixel."""

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._event: tuple[int, ...] = ()
        self._shown: CalibrationState | None = None
        self.page = DiagnosisPage(self._build)
        self.page.commanded.connect(self.commanded)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.page)

    def show_state(self, state: CalibrationState) -> None:
        if state == self._shown:
            return
        self._shown = state
        if self.page.show_frame(state.standing, state.verdict, state.about, state.figures) is None:
            return
        if state.chosen is None:
            return
        self._event = state.event
        top = pit_top(*(card.calibration.pit_histogram for card in state.cards))
        there = {card.key: card for card in state.cards}
        for key, card in self.cards.items():
            card.setVisible(key in there)
            if key in there:
                card.show_card(there[key], top)
        self.curves.show_calibration(state.chosen)
        self.numbers.say(f"Numbers · {CONDITIONINGS[state.chosen.conditioning].name}")
        self.numbers.facts.show_facts(state.facts)
        self.maps.show_maps(state)

    def reveal(self, figure: str) -> None:
        """Scroll to the part that a figure of the report corresponds to."""
        if self.page.content is not None:
            parts = {"pit": self.cards["posterior"], "calibration_maps": self.maps}
            self.page.reveal(parts.get(figure, self.curves))

    def _build(self) -> QWidget:
        self.cards = {key: ConditioningCard(key) for key in CONDITIONINGS}
        for key, card in self.cards.items():
            card.picked.connect(lambda key=key: self.wished.emit({"maps": {"conditioning": key}}))
        self.curves, self.numbers, self.maps = Curves(), Numbers(), Maps()
        self.maps.picked.connect(lambda which: self.wished.emit({"maps": {"calibration": which}}))
        self.maps.pixel_clicked.connect(
            lambda place: self.wished.emit({"maps": {"pixel": event_index(self._event, place)}})
        )
        self.maps.retried.connect(lambda: self.commanded.emit("retry", {"lane": "pixel_pit"}))
        self.maps.saved.connect(lambda: self.commanded.emit("save_picture", {"what": "pixel_pit"}))
        return Page(Columns(*self.cards.values(), least=176), self.curves, self.maps, self.numbers)
