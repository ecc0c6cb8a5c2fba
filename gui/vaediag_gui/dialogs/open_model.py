"""Open a model: a registered one, the folder of a bundle, or a function of one's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QSettings, pyqtSignal
from PyQt6.QtWidgets import QWidget

from vaediag.registry import Card
from vaediag_gui.addresses import found_at
from vaediag_gui.dialogs.address import AddressDialog
from vaediag_gui.dropped import Dropped


def ask_model(
    parent: QWidget, cards: Sequence[Card], settings: QSettings, diagnosis: Callable[[str], None] | None = None,
    *, title: str = "Open a model",
) -> str | None:  # fmt: skip
    """The address of a model; None when the person thought better of it, or chose a saved diagnosis.

    `diagnosis` gets the address of the latter; without it a diagnosis cannot be chosen here.
    """
    dialog = OpenModelDialog(cards, settings, diagnoses=diagnosis is not None, title=title, parent=parent)
    chosen: list[str] = []
    dialog.chosen.connect(chosen.append)
    if diagnosis is not None:
        dialog.diagnosis_chosen.connect(diagnosis)
    dialog.exec()
    dialog.deleteLater()
    return chosen[0] if chosen else None


class OpenModelDialog(AddressDialog):
    """`chosen(address)`: a model. `diagnosis_chosen(address)`: a folder that turned out to be a saved diagnosis."""

    chosen = pyqtSignal(str)
    diagnosis_chosen = pyqtSignal(str)

    def __init__(
        self, cards: Sequence[Card], settings: QSettings, *, diagnoses: bool = False, title: str = "Open a model",
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        self._diagnoses = diagnoses
        super().__init__("model", title, cards, settings, parent)

    def check(self) -> None:
        super().check()
        found = self._diagnosis()
        self._open.setText("Open" if found is None else "Open the diagnosis")
        if found is not None:
            self.say("●  This is a saved diagnosis, not a model. It can be opened as what it is.", may_open=True)

    def take(self) -> None:
        found = self._diagnosis()
        if found is not None:
            self.diagnosis_chosen.emit(found)
        else:
            self.chosen.emit(self.address())

    def _diagnosis(self) -> str | None:
        if not self._diagnoses or self._page() is not self._path:
            return None
        found = found_at(self.text())
        return found.address if isinstance(found, Dropped) and found.kind == "diagnosis" else None
