"""About: versions, licences, and what this is built on."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from vaediag_gui.widgets.text import label

LIBRARIES = (
    "tensorflow", "tensorflow-probability", "keras", "numpy", "scipy", "scikit-learn", "matplotlib", "PyQt6",
    "PyQt6-Qt6", "pyqtgraph",
)  # fmt: skip
OWN = "vaediag is licensed under the Apache License 2.0."
QT = (
    "This app uses PyQt6, which is licensed under the GNU General Public License 3: whoever distributes the two"
    " together distributes them under GPL-3."
)
FONT = "The typeface is Inter, under the SIL Open Font License 1.1."


def versions() -> tuple[tuple[str, str], ...]:
    """(library, version) from the metadata of what is installed: nothing is imported for it."""
    libraries = ((each, _version(each)) for each in LIBRARIES)
    return (("vaediag", _version("vaediag")), ("Python", platform.python_version()), *libraries)


def as_text() -> str:
    """The same for a bug report."""
    machine = f"{platform.system()} {platform.release()} {platform.machine()}"
    return "\n".join((*(f"{name} {number}" for name, number in versions()), machine))


class AboutDialog(QDialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About vaediag")
        self.setMinimumWidth(480)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(label(f"vaediag {_version('vaediag')}", role="heading"))
        layout.addWidget(_wrapped("Shows and checks what a VAE decoder really outputs: a distribution p(x | z)."))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        rows = versions()[1:]
        half = -(-len(rows) // 2)
        for place, (name, number) in enumerate(rows):
            row, column = place % half, 2 * (place // half)
            grid.addWidget(label(name, role="muted"), row, column)
            value = label(number)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(value, row, column + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        layout.addLayout(grid)
        for sentence in (OWN, QT, FONT):
            layout.addWidget(_wrapped(sentence))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = QPushButton("Copy versions")
        copy.setToolTip("For a bug report")
        copy.clicked.connect(self._copy)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        copy.setAutoDefault(False)
        buttons.rejected.connect(self.accept)
        layout.addSpacing(4)
        layout.addWidget(buttons)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        if close is not None:
            close.setDefault(True)
            close.setFocus()

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(as_text())


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _wrapped(text: str) -> QWidget:
    made = label(text, wrap=True)
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return made
