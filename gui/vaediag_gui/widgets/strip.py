"""A scrolling sheet of small pictures: labels stay at the left, headings on top; what is not visible is not painted."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PyQt6.QtWidgets import QAbstractScrollArea, QSizePolicy, QWidget

from vaediag_gui.theme.apply import BODY, SMALL, current, font
from vaediag_gui.widgets.sheet import Cells, Sheet, draw_key
from vaediag_gui.widgets.strip_layout import BETWEEN, GAP, LEAST, MOST, StripLayout, fitting, headed, sharp

HEADER, LINE, MARGIN = 42, 16, 12
SEEN, SMALLEST = 2, 40  # groups to be seen whole where pictures are fitted, unless they became lower than this
Place = tuple[int, int]  # group and column


class Strip(QAbstractScrollArea):
    """Shows a `Sheet`.

    Signals:
        chosen(group, column): clicked, or reached with the arrow keys; activated: double click or Return.
        clicked(group, column): with the mouse alone.
        pointed(group, column), left(): the mouse is over a cell, or over none.
        sized(width): Ctrl and the wheel ask for cells of another width; measured(width): they have another width now.
    """

    chosen = pyqtSignal(int, int)
    activated = pyqtSignal(int, int)
    clicked = pyqtSignal(int, int)
    pointed = pyqtSignal(int, int)
    left = pyqtSignal()
    sized = pyqtSignal(int)
    measured = pyqtSignal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 140)
        self._cells: Cells | None = None
        self._layout = StripLayout(0, 0, 0, LEAST, LEAST)
        self._gutters = (0, 0)
        self._width: int | None = None
        self._chosen: Place | None = None
        self._hovered: Place | None = None
        self._faded = False
        view = self._view()
        view.setMouseTracking(True)
        view.setAutoFillBackground(False)

    @property
    def sheet(self) -> Sheet | None:
        return None if self._cells is None else self._cells.sheet

    @property
    def cell_width(self) -> int:
        """The width of a cell now, also where it was fitted."""
        return self._layout.width

    def show_sheet(self, sheet: Sheet | None) -> None:
        """None empties the widget. The chosen cell stays where the new sheet has it."""
        self._cells = None if sheet is None else Cells(sheet)
        self._hovered = None
        if self._chosen is not None and (
            sheet is None or self._chosen[0] >= sheet.groups or self._chosen[1] >= sheet.columns
        ):
            self._chosen = None
        self._measure()

    def show_chosen(self, place: Place | None) -> None:
        """Outline a cell, without a signal."""
        if place != self._chosen:
            self._chosen = place
            self._view().update()

    def show_width(self, width: int | None) -> None:
        """Width of a cell in pixels; None: as wide as fits."""
        if width != self._width:
            self._width = None if width is None else min(max(width, LEAST), MOST)
            self._measure()

    def show_faded(self, faded: bool) -> None:
        """Pale, because newer pictures are on their way."""
        if faded != self._faded:
            self._faded = faded
            self._view().update()

    def place_rect(self, group: int, column: int) -> QRectF:
        """Where a cell stands in the viewport."""
        x, y = self._origin()
        box = self._layout.cell(group, 0, column)
        return QRectF(x + box.x, y + box.y, box.width, box.height)

    # ---- painting

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self._view())
        painter.fillRect(self._view().rect(), QColor(current().surface))
        if self._cells is None or event is None:
            return
        x, y = self._origin()
        height, width = self._view().height(), self._view().width()
        shown = self._layout.visible(HEADER - y, height - y)
        right = min(width - self._gutters[1], x + self._layout.size[0] + 4)
        body = QRectF(self._gutters[0] - 3, HEADER, right - self._gutters[0] + 3, height - HEADER)
        painter.save()
        painter.setClipRect(body)
        painter.translate(x, y)
        painter.setOpacity(0.45 if self._faded else 1.0)
        self._paint_cells(painter, shown, (event.rect().left() - x, event.rect().right() - x))
        painter.setOpacity(1.0)
        if self._hovered is not None:
            self._outline(painter, self._hovered, current().muted, 1.0)
        if self._chosen is not None:
            self._outline(painter, self._chosen, current().orange, 2.0)
        painter.restore()
        self._paint_labels(painter, shown, y, right)
        self._paint_headings(painter, x, right)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(current().accent), 1))
            painter.drawRect(QRectF(self._view().rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_cells(self, painter: QPainter, shown: range, dirty: tuple[int, int]) -> None:
        layout, cells = self._layout, self._cells
        assert cells is not None
        for group in shown:
            for layer in range(layout.layers):
                for column in range(layout.columns):
                    box = layout.cell(group, layer, column)
                    if box.x <= dirty[1] and box.x + box.width >= dirty[0]:
                        cells.draw(painter, QRectF(box.x, box.y, box.width, box.height), group, layer, column)

    def _outline(self, painter: QPainter, place: Place, colour: str, width: float) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colour), width))
        for box in self._layout.places(*place):
            painter.drawRect(QRectF(box.x - 1, box.y - 1, box.width + 2, box.height + 2))

    def _paint_labels(self, painter: QPainter, shown: range, y: int, right: int) -> None:
        layout, sheet = self._layout, self.sheet
        assert sheet is not None
        painter.save()
        painter.setClipRect(QRectF(0, HEADER, self._view().width(), self._view().height() - HEADER))
        strong, small = font(BODY, weight=QFont.Weight.DemiBold), font(SMALL)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for group in shown:
            top = y + group * layout.step
            name, *more = sheet.labels[group]
            first = top if more or not layout.beside else top + (layout.height - LINE) // 2
            painter.setFont(strong if not layout.beside else small)
            painter.setPen(QColor(current().text if not layout.beside else current().muted))
            painter.drawText(QRectF(MARGIN, first, self._gutters[0] - MARGIN - 4, LINE), left, name)
            painter.setFont(small)
            painter.setPen(QColor(current().muted))
            for at, words in enumerate(more, start=1):
                box = QRectF(MARGIN, top + at * LINE, self._gutters[0] - MARGIN - 4, LINE)
                painter.drawText(box, left, words)
            if layout.beside:
                continue
            for at, layer in enumerate(sheet.layers):
                high = LINE + (LINE + 8 if layer.key else 0)
                middle = top + at * (layout.height + GAP) + (layout.height - high) // 2
                painter.drawText(QRectF(right + 4, middle, self._gutters[1] - 8, LINE), left, layer.name)
                if layer.key and high <= layout.height + GAP:
                    draw_key(painter, QRectF(right + 4, middle + LINE + 2, self._gutters[1] - 16, 5), layer.colours)
                    painter.drawText(QRectF(right + 4, middle + LINE + 8, self._gutters[1] - 8, LINE), left, layer.key)
        painter.restore()

    def _paint_headings(self, painter: QPainter, x: int, right: int) -> None:
        layout, sheet = self._layout, self.sheet
        assert sheet is not None
        painter.fillRect(QRectF(0, 0, self._view().width(), HEADER - 2), QColor(current().surface))
        painter.setPen(QColor(current().rule))
        painter.drawLine(QPointF(0, HEADER - 3.5), QPointF(self._view().width(), HEADER - 3.5))
        painter.save()
        painter.setClipRect(QRectF(self._gutters[0] - 16, 0, right - self._gutters[0] + 32, HEADER))
        small = font(SMALL)
        painter.setFont(small)
        measure = QFontMetrics(small)
        axis, headings = sheet.axis, sheet.headings
        each = max(measure.horizontalAdvance(text) for text in headings) + 8
        if sheet.brief is not None and each > layout.width + GAP:
            axis, headings = sheet.brief
            each = max(measure.horizontalAdvance(text) for text in headings) + 2
        every = next((n for n in (1, 2, 3, 4, 5, 10) if n * (layout.width + GAP) >= each), 20)
        labelled = headed(layout.columns, every)
        for block in range(layout.layers if layout.beside else 1):
            start = x + block * (layout.block + BETWEEN)
            layer = sheet.layers[block]
            key = f" ({layer.key})" if layer.key else ""
            title = f"{layer.name}{key}: {axis}" if layout.beside else axis
            painter.setPen(QColor(current().muted))
            width = max(layout.block, 40)
            visible = QRectF(max(start, self._gutters[0]), 4, width, LINE)
            title = measure.elidedText(title, Qt.TextElideMode.ElideRight, width)
            painter.drawText(visible, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
            painter.setPen(QColor(current().text))
            for column in labelled:
                cell = start + column * (layout.width + GAP)
                box = QRectF(cell - 40, 20, layout.width + 80, LINE)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, headings[column])
        painter.restore()

    # ---- geometry

    def _view(self) -> QWidget:
        view = self.viewport()
        assert view is not None
        return view

    def _bars(self):
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        assert across is not None
        assert down is not None
        return across, down

    def _origin(self) -> tuple[int, int]:
        across, down = self._bars()
        return self._gutters[0] - across.value(), HEADER + 4 - down.value()

    def _measure(self) -> None:
        """Cell size, gutters and scroll bars anew."""
        sheet = self.sheet
        if sheet is None:
            self._layout = StripLayout(0, 0, 0, LEAST, LEAST)
            for bar in self._bars():
                bar.setRange(0, 0)
            self._view().update()
            return
        small, strong = QFontMetrics(font(SMALL)), QFontMetrics(font(BODY, weight=QFont.Weight.DemiBold))
        longest = [max(texts, key=len) for texts in zip_longest(*sheet.labels, fillvalue="")]
        left = max((small if at else strong).horizontalAdvance(f"{text} ") for at, text in enumerate(longest))
        names = (
            0
            if sheet.beside
            else max(small.horizontalAdvance(words) for layer in sheet.layers for words in (layer.name, layer.key))
        )
        self._gutters = (min(left, 160) + MARGIN + 12, names + 16)
        width = self._fitted(sheet) if self._width is None else self._width
        height, across = sheet.shape
        width, before = sharp(width, across), self._layout.width
        self._layout = StripLayout(
            sheet.groups, len(sheet.layers), sheet.columns, width, max(round(width * height / across), 4),
            max(len(label) for label in sheet.labels) * LINE, sheet.beside,
        )  # fmt: skip
        total, area = self._layout.size, self._view().size()
        for bar, size, page in zip(
            self._bars(), (total[0] + sum(self._gutters), total[1] + HEADER + MARGIN),
            (area.width(), area.height()), strict=True,
        ):  # fmt: skip
            bar.setRange(0, max(size - page, 0))
            bar.setPageStep(page)
            bar.setSingleStep(24)
        if width != before:
            self.measured.emit(width)
        self._view().update()

    def fit(self, most: int) -> None:
        """As high as one group with cells as wide as fits, but at most `most` high."""
        sheet = self.sheet
        if sheet is not None:
            height, across = sheet.shape
            self.show_width(max(min(self._widest(sheet), most * across // height), LEAST))
            self.setFixedHeight(HEADER + self._layout.size[1] + 8)

    def _widest(self, sheet: Sheet) -> int:
        """As wide as fits beside a vertical scroll bar."""
        _, down = self._bars()
        room = self.width() - sum(self._gutters) - down.sizeHint().width()
        return fitting(room, sheet.columns, len(sheet.layers), beside=sheet.beside)

    def _fitted(self, sheet: Sheet) -> int:
        """As wide as fits, and no higher than lets a few groups be seen whole."""
        wide = self._widest(sheet)
        height, across = sheet.shape
        room = self.height() - HEADER - MARGIN
        if sheet.beside:
            high = room // max(sheet.groups, 1) - GAP
        else:
            high = (room // max(min(sheet.groups, SEEN), 1) - BETWEEN) // max(len(sheet.layers), 1) - GAP
        return max(min(wide, max(high, SMALLEST) * across // height), LEAST)

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._measure()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._view().update()

    def sizeHint(self) -> QSize:
        return QSize(640, 420)

    # ---- mouse and keys

    def _at(self, position: QPointF) -> Place | None:
        x, y = self._origin()
        if self._cells is None or position.y() < HEADER or position.x() < self._gutters[0] - 3:
            return None
        return self._layout.at(position.x() - x, position.y() - y)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            self._hover(self._at(event.position()))

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        place = None if event is None or event.button() != Qt.MouseButton.LeftButton else self._at(event.position())
        if place is not None:
            self._choose(place)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        event.accept()
        place = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None and place == self._chosen:
            self.clicked.emit(*place)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        place = None if event is None or event.button() != Qt.MouseButton.LeftButton else self._at(event.position())
        if place is not None:
            self.activated.emit(*place)

    def viewportEvent(self, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Leave:
            self._hover(None)
        return super().viewportEvent(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier and self._cells is not None:
            step = 1.1 if event.angleDelta().y() > 0 else 1 / 1.1
            self.sized.emit(min(max(round(self._layout.width * step), LEAST), MOST))
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or self._cells is None:
            return
        moves = {
            Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_PageUp: (-5, 0), Qt.Key.Key_PageDown: (5, 0),
            Qt.Key.Key_Home: (0, -MOST), Qt.Key.Key_End: (0, MOST),
        }  # fmt: skip
        sheet = self._cells.sheet
        if event.key() in moves:
            down, right = moves[Qt.Key(event.key())]
            group, column = self._chosen or (0, (sheet.columns - 1) // 2)
            if self._chosen is None:
                down = right = 0
            place = min(max(group + down, 0), sheet.groups - 1), min(max(column + right, 0), sheet.columns - 1)
            self._choose(place)
            self._reveal(place)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._chosen is not None:
            self.activated.emit(*self._chosen)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event) -> None:
        super().focusInEvent(event)
        self._view().update()

    def focusOutEvent(self, event) -> None:
        super().focusOutEvent(event)
        self._view().update()

    def _choose(self, place: Place) -> None:
        if place != self._chosen:
            self._chosen = place
            self._view().update()
            self.chosen.emit(*place)

    def _hover(self, place: Place | None) -> None:
        if place != self._hovered:
            self._hovered = place
            self._view().update()
            if place is None:
                self.left.emit()
            else:
                self.pointed.emit(*place)

    def _reveal(self, place: Place) -> None:
        """Scroll until the place is visible."""
        boxes = self._layout.places(*place)
        box = replace(boxes[0], width=boxes[0].width + 4, height=boxes[0].height + 4)
        across, down = self._bars()
        seen = self._view().width() - sum(self._gutters)
        if box.x < across.value():
            across.setValue(box.x - 4)
        elif box.x + box.width > across.value() + seen:
            across.setValue(box.x + box.width - seen)
        high = self._view().height() - HEADER - MARGIN
        if box.y < down.value():
            down.setValue(box.y - 4)
        elif box.y + box.height > down.value() + high:
            down.setValue(box.y + box.height - high)

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            if getattr(self, "_cells", None) is not None:
                self._cells.forget()  # type: ignore[union-attr]
            if hasattr(self, "_width"):
                self._view().update()
