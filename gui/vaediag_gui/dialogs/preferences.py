"""Preferences: every change holds at once."""

from __future__ import annotations

import dataclasses
from typing import Any

from PyQt6.QtCore import QSignalBlocker, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from vaediag_gui.preferences import LEAST_LIMIT, MOST_LIMIT, MOST_SEED, Preferences
from vaediag_gui.widgets.text import label

THEME_WORDS = {"system": "As the system", "light": "Light", "dark": "Dark"}


class PreferencesDialog(QDialog):
    """`changed(preferences)`: after every change by the person."""

    changed = pyqtSignal(object)

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Preferences")
        self.setMinimumWidth(440)
        self._now = preferences
        self._theme = QComboBox()
        for key, words in THEME_WORDS.items():
            self._theme.addItem(words, key)
        self._seed = _number(0, MOST_SEED, "The same seed gives the same diagnosis, to the last bit")
        self._all = QCheckBox("All images")
        self._all.setToolTip("Diagnose every image of the data")
        self._limit = _number(LEAST_LIMIT, MOST_LIMIT, "A subset of this size, drawn with the seed")
        self._limit.setSuffix(" images")
        self._limit.setSingleStep(100)
        self._limit.setValue(1000)
        self._reopen = QCheckBox("Open the last session again when the app starts")
        self._reopen.setToolTip("Model, data, z, seed, views and the window's place")
        for widget, name in (
            (self._theme, "Appearance"), (self._seed, "Seed of the diagnosis"), (self._all, "Diagnose all images"),
            (self._limit, "Images of the diagnosis"), (self._reopen, "Open the last session again"),
        ):  # fmt: skip
            widget.setAccessibleName(name)
        self._lay_out()
        self.show_preferences(preferences)
        self._theme.currentIndexChanged.connect(lambda _: self._change(theme=self._theme.currentData()))
        self._seed.valueChanged.connect(lambda value: self._change(seed=value))
        self._limit.valueChanged.connect(lambda value: self._change(limit=value))
        self._all.toggled.connect(lambda on: self._change(limit=None if on else self._limit.value()))
        self._reopen.toggled.connect(lambda on: self._change(reopen=on))

    def preferences(self) -> Preferences:
        return self._now

    def show_preferences(self, preferences: Preferences) -> None:
        """Show them; nothing is emitted."""
        self._now = preferences
        widgets = (self._theme, self._seed, self._all, self._limit, self._reopen)
        blockers = [QSignalBlocker(each) for each in widgets]
        self._theme.setCurrentIndex(self._theme.findData(preferences.theme))
        self._seed.setValue(preferences.seed)
        self._all.setChecked(preferences.limit is None)
        self._limit.setEnabled(preferences.limit is not None)
        if preferences.limit is not None:
            self._limit.setValue(preferences.limit)
        self._reopen.setChecked(preferences.reopen)
        del blockers

    def _change(self, **changes: Any) -> None:
        preferences = dataclasses.replace(self._now, **changes)
        if preferences != self._now:
            self.show_preferences(preferences)
            self.changed.emit(preferences)

    def _restore(self) -> None:
        at_first = Preferences()
        self._change(**{name: getattr(at_first, name) for name in ("theme", "seed", "limit", "reopen")})

    def _lay_out(self) -> None:
        size = QHBoxLayout()
        size.setSpacing(12)
        size.addWidget(self._all)
        size.addWidget(self._limit)
        size.addStretch(1)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(12)
        form.addRow("Appearance", self._theme)
        form.addRow("Seed of the diagnosis", self._seed)
        form.addRow("Diagnose", size)
        form.addRow("At start", self._reopen)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Close | QDialogButtonBox.StandardButton.RestoreDefaults
        )
        buttons.rejected.connect(self.accept)
        restore = buttons.button(QDialogButtonBox.StandardButton.RestoreDefaults)
        if restore is not None:
            restore.setText("Restore defaults")
            restore.setToolTip("Set everything here as it was at first")
            restore.clicked.connect(self._restore)
        for each in buttons.buttons():
            if isinstance(each, QPushButton):
                each.setAutoDefault(False)  # Return ends the typing of a number, and presses nothing
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(form)
        note = "Changes hold at once. A diagnosis that is there keeps the seed it was made with."
        layout.addWidget(label(note, "muted", wrap=True))
        layout.addWidget(buttons)


def _number(least: int, most: int, tip: str) -> QSpinBox:
    made = QSpinBox()
    made.setRange(least, most)
    made.setToolTip(tip)
    made.setKeyboardTracking(False)  # a number that is being typed is not yet meant
    made.setFixedWidth(152)
    made.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
    return made
