"""Collapse: which latents carry information, and does the decoder use it?"""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from vaediag.records.collapse import Collapse
from vaediag_gui.panels.diagnosis_page import DiagnosisPage, Part
from vaediag_gui.panels.latent_plots import draw_codes, draw_dispersion, draw_epsilon_delta, draw_kl
from vaediag_gui.panels.latent_table import ROW, LatentTable
from vaediag_gui.panels.quadrants import HEIGHT, Quadrants
from vaediag_gui.panels.statuses import keys_of
from vaediag_gui.panels.worth_plots import draw_prune, draw_split
from vaediag_gui.resolve.collapse import CollapseState
from vaediag_gui.resolve.words import capital, plural
from vaediag_gui.widgets.card import Card
from vaediag_gui.widgets.columns import Columns
from vaediag_gui.widgets.facts import Facts
from vaediag_gui.widgets.invite import Invite
from vaediag_gui.widgets.legend import Legend
from vaediag_gui.widgets.pick_plot import PickPlot
from vaediag_gui.widgets.plot import Plot

SMALL_HEIGHT = 232
ROWS = 7  # of the table, before it scrolls


class CollapsePanel(QWidget):
    """Latents in their quadrants and as a table; the chosen one marked everywhere."""

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: CollapseState | None = None
        self._drawn: dict[str, tuple[Collapse, int | None]] = {}  # what each part shows now
        self.page = DiagnosisPage(
            Part(self._make_latents, self._fill_latents),
            Part(self._make_worth, self._fill_worth),
            Part(self._make_pictures, self._fill_pictures),
            Part(self._make_code, self._fill_code),
        )
        self.page.commanded.connect(self.commanded)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.page)

    def show_state(self, state: CollapseState) -> None:
        if state != self._shown:
            self._shown = state
            self.page.show_frame(state.standing, state.verdict, state.about, state.figures, state.assumed)

    def reveal(self, figure: str) -> None:
        """Scroll to the part that a figure of the report corresponds to."""
        names = {
            "epsilon_delta": "curves_card", "latent_dispersion": "dispersion_card", "posterior": "codes_card",
            "prune_cost": "prune_card", "rate_split": "split_card",
        }  # fmt: skip
        self.page.reveal(lambda: getattr(self, names.get(figure, "main_card")))

    def _news(self, part: str, state: CollapseState, collapse: Collapse) -> tuple[bool, bool]:
        """Is the record new to this part? Is the record or the chosen latent?"""
        before, now = self._drawn.get(part), (collapse, state.chosen)
        self._drawn[part] = now
        return before is None or before[0] is not collapse, before != now

    # ---- the latents: quadrants or bars, table, the chosen one

    def _fill_latents(self) -> None:
        state = self._shown
        if state is None or state.collapse is None:
            return
        collapse, order, chosen = state.collapse, state.order, state.chosen
        fresh, changed = self._news("latents", state, collapse)
        both = collapse.kl is not None and collapse.effect is not None
        if fresh:
            self._introduce(state, collapse, both)
            self.table.show_latents(collapse, len(order))
            self.table.setFixedHeight((min(len(order), ROWS) + 1) * ROW + 4)
        if changed and both:
            self.quadrants.show_latents(collapse, order, chosen)
        elif changed and collapse.kl is not None:
            self.bars.show_drawing(lambda plot: draw_kl(plot, collapse, order, chosen))
            self.bars.choose(chosen)
        if changed:
            self.chosen_card.say(state.chosen_title or "No latent chosen", "" if state.chosen_facts else NONE)
            self.facts.show_facts(state.chosen_facts)
            self.traverse.setEnabled(chosen is not None)
        self.table.show_chosen(chosen)

    def _introduce(self, state: CollapseState, collapse: Collapse, both: bool) -> None:
        """What does not depend on the chosen latent."""
        self.quadrants.setVisible(both)
        self.bars.setVisible(collapse.kl is not None and not both)
        self.main_keys.show_keys(keys_of(collapse.status or ()))
        if both:
            title, note = (
                "What the encoder pays, what the decoder uses",
                f"One mark per latent, with one standard error. {state.effect_words}",
            )
        elif collapse.kl is not None:
            title, note = "What the encoder says through each latent", state.effect_words
        else:
            title, note = "Per latent, nothing is known", f"{capital(state.missing)}."
        self.main_card.say(title, note)
        self.table_card.say(plural(len(state.order), "latent"))
        self.copy.setVisible(bool(state.dead))
        few = ", ".join(str(latent) for latent in state.dead[:12])
        self.copy.setToolTip(f"Copy {few}{', …' if len(state.dead) > 12 else ''} as text")

    def _make_latents(self) -> QWidget:
        self.quadrants, self.main_keys = Quadrants(), Legend()
        self.bars = PickPlot("KL of each latent", x="latents, in order of KL", y="KL, nats per image")
        self.bars.setFixedHeight(HEIGHT)
        self.main_card = Card("", " ", self.quadrants, self.bars, self.main_keys)
        self.table = LatentTable()
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
        for plot in (self.quadrants, self.bars):
            plot.picked.connect(self._pick)
        self.table.picked.connect(self._pick)
        self.table.opened.connect(self._traverse)
        side = QWidget()
        beside = QVBoxLayout(side)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(12)
        beside.addWidget(self.table_card)
        beside.addWidget(self.chosen_card, 1)
        return Columns(self.main_card, side, least=340)

    # ---- what latents are worth, what the rate is spent on

    def _fill_worth(self) -> None:
        state = self._shown
        if state is None or state.collapse is None:
            return
        collapse, chosen, order = state.collapse, state.chosen, state.order
        self.invite.show_message(state.prune_offer)
        fresh, changed = self._news("worth", state, collapse)
        if fresh:
            there = collapse.prune_cost is not None
            self.prune_card.say(note=state.prune_words)
            self.prune.setVisible(there)
            self.split_card.setVisible(bool(state.split))
            self.split_card.say(note=state.split_words)
            if state.split:
                parts = state.split
                self.split.show_drawing(lambda plot: draw_split(plot, parts))
        if changed and collapse.prune_cost is not None:
            self.prune.show_drawing(lambda plot: draw_prune(plot, collapse, order, chosen))
            self.prune.choose(chosen)

    def _make_worth(self) -> QWidget:
        self.prune = PickPlot("What each latent is worth", x="latents, in order of KL", y="nats per image")
        self.split = PickPlot("What the rate is spent on", x="nats per image")
        for plot in (self.prune, self.split):
            plot.setFixedHeight(SMALL_HEIGHT)
        self.prune.picked.connect(self._pick)
        self.invite = Invite()
        self.invite.acted.connect(self.commanded)
        self.prune_card = Card("What each latent is worth", " ", self.invite, self.prune)
        self.split_card = Card("What the rate is spent on", " ", self.split)
        self.page.explain(self.prune_card, "prune_cost")
        self.page.explain(self.split_card, "mutual_information")
        return Columns(self.prune_card, self.split_card, least=340)

    # ---- δ(ε), the encoder, the codes

    def _fill_pictures(self) -> None:
        state = self._shown
        if state is None or state.collapse is None:
            return
        collapse, chosen, order = state.collapse, state.chosen, state.order
        fresh, changed = self._news("pictures", state, collapse)
        if not changed:
            return
        record, dispersion, posterior = collapse.epsilon_delta, state.dispersion, state.posterior
        if fresh:
            self.curves_card.setVisible(record is not None)
            self.dispersion_card.say(note=state.dispersion_words)
            self.dispersion.setVisible(dispersion is not None)
            self.codes_card.setVisible(posterior is not None and len(order) > 1)
        if record is not None:
            self.curves.show_drawing(lambda plot: draw_epsilon_delta(plot, record, collapse, chosen))
            limits = f"ε = {record.epsilon:g} nats, δ = {record.delta:g}"
            which = "" if chosen is None else f" Thick: z{chosen}."
            self.curves_card.say(note=f"Share of the images with a KL of ε or more. Shaded corner: {limits}.{which}")
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

    def _make_pictures(self) -> QWidget:
        self.curves = Plot("δ(ε) of each latent", x="ε, nats", y="δ, share of the images")
        self.dispersion = PickPlot("Dispersion of q per latent", x="latent", y="dispersion, 1 = exact")
        self.codes = Plot("Posterior means of two latents")
        self.codes.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for plot in (self.curves, self.dispersion, self.codes):
            plot.setFixedHeight(SMALL_HEIGHT)
        self.dispersion.picked.connect(self._pick)
        self.curves_card = Card("For how many images does it speak?", " ", self.curves)
        self.dispersion_card = Card("Is the encoder right?", " ", self.dispersion)
        self.codes_card = Card("Where the codes are", " ", self.codes)
        return Columns(self.curves_card, self.dispersion_card, self.codes_card, least=248)

    def _make_code(self) -> QWidget:
        self.code = Facts()
        return Card("The code as a whole", "", self.code)

    def _fill_code(self) -> None:
        if self._shown is not None:
            self.code.show_facts(self._shown.code)

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


NONE = "Choose a row or a mark to see its numbers, and to traverse it."
