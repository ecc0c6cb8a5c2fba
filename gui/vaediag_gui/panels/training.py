"""Training: the same held-out images, diagnosed again and again while a model learns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from vaediag_gui.panels.diagnosis_page import DiagnosisPage, Part
from vaediag_gui.panels.image_sheet import latest_sheet
from vaediag_gui.panels.training_plots import (
    FindingLanes,
    LatentMap,
    StoryPlot,
    draw_active,
    draw_losses,
    draw_series,
    draw_sigma,
)
from vaediag_gui.resolve.maps import even, round_up
from vaediag_gui.resolve.story import Story, kl_words, latest
from vaediag_gui.resolve.training import TrainingState, losses, number, sigma_words
from vaediag_gui.resolve.words import plural
from vaediag_gui.widgets.card import Card
from vaediag_gui.widgets.colour_bar import ColourBar
from vaediag_gui.widgets.columns import Columns
from vaediag_gui.widgets.legend import Key, Legend
from vaediag_gui.widgets.plot import Plot
from vaediag_gui.widgets.strip import Strip
from vaediag_gui.widgets.text import label

HEIGHT = 168
SERIES = {  # of a history: title, axis, colour, page of `vaediag explain`, exact value; all but the first fall
    "elbo": ("ELBO", "nats per image", "blue", "elbo", None),
    "distortion": ("Distortion", "nats per image", "orange", "distortion", None),
    "rate": ("Rate", "nats per image", "green", "rate", None),
    "dispersion": ("Dispersion", "1 is exact", "blue", "dispersion", 1.0),
}
LOSS_STYLES = tuple(
    (colour, ("line", "dash")[(turn + place) % 2])
    for turn in range(2)
    for place, colour in enumerate(("blue", "orange", "green", "purple"))
)  # told apart without colour, two by two
STRIP = 268  # pixels: of four rows of pictures
PICTURES = "p(x | z) at one draw z of q(z | x) of each image, with the same noise every time"
LIVES = "One row per latent, those in use on top; a cross marks where one died: its KL fell to 0 and stays there."


class TrainingPanel(QWidget):
    """Curves, the map of the latents and the lanes of findings share one cursor: a diagnosis of the training."""

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: TrainingState | None = None
        self._drawn: dict[str, Story] = {}  # what each part shows now
        self._plots: list[StoryPlot] = []
        self._moment: int | None = None
        self._outside: dict[str, int] = {}  # points of a curve that its frame leaves out
        self.page = DiagnosisPage(
            Part(self._make_curves, self._fill_curves),
            Part(self._make_latents, self._fill_latents),
            Part(self._make_findings, self._fill_findings),
            Part(self._make_pictures, self._fill_pictures),
            Part(self._make_losses, self._fill_losses),
        )
        self.page.commanded.connect(self.commanded)
        self.age = label(role="muted")
        self.another = QPushButton("Watch another…")
        self.another.setToolTip("Choose the folder of another training")
        self.another.clicked.connect(lambda: self.commanded.emit("watch", {}))
        self.save = QPushButton("Save report…")
        self.save.setToolTip("Every picture of this training and a page that explains them")
        self.save.clicked.connect(lambda: self.commanded.emit("save_training", {}))
        self.page.add_button(self.save)
        self.page.add_button(self.another)
        self.page.add_button(self.age)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.page)

    def show_state(self, state: TrainingState) -> None:
        if state == self._shown:
            return
        before, self._shown = self._shown, state
        self.age.setText(state.age)
        self.save.setVisible(state.story is not None)
        if before is None or _frame(before) != _frame(state):
            self._moment = None
            self.page.show_frame(state.standing, state.verdict, state.about, (), state.assumed)

    # ---- the parts ---------------------------------------------------------------------------------------------------

    def _make_curves(self) -> QWidget:
        self.cards: dict[str, Card] = {}
        for name, (title, unit, _, page, _) in SERIES.items():
            self._add_curve(name, title, unit, page)
        self._add_curve("sigma", "σ of the decoder", "units of x", "scale")
        self._add_curve("active", "Latents in use", "latents", "status")
        return Columns(*self.cards.values(), least=262)

    def _add_curve(self, name: str, title: str, unit: str, page: str) -> None:
        plot = StoryPlot(f"{title} over the training", y=unit)
        plot.setFixedHeight(HEIGHT)
        self._follow(plot)
        card = Card(title, " ", plot)
        self.page.explain(card, page)
        self.cards[name] = card

    def _fill_curves(self) -> None:
        made = self._new("curves")
        if made is None:
            return
        plots = {name: card.findChild(StoryPlot) for name, card in self.cards.items()}
        for name, (_, _, colour, _, exact) in SERIES.items():
            plot = plots[name]
            if plot is not None:
                plot.show_story(made, self._of_series(made, name, colour, exact))
        for name, draw in (("sigma", draw_sigma), ("active", draw_active)):
            plot = plots[name]
            if plot is not None:
                plot.show_story(made, lambda shown, draw=draw: draw(shown, made))
        self.cards["sigma"].setVisible(bool(np.isfinite(made.history.sigma).any()))
        self.cards["active"].setVisible(bool(made.lives))
        self._say()

    def _make_latents(self) -> QWidget:
        self.map, self.bar = LatentMap(), ColourBar()
        self._follow(self.map)
        beside = QWidget()
        row = QHBoxLayout(beside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.map, 1)
        row.addWidget(self.bar)
        self.words = label(role="muted")
        self.latents = Card("KL of every latent, nats per image", LIVES, beside, self.words)
        self.page.explain(self.latents, "kl")
        return self.latents

    def _fill_latents(self) -> None:
        made = self._new("latents")
        if made is None:
            return
        self.latents.setVisible(bool(made.lives))
        if made.lives:
            finite = made.history.kl[np.isfinite(made.history.kl)]
            top = round_up(max(float(np.quantile(finite, 0.995)), 0.1))
            self.map.show_latents(made, top)
            self.bar.show_scale("spread", (0.0, top), even((0.0, top), 3), above=bool(finite.max() > top))
        self._say()

    def _make_findings(self) -> QWidget:
        self.lanes = FindingLanes()
        self._follow(self.lanes)
        legend = Legend(Key("s", "problem", "problem"), Key("t1", "warning", "warning"), Key("o", "info", "note"))
        self.found = Card("Findings", " ", self.lanes, legend)
        return self.found

    def _fill_findings(self) -> None:
        made = self._new("findings")
        if made is None:
            return
        self.lanes.setVisible(bool(made.findings))
        self.lanes.show_findings(made)
        self._say()

    def _make_pictures(self) -> QWidget:
        self.strip = Strip("The same images at the latest diagnosis")
        self.strip.setFixedHeight(STRIP)
        self.pictures = Card("The same images now", " ", self.strip)
        self.page.explain(self.pictures, "distortion")
        return self.pictures

    def _fill_pictures(self) -> None:
        made = self._new("pictures")
        if made is None:
            return
        record, last = made.history.pictures, latest(made.history)
        there = record is not None and last is not None
        self.pictures.setVisible(there)
        self.strip.show_sheet(latest_sheet(record, made.history.event_shape) if record is not None and there else None)
        if last is not None:
            when = made.when(last)
            self.pictures.say(note=f"{when[:1].upper()}{when[1:]}: {PICTURES}")

    def _make_losses(self) -> QWidget:
        plot = StoryPlot("Losses over the training", y="as reported")
        plot.setFixedHeight(HEIGHT)
        self._follow(plot)
        self.loss_plot, self.loss_legend = plot, Legend()
        self.losses = Card("What the training loop reported", " ", plot, self.loss_legend)
        return self.losses

    def _fill_losses(self) -> None:
        made = self._new("losses")
        if made is None:
            return
        names = list(made.history.losses)[: len(LOSS_STYLES)]
        self.losses.setVisible(bool(names))
        keys = tuple(Key(line, colour, name[:40]) for name, (colour, line) in zip(names, LOSS_STYLES, strict=False))
        self.loss_legend.show_keys(keys)
        self.loss_plot.show_story(made, lambda plot: draw_losses(plot, made, LOSS_STYLES))
        self._say()

    def _new(self, part: str) -> Story | None:
        """The story, where the part does not show it yet."""
        made = None if self._shown is None else self._shown.story
        if made is None or self._drawn.get(part) is made:
            return None
        self._drawn[part] = made
        return made

    def _of_series(self, made: Story, name: str, colour: str, exact: float | None) -> Callable[[Plot], None]:
        def draw(plot: Plot) -> None:
            series = getattr(made.history, name)
            self._outside[name] = draw_series(plot, made, series, colour, falls=name != "elbo", exact=exact)

        return draw

    # ---- the cursor --------------------------------------------------------------------------------------------------

    def _follow(self, plot: StoryPlot) -> None:
        self._plots.append(plot)
        plot.pointed.connect(lambda moment, row: self._point(plot, moment, row))
        plot.left.connect(lambda: self._point(None, None, 0))

    def _point(self, plot: StoryPlot | None, moment: int | None, row: int) -> None:
        self._moment = moment
        for each in self._plots:
            each.show_moment(moment)
        self._say()
        made = None if self._shown is None else self._shown.story
        if made is None or not hasattr(self, "words"):
            return
        if plot is self.map and moment is not None:
            self.words.setText(kl_words(made, moment, made.order[row]))
        else:
            self.words.setText(_lives(made))

    def _say(self) -> None:
        """Below each title: its number at the diagnosis under the cursor, else at the latest."""
        made = None if self._shown is None else self._shown.story
        if made is None:
            return
        at = self._moment
        if at is None:
            last = latest(made.history)
            at = len(made.x) - 1 if last is None else last
        when = made.when(at)
        pointed = "" if self._moment is None else f" at {when}"
        for name in SERIES:
            outside = 0 if pointed else self._outside.get(name, 0)
            beyond = f"; {plural(outside, 'diagnosis', 'diagnoses')} outside" if outside else ""
            self.cards[name].say(note=f"{number(getattr(made.history, name), at)}{pointed}{beyond}")
        self.cards["sigma"].say(note=f"{sigma_words(made, at)}{pointed}")
        active = float(made.history.active[at])
        count = f"{active:.0f}" if np.isfinite(active) else "–"
        self.cards["active"].say(note=f"{count} of {made.history.latent_dim}{pointed}")
        if hasattr(self, "found"):
            there = [row.words for row in made.findings if row.severity[at]]
            self.found.say(note=f"{when[:1].upper()}{when[1:]}: {', '.join(there) or 'nothing was found'}")
        if hasattr(self, "losses"):
            told = " · ".join(f"{fact.name} {fact.value}" for fact in losses(made, at))
            self.losses.say(note=f"{told}{pointed}" if told else " ")
        if hasattr(self, "words") and self._moment is None and made.lives:
            self.words.setText(_lives(made))


def _frame(state: TrainingState) -> tuple[object, ...]:
    """All but the age, which changes every second."""
    return state.standing, state.verdict, state.about, state.assumed, state.story


def _lives(made: Story) -> str:
    """How many latents lived, died and never were in use."""
    alive = sum(life.alive for life in made.lives)
    dead = sum(life.died is not None for life in made.lives)
    never = len(made.lives) - alive - dead
    parts = [f"{plural(alive, 'latent')} in use"]
    parts += [f"{dead} died"] if dead else []
    parts += [f"{never} never in use"] if never else []
    return f"{', '.join(parts)}. Point at a cell for its latent and its number."
