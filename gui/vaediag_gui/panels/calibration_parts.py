"""The parts of Calibration: a conditioning's card, the curves of the chosen one, the maps."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from vaediag.records.calibration import Calibration
from vaediag_gui.panels.curves import draw_band, draw_pit, draw_reliability, draw_spread_skill, pit_top
from vaediag_gui.resolve.calibration import CalibrationState, PitCard, PixelState, band_words
from vaediag_gui.resolve.conditionings import CONDITIONINGS
from vaediag_gui.resolve.maps import NAMES, calibration_map
from vaediag_gui.resolve.words import plural
from vaediag_gui.widgets.card import Card
from vaediag_gui.widgets.columns import Columns
from vaediag_gui.widgets.facts import Facts
from vaediag_gui.widgets.legend import Key, Legend
from vaediag_gui.widgets.notice import Notice
from vaediag_gui.widgets.plot import Plot
from vaediag_gui.widgets.text import label
from vaediag_gui.widgets.value_map import ValueMap

CURVE_HEIGHT = 236
MAP_HEIGHT = 320


class ConditioningCard(Card):
    """A PIT histogram with its name, rule and dispersion. `picked()`: this conditioning was chosen."""

    picked = pyqtSignal()

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._how = CONDITIONINGS[key]
        self._shown: tuple[Calibration, float] | None = None
        self.choice = QRadioButton(self._how.name)
        self.choice.setToolTip(f"Show the curves and maps of {self._how.rule}")
        self.choice.setAccessibleName(f"{self._how.name}, {self._how.rule}")
        self.choice.toggled.connect(lambda on: self.picked.emit() if on else None)
        self.plot = Plot(f"PIT histogram, {self._how.name}", x="u = F(x | z)")
        self.plot.setFixedHeight(132)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rule = label(self._how.rule, "muted", wrap=True)
        self._images = label(role="muted", wrap=True)
        self._number = label(role="strong", wrap=True)
        self._note = label(f"▲  {self._how.note}" if self._how.warning else self._how.note, "muted", wrap=True)
        self.body.setSpacing(4)
        for widget in (self.choice, self._rule, self.plot, self._images, self._number, self._note):
            self.add(widget)

    def show_card(self, card: PitCard, top: float) -> None:
        with QSignalBlocker(self.choice):
            self.choice.setChecked(card.chosen)
        if self._shown == (card.calibration, top):
            return
        self._shown = (card.calibration, top)
        histogram, colour = card.calibration.pit_histogram, self._how.colour
        self._images.setText(f"dispersion · {plural(card.calibration.images, 'image')}")
        self._number.setText(card.dispersion)
        self.plot.show_drawing(lambda plot: draw_pit(plot, histogram, colour, top))

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # Qt's name
        super().mousePressEvent(event)
        self.choice.setChecked(True)


class Curves(QWidget):
    """Quantile curve, coverage, and reliability (binary x) or spread against error (scale families)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Calibration | None = None
        self.quantile = Plot("Quantile curve", x="stated", y="observed share")
        self.coverage = Plot("Coverage", x="mass of the central interval", y="share of the values inside")
        self.third = Plot("Reliability", x="", y="")
        self._quantile_card = Card("Quantile curve", "Share of the values below each stated quantile.", self.quantile)
        self._coverage_card = Card("Coverage", "Share of the values in each central interval.", self.coverage)
        self.third_card = Card("", "", self.third)
        self._legends = (Legend(), Legend(), Legend())
        cards = (self._quantile_card, self._coverage_card, self.third_card)
        for plot, card, legend in zip((self.quantile, self.coverage, self.third), cards, self._legends, strict=True):
            plot.setFixedHeight(CURVE_HEIGHT)
            card.add(legend)
        self._columns = Columns(*cards, least=248)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._columns)

    def show_calibration(self, calibration: Calibration) -> None:
        if calibration is self._shown:
            return
        self._shown = calibration
        how = CONDITIONINGS[calibration.conditioning]
        colour, curve, coverage = how.colour, calibration.quantile_curve, calibration.coverage
        self.quantile.show_drawing(lambda plot: draw_band(plot, curve, colour))
        self.coverage.show_drawing(lambda plot: draw_band(plot, coverage, colour))
        exact = Key("dash", "text", "exact")
        band = (Key("line", colour, how.name), Key("band", colour, "95 % band over images"), exact)
        for legend in self._legends[:2]:
            legend.show_keys(band)
        self._quantile_card.say(note=f"Share of the values below each stated quantile. {band_words(curve)}")
        self._coverage_card.say(note=f"Share of the values in each central interval. {band_words(coverage)}")
        reliability, spread = calibration.reliability_curve, calibration.spread_skill
        self.third_card.setVisible(reliability is not None or spread is not None)
        if reliability is not None:
            self.third_card.say(
                "Reliability",
                "Observed frequency of x = 1 against the stated probability; point at a dot for its pixels.",
            )
            self.third.label(x="stated probability", y="observed frequency")
            self.third.show_drawing(lambda plot: draw_reliability(plot, reliability, colour))
            keys = (Key("o", colour, "larger: more pixels"), exact)
            self._legends[2].show_keys(keys)
        elif spread is not None:
            bins = "one σ for all values" if len(spread.count) == 1 else f"{len(spread.count)} bins of equal size"
            self.third_card.say("Spread and error", f"Error made against the σ stated: {bins}.")
            self.third.label(x="stated σ, units of x", y="error made, units of x")
            self.third.show_drawing(lambda plot: draw_spread_skill(plot, spread, colour))
            keys = (Key("o", colour, f"{how.name} ± standard error"), exact)
            self._legends[2].show_keys(keys)


class Maps(QWidget):
    """The large map with its choice, and the PIT of the clicked pixel beside it."""

    picked = pyqtSignal(str)
    pixel_clicked = pyqtSignal(tuple)
    retried = pyqtSignal()
    saved = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._map_shown: tuple[Calibration, str] | None = None
        self._pixel_shown: PixelState | None = None
        self.map = ValueMap("Calibration map")
        self.map.setFixedHeight(MAP_HEIGHT)
        self.map.clicked.connect(self.pixel_clicked)
        self.map_card = Card("Where it is wrong", " ")
        self.buttons: dict[str, QPushButton] = {}
        group, choices = QButtonGroup(self), QHBoxLayout()
        choices.setSpacing(4)
        for key, words in NAMES.items():
            button = self.buttons[key] = QPushButton(words)
            button.setCheckable(True)
            button.setToolTip(f"Map of the {words}")
            button.clicked.connect(lambda _=False, key=key: self.picked.emit(key))
            group.addButton(button)
            choices.addWidget(button)
        choices.addStretch(1)
        self.map_card.add(choices)
        self.map_card.add(self.map)
        self.pixel = Plot("PIT histogram of one pixel", x="u = F(xᵢ | z)")
        self.pixel.setFixedHeight(200)
        self.pixel_card = Card("", "", self.pixel)
        self.trouble = Notice()
        self.trouble.acted.connect(self.retried)
        self.pixel_card.add(self.trouble)
        self.save = QPushButton("Save picture…")
        self.save.setToolTip("Save this histogram (PNG or SVG)")
        self.save.clicked.connect(self.saved)
        self.save.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.pixel_card.add(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(Columns(self.map_card, self.pixel_card, least=280, stretch=(3, 2)))

    def show_maps(self, state: CalibrationState) -> None:
        if state.chosen is None:
            return
        self._offer(state.maps, state.map)
        if self._map_shown != (state.chosen, state.map):
            self._map_shown = (state.chosen, state.map)
            picture = calibration_map(state.chosen, state.map, state.event)
            name = CONDITIONINGS[state.chosen.conditioning].name
            self.map_card.say(f"Where it is wrong · {name}", state.map_words)
            if picture is not None:
                picture = replace(picture, columns=state.columns)
                self.map.show_map(
                    picture.name, picture.raw, picture.drawn, levels=picture.levels, colours=picture.colours,
                    ticks=picture.ticks, base=picture.base, say=picture.say, names=state.columns,
                    hint=f"Point at a {picture.thing} for its value; click it for its PIT and its images.",
                )  # fmt: skip
        self.map.show_cursor(state.pixel.place)
        self._show_pixel(state.pixel)

    def _offer(self, maps: tuple[tuple[str, str], ...], chosen: str) -> None:
        for key, button in self.buttons.items():
            button.setVisible(key in dict(maps))
            button.setChecked(key == chosen)

    def _show_pixel(self, pixel: PixelState) -> None:
        if pixel == self._pixel_shown:
            return
        self._pixel_shown = pixel
        self.trouble.show_message(
            "This did not work" if pixel.trouble else "", pixel.text, severity="problem", button="Try again"
        )
        self.pixel_card.say(pixel.title, "" if pixel.trouble else pixel.text)
        self.pixel.setVisible(pixel.pit is not None)
        self.save.setVisible(pixel.pit is not None)
        if pixel.pit is not None:
            histogram = pixel.pit.histogram
            self.pixel.show_drawing(lambda plot: draw_pit(plot, histogram, "blue", pit_top(histogram)))


class Numbers(Card):
    """All numbers of the chosen conditioning."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Numbers", parent=parent)
        self.facts = Facts()
        self.add(self.facts)
