"""One line of plain text that is shortened with an ellipsis where it does not fit; the tooltip has the whole."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QColor, QFont, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from vaediag_gui.theme.apply import SMALL, current, font


class Elided(QWidget):
    def __init__(
        self, text: str = "", *, muted: bool = False, strong: bool = False, right: bool = False,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._muted = muted
        self._side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        self.setFont(font(weight=QFont.Weight.DemiBold) if strong else font(SMALL))
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:  # as every Qt label
        line = " ".join(text.split())
        if line == self._text:
            return
        self._text = line
        self.setAccessibleName(self._text)
        self._tell()
        self.update()

    def text(self) -> str:
        return self._text

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.fontMetrics().height() + 2)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        del event
        painter = QPainter(self)
        painter.setPen(QColor(current().muted if self._muted else current().text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | self._side, self._fitting())

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        super().resizeEvent(a0)
        self._tell()

    def _tell(self) -> None:
        self.setToolTip("" if self._text in ("", self._fitting()) else self._text.replace("<", "‹"))

    def _fitting(self) -> str:
        return self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, max(self.width(), 24))
