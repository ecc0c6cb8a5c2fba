"""The pixel inspector under the pictures of Look."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from vaediag_gui.resolve.inspector import FEW, MARKS, InspectorState, highest, percent, steady, wanted_x
from vaediag_gui.widgets.lawplot import LawPlot
from vaediag_gui.widgets.marks import MarkSign
from vaediag_gui.widgets.notice import Notice
from vaediag_gui.widgets.text import label

ORDER = ("mean", "mode", "σ", "sample", "observed")
SAYS = {
    "mean": "the average of all draws of this pixel",
    "mode": "the most likely value",
    "σ": "standard deviation; the bar on the axis is mean ± σ",
    "sample": "the draw that the sample picture shows here",
    "observed": "the value of the data, and how much of p(xᵢ | z) lies on its other side",
}


class InspectorPanel(QFrame):
    """p(x_i | z) of one pixel.

    Signals:
        wished({"pixel": index}): another channel.
        commanded(name, arguments): save_picture, retry.
    """

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._state = InspectorState()
        self._x: tuple[float, float] | None = None
        self._y: tuple[float, float] | None = None
        self._title = label(role="strong")
        self._channel = QComboBox()
        self._channel.setAccessibleName("channel of the pixel")
        self._channel.setToolTip("Which channel of the pixel")
        self._channel.currentIndexChanged.connect(self._choose_channel)
        self._save = QPushButton("Save picture…")
        self._save.setObjectName("save")
        self._save.setToolTip("Save this curve as PNG or SVG")
        self._save.clicked.connect(lambda: self.commanded.emit("save_picture", {"what": "pixel"}))
        self._notice = Notice()
        self._notice.acted.connect(self._act)
        self._empty = label(role="muted", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.plot = LawPlot("law of one pixel")
        self._numbers = QWidget()
        self._numbers.setFixedWidth(204)
        self._values = {}
        grid = QGridLayout(self._numbers)
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        for row, name in enumerate(ORDER):
            words, value = label(name, "muted"), label(wrap=name == "observed")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.setToolTip(SAYS[name])
            value.setToolTip(SAYS[name])
            sign = MarkSign(name)
            grid.addWidget(sign, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(words, row, 1, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 2, Qt.AlignmentFlag.AlignTop)
            self._values[name] = (sign, words, value)
        grid.setColumnStretch(2, 1)
        grid.setRowStretch(len(ORDER), 1)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._title, 1)
        top.addWidget(self._channel)
        top.addWidget(self._save)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self.plot, 1)
        middle.addWidget(self._numbers)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 4)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._notice)
        layout.addWidget(self._empty, 1000)  # alone in the middle while there is no curve
        layout.addLayout(middle, 1)
        self.show_state(InspectorState())

    def show_state(self, state: InspectorState) -> None:
        """Show it; nothing is emitted."""
        before, self._state = self._state, state
        if state == before and self._title.text():
            return
        law, message = state.law, state.message
        if message is None:
            self._notice.hide()
        else:
            self._notice.show_message(message.title, message.text, severity=message.severity, button=message.button)
        self._empty.setVisible(bool(state.waiting))
        self._empty.setText(state.waiting)
        for part in (self.plot, self._numbers):
            part.setVisible(law is not None)
        self._save.setEnabled(law is not None)
        self._title.setText(state.title or "p(xᵢ | z) of one pixel")
        self._show_channels(state)
        if law is not None:
            self._show_numbers(state)
            self._show_law(state)

    @property
    def axes(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The ranges of both axes."""
        return self._x or (0.0, 1.0), self._y or (0.0, 1.0)

    def _show_law(self, state: InspectorState) -> None:
        law = state.law
        if law is None:
            return
        few = law.discrete and len(law.support) <= FEW
        if few:
            half = 0.5 if len(law.support) > 1 else 1.0
            self._x = (float(law.support[0]) - half, float(law.support[-1]) + half)
            self._y = (0.0, 1.0)
        else:
            self._x = steady(self._x, wanted_x(law))
            self._y = (0.0, steady(self._y, (0.0, highest(law)))[1])
        band = (law.mean - law.stddev, law.mean + law.stddev) if law.mean is not None and law.stddev else None
        marks = tuple((each.name, each.at) for each in state.numbers if each.name in MARKS and each.at is not None)
        self.plot.show_law(
            law.support,
            law.density,
            (self._x, self._y),
            bars=law.discrete,
            marks=marks,
            band=band,
            labels=tuple(percent(float(mass)) for mass in law.density) if few and len(law.support) <= 6 else (),
            words=(state.x_words, state.y_words),
        )
        self.plot.setAccessibleDescription(", ".join(f"{each.name} {each.text}" for each in state.numbers))

    def _show_numbers(self, state: InspectorState) -> None:
        given = {each.name: each for each in state.numbers}
        for name, widgets in self._values.items():
            number = given.get(name)
            for widget in widgets:
                if widget.isHidden() == (number is not None):
                    widget.setVisible(number is not None)
            if number is not None and widgets[2].text() != number.text:
                widgets[2].setText(number.text)

    def _show_channels(self, state: InspectorState) -> None:
        self._channel.setVisible(state.channels > 1)
        if state.channels <= 1:
            return
        with QSignalBlocker(self._channel):
            if self._channel.count() != state.channels:
                self._channel.clear()
                names = ("red", "green", "blue") if state.channels == 3 else range(state.channels)
                self._channel.addItems([str(name) for name in names])
            self._channel.setCurrentIndex(state.channel)

    def _choose_channel(self, channel: int) -> None:
        law = self._state.law
        if law is not None and len(law.index) == 3:
            self.wished.emit({"pixel": (*law.index[:2], channel)})

    def _act(self) -> None:
        message = self._state.message
        if message is not None and message.wish is not None:
            self.wished.emit(dict(message.wish))
        elif message is not None and message.command:
            self.commanded.emit(message.command, dict(message.arguments or {}))
