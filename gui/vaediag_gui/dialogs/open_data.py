"""Open data: a registered set, a file, a folder, or a function of one's own; and what is done to its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import QSettings, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QFormLayout, QSizePolicy, QWidget

from vaediag.registry import Card
from vaediag_gui.dialogs.address import AddressDialog
from vaediag_gui.widgets.text import label

PREPROCESSING = {
    "none": "Values stay as they are stored.",
    "unit": "Bytes from 0 to 255 become values from 0 to 1: x / 255.",
    "symmetric": "Bytes from 0 to 255 become values from −1 to 1: x / 127.5 − 1.",
    "threshold": "Black and white: 1 from the middle of the range on (0.5, or 127.5 for bytes), 0 below.",
}
SPLITS = {"": "The default of the set (usually test)", "test": "test", "train": "train", "valid": "valid"}


def ask_data(
    parent: QWidget, cards: Sequence[Card], settings: QSettings, preprocess: str | None = None
) -> tuple[str, str | None] | None:
    """(address, preprocessing) of data; None when the person thought better of it."""
    dialog = OpenDataDialog(cards, settings, preprocess=preprocess, parent=parent)
    chosen: list[tuple[str, str | None]] = []
    dialog.chosen.connect(lambda *both: chosen.append(both))
    dialog.exec()
    dialog.deleteLater()
    return chosen[0] if chosen else None


class OpenDataDialog(AddressDialog):
    """`chosen(address, preprocess)`: `preprocess` is a name of PREPROCESSING other than "none", or None."""

    chosen = pyqtSignal(str, object)

    def __init__(
        self, cards: Sequence[Card], settings: QSettings, *, preprocess: str | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__("data", "Open data", cards, settings, parent)
        self._split = _choice("Split", SPLITS, "Which part, where one set holds several")
        self._step = _choice("Values", dict.fromkeys(PREPROCESSING), "What is done to the values after reading them")
        self._step.setCurrentIndex(max(self._step.findData(preprocess), 0))
        self._explained = label(PREPROCESSING[self._step.currentData()], role="muted", wrap=True)
        self._explained.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._step.currentIndexChanged.connect(
            lambda _: self._explained.setText(PREPROCESSING[self._step.currentData()])
        )
        form = QFormLayout()
        form.setContentsMargins(0, 4, 0, 0)
        form.setHorizontalSpacing(12)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Split", self._split)
        form.addRow("Values", self._step)
        form.addRow("", self._explained)
        self._body.insertLayout(1, form)

    def address(self) -> str:
        split, address = self._split.currentData(), super().address()
        return f"{address}[{split}]" if split and not address.endswith("]") else address

    def take(self) -> None:
        step = self._step.currentData()
        self.chosen.emit(self.address(), None if step == "none" else step)


def _choice(name: str, entries: Mapping[str, str | None], tip: str) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.setToolTip(tip)
    for key, words in entries.items():
        made.addItem(words or key, key)
    return made
