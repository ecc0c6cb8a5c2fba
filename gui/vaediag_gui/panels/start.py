"""The start page: the idea in a sentence, models to choose, what was opened before, and ways to bring one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QImage, QShowEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from vaediag.registry import Card
from vaediag_gui.panels.start_side import StartSide
from vaediag_gui.resolve.start import HEADING, LEAD, LEGEND, StartState, model_cards
from vaediag_gui.strips import strips
from vaediag_gui.widgets.pick_cards import PickCards
from vaediag_gui.widgets.text import label

WIDEST = 1200


class StartPanel(QWidget):
    """What a person sees first. `set_models` gives the cards; everything else comes with the state."""

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Start page")
        self._state: StartState | None = None
        self._own_tags: dict[str, str] = {}
        self._choices = PickCards("Models to choose from", least=264)
        self._choices.chosen.connect(lambda address: self.commanded.emit("open_model", {"address": address}))
        self._choices.focused.connect(lambda card: self._scroll.ensureWidgetVisible(card, 0, 24))
        self._none = label("No model is registered here. Open your own, or drop its folder on this window.", wrap=True)
        self._side = StartSide()
        self._side.commanded.connect(self.commanded)
        self._scroll = _scrolled(self._page())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)

    def set_models(self, cards: Sequence[Card], pictures: Mapping[str, QImage] | None = None) -> None:
        """The models that can be chosen; `pictures`: strips of small images by name (None: those of `strips`)."""
        made = model_cards(cards)
        self._own_tags = {card.address: card.tag for card in made}
        drawn = strips() if pictures is None else pictures
        self._choices.set_cards(made, drawn)
        self._legend.setVisible(any(card.address in drawn for card in made))
        self._choices.setVisible(bool(made))
        self._none.setVisible(not made)
        self._show_tags()

    def show_state(self, state: StartState) -> None:
        if state == self._state:
            return
        self._state = state
        self._helper.setText(state.helper)
        self._back.setVisible(state.can_return)
        self._side.show_recent(state.recent)
        self._show_tags()

    def showEvent(self, a0: QShowEvent | None) -> None:
        super().showEvent(a0)
        window = self.window()
        if window is not None and window.focusWidget() is None:
            self._choices.focus_first()  # Return opens the suggestion

    def _tab(self) -> str:
        return self._state.tab if self._state is not None else "look"

    def _show_tags(self) -> None:
        self._choices.show_tags(self._own_tags | dict(self._state.tags if self._state is not None else ()))

    def _page(self) -> QWidget:
        self._tour = QPushButton("Start the tour")
        self._tour.setProperty("primary", True)
        self._tour.setToolTip("Four steps, about two minutes: from one z to a diagnosis")
        self._tour.clicked.connect(lambda: self.commanded.emit("tour", {}))
        self._back = QPushButton("Back to the open model")
        self._back.setToolTip("Go on where you were")
        self._back.clicked.connect(lambda: self.commanded.emit("tab", {"tab": self._tab()}))
        self._back.hide()
        self._helper = label(role="muted", wrap=True)
        self._helper.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._tour)
        buttons.addWidget(self._back)
        buttons.addSpacing(8)
        buttons.addWidget(self._helper, 1)

        models = QVBoxLayout()
        models.setSpacing(8)
        self._legend = _fixed(label(LEGEND, role="muted", wrap=True))
        models.addWidget(_fixed(label("Choose a model", role="title")))
        models.addWidget(self._legend)
        models.addWidget(self._choices)
        models.addWidget(self._none)
        models.addStretch(1)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addLayout(models, 1)
        columns.addWidget(self._side)

        column = QWidget()
        column.setMaximumWidth(WIDEST)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(8)
        layout.addWidget(_fixed(label(HEADING, role="heading", wrap=True)))
        layout.addWidget(_fixed(label(LEAD, wrap=True)))
        layout.addSpacing(4)
        layout.addLayout(buttons)
        layout.addSpacing(8)
        layout.addLayout(columns, 1)
        page = QWidget()
        centred = QHBoxLayout(page)
        centred.setContentsMargins(0, 0, 0, 0)
        centred.addStretch(1)
        centred.addWidget(column, 1000)
        centred.addStretch(1)
        return page


def _fixed(widget: QWidget) -> QWidget:
    """As high as its words; spare height belongs below."""
    widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return widget


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    page.setAutoFillBackground(False)
    viewport = area.viewport()
    if viewport is not None:
        viewport.setAutoFillBackground(False)
    return area
