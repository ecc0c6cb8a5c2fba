"""A muted word and the controls that belong to it, which stay together."""

from __future__ import annotations

from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from vaediag_gui.widgets.text import label

HEIGHT = 32  # of every control in a line, so that their middles stand in one line


def titled(title: str, *widgets: QWidget, spacing: int = 6) -> QWidget:
    """The word stands before the widgets and is the first one's buddy; "" for none."""
    made = QWidget()
    layout = QHBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    if title:
        word = label(title, role="muted")
        word.setBuddy(widgets[0])
        layout.addWidget(word)
    for widget in widgets:
        layout.addWidget(widget)
    made.setMinimumHeight(HEIGHT)
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made
