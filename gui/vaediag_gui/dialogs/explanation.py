"""What a quantity means: its page, beside the window."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFontDatabase
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from vaediag_gui.resolve.explanation import Block, Explanation
from vaediag_gui.theme.apply import SMALL
from vaediag_gui.widgets.page import Page
from vaediag_gui.widgets.text import label

WIDE, HIGH = 520, 600


class ExplanationDialog(QDialog):
    """Stays open beside the window; another page takes the place of the one before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.resize(WIDE, HIGH)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName("Explanation")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(buttons)

    def show_explanation(self, page: Explanation) -> None:
        self.setWindowTitle(f"What is this? {page.name}")
        contents = Page(spacing=6)
        contents.add(label(page.name, "heading", wrap=True))
        for section in page.sections:
            if section.heading:
                head = label(section.heading, "strong")
                head.setContentsMargins(0, 10, 0, 0)
                contents.add(head)
            for block in section.blocks:
                contents.add(_shown(block))
        self._scroll.setWidget(contents)

    def texts(self) -> list[str]:
        """Everything that is said, in order."""
        page = self._scroll.widget()
        return [] if page is None else [each.text() for each in page.findChildren(QLabel)]


def _shown(block: Block) -> QLabel:
    made = label(f"•  {block.text}" if block.kind == "item" else block.text, wrap=block.kind != "formula")
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if block.kind == "formula":
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPixelSize(SMALL)
        made.setFont(fixed)
        made.setStyleSheet("padding: 4px 0px 4px 12px;")
    return made
