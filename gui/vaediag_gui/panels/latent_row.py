"""One latent: its slider and number, and what the diagnosis says of it."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QRectF, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PyQt6.QtWidgets import QWidget

from vaediag_gui.resolve.latents import Latent
from vaediag_gui.theme.apply import SMALL, current, font
from vaediag_gui.widgets.badge import Badge
from vaediag_gui.widgets.glyphs import SIDE, GlyphButton
from vaediag_gui.widgets.groove import GrooveSlider
from vaediag_gui.widgets.number_field import NumberField

SHORT, TALL = 36, 60  # height of a row of one line and of two
EDGE, NAME, NUMBER, KL = 12, 38, 56, 60
ROOMY = 284  # from this width on the bar of the KL stands beside its words, else under them
LOOKS = {
    "used": ("full", "good"),
    "mixed": ("half", "blue"),
    "wasted": ("crossed", "orange"),
    "noise": ("dots", "purple"),
    "collapsed": ("ring", "muted"),
}  # status -> sign and colour of its badge
LOCKED = "Locked: keeps its value when you choose another image, a random z or reset"


class LatentRow(QWidget):
    """One row, used for one latent after another.

    Signals:
        moved(latent, value); reset(latent); locked(latent, bool); traversed(latent)
    """

    moved = pyqtSignal(int, float)
    reset = pyqtSignal(int)
    locked = pyqtSignal(int, bool)
    traversed = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.latent: Latent | None = None
        self.slider = GrooveSlider(self)
        self.number = NumberField(self)
        self.badge = Badge(self)
        self.walk = GlyphButton("steps", "Traverse this latent", self)
        self.lock = GlyphButton("lock", "Lock this latent", self)
        self.lock.setCheckable(True)
        self.lock.setToolTip(LOCKED)
        self.slider.moved.connect(lambda value: self.moved.emit(self._number_of(), value))
        self.slider.reset.connect(lambda: self.reset.emit(self._number_of()))
        self.number.entered.connect(lambda value: self.moved.emit(self._number_of(), value))
        self.lock.toggled.connect(lambda on: self.locked.emit(self._number_of(), on))
        self.walk.clicked.connect(lambda: self.traversed.emit(self._number_of()))
        self.setFocusProxy(self.slider)

    def show_latent(
        self, latent: Latent, value: float, band: tuple[float, float] | None, *, locked: bool, reset_to: str
    ) -> None:
        """Everything of a latent; no signal."""
        if latent is not self.latent:
            self.latent = latent
            looks = LOOKS.get(latent.status, ("ring", "muted"))
            self.badge.show_word(latent.status, *looks, meaning=latent.meaning)
            spoken = ", ".join(part for part in (latent.name, latent.status, latent.kl_words) if part)
            self.slider.setAccessibleName(spoken)
            self.number.setAccessibleName(f"value of {latent.name}")
            self.lock.setAccessibleName(f"lock {latent.name}")
            self.walk.setAccessibleName(f"traverse {latent.name}")
            self.walk.setToolTip(f"Traverse {latent.name}: see what x it moves, step by step")
            self._place()
            self.update()
        self.slider.show_range(latent.low, latent.high, tick=latent.prior_mean, band=band)
        tip = f"{latent.name}: double-click for {reset_to}. The line marks the prior's mean"
        self.slider.setToolTip(f"{tip}, the bar the posterior's ±2σ." if band else f"{tip}.")
        with QSignalBlocker(self.lock):
            self.lock.setChecked(locked)
        self.show_value(value)

    def show_value(self, value: float) -> None:
        """Only the value; this is what happens while a slider moves."""
        self.slider.show_number(value)
        self.number.show_number(value)

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        super().resizeEvent(a0)
        self._place()

    def changeEvent(self, a0: QEvent | None) -> None:
        super().changeEvent(a0)
        self.update()

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        if self.latent is None:
            return
        p, painter = current(), QPainter(self)
        line = QRectF(EDGE, 6, NAME, SIDE) if self._tall else QRectF(EDGE, 0, NAME, self.height())
        left = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.setFont(font(weight=font().Weight.DemiBold))
        painter.setPen(QColor(p.text))
        painter.drawText(line, left, self.latent.name)
        painter.setPen(QPen(QColor(p.grid), 1))
        painter.drawLine(EDGE, self.height() - 1, self.width() - EDGE, self.height() - 1)
        if self.latent.share is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            roomy = self.width() >= ROOMY
            bar = QRectF(EDGE + NAME, 15, 36, 6) if roomy else QRectF(EDGE + NAME, 26, KL - 8, 3)
            painter.setBrush(QColor(p.pressed))
            painter.drawRect(bar)
            painter.setBrush(QColor(p.blue))
            painter.drawRect(QRectF(bar.left(), bar.top(), bar.width() * self.latent.share, bar.height()))
            painter.setFont(font(SMALL))
            painter.setPen(QColor(p.muted))
            words_ = QRectF(EDGE + NAME + (44 if roomy else 0), 6 if roomy else 3, KL, SIDE)
            painter.drawText(words_, left, self.latent.kl_words)
        painter.end()

    @property
    def _tall(self) -> bool:
        return self.height() >= TALL

    def _number_of(self) -> int:
        return -1 if self.latent is None else self.latent.number

    def _place(self) -> None:
        """By hand: a layout would be asked again whenever a number changes."""
        right = self.width() - EDGE + 4
        top = 6 if self._tall else (self.height() - SIDE) // 2
        self.lock.move(right - SIDE, top)
        self.walk.move(right - 2 * SIDE, top)
        if self._tall:
            beside = EDGE + NAME + KL + 48 if self.width() >= ROOMY else self.walk.x() - 4 - self.badge.width()
            self.badge.move(beside, top + (SIDE - self.badge.height()) // 2)
            self.slider.setGeometry(EDGE - 4, 31, self.width() - 2 * EDGE - NUMBER + 8, 24)
            self.number.setGeometry(self.width() - EDGE - NUMBER, 31, NUMBER, 24)
            return
        self.number.setGeometry(right - 2 * SIDE - NUMBER - 4, top, NUMBER, SIDE)
        self.slider.setGeometry(EDGE + NAME - 4, top, max(60, self.number.x() - EDGE - NAME), SIDE)
