"""Where to save: proposals, endings, and asking before a file is replaced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QSettings, QTimer
from PyQt6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from vaediag_gui.dialogs.files import last_folder, remember_folder
from vaediag_gui.dialogs.save import ask_diagnosis, ask_picture, ask_report, save_dialog


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    made = QSettings(str(tmp_path / "app.ini"), QSettings.Format.IniFormat)
    (tmp_path / "out").mkdir()
    remember_folder(made, "save", str(tmp_path / "out" / "x"))
    remember_folder(made, "open", str(tmp_path / "out" / "x"))
    return made


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def during(*acts: Callable[[Any], None]) -> None:
    """Each in turn with the modal dialog of its moment."""
    left = list(acts)

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            act = left.pop(0)
            if left:
                QTimer.singleShot(0, look)
            act(dialog)
        elif left:
            QTimer.singleShot(0, look)

    QTimer.singleShot(0, look)


def saving(name: str | None = None, kind: str = "") -> Callable[[QFileDialog], None]:
    def act(dialog: QFileDialog) -> None:
        if kind:
            dialog.selectNameFilter(kind)
            dialog.filterSelected.emit(kind)
        if name is not None:
            dialog.findChildren(QLineEdit)[0].setText(name)
        dialog.accept()

    return act


def answering(button: QMessageBox.StandardButton) -> Callable[[QMessageBox], None]:
    def act(box: QMessageBox) -> None:
        found = box.button(button)
        assert found is not None
        found.click()

    return act


def test_the_proposal_is_taken(parent: QWidget, settings: QSettings, tmp_path: Path) -> None:
    during(saving())
    assert ask_picture(parent, "look", "digits", settings) == tmp_path / "out" / "digits-look.png"
    during(saving())
    assert ask_picture(parent, "walk_gif", "digits", settings) == tmp_path / "out" / "digits-traversal.gif"


def test_the_ending_follows_the_chosen_format(parent: QWidget, settings: QSettings, tmp_path: Path) -> None:
    during(saving("mine", "SVG drawing (*.svg)"))
    assert ask_picture(parent, "look", "digits", settings) == tmp_path / "out" / "mine.svg"
    during(saving("mine.jpg"))
    assert ask_picture(parent, "look", "digits", settings) == tmp_path / "out" / "mine.jpg.png"
    during(saving("mine.svg"))
    assert ask_picture(parent, "look", "digits", settings) == tmp_path / "out" / "mine.svg"


def test_thinking_better_of_it(parent: QWidget, settings: QSettings) -> None:
    during(lambda dialog: dialog.reject())
    assert ask_picture(parent, "look", "digits", settings) is None
    during(lambda dialog: dialog.reject())
    assert ask_diagnosis(parent, settings) is None


def test_a_file_is_replaced_only_after_asking(parent: QWidget, settings: QSettings, tmp_path: Path) -> None:
    there = tmp_path / "out" / "mine.png"
    there.write_bytes(b"")
    yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
    during(saving("mine"), answering(yes))
    assert ask_picture(parent, "look", "digits", settings) == there
    during(saving("mine.png"), answering(no), lambda dialog: dialog.reject())
    assert ask_picture(parent, "look", "digits", settings) is None


def test_an_ending_that_is_added_afterwards_asks_too(parent: QWidget, settings: QSettings, tmp_path: Path) -> None:
    there = tmp_path / "out" / "mine.jpg.png"
    there.write_bytes(b"")
    yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
    during(saving("mine.jpg"), answering(yes))
    assert ask_picture(parent, "look", "digits", settings) == there
    during(saving("mine.jpg"), answering(no), lambda dialog: dialog.reject())
    assert ask_picture(parent, "look", "digits", settings) is None


def test_the_folder_is_remembered_and_a_lost_one_is_home(parent: QWidget, settings: QSettings, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    during(saving(str(tmp_path / "other" / "a.png")))
    assert ask_picture(parent, "look", "digits", settings) == tmp_path / "other" / "a.png"
    assert last_folder(settings, "save") == str(tmp_path / "other")
    for garbage in ("/gone/away", "relative", 7, ["a", "b"], "", "\0", "/" + "x" * 300):
        settings.setValue("folders/save", garbage)
        assert last_folder(settings, "save") == str(Path.home())


def test_a_report_is_a_folder_with_a_free_name(parent: QWidget, settings: QSettings, tmp_path: Path) -> None:
    during(saving())
    assert ask_report(parent, "digits", settings) == tmp_path / "out" / "digits-report"
    (tmp_path / "out" / "digits-report").mkdir()
    during(saving())
    assert ask_report(parent, "digits", settings) == tmp_path / "out" / "digits-report-2"


def test_a_diagnosis_is_found_by_any_of_its_files(parent: QWidget, settings: QSettings, tmp_path: Path) -> None:
    for name in ("diagnosis.json", "diagnosis.npz", "report.html"):
        (tmp_path / "out" / name).write_bytes(b"")
    during(saving("diagnosis.json"))
    assert ask_diagnosis(parent, settings) == tmp_path / "out" / "diagnosis.json"
    during(saving("report.html"))
    assert ask_diagnosis(parent, settings) == tmp_path / "out"


def test_the_dialog_is_not_the_systems_without_a_screen(qtbot: QtBot, settings: QSettings) -> None:
    dialog = save_dialog(None, "look", "digits", settings)
    qtbot.addWidget(dialog)
    assert dialog.testOption(QFileDialog.Option.DontUseNativeDialog)
    assert dialog.nameFilters() == ["PNG picture (*.png)", "SVG drawing (*.svg)"]
