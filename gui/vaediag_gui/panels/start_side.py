"""The side of the start page: a model or data of one's own, and what was opened before."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from vaediag_gui.resolve.start import RecentFile
from vaediag_gui.theme.apply import current
from vaediag_gui.widgets.list_row import ListRow
from vaediag_gui.widgets.text import label

WIDTH = 256
GROUPS = {"model": "Models", "data": "Data"}


class StartSide(QFrame):
    commanded = pyqtSignal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self._recent: tuple[RecentFile, ...] = ()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(label("Bring your own", role="title"))
        layout.addWidget(self._button("Open a model…", "open_model", "The folder of a saved model, or your own code"))
        layout.addWidget(self._button("Wrap your networks…", "wrap", "Files of an encoder and a decoder", {}))
        layout.addWidget(self._button("Open data…", "open_data", "A file or a folder of images"))
        layout.addWidget(self._button("Watch a training…", "watch", "The folder of vd.Monitor(…, folder=…)", {}))
        layout.addWidget(DropHint("Drop a bundle, networks, data or the folder of a training anywhere on this window"))
        self._before = QWidget()
        layout.addSpacing(8)
        layout.addWidget(self._before)
        layout.addStretch(1)
        clear = QToolButton()
        clear.setText("Clear")
        clear.setProperty("flat", True)
        clear.setToolTip("Forget this list; the files stay where they are")
        clear.setAccessibleName("Clear the list of recent files")
        clear.clicked.connect(lambda: self.commanded.emit("clear_recent", {}))
        head = QHBoxLayout()
        head.addWidget(label("Recent", role="title"), 1)
        head.addWidget(clear)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        inside = QVBoxLayout(self._before)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        inside.addLayout(head)
        inside.addLayout(self._rows)
        self._before.hide()

    def show_recent(self, recent: tuple[RecentFile, ...]) -> None:
        if recent == self._recent:
            return
        self._recent = recent
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for kind, title in GROUPS.items():
            files = [each for each in recent if each.kind == kind]
            if files:
                self._rows.addSpacing(4)
                self._rows.addWidget(label(title, role="muted"))
            for each in files:
                self._rows.addWidget(self._row(each))
        self._before.setVisible(bool(recent))

    def _row(self, file: RecentFile) -> ListRow:
        where = "" if file.full == file.name else file.full
        row = ListRow(file.name, file.missing or where, enabled=not file.missing)
        row.setToolTip(f"{file.full}: {file.missing}" if file.missing else file.full)
        command = f"open_{file.kind}"
        row.clicked.connect(lambda: self.commanded.emit(command, {"address": file.address}))
        return row

    def _button(self, words: str, command: str, tip: str, arguments: dict[str, Any] | None = None) -> QPushButton:
        made = QPushButton(words)
        made.setToolTip(tip)
        given = {"address": None} if arguments is None else arguments
        made.clicked.connect(lambda: self.commanded.emit(command, given))
        return made


class DropHint(QFrame):
    """Words in a dashed frame; the window itself takes what is dropped."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        text = label(words, role="muted", wrap=True)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addWidget(text)

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        del a0
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(current().disabled), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
