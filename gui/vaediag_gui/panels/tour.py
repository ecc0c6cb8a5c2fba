"""The tour: a card beside the part of the window that it speaks of. It never takes the keyboard from anything."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt6 import sip
from PyQt6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from vaediag_gui.resolve.tour import STEPS, TourState, card_place, step_words
from vaediag_gui.theme.apply import current
from vaediag_gui.widgets.ring import Ring
from vaediag_gui.widgets.text import label

WIDTH = 344
_MOVED = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.LayoutRequest)


class Tour(QFrame):
    """A child of the window, above everything; `begin` opens it at a step, Esc or Close ends it.

    `targets`: widgets of the window by the keys of `Step.target` and `Step.keep`, as far as there are such.

    It wishes for the tab that a step speaks of, and frames the widget called like the step's target.
    """

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)

    def __init__(self, window: QWidget, targets: Mapping[str, QWidget]) -> None:
        super().__init__(window)
        self.setFixedWidth(WIDTH)
        self._window, self._targets = window, targets
        self._step, self._state = 0, TourState(model_open=True)
        self._watched: set[QObject] = set()
        self._ring = Ring(window)
        self._settle = QTimer(self)  # once per turn of the event loop, after everything has found its place
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._place)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), window)
        self._escape.activated.connect(self.end)
        self._title, self._text, self._action = label(role="title", wrap=True), label(wrap=True), label(wrap=True)
        for each in (self._title, self._text, self._action):
            each.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._place_in_words = label(role="muted")
        self._back = self._button("Back", "The step before", self.back)
        self._onward = self._button("Next", "The next step", self.onward)
        self._onward.setProperty("primary", True)
        self._end = self._button("Close", "End the tour (Esc)", self.end)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for each in (self._end, self._back, self._onward):
            buttons.addWidget(each)
            if each is self._end:
                buttons.addStretch(1)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._place_in_words, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self._text)
        layout.addWidget(self._action)
        layout.addSpacing(4)
        layout.addLayout(buttons)
        self._restyle()
        self.end()

    @property
    def step(self) -> int:
        """From 0."""
        return self._step

    def begin(self, step: int = 0) -> None:
        """Open at a step."""
        self._watch()
        self.show()
        self._go(step)

    def show_targets(self, targets: Mapping[str, QWidget]) -> None:
        """Other widgets, after the window has made them anew."""
        self._targets = targets
        if self.isVisible():
            self._watch()
            self._settle.start()

    def show_state(self, state: TourState) -> None:
        opened = state.model_open and not self._state.model_open
        if state == self._state:
            return
        self._state = state
        self._say()
        if opened and self.isVisible():
            self._wish()

    def onward(self) -> None:
        if self._step + 1 < len(STEPS):
            self._go(self._step + 1)
        else:
            self.end()

    def back(self) -> None:
        self._go(max(self._step - 1, 0))

    def end(self) -> None:
        self.hide()
        self._ring.hide()
        self._escape.setEnabled(False)
        self._unwatch()

    def eventFilter(self, a0: QObject | None, a1: QEvent | None) -> bool:
        if a1 is not None and a1.type() in _MOVED and not sip.isdeleted(self):
            self._settle.start()
        return super().eventFilter(a0, a1)

    def changeEvent(self, a0: QEvent | None) -> None:
        super().changeEvent(a0)
        if a0 is not None and a0.type() == QEvent.Type.PaletteChange and hasattr(self, "_action"):
            self._restyle()

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        del a0
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(current().window))
        painter.setBrush(QColor(current().surface))
        painter.setPen(QPen(QColor(current().accent), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)

    def _go(self, step: int) -> None:
        self._step = step
        self._say()
        self._wish()

    def _wish(self) -> None:
        tab = step_words(self._step, self._state).tab
        if tab is not None:
            self.wished.emit({"tab": tab})
        self._settle.start()

    def _say(self) -> None:
        words = step_words(self._step, self._state)
        self._title.setText(words.title)
        self._text.setText(words.text)
        self._action.setText(f"→ {words.action}")
        self._place_in_words.setText(words.place)
        self._onward.setText(words.onward)
        self._back.setEnabled(words.can_go_back)
        self.setAccessibleName(f"Tour, {words.place}: {words.title}")
        self.setAccessibleDescription(f"{words.text} {words.action}")
        self._escape.setEnabled(self.isVisible() and not self._state.working)
        self._settle.start()

    def _place(self) -> None:
        if not self.isVisible():
            return
        layout = self.layout()
        height = layout.totalHeightForWidth(WIDTH) if layout is not None else self.height()
        words = step_words(self._step, self._state)
        target = self._area(words.target)
        kept = [area for key in words.keep if (area := self._area(key)) is not None]
        at = card_place(
            (WIDTH, height),
            None if target is None else _box(target),
            [_box(area) for area in kept],
            _box(self._window.rect()),
        )
        self.setGeometry(QRect(QPoint(*at), self.size()).adjusted(0, 0, 0, height - self.height()))
        self._ring.show_around(target)
        self.raise_()

    def _area(self, key: str | None) -> QRect | None:
        """What can be seen of a target, in the window's coordinates; None when nothing can."""
        widget = self._targets.get(key) if key is not None else None
        if widget is None or sip.isdeleted(widget) or not widget.isVisibleTo(self._window):
            return None
        area = QRect(widget.mapTo(self._window, QPoint(0, 0)), widget.size()).intersected(self._window.rect())
        return None if area.isEmpty() else area

    def _watch(self) -> None:
        """Follow the targets: they move when anything around them does."""
        self._unwatch()
        self._watched.add(self._window)
        for widget in self._targets.values():
            if sip.isdeleted(widget):
                continue
            above: QWidget | None = widget
            while above is not None and above is not self._window:
                self._watched.add(above)
                above = above.parentWidget()
        for each in self._watched:
            each.installEventFilter(self)

    def _unwatch(self) -> None:
        for each in self._watched:
            if not sip.isdeleted(each):
                each.removeEventFilter(self)
        self._watched.clear()

    def _button(self, words: str, tip: str, act) -> QPushButton:
        made = QPushButton(words)
        made.setToolTip(tip)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard with the slider
        made.clicked.connect(act)
        return made

    def _restyle(self) -> None:
        self._action.setStyleSheet(f"color: {current().accent}; font-weight: 500;")


def _box(area: QRect) -> tuple[int, int, int, int]:
    return area.x(), area.y(), area.width(), area.height()
