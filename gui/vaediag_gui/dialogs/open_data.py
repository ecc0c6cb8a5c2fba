"""Open data: a registered set, a file, a folder, or a function of one's own; and what is done to its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import QSettings, Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QFormLayout, QSizePolicy, QWidget

from vaediag.errors import InputError
from vaediag.io.preprocess import STEPS, chosen
from vaediag.registry import Card
from vaediag_gui.dialogs.address import AddressDialog
from vaediag_gui.widgets.text import label

PREPROCESSING = {name: meaning for name, meaning in STEPS.items() if ":" not in name}  # the others take numbers
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
    """`chosen(address, preprocess)`: `preprocess` is steps such as "unit+pad:32", or None for none."""

    chosen = pyqtSignal(str, object)

    def __init__(
        self, cards: Sequence[Card], settings: QSettings, *, preprocess: str | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__("data", "Open data", cards, settings, parent)
        self._split = _choice("Split", SPLITS, "Which part, where one set holds several")
        tip = "What is done to the values after reading them; + joins steps: unit+pad:32"
        self._step = _choice("Values", dict.fromkeys(PREPROCESSING), tip)
        for at, meaning in enumerate(PREPROCESSING.values()):
            self._step.setItemData(at, meaning, Qt.ItemDataRole.ToolTipRole)
        self._step.setEditable(True)
        typed = self._step.lineEdit()
        if typed is not None:
            typed.setAccessibleName("Values")
            typed.setToolTip(tip)
        self._step.setEditText(preprocess or "none")
        self._explained = label(role="muted", wrap=True)
        self._explained.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._step.editTextChanged.connect(lambda _: self.check())
        form = QFormLayout()
        form.setContentsMargins(0, 4, 0, 0)
        form.setHorizontalSpacing(12)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Split", self._split)
        form.addRow("Values", self._step)
        form.addRow("", self._explained)
        self._body.insertLayout(1, form)
        self.check()

    def check(self) -> None:
        super().check()
        if not hasattr(self, "_explained"):  # while the pages are made
            return
        try:
            steps = chosen(self._steps())
        except InputError as error:
            self._explained.setText(f"▲  {error}")
            self._open.setEnabled(False)
            return
        names = [step.text for step in steps] or ["none"]
        self._explained.setText(" Then: ".join(meaning_of(name) for name in names))

    def _steps(self) -> str:
        return self._step.currentText().strip() or "none"

    def address(self) -> str:
        split, address = self._split.currentData(), super().address()
        return f"{address}[{split}]" if split and not address.endswith("]") else address

    def take(self) -> None:
        step = self._steps()
        self.chosen.emit(self.address(), None if step == "none" else step)


def meaning_of(step: str) -> str:
    """What a step such as `pad:32` does."""
    kind = step.partition(":")[0]
    words = next((meaning for name, meaning in STEPS.items() if name.partition(":")[0] == kind), step)
    return words if step == kind else f"{step}: {words}"


def _choice(name: str, entries: Mapping[str, str | None], tip: str) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.setToolTip(tip)
    for key, words in entries.items():
        made.addItem(words or key, key)
    return made
