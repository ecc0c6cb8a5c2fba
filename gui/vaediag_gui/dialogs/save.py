"""Ask where to save something, and which saved diagnosis to open."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QSettings, Qt
from PyQt6.QtWidgets import QFileDialog, QMessageBox, QWidget

from vaediag_gui.dialogs.files import file_dialog, last_folder, remember_folder
from vaediag_gui.dropped import Dropped, classify
from vaediag_gui.file_names import FILTERS, endings, free_name, proposal, with_ending
from vaediag_gui.legible import last_name


def ask_picture(parent: QWidget | None, what: str, model: str, settings: QSettings) -> Path | None:
    """The file to save a picture of `model` to, with its ending; None when the person thought better of it.

    `what` is that of the command "save_picture". Replacing a file has been confirmed.
    """
    return _asked(save_dialog(parent, what, model, settings), endings(what), settings)


def ask_report(parent: QWidget | None, model: str, settings: QSettings) -> Path | None:
    """The folder to write a report to, which need not be there yet; None when the person thought better of it."""
    return _asked(save_dialog(parent, "report", model, settings), (), settings)


def ask_diagnosis(parent: QWidget | None, settings: QSettings) -> Path | None:
    """The diagnosis.json of a diagnosis that was saved; None when the person thought better of it.

    Choosing another file of the same folder, such as report.html, means the diagnosis too.
    """
    dialog = file_dialog(parent, "Open a saved diagnosis", last_folder(settings, "open"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(["Diagnosis (diagnosis.json)", "All files (*)"])
    chosen = next(iter(dialog.selectedFiles()), "") if dialog.exec() else ""
    dialog.deleteLater()
    if not chosen:
        return None
    remember_folder(settings, "open", chosen)
    found = classify(chosen)
    return Path(found.address if isinstance(found, Dropped) and found.kind == "diagnosis" else chosen)


def save_dialog(parent: QWidget | None, what: str, model: str, settings: QSettings) -> QFileDialog:
    """The dialog, with its proposal. `what` is also "report", for a folder that is made."""
    folder, kinds = last_folder(settings, "save"), endings(what)
    dialog = file_dialog(parent, "Save the report" if what == "report" else "Save the picture", folder)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    name = proposal(model, what)
    if kinds:
        dialog.setNameFilters([FILTERS[kind] for kind in kinds])
        dialog.setDefaultSuffix(kinds[0].removeprefix("."))
        dialog.filterSelected.connect(lambda _: dialog.setDefaultSuffix(_ending(dialog, kinds).removeprefix(".")))
    else:
        dialog.setNameFilters(["Folder to make (*)"])
        dialog.setLabelText(QFileDialog.DialogLabel.FileName, "Folder:")
        name = free_name(Path(folder), name)
    dialog.selectFile(name)
    return dialog


def _asked(dialog: QFileDialog, kinds: tuple[str, ...], settings: QSettings) -> Path | None:
    found = None
    while found is None and dialog.exec() == QFileDialog.DialogCode.Accepted:
        chosen = next(iter(dialog.selectedFiles()), "")
        path = with_ending(chosen, kinds, _ending(dialog, kinds))
        if chosen and (path == chosen or not Path(path).exists() or _may_replace(dialog, path)):
            found = path
    dialog.deleteLater()
    if found is None:
        return None
    remember_folder(settings, "save", found)
    return Path(found)


def _ending(dialog: QFileDialog, kinds: tuple[str, ...]) -> str:
    chosen = dialog.selectedNameFilter()
    return next((kind for kind in kinds if FILTERS[kind] == chosen), kinds[0] if kinds else "")


def _may_replace(parent: QWidget, path: str) -> bool:
    """Qt asked about the name without its ending, which is another file."""
    box = QMessageBox(QMessageBox.Icon.Warning, "Save", "", parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"{last_name(path)} already exists. Replace it?")
    box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No)
    box.setDefaultButton(QMessageBox.StandardButton.No)
    return box.exec() == QMessageBox.StandardButton.Yes
