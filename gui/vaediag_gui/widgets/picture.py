"""One picture: fixed levels, a pixel cursor, zoom and pan that can be shared with other pictures.

Painted directly: a scene graph would cost more than the picture.
"""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PyQt6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from vaediag_gui.theme.apply import current
from vaediag_gui.theme.colourmaps import coloured
from vaediag_gui.widgets.viewpoint import CLOSEST, Viewpoint

STEPS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


class Picture(QWidget):
    """A picture that a person looks into: the wheel (on a page that scrolls: with Ctrl) zooms, dragging pans, a double
    click shows all of it.

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
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # what lies below is not drawn again at every z
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(48, 48)
        self._shape: tuple[int, int] | None = None
        self._cursor: tuple[int, int] | None = None
        self._pinned = False
        self._values: np.ndarray | None = None
        self._levels, self._map = (0.0, 1.0), "grey"
        self._rgb: np.ndarray | None = None  # QImage does not own its bytes
        self._image = QImage()
        self._pressed: QPointF | None = None
        self._dragged_from: tuple[float, float] | None = None
        self._view = Viewpoint(self)
        self._view.changed.connect(self.update)

    def show_values(
        self, values: np.ndarray | None, levels: tuple[float, float] = (0.0, 1.0), colours: str = "grey"
    ) -> None:
        """`[H, W]`, or `[H, W, 3]` of x-like values drawn as colours; None empties the picture."""
        self._values, self._levels, self._map = values, levels, colours
        shape = None if values is None else (int(values.shape[0]), int(values.shape[1]))
        if shape != self._shape:
            self._shape = shape
            self.reset_view()
        self._colour()

    def show_cursor(self, pixel: tuple[int, int] | None, *, pinned: bool = False) -> None:
        """Frame one pixel, without a signal; a pinned one has a double frame."""
        if (pixel, pinned) != (self._cursor, self._pinned):
            self._cursor, self._pinned = pixel, pinned
            self.update()

    def link(self, other: Picture) -> None:
        """Zoom and pan together with `other`."""
        self._view.changed.disconnect(self.update)
        self._view = other._view
        self._view.changed.connect(self.update)
        self.update()

    def reset_view(self) -> None:
        """All of the picture."""
        self._view.move(1.0, (0.5, 0.5))

    def sizeHint(self) -> QSize:
        return QSize(160, 160)

    # ---- painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(current().surface))
        if not self._image.isNull():
            frame = self._frame()
            drawn = self._drawn(frame)
            painter.setClipRect(frame)
            shrunk = drawn.width() * self.devicePixelRatioF() < self._image.width()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrunk)
            painter.drawImage(drawn, self._image)
            if self._cursor is not None:
                self._paint_cursor(painter, drawn, self._cursor)
            painter.setClipping(False)
            painter.setPen(QPen(QColor(current().rule), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(frame.adjusted(-0.5, -0.5, 0.5, 0.5))
        if self.hasFocus():
            painter.setPen(QPen(QColor(current().accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()
        self.painted.emit()

    def _paint_cursor(self, painter: QPainter, drawn: QRectF, cursor: tuple[int, int]) -> None:
        height, width = self._shape or (1, 1)
        step_x, step_y = drawn.width() / width, drawn.height() / height
        cell = QRectF(drawn.x() + cursor[1] * step_x, drawn.y() + cursor[0] * step_y, step_x, step_y)
        grown = max(0.0, 7.0 - cell.width()) / 2 + 1.0  # tiny pixels still get a frame that can be seen
        cell.adjust(-grown, -grown, grown, grown)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width_ in (("#ffffff", 4.0), (current().orange, 2.0)):
            painter.setPen(QPen(QColor(colour), width_, join=Qt.PenJoinStyle.MiterJoin))
            painter.drawRect(cell)
            if self._pinned:
                painter.drawRect(cell.adjusted(-4, -4, 4, 4))

    def _frame(self) -> QRectF:
        """Where the picture may be drawn: the largest rectangle of its shape, in the middle."""
        height, width = self._shape or (1, 1)
        room = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        scale = min(room.width() / width, room.height() / height)
        ratio = self.devicePixelRatioF()
        if scale * ratio >= 4:  # whole device pixels, so that all pixels look equally large
            scale = int(scale * ratio) / ratio
        size_x, size_y = width * scale, height * scale
        return QRectF(round(room.center().x() - size_x / 2), round(room.center().y() - size_y / 2), size_x, size_y)

    def _drawn(self, frame: QRectF) -> QRectF:
        """Where the whole picture would lie, of which only `frame` is seen."""
        zoom, (x, y) = self._view.zoom, self._view.centre
        width, height = frame.width() * zoom, frame.height() * zoom
        return QRectF(frame.center().x() - x * width, frame.center().y() - y * height, width, height)

    def _colour(self) -> None:
        if self._values is None:
            self._rgb, self._image = None, QImage()
        else:
            if self._values.ndim == 3:  # colour: each channel with the same levels, as a photograph
                rgb = coloured(self._values, self._levels, "grey", current().undefined)[..., 0]
            else:
                rgb = coloured(self._values, self._levels, self._map, current().undefined)
            self._rgb = np.ascontiguousarray(rgb)
            height, width, _ = self._rgb.shape
            self._image = QImage(self._rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888)  # type: ignore[arg-type]
        self.update()

    # ---- pointing --------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, a0: QMouseEvent | None) -> None:
        if a0 is None:
            return
        if self._pressed is not None and a0.buttons() & Qt.MouseButton.LeftButton:
            self._drag(self._pressed, a0.position())
            return
        pixel = self._pixel_at(a0.position())
        if pixel is not None:
            self.pointed.emit(*pixel)

    def mousePressEvent(self, a0: QMouseEvent | None) -> None:
        if a0 is not None and a0.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged_from = a0.position(), None

    def mouseReleaseEvent(self, a0: QMouseEvent | None) -> None:
        if a0 is None or a0.button() != Qt.MouseButton.LeftButton:
            return
        pixel = self._pixel_at(a0.position())
        if self._pressed is not None and self._dragged_from is None and pixel is not None:
            self.clicked.emit(*pixel)
        self._pressed = self._dragged_from = None

    def mouseDoubleClickEvent(self, a0: QMouseEvent | None) -> None:
        if self._view.zoom > 1.0:
            self.reset_view()
        else:
            self.mousePressEvent(a0)  # two quick clicks are two clicks

    def wheelEvent(self, a0: QWheelEvent | None) -> None:
        """Zoom around the cursor; on a page that scrolls, only with Ctrl."""
        if a0 is None or self._image.isNull():
            return
        turn = a0.angleDelta().y()
        page = _scrolls(self) and not a0.modifiers() & Qt.KeyboardModifier.ControlModifier
        if page or turn == 0 or (turn < 0 and self._view.zoom <= 1.0):
            a0.ignore()
            return
        frame = self._frame()
        drawn = self._drawn(frame)
        at = ((a0.position().x() - drawn.x()) / drawn.width(), (a0.position().y() - drawn.y()) / drawn.height())
        zoom = min(max(self._view.zoom * 1.2 ** (turn / 120), 1.0), CLOSEST)
        ratio = self._view.zoom / zoom
        x, y = self._view.centre
        self._view.move(zoom, (at[0] + (x - at[0]) * ratio, at[1] + (y - at[1]) * ratio))
        a0.accept()

    def leaveEvent(self, a0: QEvent | None) -> None:
        super().leaveEvent(a0)
        self.left.emit()

    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        if a0 is None or self._shape is None:
            super().keyPressEvent(a0)
            return
        height, width = self._shape
        row, column = self._cursor or (height // 2, width // 2)
        if a0.key() in STEPS:
            down, right = STEPS[Qt.Key(a0.key())]
            self.pointed.emit(min(max(row + down, 0), height - 1), min(max(column + right, 0), width - 1))
        elif a0.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit(row, column)
        elif a0.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            factor = 1.25 if a0.key() == Qt.Key.Key_Plus else 0.8
            at = ((column + 0.5) / width, (row + 0.5) / height) if self._cursor else self._view.centre
            self._view.move(self._view.zoom * factor, at)
        elif a0.key() == Qt.Key.Key_Home:
            self.reset_view()
        else:
            super().keyPressEvent(a0)

    def changeEvent(self, a0: QEvent | None) -> None:
        super().changeEvent(a0)
        if a0 is not None and a0.type() == QEvent.Type.PaletteChange and hasattr(self, "_view"):
            self._colour()

    def _drag(self, start: QPointF, position: QPointF) -> None:
        moved = position - start
        if self._dragged_from is None:
            if moved.manhattanLength() < QApplication.startDragDistance() or self._view.zoom <= 1.0:
                return
            self._dragged_from = self._view.centre
        drawn = self._drawn(self._frame())
        x, y = self._dragged_from
        self._view.move(self._view.zoom, (x - moved.x() / drawn.width(), y - moved.y() / drawn.height()))

    def _pixel_at(self, position: QPointF) -> tuple[int, int] | None:
        if self._shape is None:
            return None
        height, width = self._shape
        frame = self._frame()
        drawn = self._drawn(frame)
        column = int((position.x() - drawn.x()) / drawn.width() * width // 1)
        row = int((position.y() - drawn.y()) / drawn.height() * height // 1)
        return (row, column) if frame.contains(position) and 0 <= row < height and 0 <= column < width else None


def _scrolls(widget: QWidget) -> bool:
    """Is the widget on a page that the wheel scrolls?"""
    parent = widget.parentWidget()
    while parent is not None:
        bar = parent.verticalScrollBar() if isinstance(parent, QAbstractScrollArea) else None
        if bar is not None and bar.maximum() > bar.minimum():
            return True
        parent = parent.parentWidget()
    return False
