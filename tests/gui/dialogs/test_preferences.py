"""Preferences hold at once; showing them says nothing."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QCheckBox, QComboBox, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from vaediag_gui.dialogs.preferences import THEME_WORDS, PreferencesDialog
from vaediag_gui.preferences import THEMES, Preferences


@pytest.fixture
def dialog(qtbot: QtBot) -> PreferencesDialog:
    made = PreferencesDialog(Preferences())
    qtbot.addWidget(made)
    return made


def find(dialog: PreferencesDialog, name: str) -> Any:
    kinds = (QComboBox, QSpinBox, QCheckBox, QPushButton)
    found: list[Any] = [each for kind in kinds for each in dialog.findChildren(kind)]
    return next(each for each in found if name == (each.accessibleName() or each.text()))


def changed(qtbot: QtBot, dialog: PreferencesDialog, act: Any) -> Preferences:
    with qtbot.waitSignal(dialog.changed) as blocker:
        act()
    (preferences,) = blocker.args or [None]
    assert preferences == dialog.preferences()
    return preferences


def test_each_change_is_told_at_once(qtbot: QtBot, dialog: PreferencesDialog) -> None:
    assert changed(qtbot, dialog, lambda: find(dialog, "Appearance").setCurrentIndex(2)) == Preferences("dark")
    assert changed(qtbot, dialog, lambda: find(dialog, "Seed of the diagnosis").setValue(7)).seed == 7
    assert changed(qtbot, dialog, lambda: find(dialog, "Open the last session again").setChecked(False)).reopen is False
    assert changed(qtbot, dialog, lambda: find(dialog, "Diagnose all images").setChecked(False)).limit == 1000
    assert changed(qtbot, dialog, lambda: find(dialog, "Images of the diagnosis").setValue(250)).limit == 250
    assert changed(qtbot, dialog, lambda: find(dialog, "Diagnose all images").setChecked(True)).limit is None
    assert changed(qtbot, dialog, lambda: find(dialog, "Restore defaults").click()) == Preferences()


def test_restoring_leaves_what_is_chosen_elsewhere(qtbot: QtBot, dialog: PreferencesDialog) -> None:
    dialog.show_preferences(Preferences("dark", deep=True, ais_images=3))
    restored = changed(qtbot, dialog, lambda: find(dialog, "Restore defaults").click())
    assert restored == Preferences(deep=True, ais_images=3)


def test_return_ends_the_typing_of_a_number_and_presses_nothing(qtbot: QtBot, dialog: PreferencesDialog) -> None:
    dialog.show()
    seed = find(dialog, "Seed of the diagnosis")
    seed.setFocus()
    seed.selectAll()
    with qtbot.assertNotEmitted(dialog.changed):
        qtbot.keyClicks(seed, "42")
    assert changed(qtbot, dialog, lambda: qtbot.keyClick(seed, Qt.Key.Key_Return)).seed == 42
    assert dialog.isVisible()
    dialog.close()


def test_showing_is_silent(qtbot: QtBot, dialog: PreferencesDialog) -> None:
    with qtbot.assertNotEmitted(dialog.changed):
        dialog.show_preferences(Preferences("light", 3, 500, False))
    assert find(dialog, "Appearance").currentText() == "Light"
    assert find(dialog, "Images of the diagnosis").value() == 500
    assert find(dialog, "Images of the diagnosis").isEnabled()
    assert not find(dialog, "Open the last session again").isChecked()


def test_the_limit_rests_while_all_images_are_diagnosed(dialog: PreferencesDialog) -> None:
    assert not find(dialog, "Images of the diagnosis").isEnabled()


def test_every_theme_has_words() -> None:
    assert tuple(THEME_WORDS) == THEMES
