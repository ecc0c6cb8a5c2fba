"""A few large pictures of one column of a sheet: what is seen while it moves."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from vaediag_gui.theme.apply import BODY, SMALL, current, font
from vaediag_gui.widgets.sheet import Cells, Sheet
from vaediag_gui.widgets.strip_layout import sharp

MOST = 4
LINE, GAP, MARGIN, TITLE = 18, 8, 16, 24


class Stage(QWidget):
    """Up to four groups of a `Sheet` at one column, all layers of each beside one another and as large as fits."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 140)
        self._cells: Cells | None = None
        self._groups: tuple[int, ...] = ()
        self._column = 0

    def show_sheet(self, sheet: Sheet | None, groups: tuple[int, ...] = ()) -> None:
        self._cells = None if sheet is None else Cells(sheet)
        self._groups = groups[:MOST]
        self.update()

    def show_column(self, column: int) -> None:
        if column != self._column:
            self._column = column
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, 420)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(current().surface))
        if self._cells is None or not self._groups or self._column >= self._cells.sheet.columns:
            return
        sheet = self._cells.sheet
        painter.setFont(font(BODY, weight=QFont.Weight.DemiBold))
        painter.setPen(QColor(current().text))
        at = f"{sheet.headings[self._column]} {sheet.axis}"
        painter.drawText(
            QRectF(MARGIN, MARGIN - 4, self.width() - 2 * MARGIN, TITLE),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, at,
        )  # fmt: skip
        for place, group in enumerate(self._groups):
            self._paint_group(painter, group, self._panel(place))

    def _panel(self, place: int) -> QRectF:
        """The part of the widget that one group has: side by side or below each other, whichever is larger."""
        count = len(self._groups)
        width, height = self.width() - 2 * MARGIN + GAP * 2, self.height() - 2 * MARGIN - TITLE + GAP
        across = max(range(1, count + 1), key=lambda n: self._size(width / n, height / -(-count // n)))
        down = -(-count // across)
        return QRectF(
            MARGIN + (place % across) * width / across, MARGIN + TITLE + (place // across) * height / down,
            width / across - GAP * 2, height / down - GAP,
        )  # fmt: skip

    def _size(self, width: float, height: float) -> float:
        """Width of one picture in a panel of this size."""
        assert self._cells is not None
        sheet = self._cells.sheet
        high, wide = sheet.shape
        layers = len(sheet.layers)
        return min((width - GAP * (layers + 1)) / layers, (height - 2 * LINE - GAP) * wide / high)

    def _paint_group(self, painter: QPainter, group: int, panel: QRectF) -> None:
        assert self._cells is not None
        sheet = self._cells.sheet
        painter.setFont(font(BODY, weight=QFont.Weight.DemiBold))
        painter.setPen(QColor(current().text))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        name, *more = sheet.labels[group]
        advance = painter.fontMetrics().horizontalAdvance(name) + 8
        painter.drawText(QRectF(panel.x(), panel.y(), panel.width(), LINE), left, name)
        painter.setFont(font(SMALL))
        painter.setPen(QColor(current().muted))
        painter.drawText(QRectF(panel.x() + advance, panel.y(), panel.width() - advance, LINE), left, " · ".join(more))
        high, wide = sheet.shape
        width = sharp(max(int(self._size(panel.width() + GAP, panel.height() + GAP)), 8), wide)
        height = width * high // wide
        for layer, each in enumerate(sheet.layers):
            x = panel.x() + layer * (width + GAP)
            painter.drawText(QRectF(x, panel.y() + LINE, width + GAP, LINE), left, f"{each.name}  {each.key}")
            target = QRectF(round(x), round(panel.y() + 2 * LINE), width, height)
            self._cells.draw(painter, target, group, layer, self._column)

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange and getattr(self, "_cells", None):
            self._cells.forget()  # type: ignore[union-attr]
            self.update()
