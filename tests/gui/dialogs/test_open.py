"""Opening a model or data: what is wrong is said in place, and only what may be right can be opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QSettings, Qt, QTimer
from PyQt6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from vaediag.registry import Card
from vaediag_gui.dialogs.files import last_folder
from vaediag_gui.dialogs.open_data import PREPROCESSING, OpenDataDialog, ask_data
from vaediag_gui.dialogs.open_model import OpenModelDialog, ask_model

CARDS = [Card("first", "The first one.", "x"), Card("second", "The second <b>one</b>.", "y")]


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "app.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    (tmp_path / "my-vae").mkdir()
    (tmp_path / "my-vae" / "vae.json").write_text("{}")
    return tmp_path / "my-vae"


def shown(qtbot: QtBot, dialog: Any) -> Any:
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def turn(dialog: QDialog, page: int) -> None:
    dialog.findChildren(QTabWidget)[0].setCurrentIndex(page)


def line(dialog: QDialog) -> QLineEdit:
    return next(each for each in dialog.findChildren(QLineEdit) if each.isVisibleTo(dialog))


def opener(dialog: QDialog) -> QPushButton:
    return next(each for each in dialog.findChildren(QPushButton) if each.text().startswith("Open"))


def words(dialog: QDialog) -> str:
    return " ".join(each.text() for each in dialog.findChildren(QLabel) if each.isVisibleTo(dialog))


def test_return_opens_the_registered_model_in_the_list(qtbot: QtBot, settings: QSettings) -> None:
    dialog = shown(qtbot, OpenModelDialog(CARDS, settings))
    names = dialog.findChildren(QListWidget)[0]
    qtbot.keyClick(names, Qt.Key.Key_Down)
    with qtbot.waitSignals([dialog.chosen, dialog.accepted]) as blocker:
        qtbot.keyClick(names, Qt.Key.Key_Return)
    assert blocker.all_signals_and_args[0].args == ("second",)


def test_a_path_is_checked_while_it_is_typed(qtbot: QtBot, settings: QSettings, bundle: Path) -> None:
    dialog = shown(qtbot, OpenModelDialog(CARDS, settings))
    turn(dialog, 1)
    assert dialog.focusWidget() is line(dialog)
    qtbot.keyClicks(line(dialog), str(bundle) + "x")
    assert "my-vaex does not exist" in words(dialog)
    assert not opener(dialog).isEnabled()
    with qtbot.assertNotEmitted(dialog.chosen):
        qtbot.keyClick(line(dialog), Qt.Key.Key_Return)
    qtbot.keyClick(line(dialog), Qt.Key.Key_Backspace)
    assert "▲" not in words(dialog)
    with qtbot.waitSignal(dialog.chosen) as blocker:
        qtbot.keyClick(line(dialog), Qt.Key.Key_Return)
    assert blocker.args == [str(bundle)]


def test_a_relative_path_becomes_absolute(
    qtbot: QtBot, settings: QSettings, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(bundle.parent)
    dialog = shown(qtbot, OpenModelDialog(CARDS, settings))
    dialog.show_path("my-vae")
    with qtbot.waitSignal(dialog.chosen) as blocker:
        opener(dialog).click()
    assert blocker.args == [str(bundle)]


def test_a_saved_diagnosis_can_be_opened_as_what_it_is(qtbot: QtBot, settings: QSettings, tmp_path: Path) -> None:
    (tmp_path / "diagnosis.json").write_text("{}")
    plain = shown(qtbot, OpenModelDialog(CARDS, settings))
    plain.show_path(str(tmp_path))
    assert not opener(plain).isEnabled()
    dialog = shown(qtbot, OpenModelDialog(CARDS, settings, diagnoses=True))
    dialog.show_path(str(tmp_path))
    assert opener(dialog).text() == "Open the diagnosis"
    with qtbot.assertNotEmitted(dialog.chosen), qtbot.waitSignal(dialog.diagnosis_chosen) as blocker:
        opener(dialog).click()
    assert blocker.args == [str(tmp_path)]


def test_code_runs_only_when_named_and_the_page_says_so(qtbot: QtBot, settings: QSettings) -> None:
    dialog = shown(qtbot, OpenModelDialog(CARDS, settings))
    turn(dialog, 2)
    assert "its code runs" in words(dialog)
    qtbot.keyClicks(line(dialog), "antigravity")
    assert not opener(dialog).isEnabled()
    qtbot.keyClicks(line(dialog), ":fly")
    with qtbot.waitSignal(dialog.chosen) as blocker:
        opener(dialog).click()
    assert blocker.args == ["antigravity:fly"]


def test_without_registered_models_it_begins_with_the_folder(qtbot: QtBot, settings: QSettings) -> None:
    dialog = shown(qtbot, OpenModelDialog([], settings))
    assert dialog.findChildren(QTabWidget)[0].currentIndex() == 1
    assert not opener(dialog).isEnabled()


@pytest.mark.parametrize(("step", "given"), [("none", None), ("unit", "unit"), ("threshold", "threshold")])
def test_data_with_split_and_preprocessing(qtbot: QtBot, settings: QSettings, step: str, given: str | None) -> None:
    dialog = shown(qtbot, OpenDataDialog(CARDS, settings))
    boxes = {each.accessibleName(): each for each in dialog.findChildren(QComboBox)}
    boxes["Values"].setCurrentIndex(boxes["Values"].findData(step))
    assert PREPROCESSING[step] in words(dialog)
    boxes["Split"].setCurrentIndex(boxes["Split"].findData("train"))
    with qtbot.waitSignal(dialog.chosen) as blocker:
        opener(dialog).click()
    assert blocker.args == ["first[train]", given]


def test_the_preprocessing_in_force_is_shown(qtbot: QtBot, settings: QSettings, tmp_path: Path) -> None:
    (tmp_path / "a.npy").write_bytes(b"")
    dialog = shown(qtbot, OpenDataDialog(CARDS, settings, preprocess="symmetric"))
    dialog.show_path(str(tmp_path / "a.npy"))
    with qtbot.waitSignal(dialog.chosen) as blocker:
        opener(dialog).click()
    assert blocker.args == [str(tmp_path / "a.npy"), "symmetric"]


def test_steps_can_be_joined_and_what_is_wrong_with_them_is_said(qtbot: QtBot, settings: QSettings) -> None:
    dialog = shown(qtbot, OpenDataDialog(CARDS, settings))
    values = next(each for each in dialog.findChildren(QComboBox) if each.accessibleName() == "Values")
    values.setEditText("unit+pad:32")
    assert "x / 255" in words(dialog)
    assert "Zeros around the picture" in words(dialog)
    values.setEditText("unit+symmetric")
    assert not opener(dialog).isEnabled()
    assert "▲  preprocess" in words(dialog)
    values.setEditText("unit+pad:32")
    with qtbot.waitSignal(dialog.chosen) as blocker:
        opener(dialog).click()
    assert blocker.args == ["first", "unit+pad:32"]


def test_data_sets_of_keras_and_tfds_are_named(qtbot: QtBot, settings: QSettings) -> None:
    dialog = shown(qtbot, OpenDataDialog(CARDS, settings))
    turn(dialog, 3)
    assert not opener(dialog).isEnabled()
    line(dialog).setText("mnist")
    assert "keras:NAME or tfds:NAME" in words(dialog)
    line(dialog).setText("keras:mnist")
    with qtbot.waitSignal(dialog.chosen) as blocker:
        opener(dialog).click()
    assert blocker.args == ["keras:mnist", None]


def test_every_preprocessing_is_one_that_vaediag_knows() -> None:
    from vaediag.io.preprocess import STEPS as KNOWN

    assert set(PREPROCESSING) <= set(KNOWN)


def test_the_system_dialog_fills_the_line_and_its_folder_is_remembered(
    qtbot: QtBot, settings: QSettings, bundle: Path
) -> None:
    dialog = shown(qtbot, OpenModelDialog(CARDS, settings))
    turn(dialog, 1)
    next(each for each in dialog.findChildren(QPushButton) if each.text() == "Folder…").click()
    (inner,) = dialog.findChildren(QFileDialog)
    inner.fileSelected.emit(str(bundle))
    inner.close()
    assert line(dialog).text() == str(bundle)
    assert last_folder(settings, "open") == str(bundle.parent)


def during(act: Callable[[QWidget], None]) -> None:
    """Do something with the modal dialog as soon as there is one."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(0, look)
        else:
            act(dialog)

    QTimer.singleShot(0, look)


def test_asking_for_a_model_or_data(qtbot: QtBot, settings: QSettings) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    during(lambda dialog: opener(dialog).click())  # type: ignore[arg-type]
    assert ask_model(window, CARDS, settings) == "first"
    during(lambda dialog: dialog.reject())  # type: ignore[attr-defined]
    assert ask_model(window, CARDS, settings) is None
    during(lambda dialog: opener(dialog).click())  # type: ignore[arg-type]
    assert ask_data(window, CARDS, settings) == ("first", None)
    during(lambda dialog: dialog.reject())  # type: ignore[attr-defined]
    assert ask_data(window, CARDS, settings) is None
