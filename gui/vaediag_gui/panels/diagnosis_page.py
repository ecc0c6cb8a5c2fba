"""The frame of the four tabs of the diagnosis: verdict, message, pictures; or the message alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtCore import QPoint, Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from vaediag_gui.panels.assumed_line import AssumedLine
from vaediag_gui.panels.standing_card import StandingCard
from vaediag_gui.resolve.standing import Standing
from vaediag_gui.widgets.card import Card
from vaediag_gui.widgets.page import Page
from vaediag_gui.widgets.save_menu import SaveMenu
from vaediag_gui.widgets.text import label

SETTLED = 300  # ms after which a layout is taken to be done


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the pictures: `make` builds its widgets, once; `fill` shows the newest state in them."""

    make: Callable[[], QWidget]
    fill: Callable[[], None]


class DiagnosisPage(QWidget):
    """`commanded(name, arguments)`: the message's button or the menu of pictures.

    Parts are made when the first diagnosis is there, each in a turn of the event loop of its own: an empty tab costs
    nothing, and opening a full one does not hold up the window.
    """

    commanded = pyqtSignal(str, dict)

    def __init__(self, *parts: Part, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts, self._made = parts, 0
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._next)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED)
        self._settled.timeout.connect(self._forget)
        self._wanted: Callable[[], QWidget] | None = None
        self._page = Page()
        self.alone, self.above = StandingCard(large=True), StandingCard(large=False)
        for card in (self.alone, self.above):
            card.acted.connect(self.commanded)
        self.assumed = AssumedLine()
        self.assumed.asked.connect(lambda: self.commanded.emit("explain_assumed", {}))
        self.verdict = label(role="title", wrap=True)
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.about = label(role="muted", wrap=True)
        self.save = SaveMenu()
        self.save.chosen.connect(lambda figure: self.commanded.emit("save_picture", {"what": f"figure:{figure}"}))
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._page)
        self._page.setAutoFillBackground(False)
        viewport = self._scroll.viewport()
        if viewport is not None:
            viewport.setAutoFillBackground(False)
        bar = self._scroll.verticalScrollBar()
        if bar is not None:
            bar.rangeChanged.connect(self._aim)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._centred())
        self._stack.addWidget(self._filled())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    def show_frame(
        self, standing: Standing, verdict: str, about: str, figures: tuple[tuple[str, str], ...], assumed: str = ""
    ) -> None:
        """Message and verdict; then every part is filled, those that are not made yet as soon as they are."""
        self._stack.setCurrentIndex(0 if standing.alone else 1)
        if standing.alone:
            self.alone.show_standing(standing)
            return
        self.above.show_standing(standing)
        self.verdict.setText(verdict)
        self.assumed.show_line(assumed)
        bar = self._scroll.verticalScrollBar()
        if bar is not None and about != self.about.text():
            bar.setValue(0)  # another diagnosis is read from its beginning
        self.about.setText(about)
        self.save.show_entries(figures)
        for part in self._parts[: self._made]:
            part.fill()
        if self._made == 0:
            self._next()
        elif not self.complete or self._wanted is not None:
            self._turn.start(0)

    @property
    def complete(self) -> bool:
        """Are all parts made?"""
        return self._made == len(self._parts)

    def finish(self) -> None:
        """Make the rest at once."""
        while self._stack.currentIndex() == 1 and not self.complete:
            self._next()

    def _next(self) -> None:
        """Make the next part, or go to the wanted one: one turn's work."""
        if self._stack.currentIndex() == 0:
            return
        if self.complete:
            self._aim()
            self._settled.start()
            return
        part = self._parts[self._made]
        self._made += 1
        widget = part.make()
        self._page.add(widget)
        widget.show()  # at once; the layout would do it later
        part.fill()
        if not self.complete or self._wanted is not None:
            self._turn.start(0)

    def _aim(self) -> None:
        """Scroll to the wanted part; again whenever the layout has moved it, until it has settled."""
        bar = self._scroll.verticalScrollBar()
        if self._wanted is not None and self.complete and bar is not None:
            bar.setValue(self._wanted().mapTo(self._page, QPoint(0, 0)).y() - 4)

    def _forget(self) -> None:
        self._wanted = None

    def explain(self, card: Card, page: str) -> None:
        """Let a card of the page offer the definition of what it shows."""
        card.explain(page)
        card.explained.connect(lambda name: self.commanded.emit("explain", {"page": name}))

    def add_button(self, button: QWidget) -> None:
        """Beside "Save picture…"."""
        self._buttons.insertWidget(0, button)

    def reveal(self, find: Callable[[], QWidget]) -> None:
        """Scroll to what `find` names, as soon as all parts are made and shown."""
        self._wanted = find
        self._turn.start(0)

    def _centred(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addStretch(2)
        middle = QHBoxLayout()  # with stretches: an alignment would measure the words at the page's width
        middle.addStretch(1)
        middle.addWidget(self.alone, 1000)
        middle.addStretch(1)
        layout.addLayout(middle)
        layout.addStretch(3)
        return page

    def _filled(self) -> QWidget:
        page = QFrame()
        heading = QHBoxLayout()
        heading.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.verdict)
        words.addWidget(self.about)
        heading.addLayout(words, 1)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addWidget(self.save)
        beside = QVBoxLayout()
        beside.addLayout(self._buttons)
        beside.addStretch(1)
        heading.addLayout(beside)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(16, 12, 16, 0)
        layout.setSpacing(8)
        layout.addWidget(self.assumed)
        layout.addLayout(heading)
        layout.addWidget(self.above)
        layout.addWidget(self._scroll, 1)
        return page
