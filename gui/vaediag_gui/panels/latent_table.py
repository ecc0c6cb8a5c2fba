"""All latents as a table that stays quick with thousands: only visible rows are asked for their words."""

from __future__ import annotations

from functools import cache
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QSortFilterProxyModel, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from vaediag.records.collapse import STATUS_MEANING, Collapse
from vaediag_gui.panels.statuses import STATUSES, icon
from vaediag_gui.resolve.collapse import KINDS, effect_of
from vaediag_gui.resolve.words import brief
from vaediag_gui.theme.apply import SMALL, current, font

COLUMNS = ("latent", "KL, nats", "effect, nats", "status", "posterior")
TIPS = (
    "The latent's number",
    "How far the encoder moves it away from the prior, mean over images, with its standard error",
    "How far p(x | z) moves when it is drawn anew from the prior, with its standard error",
    "What encoder and decoder make of it",
    "Is the posterior narrower than the prior: for almost every image, for some, for none?",
)
ROW = 24
ROOMY = 400  # below it the last column gives way to the numbers
WIDTHS = (42, 90, 90, 84, 64)
SORT = Qt.ItemDataRole.UserRole


@cache
def _icon(status: str, palette: str) -> Any:
    del palette  # drawn anew in each palette
    return icon(status)


class LatentModel(QAbstractTableModel):
    """One row per latent, in the latents' own order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._collapse: Collapse | None = None
        self._total = 0

    def take(self, collapse: Collapse | None, total: int) -> None:
        self.beginResetModel()
        self._collapse, self._total = collapse, total
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008  # Qt's names
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_aligned(section))
        return {Qt.ItemDataRole.DisplayRole: COLUMNS, Qt.ItemDataRole.ToolTipRole: TIPS}.get(
            Qt.ItemDataRole(role), (None,) * len(COLUMNS)
        )[section]

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        if not index.isValid() or self._collapse is None:
            return None
        latent, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(latent, column)
        if role == SORT:
            return self._rank(latent, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_aligned(column))
        if role == Qt.ItemDataRole.DecorationRole and column == 3 and self._collapse.status is not None:
            return _icon(self._collapse.status[latent], current().name)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._meaning(latent, column)
        return None

    def _words(self, latent: int, column: int) -> str:
        collapse = self._collapse
        if collapse is None or column == 0:
            return f"z{latent}"
        if column == 1:
            return "–" if collapse.kl is None else brief(collapse.kl[latent])
        if column == 2:
            return "–" if collapse.effect is None else effect_of(collapse.effect, latent, brief)
        words = collapse.status if column == 3 else collapse.posterior_kind
        return "–" if words is None else words[latent]

    def _rank(self, latent: int, column: int) -> float:
        """What a column is sorted by."""
        collapse = self._collapse
        if collapse is None or column in (0, 4):
            kinds = None if collapse is None or column == 0 else collapse.posterior_kind
            return latent if kinds is None else list(KINDS).index(kinds[latent])
        if column == 3 and collapse.status is not None:
            return list(STATUSES).index(collapse.status[latent])
        numbers = collapse.kl if column == 1 else collapse.effect
        number = latent if numbers is None else float(numbers.value[latent])
        return number if number == number else float("inf")

    def _meaning(self, latent: int, column: int) -> str | None:
        collapse = self._collapse
        if collapse is not None and column == 3 and collapse.status is not None:
            return STATUS_MEANING.get(collapse.status[latent])
        if collapse is not None and column == 4 and collapse.posterior_kind is not None:
            return KINDS.get(collapse.posterior_kind[latent])
        return None


class LatentTable(QTableView):
    """`picked(latent)`: a row was clicked or reached by keyboard; `opened(latent)`: double click or Return."""

    picked = pyqtSignal(int)
    opened = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Latents")
        self.setToolTip("Click a latent to see it in the pictures; Return traverses it")
        self._quiet = False
        self.latents = LatentModel(self)
        self.sorted = QSortFilterProxyModel(self)
        self.sorted.setSourceModel(self.latents)
        self.sorted.setSortRole(SORT)
        self.setModel(self.sorted)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(font(SMALL))
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.sortByColumn(1, Qt.SortOrder.DescendingOrder)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        if rows is not None and columns is not None:
            rows.hide()
            rows.setDefaultSectionSize(ROW)
            columns.setHighlightSections(False)
            columns.setMinimumSectionSize(40)
            for column, width in enumerate(WIDTHS):
                stretch = QHeaderView.ResizeMode.Stretch if column in (1, 2) else QHeaderView.ResizeMode.Fixed
                columns.setSectionResizeMode(column, stretch)
                columns.resizeSection(column, width)
        selection = self.selectionModel()
        if selection is not None:
            selection.currentRowChanged.connect(self._on_row)
        self.activated.connect(lambda index: self.opened.emit(self._latent(index)))

    def show_latents(self, collapse: Collapse, total: int) -> None:
        self._quiet = True
        self.latents.take(collapse, total)
        self._quiet = False

    def show_chosen(self, latent: int | None) -> None:
        """Select a row, without a signal."""
        if latent == self._latent(self.currentIndex()):
            return
        self._quiet = True
        if latent is None:
            self.setCurrentIndex(QModelIndex())
            self.clearSelection()
        else:
            index = self.sorted.mapFromSource(self.latents.index(latent, 0))
            self.selectRow(index.row())
            self.scrollTo(index)
        self._quiet = False

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # type: ignore[override]
        super().resizeEvent(event)
        self.setColumnHidden(len(COLUMNS) - 1, self.width() < ROOMY)

    def changeEvent(self, event: QEvent | None) -> None:  # type: ignore[override]
        super().changeEvent(event)
        viewport = self.viewport()
        if event is not None and event.type() == QEvent.Type.PaletteChange and viewport is not None:
            viewport.update()

    def _on_row(self, index: QModelIndex) -> None:
        if index.isValid() and not self._quiet:
            self.picked.emit(self._latent(index))

    def _latent(self, index: QModelIndex) -> int:
        return self.sorted.mapToSource(index).row() if index.isValid() else -1


def _aligned(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in (1, 2) else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
