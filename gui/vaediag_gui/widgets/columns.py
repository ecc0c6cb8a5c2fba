"""Widgets side by side in columns of one width: as many columns as fit, rows as even as possible."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QGridLayout, QSizePolicy, QWidget


def columns_for(count: int, width: int, least: int, spacing: int) -> int:
    """How many of `count` widgets stand in a row: 4 become 4, 2 or 1 columns, never 3 and a rest of 1."""
    fit = max(1, min(count, (width + spacing) // (least + spacing)))
    rows = -(-count // fit)
    return -(-count // rows)


def _hidden(widget: QWidget) -> bool:
    """Hidden on purpose; a widget that has never been shown is hidden too, but not on purpose."""
    return widget.isHidden() and widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)


class Columns(QWidget):
    """Hidden widgets take no place. `stretch`: relative widths while all stand in one row."""

    def __init__(
        self, *widgets: QWidget, least: int, stretch: tuple[int, ...] = (), spacing: int = 12,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._widgets = widgets
        self._least, self._stretch = least, stretch
        self._placed: tuple[int, tuple[int, ...]] | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(spacing)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        for widget in widgets:
            widget.setParent(self)
            widget.installEventFilter(self)
        self.place()

    def place(self) -> None:
        """Arrange for the width there is now."""
        shown = tuple(i for i, widget in enumerate(self._widgets) if not _hidden(widget))
        count = columns_for(max(len(shown), 1), max(self.width(), self._least), self._least, self._grid.spacing())
        if (count, shown) == self._placed:
            return
        self._placed = (count, shown)
        for widget in self._widgets:
            self._grid.removeWidget(widget)
        for column in range(len(self._widgets)):
            whole = len(self._stretch) == len(self._widgets) and count == len(shown)
            self._grid.setColumnStretch(column, 0 if column >= count else self._stretch[column] if whole else 1)
        for place, index in enumerate(shown):
            row, column = divmod(place, count)
            last = place == len(shown) - 1
            self._grid.addWidget(self._widgets[index], row, column, 1, count - column if last else 1)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # Qt's name
        super().resizeEvent(event)
        self.place()

    def eventFilter(self, watched, event):
        if event is not None and event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self.place()
        return super().eventFilter(watched, event)

    def minimumSizeHint(self):
        """One column wide: the scroll area must be able to make it narrow again."""
        hint = super().minimumSizeHint()
        hint.setWidth(min(hint.width(), self._least))
        return hint
