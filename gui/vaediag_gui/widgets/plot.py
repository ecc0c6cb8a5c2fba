"""A plot in the app's look: no menus or buttons, axes in words, colours that follow the palette."""

from __future__ import annotations

import math
from collections.abc import Callable

import pyqtgraph as pg
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QColor, QFontMetrics
from PyQt6.QtWidgets import QWidget

from vaediag_gui.theme.apply import SMALL, current, font

SLOT = 44  # pixels that a name needs at least, to be worth its place


class Axis(pg.AxisItem):
    """An axis whose words stay as they are: looking for SI prefixes at every change of range costs milliseconds.

    With `names` it says those of the places 0, 1, 2, …: as many as have room, shortened to it.
    """

    names: tuple[str, ...] = ()
    _room = SLOT

    def tickValues(self, minVal, maxVal, size):  # pyqtgraph's names
        if not self.names:
            return super().tickValues(minVal, maxVal, size)
        slot = size / max(maxVal - minVal, 1e-9)
        step = max(1, math.ceil(SLOT / slot))
        self._room = round(slot * step) - 6
        first, last = max(math.ceil(minVal), 0), min(math.floor(maxVal), len(self.names) - 1)
        return [(step, [float(at) for at in range(-(-first // step) * step, last + 1, step)])]

    def tickStrings(self, values, scale, spacing):
        if not self.names:
            return super().tickStrings(values, scale, spacing)
        metrics, cut = QFontMetrics(font(SMALL - 1)), Qt.TextElideMode.ElideMiddle
        return [metrics.elidedText(self.names[int(value)], cut, self._room) for value in values]

    def updateAutoSIPrefix(self) -> None:  # pyqtgraph's name
        self.picture = None
        self.update()


class Plot(pg.PlotWidget):
    """Curves over two labelled axes. `draw` is called again whenever the palette changes."""

    def __init__(self, name: str, *, x: str = "", y: str = "", parent: QWidget | None = None) -> None:
        box = pg.ViewBox(enableMenu=False)  # menus that nobody opens cost 10 ms per plot
        axes = {side: Axis(side) for side in ("left", "bottom")}
        super().__init__(parent, viewBox=box, enableMenu=False, axisItems=axes)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._words = {"bottom": x, "left": y}
        self._draw: Callable[[Plot], None] | None = None
        self.hideButtons()
        self.setMouseEnabled(x=False, y=False)
        self.setMinimumSize(120, 96)
        self._restyle()

    def show_drawing(self, draw: Callable[[Plot], None] | None) -> None:
        """Clear, then `draw(self)`; it takes its colours from `theme.apply.current()`. None: an empty plot."""
        self._draw = draw
        self.clear()
        if draw is not None:
            draw(self)

    def add_note(self, item: pg.GraphicsObject) -> None:
        """An item that the axes do not make room for, such as words; gone with the next drawing."""
        plot = self.getPlotItem()
        if plot is not None:
            plot.addItem(item, ignoreBounds=True)

    def name_places(self, names: tuple[str, ...]) -> None:
        """Names of the places 0, 1, 2, … along the bottom; () for numbers."""
        axis = self.getAxis("bottom")
        if axis.names != names:
            axis.names = names
            axis.picture = None
            axis.update()

    def label(self, *, x: str | None = None, y: str | None = None) -> None:
        """Say what the axes are, with units."""
        self._words |= {side: words for side, words in (("bottom", x), ("left", y)) if words is not None}
        self._restyle_axes()

    def wheelEvent(self, event):
        event.ignore()  # the page scrolls

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange and hasattr(self, "_words"):
            self._restyle()

    def _restyle(self) -> None:
        self.setBackground(current().surface)
        self._restyle_axes()
        self.show_drawing(self._draw)

    def _restyle_axes(self) -> None:
        for side, words in self._words.items():
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(QColor(current().rule)))
            axis.setTextPen(pg.mkPen(QColor(current().muted)))
            axis.setStyle(tickFont=font(SMALL - 1), tickLength=-4, hideOverlappingLabels=True, maxTickLevel=0)
            if side == "bottom":
                axis.setHeight(36 if words else 20)
            axis.setLabel(words, color=current().muted, **{"font-size": f"{SMALL}px"}) if words else axis.showLabel(
                False
            )


def pen(colour: str, width: float = 2.0, *, dash: bool = False) -> object:
    """A pen of a palette colour."""
    return pg.mkPen(QColor(colour), width=width, style=Qt.PenStyle.DashLine if dash else Qt.PenStyle.SolidLine)
