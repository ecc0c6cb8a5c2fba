"""What a scroll area scrolls: as high as its contents need at the width that there is."""

from __future__ import annotations

from PyQt6.QtCore import QSize
from PyQt6.QtWidgets import QVBoxLayout, QWidget


class Page(QWidget):
    """Parts below each other. Wrapped text asks for the height of its narrowest form; that is not listened to."""

    def __init__(self, *parts: QWidget, spacing: int = 12, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 4, 16)
        layout.setSpacing(spacing)
        for part in parts:
            layout.addWidget(part)
        layout.addStretch(1)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        return QSize(super().minimumSizeHint().width(), 0)
