"""The bar above the tabs: which model, which data, and the two main actions."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from vaediag_gui.resolve.bar import BarState
from vaediag_gui.resolve.depth import DEEPER
from vaediag_gui.widgets.text import label

OPEN = "Open…"


class TopBar(QWidget):
    """`commanded(name, arguments)` as every panel. The export menu is the window's."""

    commanded = pyqtSignal(str, dict)

    def __init__(self, export: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model, self.data = _box("Model"), _box("Data")
        self.model.activated.connect(lambda: self._chosen(self.model, "open_model"))
        self.data.activated.connect(lambda: self._chosen(self.data, "open_data"))
        self.diagnose = QPushButton("Diagnose")
        self.diagnose.setProperty("primary", True)
        self.diagnose.clicked.connect(lambda: self.commanded.emit("diagnose", {}))
        self.deep = QCheckBox("In depth")
        self.deep.setToolTip(f"{DEEPER} Takes up to a minute more (Shift+F5)")
        self.deep.clicked.connect(lambda on: self.commanded.emit("in_depth", {"on": on}))
        self.export = QToolButton()
        self.export.setText("Export")
        self.export.setToolTip("Save a picture, a moving picture or the whole report; copy the Python code")
        self.export.setAccessibleName("Export")
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export.setMenu(export)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        for words, box in (("Model", self.model), ("Data", self.data)):
            layout.addWidget(label(words, "muted"))
            layout.addWidget(box)
            layout.addSpacing(8)
        layout.addStretch(1)
        layout.addWidget(self.deep)
        layout.addWidget(self.diagnose)
        layout.addWidget(self.export)

    def set_addresses(self, models: Sequence[str], data: Sequence[str]) -> None:
        """The addresses to choose from: registered names, then what was opened lately."""
        for box, addresses in ((self.model, models), (self.data, data)):
            with QSignalBlocker(box):
                shown = box.currentData()
                box.clear()
                for address in addresses:
                    box.addItem(_short(address), address)
                    box.setItemData(box.count() - 1, address.replace("<", "‹"), Qt.ItemDataRole.ToolTipRole)
                box.insertSeparator(box.count())
                box.addItem(OPEN, None)
                _show(box, shown)

    def show_state(self, state: BarState) -> None:
        for box, address in ((self.model, state.model), (self.data, state.data)):
            with QSignalBlocker(box):
                _show(box, address)
                box.setToolTip((address or "").replace("<", "‹") or f"No {box.accessibleName().lower()} is open")
        self.deep.setChecked(state.deep)
        self.diagnose.setEnabled(state.can_diagnose)
        self.diagnose.setText("Diagnose again" if state.has_diagnosis else "Diagnose")
        self.diagnose.setToolTip(
            state.why_not_diagnose or "Measure calibration, variance and collapse on all images (F5)"
        )
        self.export.setEnabled(state.can_export)

    def _chosen(self, box: QComboBox, command: str) -> None:
        self.commanded.emit(command, {"address": box.currentData()})


def _box(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setPlaceholderText("none")
    box.setMinimumWidth(120)
    box.setMaximumWidth(280)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return box


def _show(box: QComboBox, address: str | None) -> None:
    """Choose the entry of an address, which becomes the first where it is not listed."""
    at = box.findData(address) if address else -1
    if address and at < 0:
        box.insertItem(0, _short(address), address)
        at = 0
    box.setCurrentIndex(at)


def _short(address: str) -> str:
    """The end of a long address, which tells paths apart."""
    line = " ".join(address.split())
    return line if len(line) <= 32 else f"…{line[-31:]}"
