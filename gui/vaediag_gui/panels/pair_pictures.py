"""One image and what two models make of it, as mean and as sample: one zoom for all."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from vaediag.report.event import cells, kind, pictures
from vaediag_gui.legible import legible
from vaediag_gui.state.answers import ModelFacts, Pair
from vaediag_gui.theme.apply import current
from vaediag_gui.widgets.elided import Elided
from vaediag_gui.widgets.legend import Key, Legend
from vaediag_gui.widgets.picture import Picture
from vaediag_gui.widgets.plot import Plot, pen
from vaediag_gui.widgets.text import label

VIEWS = ("x", "first.mean", "first.sample", "second.mean", "second.sample")
BELOW = {"x": (0, 0), "first.mean": (0, 1), "first.sample": (0, 2), "second.mean": (1, 1), "second.sample": (1, 2)}
SMALLEST, LARGEST, GAP = 136, 240, 12  # side of a picture; all stand in one row where they are not smaller than that
PLOT = 220  # height of a plot
KEYS = (Key("x", "text", "x"), Key("line", "blue", "mean"), Key("o", "orange", "one sample"))


class PairPictures(QWidget):
    """x, then mean and sample of each model, all on the same levels. Vectors become one plot for each model."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pictures: dict[str, Picture] = {}
        self._titles: dict[str, tuple[Elided, QLabel]] = {}
        self._pair: Pair | None = None
        self._aspect = 1.0
        self._placed: tuple[int, int, int] | None = None
        self._cells: dict[str, QWidget] = {}
        self._images, self._curves = QWidget(), QWidget()
        self._grid = QGridLayout(self._images)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        for view in VIEWS:
            picture = Picture(view.replace(".", " "))
            if self.pictures:
                picture.link(self.pictures["x"])
            self.pictures[view], self._titles[view] = picture, (Elided(muted=True), label(role="strong"))
            self._cells[view] = QWidget()
            cell = QVBoxLayout(self._cells[view])
            cell.setContentsMargins(0, 0, 0, 0)
            cell.setSpacing(2)
            for widget in (*self._titles[view], picture):
                cell.addWidget(widget)
            cell.addStretch(1)
        below = QVBoxLayout(self._curves)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(Legend(*KEYS))
        self.plots = {which: Plot(f"{which} model", x="feature", y="units of x") for which in ("first", "second")}
        self._plot_titles = {which: label(role="muted") for which in self.plots}
        for which, plot in self.plots.items():
            plot.setFixedHeight(PLOT)
            below.addWidget(self._plot_titles[which])
            below.addWidget(plot, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._images)
        layout.addWidget(self._curves)
        self._curves.hide()

    def show_pair(self, pair: Pair, facts: ModelFacts) -> None:
        """Drawn anew only for another pair."""
        if pair is self._pair:
            return
        self._pair = pair
        flat = kind(facts.event_shape) == "flat"
        self._images.setVisible(not flat)
        self._curves.setVisible(flat)
        names = {"first": legible(pair.first, 32), "second": legible(pair.second, 32)}
        if flat:
            self._show_curves(pair, facts, names)
            return
        self._aspect = facts.event_shape[0] / facts.event_shape[1]
        self._place()
        for view, picture in self.pictures.items():
            which, _, kind_of = view.partition(".")
            values = pair.x if view == "x" else pair.views[view]
            levels = facts.levels.get(kind_of or "data", (0.0, 1.0))
            picture.show_values(pictures(values, facts.event_shape), levels)
            name, words = self._titles[view]
            name.setText(names.get(which, "data"))
            words.setText(kind_of or "x")
            picture.setAccessibleName(f"{kind_of or 'x'}, {names.get(which, 'data')}")

    def resizeEvent(self, event) -> None:  # Qt's name
        super().resizeEvent(event)
        self._place()

    def minimumSizeHint(self) -> QSize:
        """As narrow as three small pictures: the scroll area must be able to make it narrow again."""
        return QSize(3 * 88 + 2 * GAP, super().minimumSizeHint().height())

    def _place(self) -> None:
        """All in one row where there is room, else x beside two rows; as large as fits."""
        columns = len(VIEWS) if (self.width() + GAP) // len(VIEWS) - GAP >= SMALLEST else 3
        width = min(max((self.width() + GAP) // columns - GAP, 88), LARGEST)
        height = min(round(width * self._aspect), 2 * LARGEST)
        if (columns, width, height) == self._placed:
            return
        self._placed = (columns, width, height)
        for at, view in enumerate(VIEWS):
            self._grid.removeWidget(self._cells[view])
            row, column = (0, at) if columns == len(VIEWS) else BELOW[view]
            self._grid.addWidget(self._cells[view], row, column, Qt.AlignmentFlag.AlignTop)
            self.pictures[view].setFixedSize(width, height)
            self._titles[view][0].setFixedWidth(width)
        self._grid.setColumnStretch(len(VIEWS), 1)

    def _show_curves(self, pair: Pair, facts: ModelFacts, names: dict[str, str]) -> None:
        for which, plot in self.plots.items():
            self._plot_titles[which].setText(names[which])
            x, mean, sample = (
                cells(values, facts.event_shape)
                for values in (pair.x, pair.views[f"{which}.mean"], pair.views[f"{which}.sample"])
            )
            plot.show_drawing(lambda plot, x=x, mean=mean, sample=sample: _draw(plot, x, mean, sample))
            plot.setYRange(*facts.levels.get("data", (float(np.nanmin(x)), float(np.nanmax(x)))))


def _draw(plot: Plot, x: np.ndarray, mean: np.ndarray, sample: np.ndarray) -> None:
    colours = current()
    at = np.arange(len(x))
    plot.plot(at, mean, pen=pen(colours.blue))
    plot.plot(at, sample, pen=None, symbol="o", symbolSize=4, symbolPen=None, symbolBrush=colours.orange)
    plot.plot(at, x, pen=None, symbol="x", symbolSize=6, symbolPen=None, symbolBrush=colours.text)
