"""How much annealed importance sampling is asked for."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import QPushButton, QSpinBox, QVBoxLayout, QWidget

from vaediag_gui.resolve.evidence import cost_words
from vaediag_gui.resolve.words import plural
from vaediag_gui.state.wish import AIS_IMAGES, AIS_TEMPERATURES
from vaediag_gui.widgets.flow import FlowBox
from vaediag_gui.widgets.text import label
from vaediag_gui.widgets.titled import titled


class AisForm(QWidget):
    """Two sizes, what they cost, and the button. `asked(images, temperatures)`."""

    asked = pyqtSignal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._given: tuple[int, int] | None = None
        self.images = _number("Images", AIS_IMAGES, 1, "How many images; the time grows with them")
        self.temperatures = _number(
            "Temperatures",
            AIS_TEMPERATURES,
            100,
            "Steps from prior to posterior; more come closer and take longer",
        )
        self.cost = label(role="muted", wrap=True)
        self.button = QPushButton()
        self.button.clicked.connect(lambda: self.asked.emit(self.images.value(), self.temperatures.value()))
        for field in (self.images, self.temperatures):
            field.valueChanged.connect(self._say)
        form = FlowBox(spacing=12)
        form.add(titled("Images", self.images), titled("Temperatures", self.temperatures))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(form)
        layout.addWidget(self.cost)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self._say()

    def show_sizes(self, images: int, temperatures: int, why_not: str, *, again: bool) -> None:
        """The sizes that are wished; numbers that were typed since stay. Nothing is emitted."""
        if (images, temperatures) != self._given:
            self._given = (images, temperatures)
            for field, number in ((self.images, images), (self.temperatures, temperatures)):
                with QSignalBlocker(field):
                    field.setValue(number)
        self.button.setEnabled(not why_not)
        self.button.setToolTip(why_not or "Diagnose again, with annealed importance sampling besides")
        self._again = again
        self._say()

    def take_focus(self) -> None:
        self.images.setFocus(Qt.FocusReason.OtherFocusReason)

    _again = False

    def _say(self) -> None:
        images = self.images.value()
        self.cost.setText(cost_words(images, self.temperatures.value()))
        self.button.setText(f"Anneal {plural(images, 'image')}{' again' if self._again else ''}")


def _number(name: str, ends: tuple[int, int], step: int, tip: str) -> QSpinBox:
    made = QSpinBox()
    made.setRange(*ends)
    made.setSingleStep(step)
    made.setGroupSeparatorShown(True)
    made.setAccessibleName(f"{name} of annealed importance sampling")
    made.setToolTip(tip)
    made.setFixedWidth(80)
    made.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
    return made
