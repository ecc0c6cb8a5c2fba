"""What a latent's status looks like: colour and shape, so that neither is needed alone."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor, QIcon, QPainter, QPixmap

from vaediag.records.collapse import STATUS_MEANING
from vaediag_gui.theme.apply import current
from vaediag_gui.widgets.legend import Key, draw_symbol


@dataclass(frozen=True, slots=True)
class StatusLook:
    """`colour`: a palette colour, the one of the badge beside the latent's slider; `symbol`: of pyqtgraph."""

    colour: str
    symbol: str
    hollow: bool
    pattern: Qt.BrushStyle
    line: Qt.PenStyle

    @property
    def paint(self) -> QColor:
        return QColor(getattr(current(), self.colour))


_LINE, _FILL = Qt.PenStyle, Qt.BrushStyle
STATUSES = {
    "used": StatusLook("good", "o", False, _FILL.SolidPattern, _LINE.SolidLine),
    "mixed": StatusLook("blue", "d", False, _FILL.BDiagPattern, _LINE.DashLine),
    "wasted": StatusLook("orange", "t", False, _FILL.DiagCrossPattern, _LINE.DashDotLine),
    "noise": StatusLook("purple", "t1", False, _FILL.Dense4Pattern, _LINE.DashDotDotLine),
    "collapsed": StatusLook("muted", "s", True, _FILL.NoBrush, _LINE.DotLine),
}
UNKNOWN = StatusLook("muted", "o", False, _FILL.SolidPattern, _LINE.SolidLine)


def look_of(status: str | None) -> StatusLook:
    return UNKNOWN if status is None else STATUSES.get(status, UNKNOWN)


def keys_of(statuses: tuple[str, ...]) -> tuple[Key, ...]:
    """The legend of the statuses that occur, with their counts."""
    return tuple(
        Key(look.symbol, look.colour, f"{word}: {STATUS_MEANING[word]} ({statuses.count(word)})", look.hollow)
        for word, look in STATUSES.items()
        if word in statuses
    )


def icon(status: str | None) -> QIcon:
    """The symbol as a small picture for a table."""
    look = look_of(status)
    picture = QPixmap(32, 32)
    picture.setDevicePixelRatio(2.0)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_symbol(painter, look.symbol, QPointF(8, 8), 9.0, look.paint, hollow=look.hollow)
    painter.end()
    return QIcon(picture)
