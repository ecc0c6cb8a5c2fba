"""A number that is read, and typed only when a person asks for it."""

from __future__ import annotations

import math

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent
from PyQt6.QtWidgets import QLineEdit, QWidget

QUIET = "QLineEdit { background: transparent; border-color: transparent; padding: 1px 0px; }"


class NumberField(QLineEdit):
    """Shows a number; a double click or Return makes it editable. `entered(float)`: a number was typed."""

    entered = pyqtSignal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = 0.0
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMaxLength(24)
        self.setToolTip("Double-click, or press Return, to type a number")
        self._edit(False)

    def show_number(self, number: float) -> None:
        if number != self._number or not self.text():
            self._number = number
            if self.isReadOnly():
                self.setText(words(number))

    def mouseDoubleClickEvent(self, a0: QMouseEvent | None) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._edit(True)

    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        if a0 is None:
            return
        key = a0.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.isReadOnly():
                self._edit(True)
            else:
                self._take()
        elif key == Qt.Key.Key_Escape and not self.isReadOnly():
            self._edit(False)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            a0.ignore()
        else:
            super().keyPressEvent(a0)

    def event(self, a0: QEvent | None) -> bool:
        # Esc and single letters are shortcuts of the window: while a number is typed they belong to it
        if isinstance(a0, QKeyEvent) and a0.type() == QEvent.Type.ShortcutOverride and not self.isReadOnly():
            a0.accept()
            return True
        return super().event(a0)

    def focusOutEvent(self, a0) -> None:
        super().focusOutEvent(a0)
        if not self.isReadOnly():
            self._take()

    def _take(self) -> None:
        typed = self.text().strip().replace("−", "-").replace(",", ".")
        self._edit(False)
        try:
            number = float(typed)
        except ValueError:
            return  # what was there before is shown again
        if math.isfinite(number) and abs(number) < 1e30:
            self.entered.emit(number)

    def _edit(self, on: bool) -> None:
        self.setReadOnly(not on)
        self.setStyleSheet("QLineEdit { padding: 1px 4px; }" if on else QUIET)
        self.setText(f"{self._number:.6g}" if on else words(self._number))
        if on:
            self.selectAll()
        else:
            self.deselect()


def words(number: float) -> str:
    """Two decimals with a real minus sign; many digits only where two would say nothing."""
    if number != 0 and (abs(number) < 0.005 or abs(number) >= 1e4):
        return f"{number:.0e}".replace("e-0", "e-").replace("e+0", "e").replace("-", "−")
    return f"{number:.2f}".replace("-", "−")
