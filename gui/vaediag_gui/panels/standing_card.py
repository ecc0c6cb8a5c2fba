"""A standing on the screen: an invitation, progress, or what went wrong."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from vaediag_gui.resolve.standing import Standing
from vaediag_gui.widgets.notice import SIGNS
from vaediag_gui.widgets.text import label


class StandingCard(QFrame):
    """`acted(command, arguments)`: its button was pressed. `large` in place of the pictures, else above them."""

    acted = pyqtSignal(str, dict)

    def __init__(self, *, large: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._standing: Standing | None = None
        self._title = label(role="title" if large else "strong", wrap=True)
        self._text = label(wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._stage = label(role="muted", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(8)
        self.button = QPushButton()
        self.button.clicked.connect(self._act)
        words = QVBoxLayout()
        words.setSpacing(8 if large else 4)
        for widget in (self._title, self._text, self._stage, self._bar):
            words.addWidget(widget)
        if large:
            self.setMinimumWidth(280)
            self.setMaximumWidth(480)
            layout = QVBoxLayout(self)
            layout.setContentsMargins(24, 20, 24, 20)
            layout.setSpacing(16)
            layout.addLayout(words)
            layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        else:
            row = QHBoxLayout(self)
            row.setContentsMargins(12, 8, 12, 8)
            row.setSpacing(12)
            row.addLayout(words, 1)
            row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_standing(self, standing: Standing) -> None:
        """Say it; nothing is emitted. Without a title the card is hidden."""
        if standing == self._standing:
            return
        self._standing = standing
        self.setVisible(bool(standing.title))
        sign = SIGNS[standing.severity] if standing.progress is None else ""
        self._title.setText(f"{sign}  {standing.title}".strip())
        self._text.setText(standing.text)
        self._text.setVisible(bool(standing.text))
        progress = standing.progress
        self._stage.setVisible(progress is not None)
        self._bar.setVisible(progress is not None)
        if progress is not None:
            self._stage.setText(progress.stage)
            self._bar.setRange(0, progress.total)  # 0, 0: moving, without an end in sight
            self._bar.setValue(progress.done)
            self._bar.setAccessibleName(f"Progress: {progress.stage}")
        self.button.setText(standing.button)
        self.button.setVisible(bool(standing.button))
        self.button.setAccessibleName(standing.button)
        primary = standing.command == "diagnose"
        if self.button.property("primary") != primary:
            self.button.setProperty("primary", primary)
            style = self.button.style()
            if style is not None:
                style.unpolish(self.button)
                style.polish(self.button)
        tips = {
            "diagnose": "Measure calibration, variance and latents on these images",
            "cancel": "Stop the diagnosis; nothing is lost but the time",
            "retry": "Ask for it again",
        }
        self.button.setToolTip(tips.get(standing.command, standing.button))
        self.setAccessibleName(f"{standing.title}. {standing.text}")

    def _act(self) -> None:
        if self._standing is not None:
            self.acted.emit(self._standing.command, dict(self._standing.arguments))
