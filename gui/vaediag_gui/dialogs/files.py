"""Asking for a file or folder of this machine, beginning where the person was last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QSettings, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QFileDialog, QWidget

DATA_FILES = (
    "Data (*.npy *.npz *.h5 *.hdf5 *.h5ad *.zarr.zip *.csv *.tsv *.csv.gz *.tsv.gz *idx3-ubyte *idx3-ubyte.gz *.idx"
    " *.idx.gz);;All files (*)"
)


def last_folder(settings: QSettings, purpose: str) -> str:
    """Where `purpose` ("open" or "save") was done last, if that folder is still there; else the home folder."""
    stored = settings.value(f"folders/{purpose}")
    try:
        if isinstance(stored, str) and Path(stored).is_absolute() and Path(stored).is_dir():
            return stored
    except (OSError, ValueError):
        pass
    return str(Path.home())


def remember_folder(settings: QSettings, purpose: str, path: str) -> None:
    """Keep the folder that `path` lies in."""
    settings.setValue(f"folders/{purpose}", str(Path(path).parent))


def file_dialog(parent: QWidget | None, title: str, folder: str) -> QFileDialog:
    """A file dialog of the system; Qt's own where there is no screen, so that tests can press its buttons."""
    made = QFileDialog(parent, title, folder)
    if QGuiApplication.platformName() == "offscreen":
        made.setOption(QFileDialog.Option.DontUseNativeDialog)
    return made


def ask_folder(parent: QWidget, title: str, settings: QSettings, then: Callable[[str], None]) -> QFileDialog:
    """Ask for a folder that exists; `then` gets its path."""
    dialog = file_dialog(parent, title, last_folder(settings, "open"))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return _opened(dialog, settings, then)


def ask_file(
    parent: QWidget, title: str, settings: QSettings, then: Callable[[str], None], filters: str = DATA_FILES
) -> QFileDialog:
    """Ask for a file that exists; `then` gets its path."""
    dialog = file_dialog(parent, title, last_folder(settings, "open"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(filters.split(";;"))
    return _opened(dialog, settings, then)


def _opened(dialog: QFileDialog, settings: QSettings, then: Callable[[str], None]) -> QFileDialog:
    def chosen(path: str) -> None:
        if path:
            remember_folder(settings, "open", path)
            then(path)

    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(chosen)
    dialog.open()
    return dialog
