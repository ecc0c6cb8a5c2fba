"""A table of a few numbers with words at the end: text only, rows are reused."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QFont
from PyQt6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from vaediag_gui.theme.apply import font
from vaediag_gui.widgets.text import label

NAMES, NARROW = 120, 540  # width of the first column at least; of a table where names have a line of their own


class NumberTable(QWidget):
    """First column: names; then numbers, aligned at the right; the last one holds words and takes what is left."""

    def __init__(self, columns: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self._header = [label(role="muted", wrap=column == columns - 1, parent=self) for column in range(columns)]
        self._rows: list[list[QLabel]] = []
        self._narrow = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(columns - 1, 1)
        for column, widget in enumerate(self._header):
            widget.setAlignment(self._side(column))
        self._place()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def show_table(
        self, header: Sequence[str], rows: Sequence[Sequence[str]], tips: Sequence[str] = (), strong: Sequence[int] = ()
    ) -> None:
        """`tips`: of each row; `strong`: which column of each row is emphasised (0: none)."""
        for widget, text in zip(self._header, header, strict=True):
            widget.setText(text)
        while len(self._rows) < len(rows):
            self._add_row()
        for at, widgets in enumerate(self._rows):
            for widget in widgets:
                widget.setVisible(at < len(rows))
        for at, (texts, widgets) in enumerate(zip(rows, self._rows, strict=False)):
            for column, (widget, text) in enumerate(zip(widgets, texts, strict=True)):
                widget.setText(text)
                if 0 < column < self._columns - 1:
                    emphasised = at < len(strong) and column == strong[at]
                    widget.setFont(font(weight=QFont.Weight.DemiBold if emphasised else QFont.Weight.Normal))
                widget.setToolTip(tips[at] if at < len(tips) else "")
            widgets[0].setAccessibleName("; ".join(filter(None, texts)))

    def _side(self, column: int) -> Qt.AlignmentFlag:
        number = 0 < column < self._columns - 1
        return Qt.AlignmentFlag.AlignTop | (Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft)

    def _add_row(self) -> None:
        widgets = []
        for column in range(self._columns):
            last = column == self._columns - 1
            made = label(wrap=column in (0, self._columns - 1), role="muted" if last else "", parent=self)
            made.setAlignment(self._side(column))
            if 0 < column < self._columns - 1:
                made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            widgets.append(made)
        self._rows.append(widgets)
        self._place_row(len(self._rows), widgets)

    def resizeEvent(self, event) -> None:  # Qt's name
        super().resizeEvent(event)
        if (self.width() < NARROW) != self._narrow:
            self._narrow = not self._narrow
            self._place()

    def minimumSizeHint(self) -> QSize:
        """As narrow as the numbers: the scroll area must be able to make it narrow again."""
        return QSize(min(super().minimumSizeHint().width(), 320), super().minimumSizeHint().height())

    def _place(self) -> None:
        self._grid.setColumnMinimumWidth(0, 0 if self._narrow else NAMES)
        self._header[0].setVisible(not self._narrow)
        for row, widgets in enumerate([self._header, *self._rows]):
            self._place_row(row, widgets)

    def _place_row(self, row: int, widgets: list[QLabel]) -> None:
        for column, widget in enumerate(widgets):
            self._grid.removeWidget(widget)
            if not self._narrow:
                self._grid.addWidget(widget, 2 * row, column)
            elif column == 0:
                self._grid.addWidget(widget, 2 * row, 0, 1, self._columns)
            else:
                self._grid.addWidget(widget, 2 * row + 1, column)
