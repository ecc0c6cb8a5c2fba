"""Shortcuts and About."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from PyQt6.QtGui import QAction, QGuiApplication
from PyQt6.QtWidgets import QLabel, QLineEdit, QMainWindow, QPushButton, QTreeWidget
from pytestqt.qtbot import QtBot

from vaediag_gui.dialogs.about import AboutDialog, as_text, versions
from vaediag_gui.dialogs.shortcuts import Shortcut, ShortcutsDialog, shortcuts_of


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    made = QMainWindow()
    qtbot.addWidget(made)
    bar = made.menuBar()
    assert bar is not None
    for title, actions in {"&File": (("&Open model…", "Ctrl+O"), ("&Save && close", "Ctrl+S"), ("Plain", ""))}.items():
        menu = bar.addMenu(title)
        assert menu is not None
        for words, keys in actions:
            action = menu.addAction(words)
            assert action is not None
            action.setShortcut(keys)
        menu.addSeparator()
    loose = QAction("New sample", made)
    loose.setShortcuts(["N", "Space"])
    made.addAction(loose)
    return made


def actions_of(window: QMainWindow) -> list[QAction]:
    return window.findChildren(QAction)


def test_actions_with_keys_by_their_menu(window: QMainWindow) -> None:
    found = shortcuts_of(actions_of(window))
    assert set(found) == {
        Shortcut("File", "Open model", "Ctrl+O"),
        Shortcut("File", "Save & close", "Ctrl+S"),
        Shortcut("Window", "New sample", "N, Space"),
    }


def test_the_filter_hides_lines_and_empty_groups(qtbot: QtBot, window: QMainWindow) -> None:
    dialog = ShortcutsDialog(actions_of(window), window, others=[Shortcut("Sliders", "One step", "Left")])
    qtbot.addWidget(dialog)
    tree = dialog.findChildren(QTreeWidget)[0]

    def lines() -> list[str]:
        groups: list[Any] = [tree.topLevelItem(at) for at in range(tree.topLevelItemCount())]
        groups = [group for group in groups if not group.isHidden()]
        inner = [group.child(at) for group in groups for at in range(group.childCount())]
        return sorted(each.text(0) for each in (*groups, *inner) if not each.isHidden())

    everything = ["File", "New sample", "One step", "Open model", "Save & close", "Sliders", "Window"]
    assert lines() == everything
    dialog.findChildren(QLineEdit)[0].setText("ctrl save")
    assert lines() == ["File", "Save & close"]
    dialog.findChildren(QLineEdit)[0].setText("")
    assert lines() == everything


def test_about_names_licences_and_versions_without_loading_them(qtbot: QtBot) -> None:
    before = set(sys.modules)
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    said = " ".join(each.text() for each in dialog.findChildren(QLabel))
    for words in ("Apache License 2.0", "General Public License 3", "Open Font License", "tensorflow", "PyQt6"):
        assert words in said
    assert not {"tensorflow", "keras", "matplotlib", "sklearn"} & (set(sys.modules) - before)
    assert dict(versions())["numpy"][0].isdigit()


def test_versions_can_be_copied(qtbot: QtBot) -> None:
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    next(each for each in dialog.findChildren(QPushButton) if each.text() == "Copy versions").click()
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert clipboard.text() == as_text()
    assert clipboard.text().startswith("vaediag ")
