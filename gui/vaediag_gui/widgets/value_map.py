"""A map with its colour bar and the value under the cursor; for vectors bars take its place."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from vaediag_gui.widgets.colour_bar import ColourBar
from vaediag_gui.widgets.picture import Picture
from vaediag_gui.widgets.profile import Profile
from vaediag_gui.widgets.text import label

Place = tuple[int, ...]


class ValueMap(QWidget):
    """`clicked(place)`: (row, column) of a picture, (feature,) of a vector."""

    clicked = pyqtSignal(tuple)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture, self.profile, self.bar = Picture(name), Profile(name), ColourBar()
        self.words = label("", "muted", wrap=True)
        self.sort = QToolButton()
        self.sort.setText("Farthest first")
        self.sort.setCheckable(True)
        self.sort.setToolTip("Those farthest from what is exact (or from 0) first, as many as can be read")
        self.sort.setAccessibleName(f"{name}: farthest first")
        self.sort.toggled.connect(self.profile.sort)
        self.sort.hide()
        self._hint = ""
        self._say: Callable[[Place], str] = lambda _: ""
        self._cursor: Place | None = None
        beside = QWidget()
        row = QHBoxLayout(beside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.picture, 1)
        row.addWidget(self.bar)
        self._kinds = QStackedWidget()
        self._kinds.addWidget(beside)
        self._kinds.addWidget(self.profile)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._kinds, 1)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.words, 1)
        below.addWidget(self.sort)
        layout.addLayout(below)
        self.picture.pointed.connect(lambda row, column: self._point((row, column)))
        self.picture.clicked.connect(lambda row, column: self.clicked.emit((row, column)))
        self.picture.left.connect(self._rest)
        self.profile.pointed.connect(lambda feature: self._point((feature,)))
        self.profile.clicked.connect(lambda feature: self.clicked.emit((feature,)))
        self.profile.left.connect(self._rest)

    def show_map(
        self,
        name: str,
        raw: np.ndarray,
        drawn: np.ndarray,
        *,
        levels: tuple[float, float],
        colours: str,
        ticks: tuple[tuple[float, str], ...],
        base: float,
        say: Callable[[Place], str],
        hint: str = "",
        names: tuple[str, ...] = (),
    ) -> None:
        """`raw` values as `drawn` (`[H, W]`; `[D]` draws the raw ones from `base`); `say` tells the value of a place.

        `hint` stands below while no place is pointed at. `names` are those of the values of a vector.
        """
        self._say, self._hint = say, hint
        self.sort.setVisible(raw.ndim == 1)
        if raw.ndim == 1:
            self._kinds.setCurrentIndex(1)
            self.profile.show_values(raw, base, name, names)
        else:
            self._kinds.setCurrentIndex(0)
            self.picture.show_values(drawn, levels, colours)
            finite = drawn[np.isfinite(drawn)]
            slack = 1e-6 * (levels[1] - levels[0])
            self.bar.show_scale(
                colours, levels, ticks,
                below=bool(finite.size and finite.min() < levels[0] - slack),
                above=bool(finite.size and finite.max() > levels[1] + slack),
            )  # fmt: skip
        self._rest()

    def show_cursor(self, place: Place | None) -> None:
        """Mark the chosen place, without a signal."""
        self._cursor = place
        if place is None or len(place) == 2:
            self.picture.show_cursor((place[0], place[1]) if place else None)
        if place is None or len(place) == 1:
            self.profile.show_chosen(place[0] if place else None)

    def _point(self, place: Place) -> None:
        self.words.setText(self._say(place))
        if self._kinds.currentIndex() == 0:
            self.picture.show_cursor((place[0], place[1]))

    def _rest(self) -> None:
        self.words.setText(self._hint)
        self.show_cursor(self._cursor)
