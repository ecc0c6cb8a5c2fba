"""A slider over real numbers whose groove shows where numbers usually lie: one tick and one band."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PyQt6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from vaediag_gui.theme.apply import current

STEPS = 4000
HANDLE = 7.0  # radius, pixels
FINE = 5


class GrooveSlider(QAbstractSlider):
    """Values in [low, high]; a value beyond is drawn at the end with an arrow.

    Keys: left and right by 1/80 of the range (with Shift by 1/800), page up and down by 1/8, Home and End.

    Signals:
        moved(float): a person moved the handle. `show_*` never emits.
        reset(): double-clicked, or Delete pressed.
    """

    moved = pyqtSignal(float)
    reset = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, STEPS)
        self.setSingleStep(STEPS // 80)
        self.setPageStep(STEPS // 8)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._low, self._high = -1.0, 1.0
        self._shown = 0.0
        self._tick: float | None = None
        self._band: tuple[float, float] | None = None
        self._quiet = False
        self._grip = 0.0  # distance of the mouse from the handle's middle when it was grasped
        self.valueChanged.connect(self._on_value)

    def show_range(
        self, low: float, high: float, *, tick: float | None = None, band: tuple[float, float] | None = None
    ) -> None:
        """The ends of the groove, the tick on it, and a band from one value to another."""
        if (low, high, tick, band) != (self._low, self._high, self._tick, self._band):
            self._low, self._high, self._tick, self._band = low, high, tick, band
            self.show_number(self._shown)
            self.update()

    def show_number(self, number: float) -> None:
        if number != self._shown or self.value() != self._step_of(number):
            self._shown = number
            self._quiet = True
            self.setValue(self._step_of(number))
            self._quiet = False
            self.update()

    @property
    def number(self) -> float:
        """The value that is shown; it may lie beyond the ends."""
        return self._shown

    def sizeHint(self) -> QSize:
        return QSize(120, 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 24)

    # ---- a person ----------------------------------------------------------------------------------------------------

    def _on_value(self, step: int) -> None:
        if self._quiet:
            return
        self._shown = self._low + (self._high - self._low) * step / STEPS
        self.update()
        self.moved.emit(self._shown)

    def mousePressEvent(self, a0: QMouseEvent | None) -> None:
        if a0 is None or a0.button() != Qt.MouseButton.LeftButton:
            return
        handle = self._x_of(self._shown)
        near = abs(a0.position().x() - handle) <= HANDLE + 2
        self._grip = a0.position().x() - handle if near else 0.0
        self.setSliderDown(True)
        if not near:
            self.setValue(self._step_at(a0.position().x()))
        self.update()

    def mouseMoveEvent(self, a0: QMouseEvent | None) -> None:
        if a0 is not None and self.isSliderDown():
            self.setValue(self._step_at(a0.position().x() - self._grip))

    def mouseReleaseEvent(self, a0: QMouseEvent | None) -> None:
        if a0 is not None and a0.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
            self.update()

    def mouseDoubleClickEvent(self, a0: QMouseEvent | None) -> None:
        self.setSliderDown(False)
        self.reset.emit()

    def wheelEvent(self, e: QWheelEvent | None) -> None:
        """The list scrolls: a wheel turned over many sliders would change those it passes."""
        if e is not None:
            e.ignore()

    def keyPressEvent(self, ev: QKeyEvent | None) -> None:
        if ev is None:
            return
        sign = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(ev.key()), 0)
        if sign:
            fine = ev.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.setValue(self.value() + sign * (FINE if fine else self.singleStep()))
        elif ev.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.reset.emit()
        elif ev.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            ev.ignore()  # the list goes to another row
        else:
            super().keyPressEvent(ev)

    def changeEvent(self, a0: QEvent | None) -> None:
        super().changeEvent(a0)
        if a0 is not None and a0.type() in (QEvent.Type.PaletteChange, QEvent.Type.EnabledChange):
            self.update()

    # ---- geometry ----------------------------------------------------------------------------------------------------

    def _step_of(self, number: float) -> int:
        share = (number - self._low) / ((self._high - self._low) or 1.0)
        return round(STEPS * min(max(share, 0.0), 1.0))

    def _step_at(self, x: float) -> int:
        inner = self.width() - 2 * HANDLE - 2
        return round(STEPS * min(max((x - HANDLE - 1) / max(inner, 1.0), 0.0), 1.0))

    def _x_of(self, number: float) -> float:
        share = (number - self._low) / ((self._high - self._low) or 1.0)
        return HANDLE + 1 + min(max(share, 0.0), 1.0) * (self.width() - 2 * HANDLE - 2)

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        p, middle = current(), self.height() / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right, handle = self._x_of(self._low), self._x_of(self._high), self._x_of(self._shown)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(p.pressed))
        painter.drawRoundedRect(QRectF(left, middle - 2, right - left, 4), 2, 2)
        if self._band is not None:
            first, last = (self._x_of(end) for end in self._band)
            painter.setPen(QPen(QColor(p.blue), 1))
            painter.setBrush(QColor(p.selection))
            painter.drawRect(QRectF(first, middle - 4, max(last - first, 2.0), 8))
        if self._tick is not None and self._low <= self._tick <= self._high:
            x = round(self._x_of(self._tick)) + 0.5
            painter.setPen(QPen(QColor(p.muted), 1))
            painter.drawLine(QPointF(x, middle - 8), QPointF(x, middle + 8))
        beyond = self._shown < self._low or self._shown > self._high
        painter.setPen(QPen(QColor(p.accent), 3 if self.hasFocus() else 2))
        lit = self.isSliderDown() or self.underMouse()
        painter.setBrush(QColor(p.accent if self.isSliderDown() else p.hover if lit else p.raised))
        if beyond:
            out = HANDLE if self._shown > self._high else -HANDLE
            tip, foot = QPointF(handle + out, middle), handle - out * 0.6
            painter.drawPolygon(QPolygonF([tip, QPointF(foot, middle - HANDLE), QPointF(foot, middle + HANDLE)]))
        else:
            painter.drawEllipse(QPointF(handle, middle), HANDLE - 1, HANDLE - 1)
        painter.end()
