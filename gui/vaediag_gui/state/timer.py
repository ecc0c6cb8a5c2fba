"""A timer in one line."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject, QTimer


def timer(parent: QObject, milliseconds: int, call: Callable[[], object], *, once: bool = False) -> QTimer:
    """A QTimer that is not running yet; `once`: it stops after the first time."""
    made = QTimer(parent)
    made.setInterval(milliseconds)
    made.setSingleShot(once)
    made.timeout.connect(call)
    return made
