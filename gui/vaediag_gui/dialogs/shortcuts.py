"""Every key of the window, from its actions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHeaderView,
    QLineEdit,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)


class Shortcut(NamedTuple):
    group: str
    words: str
    keys: str


def shortcuts_of(actions: Iterable[QAction]) -> tuple[Shortcut, ...]:
    """Actions that have keys, in their order, by the menu they stand in ("Window" for the rest)."""
    found = []
    for action in actions:
        keys = ", ".join(each.toString(QKeySequence.SequenceFormat.NativeText) for each in action.shortcuts())
        if keys and not action.isSeparator():
            found.append(Shortcut(_group(action), _plain(action.text()), keys))
    return tuple(dict.fromkeys(found))


class ShortcutsDialog(QDialog):
    """`others` are keys that belong to no action, such as the arrows of a slider."""

    def __init__(
        self, actions: Iterable[QAction], parent: QWidget | None = None, *, others: Sequence[Shortcut] = ()
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Shortcuts")
        self._filter = QLineEdit()
        self._filter.setPlaceholderText("Filter by words or keys")
        self._filter.setAccessibleName("Filter")
        self._filter.setToolTip("Show only shortcuts with these words or keys")
        self._filter.textChanged.connect(self.show_only)
        self._tree = QTreeWidget()
        self._tree.setAccessibleName("Shortcuts")
        self._tree.setHeaderLabels(["What it does", "Keys"])
        self._tree.setRootIsDecorated(False)
        self._tree.setItemsExpandable(False)
        self._tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._tree.setIndentation(16)
        self._tree.setFrameShape(QFrame.Shape.NoFrame)
        self._tree.setHeaderHidden(True)
        self._fill((*shortcuts_of(actions), *others))
        header = self._tree.header()
        if header is not None:
            header.setStretchLastSection(False)
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
            header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
            header.setSectionsMovable(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(self._filter)
        frame = QFrame()
        frame.setProperty("card", True)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(8, 4, 8, 8)
        inside.addWidget(self._tree)
        layout.addWidget(frame, 1)
        layout.addWidget(buttons)

    def sizeHint(self) -> QSize:
        return QSize(520, 560)

    def show_only(self, text: str) -> None:
        """Hide the lines without these words."""
        words = text.casefold().split()
        for at in range(self._tree.topLevelItemCount()):
            group = self._tree.topLevelItem(at)
            if group is None:
                continue
            left = 0
            for inner in range(group.childCount()):
                item = group.child(inner)
                if item is not None:
                    said = f"{group.text(0)} {item.text(0)} {item.text(1)}".casefold()
                    item.setHidden(not all(word in said for word in words))
                    left += not item.isHidden()
            group.setHidden(left == 0)

    def _fill(self, shortcuts: Sequence[Shortcut]) -> None:
        groups: dict[str, QTreeWidgetItem] = {}
        for each in shortcuts:
            if each.group not in groups:
                group = QTreeWidgetItem(self._tree, [each.group, ""])
                font = group.font(0)
                font.setBold(True)
                group.setFont(0, font)
                group.setSizeHint(0, QSize(0, 32))
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                groups[each.group] = group
            line = QTreeWidgetItem(groups[each.group], [each.words, each.keys])
            line.setSizeHint(0, QSize(0, 26))
        self._tree.expandAll()


def _group(action: QAction) -> str:
    for each in action.associatedObjects():
        if isinstance(each, QMenu) and each.title():
            return _plain(each.title())
    return "Window"


def _plain(text: str) -> str:
    """Without the mark of a mnemonic and the dots of a dialog to come."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("….")
