"""Evidence: how close is the bound to log p(x), and how good is the posterior of each image?"""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from vaediag.records.diagnosis import Diagnosis
from vaediag.records.pictures import Picked
from vaediag_gui.panels.ais_form import AisForm
from vaediag_gui.panels.diagnosis_page import DiagnosisPage, Part
from vaediag_gui.panels.evidence_plots import draw_annealed, draw_ladder, draw_tails
from vaediag_gui.panels.image_row import HOW, ImageRow
from vaediag_gui.panels.image_sheet import pair_sheet
from vaediag_gui.resolve.evidence import EvidenceState, picked_numbers, tails
from vaediag_gui.widgets.card import Card
from vaediag_gui.widgets.columns import Columns
from vaediag_gui.widgets.facts import Facts
from vaediag_gui.widgets.invite import Invite
from vaediag_gui.widgets.legend import Key, Legend
from vaediag_gui.widgets.pick_plot import PickPlot
from vaediag_gui.widgets.plot import Plot

HEIGHT = 248
PICKED = {
    "lowest": ("Lowest evidence", "The images that the model finds least likely, by their ELBO.", "ELBO, nats"),
    "poor": ("Poor posterior", "The images whose importance weights have the heaviest tails.", "Pareto k"),
}


class EvidencePanel(QWidget):
    """The ladder and k-hat, the images behind them, AIS, and all numbers."""

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: EvidenceState | None = None
        self._of: dict[str, Diagnosis] = {}  # whose pictures each part shows
        self.page = DiagnosisPage(
            Part(self._make_bounds, self._fill_bounds),
            Part(self._make_images, self._fill_images),
            Part(self._make_ais, self._fill_ais),
            Part(self._make_numbers, self._fill_numbers),
        )
        self.page.commanded.connect(self.commanded)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.page)

    def show_state(self, state: EvidenceState) -> None:
        if state != self._shown:
            self._shown = state
            self.page.show_frame(state.standing, state.verdict, state.about, state.figures, state.assumed)

    def reveal(self, figure: str) -> None:
        """Scroll to the part that a figure of the report corresponds to."""
        name = {"poor_posterior": "poor", "lowest_evidence": "lowest"}.get(figure)
        self.page.reveal(lambda: self.ladder_card if name is None else self.images[name])

    def ask_ais(self) -> None:
        """Scroll to the form, and give it the keyboard."""
        self.page.reveal(self._form)

    def _form(self) -> QWidget:
        self.form.take_focus()
        return self.ais_card

    def _news(self, part: str, diagnosis: Diagnosis) -> bool:
        """Is the diagnosis new to this part?"""
        fresh = self._of.get(part) is not diagnosis
        self._of[part] = diagnosis
        return fresh

    # ---- the bounds

    def _make_bounds(self) -> QWidget:
        self.ladder = Plot("From the ELBO to log p(x)", x="codes per image, K", y="nats above the ELBO")
        self.ladder.setFixedHeight(HEIGHT)
        self.invite = Invite()
        self.invite.acted.connect(self.commanded)
        self.ladder_keys = Legend()
        self.ladder_card = Card("From the ELBO to log p(x)", " ", self.invite, self.ladder, self.ladder_keys)
        self.tails = Plot("Pareto k-hat of the images", x="Pareto k", y="images")
        self.tails.setFixedHeight(HEIGHT)
        self.tails_card = Card("For which images is the posterior poor?", " ", self.tails)
        self.page.explain(self.ladder_card, "iwae")
        self.page.explain(self.tails_card, "pareto_k")
        return Columns(self.ladder_card, self.tails_card, least=300)

    def _fill_bounds(self) -> None:
        state = self._shown
        if state is None or state.diagnosis is None:
            return
        offer = state.ladder_offer
        self.invite.show_message(offer)
        if not self._news("bounds", state.diagnosis):
            return
        iwae, ais, pareto = state.iwae, state.ais, state.pareto
        self.ladder_card.say(note=state.ladder_words)
        self.ladder.setVisible(iwae is not None)
        self.ladder_keys.setVisible(iwae is not None)
        if iwae is not None:
            exact = Key("dash", "text", "ELBO")
            with_ais = (Key("d", "orange", "log p(x), AIS"),) if ais is not None else ()
            self.ladder_keys.show_keys((Key("o", "blue", "bound"), *with_ais, exact))
            self.ladder.show_drawing(lambda plot: draw_ladder(plot, iwae, ais))
        self.tails_card.setVisible(pareto is not None)
        if pareto is not None:
            self.tails_card.say(note=state.pareto_words)
            found = tails(pareto)
            self.tails.show_drawing(lambda plot: draw_tails(plot, found))

    # ---- the images

    def _make_images(self) -> QWidget:
        self.images = {name: ImageRow(title) for name, (title, _, _) in PICKED.items()}
        for name, row in self.images.items():
            row.opened.connect(lambda column, name=name: self._open(name, column))
        return Columns(*self.images.values(), least=10_000)  # below each other

    def _fill_images(self) -> None:
        state = self._shown
        if state is None or state.diagnosis is None or not self._news("images", state.diagnosis):
            return
        for name, picked in self._picked().items():
            row, (_, note, measure) = self.images[name], PICKED[name]
            there = picked is not None and len(picked.value) > 0
            row.setVisible(there or name == "lowest")
            row.say(note=f"{note} {HOW}" if there else state.images_words)
            row.show_sheet(pair_sheet(picked, state.diagnosis, measure) if picked is not None and there else None)

    def _picked(self) -> dict[str, Picked | None]:
        state = self._shown
        return {"lowest": None, "poor": None} if state is None else {"lowest": state.lowest, "poor": state.poor}

    def _open(self, name: str, column: int) -> None:
        picked = self._picked()[name]
        if picked is not None and self._shown is not None and self._shown.diagnosis is not None:
            numbers = picked_numbers(self._shown.diagnosis, picked)
            if column < len(numbers):
                self.wished.emit({"image": numbers[column], "tab": "look"})

    # ---- annealing

    def _make_ais(self) -> QWidget:
        self.annealed = PickPlot("Log p(x) of each image, by AIS", x="image", y="nats above its ELBO")
        self.annealed.setFixedHeight(HEIGHT)
        self.annealed.picked.connect(self._open_annealed)
        self.ais_facts = Facts(below=True)
        self.form = AisForm()
        self.form.asked.connect(self._anneal)
        self.ais_card = Card("Annealed importance sampling", " ", self.annealed)
        self.form_card = Card("", "", self.ais_facts, self.form)
        self.page.explain(self.ais_card, "ais")
        return Columns(self.ais_card, self.form_card, least=272, stretch=(3, 2))

    def _fill_ais(self) -> None:
        state = self._shown
        if state is None or state.diagnosis is None:
            return
        self.form.show_sizes(*state.ais_sizes, state.ais_why_not, again=state.ais is not None)
        if not self._news("ais", state.diagnosis):
            return
        self.ais_card.say(note=state.ais_words)
        self.ais_facts.show_facts(state.ais_facts)
        self.ais_facts.setVisible(bool(state.ais_facts))
        self.form_card.say("What it found" if state.ais_facts else "Ask for it")
        ais = state.ais
        self.annealed.setVisible(ais is not None)
        if ais is not None:
            numbers = tuple(int(number) for number in state.diagnosis.data.numbers(ais.images))
            self.annealed.show_drawing(lambda plot: draw_annealed(plot, ais, numbers))

    # ---- numbers

    def _make_numbers(self) -> QWidget:
        self.facts = Facts()
        return Card("Numbers", "", self.facts)

    def _fill_numbers(self) -> None:
        if self._shown is not None:
            self.facts.show_facts(self._shown.facts)

    def _anneal(self, images: int, temperatures: int) -> None:
        self.commanded.emit("anneal", {"images": images, "temperatures": temperatures})

    def _open_annealed(self, at: int) -> None:
        state = self._shown
        if state is not None and state.ais is not None and state.diagnosis is not None:
            number = int(state.diagnosis.data.numbers(state.ais.images)[at])
            self.wished.emit({"image": number, "tab": "look"})
