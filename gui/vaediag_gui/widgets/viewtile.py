"""A picture with its words: title and sentence above, colour bar and note below, or a message in its place."""

from __future__ import annotations

import re

import numpy as np
from PyQt6.QtCore import QEvent, QRect, Qt
from PyQt6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QFrame, QWidget

from vaediag_gui.theme.apply import SMALL, current, font
from vaediag_gui.widgets.levelbar import LevelBar
from vaediag_gui.widgets.picture import Picture

PAD, TITLE_LINE, LINE, BAR = 8, 20, 16, 18
HOW = "Wheel (or Ctrl and wheel): zoom · drag: pan · double click: all of it · click: pin a pixel"
NARROW = 150  # below it the sentence is only in the tooltip


class ViewTile(QFrame):
    """Placed by hand, so that new words never lay anything out anew while z moves."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.picture = Picture(name, self)
        self.bar = LevelBar(self)
        self._title = self._says = self._unit = self._note = self._missing = ""
        self._room, self._short = False, ""

    def event(self, e: QEvent | None) -> bool:
        """Over the picture no tooltip appears: it would hide the pixels that are pointed at."""
        over = isinstance(e, QHelpEvent) and self.picture.isVisible() and self.picture.geometry().contains(e.pos())
        return over or super().event(e)

    @staticmethod
    def around(width: float) -> float:
        """Height of a tile without its picture and without a note."""
        return 2 * PAD + TITLE_LINE + (0 if width < NARROW else 2 * LINE) + BAR + 2

    def show_words(
        self, title: str, says: str, unit: str, note: str, missing: str, *, short: str = "", room: bool = False
    ) -> None:
        """`missing` replaces the picture, `short` a title that is too long for a narrow tile.

        `room` keeps a line free for a note, because a neighbour has one.
        """
        words, room = (title, says, unit, note, missing), room or bool(note)
        if (*words, room) == (self._title, self._says, self._unit, self._note, self._missing, self._room):
            return
        self._room, self._short = room, short
        self._title, self._says, self._unit, self._note, self._missing = words
        self.picture.setVisible(not missing)
        self.bar.setVisible(not missing)
        spoken = f"{title} — {says}" if says else title
        self.picture.setAccessibleName(spoken)
        self.picture.setAccessibleDescription(". ".join(part for part in (unit, note) if part))
        self.setToolTip("\n".join(part for part in (spoken, f"in {unit}" if unit else "", note, HOW) if part))
        self._place()
        self.update()

    def show_values(self, values: np.ndarray | None, levels: tuple[float, float], colours: str) -> None:
        """The picture and its colour bar."""
        self.picture.show_values(values, levels, colours)
        self.bar.show_levels(levels, colours, self._unit)

    @property
    def missing(self) -> str:
        """What stands in place of the picture; "" where there is one."""
        return self._missing

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        super().resizeEvent(a0)
        self._place()

    def changeEvent(self, a0: QEvent | None) -> None:
        super().changeEvent(a0)
        self.update()

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        super().paintEvent(a0)
        painter = QPainter(self)
        p, width = current(), self.width() - 2 * PAD - 2
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(font(weight=font().Weight.DemiBold))
        painter.setPen(QColor(p.text))
        fits = painter.fontMetrics().horizontalAdvance(self._title) <= width
        title = self._title if fits else self._short or self._title
        title = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, width)
        used = painter.fontMetrics().horizontalAdvance(title)
        painter.drawText(QRect(PAD + 1, PAD, width, TITLE_LINE), left, title)
        painter.setFont(font(SMALL))
        painter.setPen(QColor(p.muted))
        metrics = painter.fontMetrics()
        if self._unit and not self._missing and metrics.horizontalAdvance(self._unit) + used + 12 <= width:
            right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(QRect(PAD + 1, PAD, width, TITLE_LINE), right, self._unit)
        if not self._narrow:
            for number, line in enumerate(two_lines(self._says, metrics, width)):
                painter.drawText(QRect(PAD + 1, PAD + TITLE_LINE + number * LINE, width, LINE), left, line)
        if self._missing:
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.setFont(font())
            top = self._top()
            painter.drawText(QRect(PAD + 4, top, width - 8, self.height() - top - PAD), flags, self._missing)
        elif self._note:
            note = metrics.elidedText(self._note, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRect(PAD + 1, self.height() - PAD - LINE, width, LINE), left, note)
        painter.end()

    @property
    def _narrow(self) -> bool:
        return self.width() < NARROW

    def _top(self) -> int:
        return PAD + TITLE_LINE + (0 if self._narrow else 2 * LINE)

    def _place(self) -> None:
        width = self.width() - 2 * PAD
        foot = self.height() - PAD - BAR - (LINE if self._room else 0)
        self.picture.setGeometry(PAD, self._top(), max(width, 1), max(foot - self._top() - 2, 1))
        self.bar.setGeometry(PAD, foot, max(width, 1), BAR)


def two_lines(text: str, metrics, width: int) -> list[str]:
    """Broken at a space outside brackets into at most two lines; what is left over becomes an ellipsis."""
    words, first = re.findall(r"(?:\([^)]*\)|[^ (])+|\(", text), ""
    while words and metrics.horizontalAdvance(f"{first} {words[0]}".strip()) <= width:
        first = f"{first} {words.pop(0)}".strip()
    rest = metrics.elidedText(" ".join(words), Qt.TextElideMode.ElideRight, width)
    return [line for line in (first, rest) if line]
