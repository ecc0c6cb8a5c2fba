"""Numbers with their names, and what to make of them, in rows."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from vaediag_gui.widgets.text import label


class Facts(QWidget):
    """Rows of name, value (selectable) and reading; a row that is not needed any more is hidden."""

    def __init__(self, *, below: bool = False, parent: QWidget | None = None) -> None:
        """`below`: the reading stands below its number, for narrow places."""
        super().__init__(parent)
        self._below = below
        self._facts: tuple[tuple[str, str, str], ...] | None = None
        self._rows: list[tuple[QLabel, QLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(0 if below else 4)
        self._grid.setColumnStretch(0 if below else 2, 1)
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
            widgets[2].setVisible(bool(reading) or not self._below)
            widgets[1].setAccessibleName(f"{name}: {number}. {reading}")

    def _add_row(self) -> None:
        name, number = label(parent=self), label(role="strong", parent=self)
        reading = label(role="muted", wrap=True, parent=self)
        number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        top = Qt.AlignmentFlag.AlignTop
        row = len(self._rows)
        number.setAlignment(top | Qt.AlignmentFlag.AlignRight)
        for widget in (name, reading):
            widget.setAlignment(top | Qt.AlignmentFlag.AlignLeft)
        first = 2 * row if self._below else row
        self._grid.addWidget(name, first, 0)
        self._grid.addWidget(number, first, 1)
        if self._below:
            reading.setContentsMargins(0, 0, 0, 4)
            self._grid.addWidget(reading, first + 1, 0, 1, 2)
        else:
            self._grid.addWidget(reading, first, 2)
        self._rows.append((name, number, reading))
