"""Numbers with their names, and what to make of them, in rows."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from vaediag_gui.widgets.text import label

ROOMY = 440  # pixels, from which on the readings stand beside the numbers


class Facts(QWidget):
    """Rows of name, value (selectable) and reading; a row that is not needed any more is hidden.

    Readings stand beside their numbers where there is room, else (or always, with `below`) below them.
    """

    def __init__(self, *, below: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._always, self._below = below, below
        self._facts: tuple[tuple[str, str, str], ...] | None = None
        self._rows: list[tuple[QLabel, QLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def show_facts(self, facts: tuple[tuple[str, str, str], ...]) -> None:
        """(name, value, reading) of each row."""
        if facts == self._facts:
            return
        self._facts = facts
        while len(self._rows) < len(facts):
            self._add_row()
        for row, widgets in enumerate(self._rows):
            for widget in widgets:
                widget.setVisible(row < len(facts))
        for (name, number, reading), widgets in zip(facts, self._rows, strict=False):
            for widget, text in zip(widgets, (name, number, reading), strict=True):
                widget.setText(text)
            widgets[1].setVisible(bool(number))
            widgets[2].setVisible(bool(reading))
            widgets[1].setAccessibleName(f"{name}: {number}. {reading}")
        self._place()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # Qt's names
        super().resizeEvent(event)
        below = self._always or self.width() < ROOMY
        if below != self._below:
            self._below = below
            self._place()

    def minimumSizeHint(self) -> QSize:
        """Wide enough for the numbers; names and readings can wrap."""
        numbers = max((number.sizeHint().width() for _, number, _ in self._rows if not number.isHidden()), default=0)
        return QSize(numbers + 112, super().minimumSizeHint().height())

    def _place(self) -> None:
        """Every label where it belongs."""
        self._grid.setVerticalSpacing(0 if self._below else 4)
        self._grid.setColumnStretch(0, 1 if self._below else 0)
        self._grid.setColumnStretch(2, 0 if self._below else 1)
        for row, (name, number, reading) in enumerate(self._rows):
            for widget in (name, number, reading):
                self._grid.removeWidget(widget)
            first = 2 * row if self._below else row
            name.setWordWrap(self._below)
            self._grid.addWidget(name, first, 0, 1, 2 if self._below and not number.text() else 1)
            self._grid.addWidget(number, first, 1)
            reading.setContentsMargins(0, 0, 0, 4 if self._below else 0)
            if self._below:
                self._grid.addWidget(reading, first + 1, 0, 1, 2)
            else:
                self._grid.addWidget(reading, first, 2)

    def _add_row(self) -> None:
        name, number = label(parent=self), label(role="strong", parent=self)
        reading = label(role="muted", wrap=True, parent=self)
        number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        top = Qt.AlignmentFlag.AlignTop
        number.setAlignment(top | Qt.AlignmentFlag.AlignRight)
        for widget in (name, reading):
            widget.setAlignment(top | Qt.AlignmentFlag.AlignLeft)
        self._rows.append((name, number, reading))
