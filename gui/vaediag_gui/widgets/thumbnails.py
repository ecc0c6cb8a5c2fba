"""A list of very many small pictures: only those in sight are drawn and asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QAbstractScrollArea, QSizePolicy, QToolTip, QWidget

from vaediag_gui.theme.apply import SMALL, current, font

LEAST, TEXT, PAD = 46, 16, 3  # width of a cell at least, height of its number, space around its picture
DELAY = 60  # milliseconds of rest before pictures are asked for


class ThumbnailList(QAbstractScrollArea):
    """Items are image numbers.

    Signals:
        chosen(image): clicked, or Return was pressed on it.
        wanted(images): these are in sight, or one page away, and not there; not asked again while nothing changes.
    """

    chosen = pyqtSignal(int)
    wanted = pyqtSignal(list)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumSize(LEAST + 16, 96)
        self._images: Sequence[int] | np.ndarray = ()
        self._pictures: Mapping[int, np.ndarray] = {}
        self._marked: int | None = None
        self._cursor = 0
        self._columns, self._size = 1, LEAST
        self._asked: tuple[int, ...] = ()
        self._words: Callable[[int], str] = str
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(DELAY)
        self._rest.timeout.connect(self._ask)

    def show_images(self, images: Sequence[int] | np.ndarray, words: Callable[[int], str] = str) -> None:
        """Other items, in this order; `words(image)` is what the tooltip says of one."""
        at = self._cursor_image()
        self._images, self._words, self._asked = images, words, ()
        found = np.flatnonzero(np.asarray(images) == at) if at is not None and len(images) else []
        self._cursor = int(found[0]) if len(found) else 0
        self._measure()
        self._rest.start()

    def show_pictures(self, pictures: Mapping[int, np.ndarray]) -> None:
        """What is known now: uint8 `[h, w]` or `[h, w, 3]` by image number."""
        before, self._pictures = self._pictures, pictures
        for at in self._visible():
            image = int(self._images[at])
            if before.get(image) is not pictures.get(image):
                self._view().update(self.item_rect(at).toAlignedRect())
        self._rest.start()

    def show_marked(self, image: int | None) -> None:
        """Mark an image and scroll to it; None: none is marked."""
        if image == self._marked:
            return
        self._marked = image
        found = np.flatnonzero(np.asarray(self._images) == image) if image is not None and len(self._images) else []
        if len(found):
            self.show_cursor(int(found[0]))
        self._view().update()

    def show_cursor(self, position: int) -> None:
        """Move the keyboard's cursor and scroll to it, without a signal."""
        if len(self._images):
            self._cursor = min(max(position, 0), len(self._images) - 1)
            self._reveal()
            image = int(self._images[self._cursor])
            self.setAccessibleDescription(self._words(image))
            self._view().update()

    def item_rect(self, position: int) -> QRectF:
        """Where an item stands in the viewport."""
        row, column = divmod(position, self._columns)
        return QRectF(column * self._size, row * self._high - self._bar().value(), self._size, self._high)

    # ---- painting

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self._view())
        painter.fillRect(self._view().rect(), QColor(current().surface))
        painter.setFont(font(SMALL - 1))
        for at in self._visible():
            rect = self.item_rect(at)
            if event is None or rect.intersects(QRectF(event.rect())):
                self._paint_item(painter, at, rect)

    def _paint_item(self, painter: QPainter, at: int, rect: QRectF) -> None:
        image = int(self._images[at])
        frame = QRectF(rect.x() + PAD, rect.y() + PAD, rect.width() - 2 * PAD, rect.width() - 2 * PAD)
        picture = self._pictures.get(image)
        if picture is None:
            painter.fillRect(frame, QColor(current().hover))
        else:
            drawn = as_image(picture)
            scale = min(frame.width() / drawn.width(), frame.height() / drawn.height())
            target = QRectF(0, 0, drawn.width() * scale, drawn.height() * scale)
            target.moveCenter(frame.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
            painter.drawImage(target, drawn)
        marked = image == self._marked
        if marked or (at == self._cursor and self.hasFocus()):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            pen = QPen(QColor(current().orange if marked else current().accent), 3.0 if marked else 1.5)
            painter.setPen(pen)
            painter.drawRect(frame.adjusted(-1.5, -1.5, 1.5, 1.5))
        painter.setPen(QColor(current().text if marked else current().muted))
        below = QRectF(rect.x(), frame.bottom() + 2, rect.width(), TEXT)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, f"● {image}" if marked else str(image))

    # ---- geometry

    @property
    def _high(self) -> int:
        return self._size + TEXT

    def _view(self) -> QWidget:
        view = self.viewport()
        assert view is not None
        return view

    def _bar(self):
        bar = self.verticalScrollBar()
        assert bar is not None
        return bar

    def _visible(self, pages: int = 0) -> range:
        """Positions in sight, and as many more pages before and after."""
        height = self._view().height()
        top = max(self._bar().value() - pages * height, 0) // self._high
        bottom = (self._bar().value() + (1 + pages) * height) // self._high + 1
        return range(min(top * self._columns, len(self._images)), min(bottom * self._columns, len(self._images)))

    def _measure(self) -> None:
        first = self._visible()[0] if len(self._visible()) else 0
        width = self._view().width()
        before = self._columns, self._size
        self._columns = max(width // LEAST, 1)
        self._size = width // self._columns
        rows = -(-len(self._images) // self._columns)
        bar = self._bar()
        bar.setRange(0, max(rows * self._high - self._view().height(), 0))
        bar.setPageStep(max(self._view().height() - self._high, self._high))
        bar.setSingleStep(self._high // 2)
        if (self._columns, self._size) != before:  # what was on top stays on top
            bar.setValue(first // self._columns * self._high)
        self._view().update()

    def resizeEvent(self, event) -> None:
        seen = self._cursor in self._visible()
        super().resizeEvent(event)
        self._measure()
        if seen and len(self._images):
            self._reveal()
        self._rest.start()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        view = self._view()
        if abs(dy) < view.height():
            view.scroll(dx, dy)
        else:
            view.update()
        if not self._rest.isActive():  # asked for while it is being scrolled, too, but not for every pixel
            self._rest.start()

    def sizeHint(self) -> QSize:
        return QSize(3 * LEAST + 20, 400)

    # ---- asking

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._rest.start()

    def _ask(self) -> None:
        if not self.isVisible():
            return
        near = [int(self._images[at]) for at in self._visible()]
        more = [int(self._images[at]) for at in self._visible(pages=1)]
        missing = [image for image in dict.fromkeys(near + more) if image not in self._pictures]
        if missing and tuple(missing) != self._asked:
            self._asked = tuple(missing)
            self.wanted.emit(missing)

    # ---- mouse and keys

    def _at(self, point: QPointF) -> int | None:
        column, row = int(point.x() // self._size), int((point.y() + self._bar().value()) // self._high)
        at = row * self._columns + column
        return at if 0 <= column < self._columns and point.y() >= 0 and 0 <= at < len(self._images) else None

    def _cursor_image(self) -> int | None:
        return int(self._images[self._cursor]) if self._cursor < len(self._images) else None

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        at = None if event is None or event.button() != Qt.MouseButton.LeftButton else self._at(event.position())
        if at is not None:
            self.show_cursor(at)
            self.chosen.emit(int(self._images[at]))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            event.accept()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or not len(self._images):
            return
        page = max(self._view().height() // self._high - 1, 1) * self._columns
        moves = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -self._columns, Qt.Key.Key_Down: self._columns,
            Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page, Qt.Key.Key_Home: -len(self._images),
            Qt.Key.Key_End: len(self._images),
        }  # fmt: skip
        if event.key() in moves:
            self.show_cursor(self._cursor + moves[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(int(self._images[self._cursor]))
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent | None) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self._at(QPointF(event.pos()))
            words = self._words(int(self._images[at])) if at is not None else ""
            # a zero-width space keeps Qt from reading a label as rich text
            QToolTip.showText(event.globalPos(), words.replace("<", "‹"), self)
            return True
        return super().viewportEvent(event)

    def focusInEvent(self, event) -> None:
        super().focusInEvent(event)
        self._view().update()

    def focusOutEvent(self, event) -> None:
        super().focusOutEvent(event)
        self._view().update()

    def _reveal(self) -> None:
        """Scroll until the cursor is in sight."""
        top = self._cursor // self._columns * self._high
        bar, height = self._bar(), self._view().height()
        if top < bar.value():
            bar.setValue(top)
        elif top + self._high > bar.value() + height:
            bar.setValue(top + self._high - height)


def as_image(picture: np.ndarray) -> QImage:
    """uint8 `[h, w]` or `[h, w, 3]` as a QImage; valid as long as the array is."""
    picture = np.ascontiguousarray(picture)
    height, width = picture.shape[:2]
    colour = picture.ndim == 3
    form = QImage.Format.Format_RGB888 if colour else QImage.Format.Format_Grayscale8
    made = QImage(picture.data, width, height, (3 if colour else 1) * width, form)  # type: ignore[arg-type]
    made._bytes = picture  # type: ignore[attr-defined]  # keep a copied array as long as the image
    return made
