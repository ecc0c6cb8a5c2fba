"""Calibration: does x behave like a draw from p(x | z)?"""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from vaediag_gui.panels.behind_row import BehindRow
from vaediag_gui.panels.calibration_parts import ConditioningCard, Curves, Maps, Numbers
from vaediag_gui.panels.curves import pit_top
from vaediag_gui.panels.diagnosis_page import DiagnosisPage, Part
from vaediag_gui.panels.fault_parts import Dependence, Fault
from vaediag_gui.resolve.calibration import CalibrationState
from vaediag_gui.resolve.conditionings import CONDITIONINGS
from vaediag_gui.resolve.maps import event_index
from vaediag_gui.widgets.columns import Columns
from vaediag_gui.widgets.page import below


class CalibrationPanel(QWidget):
    """Histograms of all conditionings; curves, numbers and maps of the chosen one; the PIT of a clicked pixel."""

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: CalibrationState | None = None
        self.page = DiagnosisPage(
            Part(self._make_cards, self._fill_cards),
            Part(self._make_fault, self._fill_fault),
            Part(self._make_curves, self._fill_curves),
            Part(self._make_maps, self._fill_maps),
            Part(self._make_dependence, self._fill_dependence),
            Part(self._make_numbers, self._fill_numbers),
        )
        self.page.commanded.connect(self.commanded)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.page)

    def show_state(self, state: CalibrationState) -> None:
        if state != self._shown:
            self._shown = state
            self.page.show_frame(state.standing, state.verdict, state.about, state.figures, state.assumed)

    def reveal(self, figure: str) -> None:
        """Scroll to the part that a figure of the report corresponds to."""
        self.page.reveal(lambda: self._places().get(figure, self.curves))

    def _places(self) -> dict[str, QWidget]:
        return {
            "pit": self.cards["posterior"],
            "calibration_maps": self.maps,
            "fault": self.fault,
            "dependence": self.dependence,
        }

    def _make_cards(self) -> QWidget:
        self.cards = {key: ConditioningCard(key) for key in CONDITIONINGS}
        for key, card in self.cards.items():
            card.picked.connect(lambda key=key: self.wished.emit({"maps": {"conditioning": key}}))
        return Columns(*self.cards.values(), least=176)

    def _fill_cards(self) -> None:
        state = self._shown
        if state is None or not state.cards:
            return
        top = pit_top(*(card.calibration.pit_histogram for card in state.cards))
        there = {card.key: card for card in state.cards}
        for key, card in self.cards.items():
            card.setVisible(key in there)
            if key in there:
                card.show_card(there[key], top)

    def _make_fault(self) -> QWidget:
        self.fault = Fault()
        self.page.explain(self.fault.card, "corrected")
        self.page.explain(self.fault.latent_card, "latent_dispersion")
        return self.fault

    def _fill_fault(self) -> None:
        if self._shown is not None and self._shown.fault is not None:
            self.fault.show_state(self._shown.fault)

    def _make_dependence(self) -> QWidget:
        self.dependence = Dependence()
        self.page.explain(self.dependence.card, "residual_correlation")
        self.page.explain(self.dependence.numbers, "independence_cost")
        self.dependence.acted.connect(self.commanded)
        return self.dependence

    def _fill_dependence(self) -> None:
        if self._shown is not None and self._shown.dependence is not None:
            self.dependence.show_state(self._shown.dependence)

    def _make_curves(self) -> QWidget:
        self.curves = Curves()
        return self.curves

    def _fill_curves(self) -> None:
        if self._shown is not None and self._shown.chosen is not None:
            self.curves.show_calibration(self._shown.chosen)

    def _make_maps(self) -> QWidget:
        self.maps = Maps()
        self.maps.picked.connect(lambda which: self.wished.emit({"maps": {"calibration": which}}))
        self.maps.pixel_clicked.connect(self._click)
        self.maps.retried.connect(lambda: self.commanded.emit("retry", {"lane": "pixel_pit"}))
        self.maps.saved.connect(lambda: self.commanded.emit("save_picture", {"what": "pixel_pit"}))
        self.behind = BehindRow()
        self.behind.wished.connect(self.wished)
        self.behind.wanted.connect(lambda images: self.commanded.emit("thumbnails", {"indices": images}))
        return below(self.maps, self.behind)

    def _fill_maps(self) -> None:
        if self._shown is not None:
            self.maps.show_maps(self._shown)
            self.behind.show_state(self._shown.behind)

    def _make_numbers(self) -> QWidget:
        self.numbers = Numbers()
        return self.numbers

    def _fill_numbers(self) -> None:
        state = self._shown
        if state is not None and state.chosen is not None:
            self.numbers.say(f"Numbers · {CONDITIONINGS[state.chosen.conditioning].name}")
            self.numbers.facts.show_facts(state.facts)

    def _click(self, place: tuple[int, ...]) -> None:
        if self._shown is not None:
            self.wished.emit({"maps": {"pixel": event_index(self._shown.event, place)}})
