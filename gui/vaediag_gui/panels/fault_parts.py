"""The parts of Calibration that ask for the cause: encoder or decoder, and whether pixels are independent."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QRectF, pyqtSignal
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from vaediag_gui.panels.curves import HALVES, bars_of, pit_top
from vaediag_gui.resolve.conditionings import CONDITIONINGS
from vaediag_gui.resolve.dependence import DependenceState, lag_map, place_words
from vaediag_gui.resolve.fault import FaultState, latent_ratios
from vaediag_gui.resolve.maps import log_ratio, ratio_ticks
from vaediag_gui.resolve.words import value
from vaediag_gui.theme.apply import current
from vaediag_gui.theme.colourmaps import coloured
from vaediag_gui.widgets.card import Card
from vaediag_gui.widgets.colour_bar import ColourBar
from vaediag_gui.widgets.columns import Columns
from vaediag_gui.widgets.facts import Facts
from vaediag_gui.widgets.invite import Invite
from vaediag_gui.widgets.legend import Key, Legend
from vaediag_gui.widgets.plot import Plot, pen
from vaediag_gui.widgets.value_map import ValueMap

HEIGHT, MAP_HEIGHT = 236, 300
REACH = 2.0  # colours of a latent's histogram: from a quarter to four times


class Fault(QWidget):
    """PIT with z from the encoder and with z corrected; beside it the corrected codes in q."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: FaultState | None = None
        self.plot = Plot("PIT, z from the encoder and corrected", x="u = F(x | z)")
        self.plot.setFixedHeight(HEIGHT)
        self.keys = Legend()
        self.card = Card("Whose fault?", " ", self.plot, self.keys)
        self.latents = Plot("Corrected codes in q, per latent", x="u = Q(zₖ | x)")
        self.latents.setFixedHeight(HEIGHT)
        self.bar = ColourBar()
        self.bar.setFixedHeight(HEIGHT - 36)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.latents, 1)
        row.addWidget(self.bar)
        self.latent_card = Card("Where corrected codes fall in q", " ")
        self.latent_card.add(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(Columns(self.card, self.latent_card, least=280))

    def show_state(self, state: FaultState) -> None:
        if state == self._shown:
            return
        self._shown = state
        self.card.say(note=state.words)
        before, after, evidence, order = state.encoder, state.corrected, state.evidence, state.order
        there = before is not None and after is not None
        self.plot.setVisible(there)
        self.keys.setVisible(there)
        if before is not None and after is not None:
            first, second = before.pit_histogram, after.pit_histogram
            self.plot.show_drawing(lambda plot: _draw_both(plot, first, second))
            names = (CONDITIONINGS["posterior"], CONDITIONINGS["corrected"])
            self.keys.show_keys((
                Key("band", names[0].colour, f"{names[0].rule}: dispersion {value(before.dispersion)}"),
                Key("line", names[1].colour, f"{names[1].rule}: {value(after.dispersion)}"),
                Key("dash", "text", "exact"),
            ))  # fmt: skip
        self.latent_card.setVisible(there)
        self.latent_card.say(note=state.latent_words)
        self.latents.setVisible(evidence is not None)
        self.bar.setVisible(evidence is not None)
        if evidence is not None:
            ratios = latent_ratios(evidence, order)
            self.latents.show_drawing(lambda plot: _draw_latents(plot, ratios, order))
            self.bar.show_scale("diverging", (-REACH, REACH), ratio_ticks(REACH))


class Dependence(QWidget):
    """The map of correlations at lags, the four neighbours and the price; or the offer to measure them."""

    acted = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: DependenceState | None = None
        self.invite = Invite()
        self.invite.acted.connect(self.acted)
        self.map = ValueMap("Correlation of residuals at lags")
        self.map.setFixedHeight(MAP_HEIGHT)
        self.card = Card(" ", " ", self.invite, self.map)
        self.facts = Facts(below=True)
        self.numbers = Card("What it costs", "", self.facts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(Columns(self.card, self.numbers, least=280, stretch=(3, 2)))

    def show_state(self, state: DependenceState) -> None:
        if state == self._shown:
            return
        self._shown = state
        self.invite.show_message(state.offer)
        found = state.independence
        self.map.setVisible(found is not None)
        self.numbers.setVisible(found is not None)
        self.card.say(state.title, f"{state.words}. {state.map_words}" if found is not None else "")
        self.facts.show_facts(state.facts)
        if found is not None:
            picture = lag_map(found)
            self.map.show_map(
                picture.name, picture.raw, picture.drawn, levels=picture.levels, colours=picture.colours,
                ticks=picture.ticks, base=0.0, say=lambda place: place_words(found, place),
                hint="Point at a place for its correlation.",
            )  # fmt: skip


def _draw_both(plot: Plot, before: np.ndarray, after: np.ndarray) -> None:
    """Bars for the encoder's z, a line for the corrected."""
    bars, line = bars_of(before), bars_of(after)
    edges = np.linspace(0, 1, len(bars) + 1)
    fill = QColor(getattr(current(), CONDITIONINGS["posterior"].colour))
    fill.setAlphaF(0.35)
    edge = pg.mkPen(QColor(current().surface), width=1)
    plot.addItem(pg.BarGraphItem(x0=edges[:-1], width=1 / len(bars), height=bars, brush=fill, pen=edge))
    ink = pen(getattr(current(), CONDITIONINGS["corrected"].colour), 2)
    plot.addItem(pg.PlotDataItem(np.linspace(0, 1, len(line) + 1), line, stepMode="center", pen=ink))
    plot.addItem(pg.InfiniteLine(1.0, angle=0, pen=pen(current().text, 1.5, dash=True)))
    plot.getAxis("bottom").setTicks(HALVES)
    plot.getViewBox().setRange(xRange=(-0.03, 1.03), yRange=(0.0, pit_top(before, after)), padding=0)


def _draw_latents(plot: Plot, ratios: np.ndarray, order: tuple[int, ...]) -> None:
    """One line of 20 colours per latent, the most informative on top."""
    rgb = coloured(log_ratio(ratios), (-REACH, REACH), "diverging", current().undefined)
    count = len(order)
    item = pg.ImageItem(rgb[::-1], axisOrder="row-major", levels=(0, 255))
    item.setRect(QRectF(0.0, -0.5, 1.0, float(count)))
    plot.addItem(item)
    step = -(-count // 10)
    ticks = [(float(count - 1 - row), f"z{latent}") for row, latent in enumerate(order) if row % step == 0]
    plot.getAxis("left").setTicks([ticks, []])
    plot.getAxis("bottom").setTicks(HALVES)
    plot.getViewBox().setRange(xRange=(-0.02, 1.02), yRange=(-0.5, count - 0.5), padding=0)
