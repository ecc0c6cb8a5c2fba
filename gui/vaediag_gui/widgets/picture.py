"""One picture with a title: fixed levels, a pixel cursor, zoom and pan that can be linked to other pictures."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QImage, QKeyEvent, QPainter
from PyQt6.QtWidgets import QWidget

from vaediag_gui.theme.apply import current
from vaediag_gui.theme.colourmaps import coloured


class PictureItem(pg.GraphicsObject):
    """Draws uint8 RGB without copying or scaling it beforehand; nearest pixel when enlarged."""

    def __init__(self) -> None:
        super().__init__()
        self._rgb: np.ndarray | None = None
        self._image = QImage()

    def show_rgb(self, rgb: np.ndarray) -> None:
        """`[H, W, 3]` uint8."""
        if self._rgb is None or self._rgb.shape != rgb.shape:
            self.prepareGeometryChange()
        self._rgb = np.ascontiguousarray(rgb)  # QImage does not own its bytes
        height, width, _ = rgb.shape
        self._image = QImage(self._rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888)  # type: ignore[arg-type]
        self.update()

    def boundingRect(self):  # noqa: N802  # Qt's name
        return pg.QtCore.QRectF(0, 0, self._image.width(), self._image.height())

    def paint(self, painter: QPainter | None, *_: object) -> None:
        if painter is not None and not self._image.isNull():
            painter.drawImage(self.boundingRect(), self._image)


class Picture(pg.GraphicsView):
    """A picture that a person looks into.

    Signals:
        pointed(row, column): the pixel under the cursor; clicked(row, column): pressed or chosen with Return.
        left(): the cursor went away.
        painted(): a frame with the newest values is on the screen (the widget's paint event has ended).
    """

    pointed = pyqtSignal(int, int)
    clicked = pyqtSignal(int, int)
    left = pyqtSignal()
    painted = pyqtSignal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=current().surface)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(72, 72)
        self._shape: tuple[int, int] | None = None
        self._cursor: tuple[int, int] | None = None
        self._values: np.ndarray | None = None
        self._levels, self._map = (0.0, 1.0), "grey"
        self.box = pg.ViewBox(lockAspect=True, invertY=True, enableMenu=False, defaultPadding=0.0)
        self.setCentralItem(self.box)
        self._item = PictureItem()
        self.box.addItem(self._item)
        self._mark = pg.QtWidgets.QGraphicsRectItem()
        self._mark.setZValue(10)
        self._mark.hide()
        self.box.addItem(self._mark, ignoreBounds=True)
        self._restyle()

    def show_values(
        self, values: np.ndarray | None, levels: tuple[float, float] = (0.0, 1.0), colours: str = "grey"
    ) -> None:
        """`[H, W]`, or `[H, W, 3]` of x-like values drawn as colours; None empties the picture."""
        self._values, self._levels, self._map = values, levels, colours
        if values is None:
            self._item.hide()
            self._mark.hide()
            self._shape = None
            return
        self._item.show()
        self._item.show_rgb(self._rgb(values))
        shape = (int(values.shape[0]), int(values.shape[1]))
        if shape != self._shape:
            self._shape = shape
            self.reset_view()

    def show_cursor(self, pixel: tuple[int, int] | None) -> None:
        """Frame one pixel, without a signal."""
        self._cursor = pixel
        self._mark.setVisible(pixel is not None and self._shape is not None)
        if pixel is not None:
            self._mark.setRect(pixel[1], pixel[0], 1, 1)

    def link(self, other: Picture) -> None:
        """Zoom and pan together with `other`."""
        self.box.setXLink(other.box)
        self.box.setYLink(other.box)

    def reset_view(self) -> None:
        if self._shape is not None:
            height, width = self._shape
            self.box.setRange(xRange=(0, width), yRange=(0, height), padding=0.01)

    def paintEvent(self, event):  # noqa: N802
        super().paintEvent(event)
        self.painted.emit()

    def mouseMoveEvent(self, event):  # noqa: N802
        super().mouseMoveEvent(event)
        pixel = self._pixel_at(event.position())
        if pixel is not None:
            self.pointed.emit(*pixel)

    def mousePressEvent(self, event):  # noqa: N802
        super().mousePressEvent(event)
        pixel = self._pixel_at(event.position())
        if pixel is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(*pixel)

    def mouseDoubleClickEvent(self, event):  # noqa: N802
        super().mouseDoubleClickEvent(event)
        self.reset_view()

    def leaveEvent(self, event):  # noqa: N802
        super().leaveEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        if event is None or self._shape is None:
            return
        steps = {
            Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
        }  # fmt: skip
        height, width = self._shape
        row, column = self._cursor or (height // 2, width // 2)
        if event.key() in steps:
            down, right = steps[Qt.Key(event.key())]
            self.pointed.emit(min(max(row + down, 0), height - 1), min(max(column + right, 0), width - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor is not None:
            self.clicked.emit(row, column)
        elif event.key() == Qt.Key.Key_Home:
            self.reset_view()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange and hasattr(self, "_mark"):
            self._restyle()

    def _restyle(self) -> None:
        self.setBackground(current().surface)
        pen = pg.mkPen(QColor(current().orange), width=2)
        pen.setCosmetic(True)
        self._mark.setPen(pen)
        if self._values is not None:
            self._item.show_rgb(self._rgb(self._values))

    def _rgb(self, values: np.ndarray) -> np.ndarray:
        if values.ndim == 3:  # colour: each channel with the same levels, as a photograph
            return coloured(values, self._levels, "grey", current().undefined)[..., 0]
        return coloured(values, self._levels, self._map, current().undefined)

    def _pixel_at(self, position: QPointF) -> tuple[int, int] | None:
        if self._shape is None:
            return None
        point = self.box.mapSceneToView(self.mapToScene(position.toPoint()))
        row, column = int(np.floor(point.y())), int(np.floor(point.x()))
        height, width = self._shape
        return (row, column) if 0 <= row < height and 0 <= column < width else None
