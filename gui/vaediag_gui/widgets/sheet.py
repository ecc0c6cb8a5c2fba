"""Many small pictures in rows and columns, as data: what is drawn in which cell, without a widget."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPen, QPolygonF

from vaediag_gui.theme.apply import current
from vaediag_gui.theme.colourmaps import coloured, table

Array = np.ndarray
KEPT = 192  # lines of pictures that stay coloured
POINTS = 256  # of a drawn curve; longer ones are drawn as their least and greatest values


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One kind of picture. `line(group)` is `[columns, H, W]`, `[columns, H, W, 3]`, or `[columns, D]` for curves."""

    name: str
    line: Callable[[int], Array]
    levels: tuple[float, float]
    colours: str = "grey"
    ink: str = "blue"  # of curves: a colour of the palette
    key: str = ""  # which values the ends of the colours stand for


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Groups of lines: every group has one line per layer, or the layers stand beside each other."""

    layers: tuple[Layer, ...]
    labels: tuple[tuple[str, ...], ...]  # lines of text at the left of each group; the first one is its name
    headings: tuple[str, ...]  # above each column
    axis: str  # what the headings count
    shape: tuple[int, int]  # height and width of one picture
    beside: bool = False
    brief: tuple[str, tuple[str, ...]] | None = None  # axis and headings for columns that are narrower than these

    @property
    def groups(self) -> int:
        return len(self.labels)

    @property
    def columns(self) -> int:
        return len(self.headings)


class Cells:
    """Draws the cells of one sheet; keeps the latest lines coloured."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._images: OrderedDict[tuple[int, int], QImage] = OrderedDict()
        self._curves: OrderedDict[tuple[int, int], Array] = OrderedDict()
        self._bytes: dict[tuple[int, int], Array] = {}  # a QImage does not own its pixels

    def draw(self, painter: QPainter, target: QRectF, group: int, layer: int, column: int) -> None:
        """One cell into `target`; nearest pixel when enlarged."""
        key = (group, layer)
        if key not in self._images and key not in self._curves:
            self._prepare(key)
        if key in self._curves:
            self._draw_curve(painter, target, self._curves[key][column], self.sheet.layers[layer])
            return
        image = self._images[key]
        self._images.move_to_end(key)
        height = image.height() // self.sheet.columns
        painter.drawImage(target, image, QRectF(0, column * height, image.width(), height))

    def forget(self) -> None:
        """The palette has changed."""
        self._images.clear()
        self._curves.clear()
        self._bytes.clear()

    def _prepare(self, key: tuple[int, int]) -> None:
        group, at = key
        layer = self.sheet.layers[at]
        values = layer.line(group)
        if values.ndim == 2:
            self._curves[key] = np.stack([envelope(curve) for curve in values])
            if len(self._curves) > KEPT:
                self._curves.popitem(last=False)
            return
        if values.ndim == 4:  # colour: each channel with the same levels, as a photograph
            rgb = coloured(values, layer.levels, "grey", current().undefined)[..., 0]
        else:
            rgb = coloured(values, layer.levels, layer.colours, current().undefined)
        rgb = np.ascontiguousarray(rgb.reshape(-1, *rgb.shape[2:]))  # the columns below each other
        height, width, _ = rgb.shape
        self._bytes[key] = rgb
        self._images[key] = QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888)  # type: ignore[arg-type]
        if len(self._images) > KEPT:
            old, _ = self._images.popitem(last=False)
            del self._bytes[old]

    def _draw_curve(self, painter: QPainter, target: QRectF, curve: Array, layer: Layer) -> None:
        painter.save()
        painter.fillRect(target, QColor(current().hover))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        low, high = layer.levels
        inner = target.adjusted(2, 3, -2, -3)
        x = inner.left() + inner.width() * np.linspace(0.0, 1.0, len(curve))
        y = inner.bottom() - inner.height() * np.clip((curve - low) / ((high - low) or 1.0), 0.0, 1.0)
        pen = QPen(QColor(getattr(current(), layer.ink)), 1.3)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for part in runs(np.isfinite(y)):
            painter.drawPolyline(QPolygonF([QPointF(a, b) for a, b in zip(x[part], y[part], strict=True)]))
        painter.restore()


def draw_key(painter: QPainter, target: QRectF, colours: str) -> None:
    """A small bar of a colour map, from its first colour to its last."""
    gradient = QLinearGradient(target.topLeft(), target.topRight())
    stops = table(colours)
    for stop in range(0, 256, 51):
        gradient.setColorAt(stop / 255, QColor(*(int(part) for part in stops[stop])))
    painter.fillRect(target, gradient)


def envelope(curve: Array, points: int = POINTS) -> Array:
    """At most `points` values that look like the whole curve: of longer ones the least and greatest of each part."""
    curve = np.asarray(curve, float)
    if len(curve) <= points:
        return curve
    parts = np.array_split(curve, points // 2)
    return np.concatenate([[part.min(), part.max()] for part in parts])


def runs(there: Array) -> list[slice]:
    """The stretches where `there` is true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
