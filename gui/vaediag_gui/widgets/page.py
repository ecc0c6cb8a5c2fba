"""What a scroll area scrolls: as high as its contents need at the width that there is."""

from __future__ import annotations

from PyQt6.QtCore import QSize
from PyQt6.QtWidgets import QVBoxLayout, QWidget


class Page(QWidget):
    """Parts below each other. Wrapped text asks for the height of its narrowest form; that is not listened to."""

    def __init__(self, *, spacing: int = 12, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 4, 16)
        self._layout.setSpacing(spacing)
        self._layout.addStretch(1)

    def add(self, part: QWidget) -> None:
        """Below the others."""
        self._layout.insertWidget(self._layout.count() - 1, part)

    def minimumSizeHint(self) -> QSize:  # Qt's name
        hint = super().minimumSizeHint()
        return QSize(hint.width(), 0) if self.hasHeightForWidth() else hint  # 0: asked for at the width there is


def below(*widgets: QWidget, spacing: int = 12) -> QWidget:
    """Widgets below each other as one part."""
    made = QWidget()
    layout = QVBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for widget in widgets:
        layout.addWidget(widget)
    return made
