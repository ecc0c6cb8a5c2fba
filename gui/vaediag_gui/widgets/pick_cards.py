"""Cards to choose from in columns that reflow; the arrow keys go from card to card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QImage, QKeyEvent
from PyQt6.QtWidgets import QWidget

from vaediag_gui.widgets.grid_flow import GridFlow, neighbour
from vaediag_gui.widgets.pick_card import PickCard

_ARROWS = {
    Qt.Key.Key_Left: "left", Qt.Key.Key_Right: "right", Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down",
}  # fmt: skip


class Choice(Protocol):
    @property
    def address(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def sentence(self) -> str: ...
    @property
    def facts(self) -> str: ...
    @property
    def picture(self) -> str: ...


class PickCards(QWidget):
    """`chosen(address)`: a card was chosen. `focused(card)`: the keyboard went to a card, which should be in view."""

    chosen = pyqtSignal(str)
    focused = pyqtSignal(QWidget)

    def __init__(self, name: str, *, least: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._flow = GridFlow(self, least=least)
        self._cards: dict[str, PickCard] = {}

    def set_cards(self, cards: Sequence[Choice], pictures: Mapping[str, QImage]) -> None:
        for old in self._cards.values():
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._cards = {each.address: self._card(each, pictures.get(each.address)) for each in cards}
        for card in self._cards.values():
            self._flow.addWidget(card)

    def show_tags(self, tags: Mapping[str, str]) -> None:
        for address, card in self._cards.items():
            card.show_tag(tags.get(address, ""))

    def focus_first(self) -> None:
        for card in self._cards.values():
            card.setFocus(Qt.FocusReason.OtherFocusReason)
            return

    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        cards = list(self._cards.values())
        here = next((place for place, card in enumerate(cards) if card.hasFocus()), None)
        direction = _ARROWS.get(Qt.Key(a0.key())) if a0 is not None else None
        if here is None or direction is None:
            super().keyPressEvent(a0)
            return
        card = cards[neighbour(here, len(cards), self._flow.columns(), direction)]
        card.setFocus(Qt.FocusReason.TabFocusReason)
        self.focused.emit(card)

    def _card(self, choice: Choice, strip: QImage | None) -> PickCard:
        words = (choice.title, choice.sentence, choice.facts)
        made = PickCard(*words, strip=strip, strip_meaning=choice.picture, parent=self)
        above = f". Above: {choice.picture}" if strip is not None else ""
        made.setToolTip(f"Open {choice.title}{above}")
        made.clicked.connect(lambda: self.chosen.emit(choice.address))
        return made
