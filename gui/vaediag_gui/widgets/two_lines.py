"""Entries of a list with a name and a sentence below it, in the app's colours."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex, QRect, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PyQt6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from vaediag_gui.theme.apply import BODY, current, font

SENTENCE = Qt.ItemDataRole.UserRole + 1
_BREAKS = int(Qt.TextFlag.TextWordWrap)


class TwoLines(QStyledItemDelegate):
    """The display text in bold; the text of the role `SENTENCE` wraps below it."""

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        if painter is None:
            return
        colours, place = current(), option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        lit = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen or lit:
            painter.setBrush(QColor(colours.selection if chosen else colours.hover))
            painter.drawRoundedRect(place.adjusted(4, 2, -4, -2), 6, 6)
        if chosen:  # also a bar, for those who do not see the colour
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(QRect(place.left() + 4, place.top() + 6, 3, place.height() - 12), 1, 1)
        first, second = _halves(place)
        painter.setPen(QColor(colours.text))
        painter.setFont(font(BODY, weight=QFont.Weight.DemiBold))
        painter.drawText(first, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, index.data() or "")
        painter.setPen(QColor(colours.muted))
        painter.setFont(font(BODY))
        painter.drawText(second, _BREAKS, index.data(SENTENCE) or "")
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        view = option.widget
        viewport = view.viewport() if view is not None and hasattr(view, "viewport") else None  # type: ignore[union-attr]
        width = viewport.width() if viewport is not None else 400
        room = QRect(0, 0, max(width - 32, 80), 1000)
        words = QFontMetrics(font(BODY)).boundingRect(room, _BREAKS, index.data(SENTENCE) or "")
        return QSize(width, 18 + words.height() + 16)


def _halves(place: QRect) -> tuple[QRect, QRect]:
    inner = place.adjusted(16, 8, -16, -8)
    return QRect(inner.left(), inner.top(), inner.width(), 18), inner.adjusted(0, 18, 0, 8)
