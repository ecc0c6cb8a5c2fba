"""The three ways to name a model or data: one from a list, a path, or a function of one's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QSettings, Qt, pyqtSignal
from PyQt6.QtWidgets import (
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

from vaediag.registry import Card
from vaediag_gui.addresses import EXAMPLE, RUNS_CODE, Kind
from vaediag_gui.dialogs.files import ask_file, ask_folder
from vaediag_gui.legible import legible
from vaediag_gui.widgets.notice import Notice
from vaediag_gui.widgets.text import label
from vaediag_gui.widgets.two_lines import SENTENCE, TwoLines


class Page(QWidget):
    """`edited()`: the text is another. `entered()`: the person is done and wants it opened.

    `message` is where it is said what is wrong with the text.
    """

    edited = pyqtSignal()
    entered = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message = label(wrap=True)
        self.message.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def text(self) -> str:
        raise NotImplementedError

    def first(self) -> QWidget:
        """What takes the keyboard when the page is shown."""
        raise NotImplementedError


class RegisteredPage(Page):
    """The registered ones, each with its sentence."""

    def __init__(self, cards: Sequence[Card], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = QListWidget()
        self._list.setAccessibleName("Registered names")
        self._list.setItemDelegate(TwoLines(self._list))
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setMouseTracking(True)
        self._list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for card in cards:
            item = QListWidgetItem(legible(card.name))
            item.setData(SENTENCE, legible(card.sentence, 240))
            item.setData(Qt.ItemDataRole.UserRole, card.name)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{legible(card.name)}: {legible(card.sentence, 240)}")
            self._list.addItem(item)
        self._list.setCurrentRow(0 if cards else -1)
        self._list.currentRowChanged.connect(lambda _: self.edited.emit())
        self._list.itemActivated.connect(lambda _: self.entered.emit())
        frame = QFrame()
        frame.setProperty("card", True)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 4, 1, 4)
        inside.addWidget(self._list)
        layout = _column(self)
        layout.addWidget(frame, 1)
        layout.addWidget(self.message)
        self.message.setVisible(not cards)

    def text(self) -> str:
        item = self._list.currentItem()
        return item.data(Qt.ItemDataRole.UserRole) if item is not None else ""

    def first(self) -> QWidget:
        return self._list


class PathPage(Page):
    """A path, typed or chosen in the system's dialog."""

    def __init__(self, kind: Kind, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        words = (
            "The folder that vaediag.save(vae, folder) wrote; it holds vae.json."
            if kind == "model"
            else "A file (.npy, .npz, .h5, .hdf5, .zarr, .csv, .tsv, .h5ad, IDX), or a folder of"
            " PNG or JPEG pictures or of IDX files."
        )
        self._line = _line("Path", "/path/to/my-vae" if kind == "model" else "/path/to/images.npy")
        self._line.textChanged.connect(lambda _: self.edited.emit())
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._line, 1)
        if kind == "data":
            row.addWidget(self._button("File…", "Choose a file", self._ask_file))
        row.addWidget(self._button("Folder…", "Choose a folder", self._ask_folder))
        layout = _column(self)
        layout.addWidget(label(words, wrap=True))
        layout.addLayout(row)
        layout.addWidget(self.message)
        layout.addStretch(1)

    def text(self) -> str:
        return self._line.text()

    def set_text(self, text: str) -> None:
        self._line.setText(text)

    def first(self) -> QWidget:
        return self._line

    def _ask_file(self) -> None:
        ask_file(self, "Choose a file of images", self._settings, self.set_text)

    def _ask_folder(self) -> None:
        ask_folder(self, "Choose a folder", self._settings, self.set_text)

    def _button(self, words: str, tip: str, act: Callable[[], None]) -> QPushButton:
        made = QPushButton(words)
        made.setToolTip(tip)
        made.clicked.connect(act)
        return made


class NamedPage(Page):
    """Data that Keras or TensorFlow Datasets keep by a name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = _line("Name of the data set", "keras:mnist")
        self._line.textChanged.connect(lambda _: self.edited.emit())
        layout = _column(self)
        layout.addWidget(
            label("A data set of Keras or TensorFlow Datasets, downloaded when it is first used.", wrap=True)
        )
        layout.addWidget(self._line)
        layout.addWidget(self.message)
        known = "keras:mnist, keras:fashion_mnist, keras:cifar10, keras:cifar100, tfds:NAME"
        layout.addWidget(label(known, "muted", wrap=True))
        layout.addStretch(1)

    def text(self) -> str:
        return self._line.text()

    def set_text(self, text: str) -> None:
        self._line.setText(text)

    def first(self) -> QWidget:
        return self._line


class FactoryPage(Page):
    """A function of the person's own; nothing of it is looked up before it is opened."""

    def __init__(self, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        what = "a vaediag.VAE" if kind == "model" else "images: an array [images, height, width, channels]"
        self._line = _line("Function", EXAMPLE)
        self._line.textChanged.connect(lambda _: self.edited.emit())
        warning = Notice()
        warning.show_message("This runs your code", RUNS_CODE, severity="warning")
        layout = _column(self)
        layout.addWidget(label(f"A function without arguments that returns {what}.", wrap=True))
        layout.addWidget(self._line)
        layout.addWidget(self.message)
        layout.addWidget(warning)
        layout.addStretch(1)

    def text(self) -> str:
        return self._line.text()

    def set_text(self, text: str) -> None:
        self._line.setText(text)

    def first(self) -> QWidget:
        return self._line


def _column(page: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 12, 0, 0)
    layout.setSpacing(8)
    return layout


def _line(name: str, example: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(example)
    made.setMaxLength(4096)
    made.setClearButtonEnabled(False)
    return made
