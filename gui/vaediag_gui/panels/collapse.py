"""Collapse: which latents carry information, and does the decoder use it?"""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from vaediag.records.collapse import Collapse
from vaediag_gui.panels.diagnosis_page import DiagnosisPage
from vaediag_gui.panels.latent_plots import draw_codes, draw_dispersion, draw_epsilon_delta, draw_kl
from vaediag_gui.panels.latent_table import ROW, LatentTable
from vaediag_gui.panels.quadrants import HEIGHT, Quadrants
from vaediag_gui.panels.statuses import keys_of
from vaediag_gui.resolve.collapse import CollapseState
from vaediag_gui.resolve.words import plural
from vaediag_gui.widgets.card import Card
from vaediag_gui.widgets.columns import Columns
from vaediag_gui.widgets.facts import Facts
from vaediag_gui.widgets.legend import Legend
from vaediag_gui.widgets.page import Page
from vaediag_gui.widgets.pick_plot import PickPlot
from vaediag_gui.widgets.plot import Plot

SMALL_HEIGHT = 232


class CollapsePanel(QWidget):
    """Latents in their quadrants and as a table; the chosen one marked everywhere."""

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: CollapseState | None = None
        self._collapse: Collapse | None = None
        self.page = DiagnosisPage(self._build)
        self.page.commanded.connect(self.commanded)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.page)

    def show_state(self, state: CollapseState) -> None:
        if state == self._shown:
            return
        before, self._shown = self._shown, state
        if self.page.show_frame(state.standing, state.verdict, state.about, state.figures) is None:
            return
        collapse = state.collapse
        if collapse is None:
            return
        fresh = collapse is not self._collapse
        self._collapse = collapse
        if fresh:
            self.table.show_latents(collapse, len(state.order))
            self._show_whole(state, collapse)
        if fresh or before is None or before.chosen != state.chosen:
            self._show_latent(state, collapse)
        self.table.show_chosen(state.chosen)

    def reveal(self, figure: str) -> None:
        """Scroll to the part that a figure of the report corresponds to."""
        if self.page.content is not None:
            parts = {
                "epsilon_delta": self.curves_card,
                "latent_dispersion": self.dispersion_card,
                "posterior": self.codes_card,
            }
            self.page.reveal(parts.get(figure, self.main_card))

    def _show_whole(self, state: CollapseState, collapse: Collapse) -> None:
        """What does not depend on the chosen latent."""
        both = collapse.kl is not None and collapse.effect is not None
        self.quadrants.setVisible(both)
        self.bars.setVisible(collapse.kl is not None and not both)
        self.main_keys.show_keys(keys_of(collapse.status or ()))
        if both:
            title, note = "What the encoder pays, what the decoder uses", f"One mark per latent. {state.effect_words}"
        elif collapse.kl is not None:
            title, note = "What the encoder says through each latent", state.effect_words
        else:
            title, note = "Per latent, nothing is known", f"{state.missing[:1].upper()}{state.missing[1:]}."
        self.main_card.say(title, note)
        self.table_card.say(plural(len(state.order), "latent"))
        self.curves_card.setVisible(collapse.epsilon_delta is not None)
        self.dispersion_card.say(note=state.dispersion_words)
        self.dispersion.setVisible(state.dispersion is not None)
        self.codes_card.setVisible(state.posterior is not None and len(state.order) > 1)
        self.copy.setVisible(bool(state.dead))
        self.copy.setToolTip(f"Copy {', '.join(str(latent) for latent in state.dead[:12])}… as text")
        self.code.show_facts(state.code)

    def _show_latent(self, state: CollapseState, collapse: Collapse) -> None:
        """What marks the chosen latent."""
        chosen, order, record = state.chosen, state.order, collapse.epsilon_delta
        if collapse.kl is not None and collapse.effect is not None:
            self.quadrants.show_latents(collapse, order, chosen)
        elif collapse.kl is not None:
            self.bars.show_drawing(lambda plot: draw_kl(plot, collapse, order, chosen))
            self.bars.choose(chosen)
        if record is not None:
            self.curves.show_drawing(lambda plot: draw_epsilon_delta(plot, record, collapse, chosen))
            limits = f"ε = {record.epsilon:g} nats, δ = {record.delta:g}"
            which = "" if chosen is None else f" Thick: z{chosen}."
            self.curves_card.say(note=f"Share of the images with a KL of ε or more. Shaded corner: {limits}.{which}")
        dispersion, posterior = state.dispersion, state.posterior
        if dispersion is not None:
            self.dispersion.show_drawing(lambda plot: draw_dispersion(plot, dispersion, chosen))
            self.dispersion.choose(chosen)
        if posterior is not None and len(order) > 1:
            first = order[0] if chosen is None else chosen
            pair = (first, next(latent for latent in order if latent != first))
            self.codes.label(x=f"z{pair[0]}", y=f"z{pair[1]}")
            self.codes.show_drawing(lambda plot: draw_codes(plot, posterior, pair))
            images = plural(len(posterior.index), "image")
            self.codes_card.say(note=f"Posterior means of {images} ± σ; dashed: one and two σ of the prior.")
        self.chosen_card.say(state.chosen_title or "No latent chosen", "" if state.chosen_facts else NONE)
        self.facts.show_facts(state.chosen_facts)
        self.traverse.setEnabled(chosen is not None)

    def _traverse(self, latent: int | None) -> None:
        if latent is not None and latent >= 0:
            path = {"kind": "traversal", "dims": (latent,), "every": False}
            self.wished.emit({"tab": "traverse", "path": path})

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None and self._shown is not None:
            clipboard.setText(", ".join(str(latent) for latent in self._shown.dead))

    def _pick(self, latent: int) -> None:
        self.wished.emit({"maps": {"latent": latent}})

    def _build(self) -> QWidget:
        self.quadrants, self.main_keys = Quadrants(), Legend()
        self.bars = PickPlot("KL of each latent", x="latents, in order of KL", y="KL, nats per image")
        self.bars.setFixedHeight(HEIGHT)
        self.main_card = Card("", " ", self.quadrants, self.bars, self.main_keys)
        self.table = LatentTable()
        self.table.setFixedHeight(8 * ROW + 4)
        self.copy = QPushButton("Copy indices of the collapsed")
        self.copy.clicked.connect(self._copy)
        self.table_card = Card("Latents", "Click one to mark it everywhere; Return traverses it.", self.table)
        self.chosen_card, self.facts = Card("No latent chosen", NONE), Facts(below=True)
        self.traverse = QPushButton("Traverse this latent")
        self.traverse.setToolTip("See p(x | z) while only this latent moves")
        self.traverse.clicked.connect(lambda: self._traverse(self._shown.chosen if self._shown else None))
        self.chosen_card.add(self.facts)
        for card, button in ((self.chosen_card, self.traverse), (self.table_card, self.copy)):
            row = QHBoxLayout()
            row.addWidget(button)
            row.addStretch(1)
            card.add(row)
        self.curves = Plot("δ(ε) of each latent", x="ε, nats", y="δ, share of the images")
        self.dispersion = PickPlot("Dispersion of q per latent", x="latent", y="dispersion, 1 = exact")
        self.codes = Plot("Posterior means of two latents")
        for plot in (self.curves, self.dispersion, self.codes):
            plot.setFixedHeight(SMALL_HEIGHT)
        self.curves_card = Card("For how many images is it silent?", " ", self.curves)
        self.dispersion_card = Card("Is the encoder right?", " ", self.dispersion)
        self.codes_card = Card("Where the codes are", " ", self.codes)
        self.code = Facts()
        for plot in (self.quadrants, self.bars, self.dispersion):
            plot.picked.connect(self._pick)
        self.table.picked.connect(self._pick)
        self.table.opened.connect(self._traverse)
        side = QWidget()
        beside = QVBoxLayout(side)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(12)
        beside.addWidget(self.table_card)
        beside.addWidget(self.chosen_card, 1)
        self.codes.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return Page(
            Columns(self.main_card, side, least=340),
            Columns(self.curves_card, self.dispersion_card, self.codes_card, least=248),
            Card("The code as a whole", "", self.code),
        )


NONE = "Choose a row or a mark to see its numbers, and to traverse it."
