"""Parts of the dialog that wraps two networks: a network's file, a list of choices, the options of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QSettings, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from vaediag.choices import Option
from vaediag_gui.dialogs.files import ask_file, ask_folder
from vaediag_gui.legible import legible
from vaediag_gui.resolve.wrap import SCALE, Offer
from vaediag_gui.widgets.text import label
from vaediag_gui.widgets.two_lines import SENTENCE, TwoLines

NETWORKS = "Networks (*.keras *.h5 *.hdf5);;All files (*)"
ASK = "choose…"


class NetworkPart(QWidget):
    """`named(address)`: a file or folder was typed or chosen, or a network inside it. `chose(names)`: of outputs."""

    named = pyqtSignal(str)
    chose = pyqtSignal(str)

    def __init__(self, name: str, usual: str, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._settings = name, settings
        self.line = line_edit(f"File of the {name.lower()}", f"/path/to/{name.lower()}.keras")
        self.line.textChanged.connect(lambda _: self._type())
        self.inside = QComboBox()
        self.inside.setAccessibleName(f"Network inside the file of the {name.lower()}")
        self.inside.setToolTip("Which of the networks inside this file")
        self.inside.activated.connect(lambda _: self.named.emit(self.address()))
        self.inside.hide()
        self.said = label(role="muted", wrap=True)
        self.said.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.outputs = line_edit(f"Outputs of the {name.lower()} that give the parameters, in their order", usual)
        self.outputs.textChanged.connect(self.chose)
        self.there = label(role="muted", wrap=True)
        self._outputs = QWidget()
        naming = QFormLayout(self._outputs)
        naming.setContentsMargins(0, 6, 0, 4)
        naming.setHorizontalSpacing(8)
        naming.setVerticalSpacing(2)
        naming.addRow("Outputs", self.outputs)
        naming.addRow("", self.there)
        self._outputs.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self.inside)
        row.addWidget(button("File…", f"Choose the file of the {name.lower()}", self._file))
        row.addWidget(button("Folder…", f"Choose the folder of the {name.lower()}'s SavedModel", self._folder))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self.said)
        layout.addWidget(self._outputs)

    def address(self) -> str:
        inside = self.inside.currentData()
        path = self.line.text().strip()
        return f"{path}:{inside}" if path and inside else path

    def show_side(self, words: str, trouble: str) -> None:
        self.said.setText(f"▲  {trouble}" if trouble else words)
        self.said.setVisible(bool(words or trouble))

    def show_names(self, there: str | None) -> None:
        """What can be named as outputs; None: there is no need to name any. Nothing is emitted."""
        self.there.setText(there or "")
        self._outputs.setVisible(there is not None)

    def show_inside(self, names: Sequence[str]) -> None:
        """Networks in the file, of which one may be meant; nothing is emitted and none is preselected."""
        shown = [self.inside.itemData(at) for at in range(1, self.inside.count())]
        if shown != list(names):
            with QSignalBlocker(self.inside):
                self.inside.clear()
                if names:
                    self.inside.addItem("the whole file", "")
                for name in names:
                    self.inside.addItem(legible(name, 32), name)
        self.inside.setVisible(bool(names))

    def _type(self) -> None:
        """Another file: what lies inside it is not known yet."""
        self.show_inside(())
        self.outputs.clear()
        self.named.emit(self.address())

    def _file(self) -> None:
        ask_file(self, f"Choose the {self._name.lower()}", self._settings, self.line.setText, NETWORKS)

    def _folder(self) -> None:
        ask_folder(self, f"Choose the {self._name.lower()}", self._settings, self.line.setText)


class ChoiceList(QWidget):
    """`picked(name)`: a choice of `vaediag.choices`. Nothing is chosen until a person does."""

    picked = pyqtSignal(str)

    def __init__(self, name: str, height: int, *, filtered: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offers: tuple[Offer, ...] = ()
        self._chosen = ""
        self.count = label(role="muted", wrap=True)
        self.count.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.filter = line_edit(f"Filter of {name}", "Filter")
        self.filter.setToolTip("Show only choices with these words")
        self.filter.setMaximumWidth(200)
        self.filter.setVisible(filtered)
        self.every = QCheckBox("Also those that do not fit")
        self.every.setToolTip("Those that need another number of outputs, each with that number")
        self.list = QListWidget()
        self.list.setAccessibleName(name)
        self.list.setItemDelegate(TwoLines(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFixedHeight(height)
        self.list.setToolTip("What it was trained with; nothing is chosen for you")
        self.filter.textChanged.connect(lambda _: self._fill())
        self.every.toggled.connect(lambda _: self._fill())
        self.list.currentItemChanged.connect(self._pick)
        frame = QFrame()
        frame.setProperty("card", True)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 4, 1, 4)
        inside.addWidget(self.list)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.filter)
        row.addWidget(self.every)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.count)
        layout.addLayout(row)
        layout.addWidget(frame)

    def show_offers(self, offers: tuple[Offer, ...], words: str, chosen: str) -> None:
        """Nothing is emitted."""
        self.count.setText(words)
        self.count.setVisible(bool(words))
        self.every.setVisible(any(offer.why_not for offer in offers))
        if (offers, chosen) != (self._offers, self._chosen):
            self._offers, self._chosen = offers, chosen
            self._fill()

    def _fill(self) -> None:
        words = self.filter.text().casefold().split()
        with QSignalBlocker(self.list):
            self.list.clear()
            self.list.setCurrentRow(-1)
            for offer in self._offers:
                choice = offer.choice
                said = f"{choice.name} {choice.title} {choice.meaning}".casefold()
                mine = choice.name == self._chosen
                if not mine and ((offer.why_not and not self.every.isChecked()) or not all(w in said for w in words)):
                    continue
                why_not = f" ({offer.why_not})" if offer.why_not else ""
                item = QListWidgetItem(f"{choice.title}{why_not}")
                item.setData(SENTENCE, f"{choice.meaning} Outputs: {choice.outputs}.")
                item.setData(Qt.ItemDataRole.UserRole, choice.name)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{choice.title}{why_not}: {choice.meaning}")
                self.list.addItem(item)
                if mine:
                    self.list.setCurrentItem(item)

    def _pick(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(Qt.ItemDataRole.UserRole) != self._chosen:
            self._chosen = item.data(Qt.ItemDataRole.UserRole)
            self.picked.emit(self._chosen)


class OptionsPart(QWidget):
    """`said(name, text)`: an option; `estimated(on)`: the scale is to come from the data."""

    said = pyqtSignal(str, str)
    estimated = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options: tuple[Option, ...] = ()
        self.fields: dict[str, QLineEdit | QComboBox] = {}
        self.estimate = QCheckBox("Estimate it from the data")
        self.estimate.setToolTip("The one value under which the images are most probable, given draws of q(z | x)")
        self.estimate.toggled.connect(self.estimated)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(12)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)

    def show_options(self, options: tuple[Option, ...], values: dict[str, str], *, estimate: bool) -> None:
        """Nothing is emitted."""
        if options != self._options:
            self._options = options
            self._rebuild(values)
        with QSignalBlocker(self.estimate):
            self.estimate.setChecked(estimate)
        scale = self.fields.get(SCALE)
        if scale is not None:
            scale.setEnabled(not estimate)
        self.setVisible(bool(options))

    def _rebuild(self, values: dict[str, str]) -> None:
        self.estimate.setParent(None)
        while self._form.rowCount():
            self._form.removeRow(0)
        self.fields = {}
        for option in self._options:
            field = self._field(option, values.get(option.name, ""))
            self.fields[option.name] = field
            meaning = label(option.meaning.split("; unknown")[0], "muted", wrap=True)
            row = QWidget()
            beside = QHBoxLayout(row)
            beside.setContentsMargins(0, 0, 0, 0)
            beside.setSpacing(12)
            beside.addWidget(field)
            if option.name == SCALE:
                beside.addWidget(self.estimate)
            beside.addWidget(meaning, 1)
            self._form.addRow(label(option.name), row)

    def _field(self, option: Option, value: str) -> QLineEdit | QComboBox:
        name = option.name
        if option.kind == "word":
            box = QComboBox()
            box.addItem(ASK, "")
            for word, meaning in option.words:
                box.addItem(meaning, word)
            box.setCurrentIndex(max(box.findData(value), 0))
            box.setAccessibleName(f"{name}: {option.meaning}")
            box.setToolTip(option.meaning)
            box.activated.connect(lambda _, box=box: self.said.emit(name, box.currentData()))
            return box
        line = line_edit(f"{name}: {option.meaning}", "" if option.default is None else f"e.g. {option.default:g}")
        line.setToolTip(option.meaning)
        line.setText(value)
        line.setFixedWidth(120)
        line.textChanged.connect(lambda text: self.said.emit(name, text))
        return line


def line_edit(name: str, example: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setPlaceholderText(example)
    made.setMaxLength(4096)
    return made


def button(words: str, tip: str, act: Callable[[], object]) -> QPushButton:
    made = QPushButton(words)
    made.setToolTip(tip)
    made.setAutoDefault(False)
    made.clicked.connect(lambda: act())
    return made
