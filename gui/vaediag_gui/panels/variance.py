"""Variance: where does the spread of x come from?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from vaediag.records.variance import Variance
from vaediag_gui.panels.behind_row import BehindRow
from vaediag_gui.panels.diagnosis_page import DiagnosisPage, Part
from vaediag_gui.resolve.maps import VARIANCE, MapPicture, event_index, variance_map
from vaediag_gui.resolve.variance import LAWS, READINGS, VarianceState
from vaediag_gui.resolve.words import short
from vaediag_gui.theme.apply import current
from vaediag_gui.widgets.card import Card
from vaediag_gui.widgets.columns import Columns
from vaediag_gui.widgets.facts import Facts
from vaediag_gui.widgets.legend import Key, Legend
from vaediag_gui.widgets.page import below
from vaediag_gui.widgets.picture import Picture
from vaediag_gui.widgets.plot import Plot, pen
from vaediag_gui.widgets.text import label
from vaediag_gui.widgets.value_map import ValueMap

MAP_HEIGHT = 400
THUMBNAIL = 92
STACK_KEYS = (
    Key("s", "blue", "latent signal"), Key("band", "blue", "decoder noise on top"), Key("line", "orange", "data")
)  # fmt: skip
ORDER = ("ratio", "data", "total", "decoder_noise", "latent_signal")


class Tile(QWidget):
    """A small map with its name; `picked()`: it is to be the large one."""

    picked = pyqtSignal()

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QPushButton(VARIANCE[key])
        self.button.setCheckable(True)
        self.button.setToolTip(READINGS[key])
        self.button.clicked.connect(self.picked)
        self.picture = Picture(f"{VARIANCE[key]}, small")
        self.picture.setFixedHeight(THUMBNAIL)
        self.picture.setMinimumWidth(THUMBNAIL)
        self.picture.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.picture.clicked.connect(lambda *_: self.picked.emit())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.button)
        layout.addWidget(self.picture)


def _draw_stack(plot: Plot, maps: dict[str, MapPicture]) -> None:
    """A vector's model variance, signal below noise, against the data's."""
    signal, total, data = (maps[key].raw for key in ("latent_signal", "total", "data"))
    edges = np.arange(len(data) + 1) - 0.5
    shade = QColor(current().blue)
    shade.setAlphaF(0.3)
    plot.plot(edges, total, stepMode="center", fillLevel=0.0, brush=shade, pen=None)
    plot.plot(edges, signal, stepMode="center", fillLevel=0.0, brush=QColor(current().blue), pen=None)
    plot.plot(edges, data, stepMode="center", pen=pen(current().orange, 1.5))
    top = 1.08 * float(np.nanmax([np.nanmax(total), np.nanmax(data)]))
    plot.getViewBox().setRange(xRange=(-0.6, len(data) - 0.4), yRange=(0, top or 1.0), padding=0)


class VariancePanel(QWidget):
    """One large map and the others small; headline numbers and the health of σ."""

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: VarianceState | None = None
        self._maps_of: tuple[Variance, str] | None = None
        self._maps: dict[str, MapPicture] = {}
        self._large = ""
        self.page = DiagnosisPage(
            Part(self._make_maps, self._fill_maps), Part(self._make_numbers, self._fill_numbers)
        )  # fmt: skip
        self.page.commanded.connect(self.commanded)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.page)

    def show_state(self, state: VarianceState) -> None:
        if state != self._shown:
            self._shown = state
            self.page.show_frame(state.standing, state.verdict, state.about, state.figures, state.assumed)

    def reveal(self, figure: str) -> None:
        """Scroll to the part that a figure of the report corresponds to."""
        del figure
        self.page.reveal(lambda: self.map_card)

    def _fill_maps(self) -> None:
        state = self._shown
        if state is None or state.variance is None:
            return
        for law in state.laws:
            button = self.laws[law.key]
            button.setEnabled(not law.why_not)
            button.setChecked(law.key == state.law)
            button.setToolTip(f"Not measured: {law.why_not}" if law.why_not else f"Variance under {law.words}")
        fresh = self._maps_of != (state.variance, state.law)
        if fresh:
            self._take(state.variance, state.law, state.event)
        for key, tile in self.tiles.items():
            tile.button.setChecked(key == state.map)
        if fresh or self._large != state.map:
            self._show_large(state.map)
        self.map_card.say(state.map_title, state.map_words)
        pixel = state.pixel
        self.map.show_cursor(None if pixel is None else pixel.place)
        self.behind.show_state(state.behind)
        waiting = pixel is not None and pixel.place is not None and state.behind is None
        self.waiting.setVisible(waiting)
        self.waiting.setText(pixel.text if pixel is not None and waiting else "")

    def _fill_numbers(self) -> None:
        state = self._shown
        if state is None or state.variance is None:
            return
        self.facts.show_facts(state.facts)
        self.scale_card.say(note=state.scale_words)
        self.scale.show_facts(state.scale)
        self.scale.setVisible(bool(state.scale))

    def _take(self, variance: Variance, law: str, event: tuple[int, ...]) -> None:
        self._maps_of = (variance, law)
        found = {key: variance_map(variance, law, key, event) for key in ORDER}
        columns = self._shown.columns if self._shown is not None else ()
        self._maps = {key: replace(picture, columns=columns) for key, picture in found.items() if picture is not None}
        for key, picture in self._maps.items():
            flat = picture.raw.ndim == 1
            self.tiles[key].picture.setVisible(not flat)
            if not flat:
                self.tiles[key].picture.show_values(picture.drawn, picture.levels, picture.colours)
        maps, flat = self._maps, self._maps["data"].raw.ndim == 1
        self.stack.setVisible(flat)
        self.stack_keys.setVisible(flat)
        if flat:
            self.stack.name_places(maps["data"].columns)
            self.stack.show_drawing(lambda plot: _draw_stack(plot, maps))

    def _show_large(self, which: str) -> None:
        self._large = which
        picture = self._maps[which]
        self.map.show_map(
            picture.name, picture.raw, picture.drawn, levels=picture.levels, colours=picture.colours,
            ticks=picture.ticks, base=picture.base, say=self._say, names=picture.columns,
            hint=f"Point at a {picture.thing} for its values; click it for the images behind it.",
        )  # fmt: skip

    def _say(self, place: tuple[int, ...]) -> str:
        """All five values of a place, the large map's first."""
        for tile in self.tiles.values():
            if len(place) == 2:
                tile.picture.show_cursor((place[0], place[1]))
        others = [key for key in ORDER if key != self._large]
        rest = " · ".join(f"{VARIANCE[key]} {short(float(self._maps[key].raw[place]))}" for key in others)
        return f"{self._maps[self._large].say(place)} · {rest}"

    def _make_maps(self) -> QWidget:
        self.map = ValueMap("Variance map")
        self.map.setFixedHeight(MAP_HEIGHT)
        self.map.words.setWordWrap(True)
        self.laws: dict[str, QPushButton] = {}
        group, choices = QButtonGroup(self), QHBoxLayout()
        choices.setSpacing(4)
        for key, words in LAWS.items():
            button = self.laws[key] = QPushButton(words)
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, key=key: self.wished.emit({"maps": {"law": key}}))
            group.addButton(button)
            choices.addWidget(button)
        choices.addStretch(1)
        self.map_card = Card("Map", " ")
        self.map_card.add(choices)
        self.map_card.add(self.map)
        self.tiles = {key: Tile(key) for key in ORDER}
        tiles, grid = QButtonGroup(self), QGridLayout()
        grid.setSpacing(8)
        for place, (key, tile) in enumerate(self.tiles.items()):
            tile.picked.connect(lambda key=key: self.wished.emit({"maps": {"variance": key}}))
            tile.picture.link(self.map.picture)
            tiles.addButton(tile.button)
            grid.addWidget(tile, *divmod(place + (place > 0), 2), 1, 2 if place == 0 else 1)
        side = Card("All maps", "Click one to enlarge it.")
        side.add(grid)
        self.stack, self.stack_keys = Plot("Variance, stacked", x="feature", y="variance"), Legend(*STACK_KEYS)
        self.stack.setFixedHeight(260)
        side.add(self.stack)
        side.add(self.stack_keys)
        self.map.clicked.connect(self._click)
        self.behind = BehindRow()
        self.behind.wished.connect(self.wished)
        self.behind.wanted.connect(lambda images: self.commanded.emit("thumbnails", {"indices": images}))
        self.waiting = label("", "muted", wrap=True)
        return below(Columns(self.map_card, side, least=272, stretch=(9, 5)), self.waiting, self.behind)

    def _click(self, place: tuple[int, ...]) -> None:
        if self._shown is not None:
            self.wished.emit({"maps": {"pixel": event_index(self._shown.event, place)}})

    def _make_numbers(self) -> QWidget:
        self.facts, self.scale = Facts(), Facts()
        self.scale_card = Card("The decoder's σ", "", self.scale)
        return Columns(Card("Numbers", "", self.facts), self.scale_card, least=360)
