"""A word in a pill whose outline and sign differ from word to word, so that colour is not needed to tell them apart."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from vaediag_gui.theme.apply import SMALL, current, font

SIGNS = ("full", "half", "crossed", "dots", "ring")
HEIGHT, SIGN = 18, 9.0


class Badge(QWidget):
    """`sign`: "full", "half", "crossed", "dots", "ring"; `colour`: a field of the palette."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._word, self._sign, self._colour = "", "full", "muted"

    def show_word(self, word: str, sign: str = "full", colour: str = "muted", meaning: str = "") -> None:
        """An empty word hides the badge."""
        if (word, sign, colour) != (self._word, self._sign, self._colour):
            self._word, self._sign, self._colour = word, sign, colour
            self.resize(self.sizeHint())
            self.update()
        self.setVisible(bool(word))
        self.setToolTip(f"{word}: {meaning}" if meaning else word)
        self.setAccessibleName(word)
        self.setAccessibleDescription(meaning)

    @property
    def word(self) -> str:
        return self._word

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        from PyQt6.QtGui import QFontMetrics

        return QSize(QFontMetrics(font(SMALL - 1)).horizontalAdvance(self._word) + 28, HEIGHT)

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        colour = QColor(getattr(current(), self._colour))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        styles = {"crossed": Qt.PenStyle.DashLine, "dots": Qt.PenStyle.DotLine}
        outline = QPen(colour, 1.6 if self._sign == "full" else 1.0, styles.get(self._sign, Qt.PenStyle.SolidLine))
        painter.setPen(Qt.PenStyle.NoPen if self._sign == "ring" else outline)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        self._paint_sign(painter, colour, QRectF(7, (HEIGHT - SIGN) / 2, SIGN, SIGN))
        painter.setFont(font(SMALL - 1))
        painter.setPen(QColor(current().text if self._sign != "ring" else current().muted))
        box = QRectF(self.rect()).adjusted(20, 0, 0, 0)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self._word)
        painter.end()

    def _paint_sign(self, painter: QPainter, colour: QColor, box: QRectF) -> None:
        painter.setPen(QPen(colour, 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        middle = box.center()
        if self._sign == "dots":
            painter.setBrush(colour)
            for x, y in ((-3.2, 1.5), (0.0, -2.5), (3.2, 1.5)):
                painter.drawEllipse(QPointF(middle.x() + x, middle.y() + y), 1.1, 1.1)
            return
        if self._sign == "full":
            painter.setBrush(colour)
        painter.drawEllipse(box)
        if self._sign == "half":
            painter.setBrush(colour)
            painter.drawPie(box, 90 * 16, 180 * 16)
        elif self._sign == "crossed":
            painter.drawLine(box.bottomLeft() + QPointF(1, -1), box.topRight() + QPointF(-1, 1))
