"""Choosing an address: what is wrong with it is said in place, and only what may be right can be opened."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QSettings, QSize
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QTabWidget, QVBoxLayout, QWidget

from vaediag.registry import Card
from vaediag_gui.addresses import Kind, check_factory, check_named, check_path, found_at
from vaediag_gui.dialogs.pages import FactoryPage, NamedPage, Page, PathPage, RegisteredPage
from vaediag_gui.dropped import Dropped

PAGES = ("Registered", "File or folder", "Python code", "Keras or TFDS")


class AddressDialog(QDialog):
    """What "Open model" and "Open data" have in common. Subclasses say what happens in `take`."""

    def __init__(
        self, kind: Kind, title: str, cards: Sequence[Card], settings: QSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self._kind: Kind = kind
        self._registered = RegisteredPage(cards)
        self._path = PathPage(kind, settings)
        self._factory = FactoryPage(kind)
        self._named = NamedPage() if kind == "data" else None
        pages = (self._registered, self._path, self._factory, self._named)
        self._pages: tuple[Page, ...] = tuple(page for page in pages if page is not None)
        self._tabs = QTabWidget()
        self._tabs.setAccessibleName("How to name it")
        for page, words in zip(self._pages, PAGES, strict=False):
            self._tabs.addTab(page, "Folder" if kind == "model" and page is self._path else words)
            page.edited.connect(self.check)
            page.entered.connect(self._enter)
        self._tabs.currentChanged.connect(self._turn)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._open = QPushButton("Open")
        self._open.setProperty("primary", True)
        buttons.addButton(self._open, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._enter)
        buttons.rejected.connect(self.reject)
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(16, 12, 16, 16)
        self._body.setSpacing(8)
        self._body.addWidget(self._tabs, 1)
        self._body.addSpacing(4)
        self._body.addWidget(buttons)
        for each in self.findChildren(QPushButton):
            each.setAutoDefault(False)
        self._open.setDefault(True)  # Return opens, wherever the keyboard is
        self._turn(1 if not cards else 0)
        self._tabs.setCurrentIndex(1 if not cards else 0)

    def sizeHint(self) -> QSize:
        return QSize(660, 480)

    def show_path(self, path: str) -> None:
        """Turn to the path, with this in it."""
        self._tabs.setCurrentWidget(self._path)
        self._path.set_text(path)

    def text(self) -> str:
        return self._page().text().strip()

    def address(self) -> str:
        """What was chosen, as vaediag takes it."""
        found = found_at(self.text()) if self._page() is self._path else None
        return found.address if isinstance(found, Dropped) else self.text()

    def trouble(self) -> str | None:
        """What is wrong with the text on the page in front; None when it can be opened."""
        page, text = self._page(), self.text()
        if page is self._path:
            return check_path(text, self._kind)
        if page is self._named:
            return check_named(text)
        if page is self._factory:
            return check_factory(text)
        return None if text else "Nothing is registered. Choose a file or folder."

    def check(self) -> None:
        trouble = self.trouble()
        self.say("" if trouble is None else f"▲  {trouble}" if self.text() else trouble, may_open=trouble is None)

    def say(self, message: str, *, may_open: bool) -> None:
        self._page().message.setText(message)
        self._open.setEnabled(may_open)

    def take(self) -> None:
        """Say what was chosen; the dialog closes after it."""
        raise NotImplementedError

    def _page(self) -> Page:
        return self._pages[self._tabs.currentIndex()]

    def _turn(self, index: int) -> None:
        self.check()
        self._pages[index].first().setFocus()

    def _enter(self) -> None:
        self.take()
        self.accept()
