"""Small square pictures side by side, drawn sharp at any size of the screen's pixels."""

from __future__ import annotations

from PyQt6.QtCore import QRect, QRectF, QSize
from PyQt6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from vaediag_gui.theme.apply import current

SIDE, GAP = 40, 4


class TileRow(QWidget):
    """`image`: squares without gaps, as many as its width holds."""

    def __init__(self, image: QImage, meaning: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = image
        self._count = max(1, image.width() // max(1, image.height()))
        self.setAccessibleName(meaning)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._count * (SIDE + GAP) - GAP, SIDE)

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        del a0
        painter = QPainter(self)
        side = self._image.height()
        ratio = SIDE * self.devicePixelRatioF() / side
        smooth = ratio < 1 or ratio % 1 > 0.01  # whole multiples stay as sharp as they are
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        for at in range(self._count):
            place = QRect(at * (SIDE + GAP), 0, SIDE, SIDE)
            painter.drawImage(place, self._image, QRect(at * side, 0, side, side))
            painter.setPen(QColor(current().rule))
            painter.drawRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5))
