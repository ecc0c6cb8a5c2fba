"""A list of equally high rows of which only the visible ones exist: scrolling gives each widget another row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PyQt6.QtCore import QEvent, QSize, Qt
from PyQt6.QtGui import QKeyEvent, QResizeEvent
from PyQt6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

Row = TypeVar("Row", bound=QWidget)


class RecycledRows(QAbstractScrollArea, Generic[Row]):
    """`count` rows; `make()` makes a row widget, `bind(widget, position)` fills it.

    Row i is always shown by widget i modulo the number of widgets, so that scrolling by one row fills one widget.
    Up, Down, Page Up and Page Down move the focus from row to row.
    """

    def __init__(
        self, make: Callable[[], Row], bind: Callable[[Row, int], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._make, self._bind = make, bind
        self._count, self._height = 0, 40
        self._rows: list[Row] = []
        self._at: list[int] = []  # position that each widget shows; -1: hidden

    @property
    def rows(self) -> tuple[Row, ...]:
        """The row widgets there are, shown or not."""
        return tuple(self._rows)

    @property
    def row_height(self) -> int:
        return self._height

    def shown(self) -> dict[int, Row]:
        """Position -> widget, of the rows that have one now."""
        return {at: row for at, row in zip(self._at, self._rows, strict=True) if at >= 0}

    def show_rows(self, count: int, height: int) -> None:
        """Other rows: every visible one is filled again."""
        self._count, self._height = count, height
        self._at = [-1] * len(self._rows)
        self._lay_out()

    def refresh(self) -> None:
        """Fill the visible rows again; nothing moves."""
        for at, row in self.shown().items():
            self._bind(row, at)

    def scroll_to(self, position: int) -> None:
        """Scroll as little as shows the whole row."""
        bar = self._bar()
        top, bottom = position * self._height, (position + 1) * self._height - self._view().height()
        bar.setValue(min(max(bar.value(), bottom), top))

    def focus_row(self, position: int) -> None:
        """Scroll to a row and give it the keyboard."""
        if self._count:
            position = min(max(position, 0), self._count - 1)
            self.scroll_to(position)
            self.shown()[position].setFocus(Qt.FocusReason.OtherFocusReason)

    def sizeHint(self) -> QSize:
        return QSize(280, 400)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 96)

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        super().resizeEvent(a0)
        self._lay_out()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._place()

    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        if a0 is None:
            return
        page = max(1, self._view().height() // self._height - 1)
        step = {
            Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page,
        }.get(Qt.Key(a0.key()))  # fmt: skip
        if step is None:
            super().keyPressEvent(a0)
            return
        focused = next((at for at, row in self.shown().items() if row.isAncestorOf(self._focused(row))), None)
        self.focus_row(self._bar().value() // self._height if focused is None else focused + step)

    def _focused(self, row: Row) -> QWidget | None:
        window = row.window()
        return window.focusWidget() if window is not None else None

    def viewportEvent(self, a0: QEvent | None) -> bool:
        # nothing is painted by the viewport itself: its rows paint
        return super().viewportEvent(a0)

    def _lay_out(self) -> None:
        view, bar = self._view(), self._bar()
        needed = min(self._count, view.height() // self._height + 2)
        while len(self._rows) < needed:
            row = self._make()
            row.setParent(view)
            self._rows.append(row)
            self._at = [-1] * len(self._rows)  # another number of widgets: other widgets for the rows
        bar.setRange(0, max(0, self._count * self._height - view.height()))
        bar.setPageStep(view.height())
        bar.setSingleStep(self._height)
        self._place()

    def _place(self) -> None:
        if not self._rows:
            return
        offset, width = self._bar().value(), self._view().width()
        first = offset // self._height
        last = min(self._count, (offset + self._view().height()) // self._height + 1)
        wanted = {at % len(self._rows): at for at in range(first, last)}
        for number, row in enumerate(self._rows):
            at = wanted.get(number, -1)
            if at < 0:
                self._leave(row)
                row.hide()
            else:
                row.setGeometry(0, at * self._height - offset, width, self._height)
                if at != self._at[number]:
                    if self._at[number] >= 0:
                        self._leave(row)
                    self._bind(row, at)
                row.show()
            self._at[number] = at

    def _leave(self, row: Row) -> None:
        """A row that is about to show something else must not take the keyboard with it."""
        focused = self._focused(row)
        if focused is not None and row.isAncestorOf(focused):
            focused.clearFocus()

    def _view(self) -> QWidget:
        view = self.viewport()
        return view if view is not None else self

    def _bar(self):
        bar = self.verticalScrollBar()
        if bar is None:
            raise RuntimeError("a scroll area without a scroll bar")
        return bar
