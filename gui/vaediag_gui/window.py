"""The window: puts the panels together and shows each what the resolved state says. It decides nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QByteArray, QEvent, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PyQt6.QtWidgets import (
    QApplication,
    QMainWindow,
    QMenu,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from vaediag_gui.actions import EXPORT, MENUS, Actions
from vaediag_gui.panels.calibration import CalibrationPanel
from vaediag_gui.panels.collapse import CollapsePanel
from vaediag_gui.panels.compare import ComparePanel
from vaediag_gui.panels.data import DataPanel
from vaediag_gui.panels.evidence import EvidencePanel
from vaediag_gui.panels.findings import FindingsPanel
from vaediag_gui.panels.inspector import InspectorPanel
from vaediag_gui.panels.latents import LatentsPanel
from vaediag_gui.panels.look import LookPanel
from vaediag_gui.panels.look_page import LookPage
from vaediag_gui.panels.start import StartPanel
from vaediag_gui.panels.status import StatusBar
from vaediag_gui.panels.top import TopBar
from vaediag_gui.panels.training import TrainingPanel
from vaediag_gui.panels.traverse import TraversePanel
from vaediag_gui.panels.trust_card import TrustCard
from vaediag_gui.panels.variance import VariancePanel
from vaediag_gui.resolve.bar import resolve_bar
from vaediag_gui.resolve.calibration import resolve_calibration
from vaediag_gui.resolve.collapse import resolve_collapse
from vaediag_gui.resolve.compare import resolve_compare
from vaediag_gui.resolve.data import resolve_data
from vaediag_gui.resolve.evidence import resolve_evidence
from vaediag_gui.resolve.findings import resolve_findings
from vaediag_gui.resolve.inspector import resolve_inspector
from vaediag_gui.resolve.latents import resolve_latents
from vaediag_gui.resolve.look import resolve_look
from vaediag_gui.resolve.met import met
from vaediag_gui.resolve.training import resolve_training
from vaediag_gui.resolve.traverse import resolve_traverse
from vaediag_gui.resolve.variance import resolve_variance
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import TABS, Wish
from vaediag_gui.widgets.notice import Notice

SAYS = {
    "Look": "One z: the mean, a sample and the spread of p(x | z)",
    "Traverse": "What moving z does, step by step",
    "Calibration": "Is the stated spread as large as the mistakes?",
    "Variance": "Does the spread of x come from the code or from the decoder's noise?",
    "Collapse": "Which latents carry information?",
    "Evidence": "How close is the bound to log p(x), and how good is the posterior of each image?",
    "Findings": "What the diagnosis found, most severe first, and what to try",
    "Compare": "Two models on the same images",
    "Training": "A training under way, diagnosed again and again on the same images",
}
FINDINGS = TABS.index("findings")
SIDES = (260, 840, 180)  # latents, tabs, data: pixels of 1280
ALL_TABS, ROOMY = 880, 1090  # from these widths on the names of all tabs fit, and stand apart

Resolve = Callable[[Wish, Answers], Any]


class Window(QMainWindow):
    """`wished(changes)` and `commanded(name, arguments)` of every panel, `dropped(paths)`, and `closing()`."""

    wished = pyqtSignal(dict)
    commanded = pyqtSignal(str, dict)
    dropped = pyqtSignal(list)
    closing = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("vaediag")
        self.setAcceptDrops(True)
        self.setMinimumSize(720, 480)
        self.resize(1280, 800)
        self.actions_ = Actions(self, self.commanded.emit)
        menus = self.menuBar()
        for name, entries in MENUS.items():
            menu = menus.addMenu(name) if menus is not None else None
            if menu is not None:
                self.actions_.fill(menu, entries)
        export = QMenu(self)
        self.actions_.fill(export, EXPORT)
        self.top, self.status = TopBar(export), StatusBar()
        self.notice = Notice()
        self.notice.show_message("")
        self.trust = TrustCard()
        self.trust.answered.connect(lambda yes: self.commanded.emit("trust", {"yes": yes}))
        self.start = StartPanel()
        self.latents, self.data = LatentsPanel(), DataPanel()
        for side in (self.latents, self.data):
            side.setProperty("side", True)
            side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.look, self.inspector, self.traverse = LookPanel(), InspectorPanel(), TraversePanel()
        self.calibration, self.variance = CalibrationPanel(), VariancePanel()
        self.collapse, self.evidence = CollapsePanel(), EvidencePanel()
        self.findings, self.compare, self.training = FindingsPanel(), ComparePanel(), TrainingPanel()
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("Views")
        bar = self.tabs.tabBar()
        if bar is not None:
            bar.setAccessibleName("Views")
        self.tabs.setDocumentMode(True)
        self.tabs.setUsesScrollButtons(False)
        self._lower = LookPage(self.look, self.inspector)
        pages = (
            self._lower, self.traverse, self.calibration, self.variance, self.collapse, self.evidence, self.findings,
            self.compare, self.training,
        )  # fmt: skip
        for page, title in zip(pages, SAYS, strict=True):
            self.tabs.setTabToolTip(self.tabs.addTab(page, title), f"{SAYS[title]} (Ctrl+{self.tabs.count()})")
        self.tabs.currentChanged.connect(lambda at: self.wished.emit({"tab": TABS[at]}))
        self._shows: list[tuple[QWidget, Any, Resolve]] = [
            (self.latents, self.latents.show_state, resolve_latents),
            (self.data, self.data.show_state, resolve_data),
            (self.look, self.look.show_state, resolve_look),
            (self.inspector, self.inspector.show_state, resolve_inspector),
            (self.traverse, self.traverse.show_state, resolve_traverse),
            (self.calibration, self.calibration.show_state, resolve_calibration),
            (self.variance, self.variance.show_state, resolve_variance),
            (self.collapse, self.collapse.show_state, resolve_collapse),
            (self.evidence, self.evidence.show_state, resolve_evidence),
            (self.findings, self.findings.show_state, resolve_findings),
            (self.compare, self.compare.show_state, resolve_compare),
            (self.training, self.training.show_state, resolve_training),
        ]
        self._last: dict[QWidget, Any] = {}
        self._sides = {"latents": True, "data": True}  # those that the person wants to see
        self._arrange()
        for panel, _, _ in self._shows:
            panel.wished.connect(self.wished)  # type: ignore[attr-defined]
            panel.commanded.connect(self.commanded)  # type: ignore[attr-defined]
        for part in (self.top, self.status, self.start):
            part.commanded.connect(self.commanded)

    def _arrange(self) -> None:
        self.sides = QSplitter(Qt.Orientation.Horizontal)
        for widget in (self.latents, self.tabs, self.data):
            self.sides.addWidget(widget)
        self.sides.setSizes(list(SIDES))
        self.sides.setStretchFactor(1, 1)
        self.sides.setChildrenCollapsible(False)
        self.sides.setHandleWidth(4)
        work = QWidget()
        inner = QVBoxLayout(work)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self.top)
        inner.addWidget(self.sides, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start)
        self.pages.addWidget(work)
        padded = QWidget()
        notice = QVBoxLayout(padded)
        notice.setContentsMargins(12, 8, 12, 0)
        notice.setSpacing(8)
        notice.addWidget(self.notice)
        notice.addWidget(self.trust)
        self._padded = padded
        padded.hide()
        whole = QWidget()
        outer = QVBoxLayout(whole)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(padded)
        outer.addWidget(self.pages, 1)
        outer.addWidget(self.status)
        self.setCentralWidget(whole)
        self.notice.acted.connect(lambda: self.commanded.emit("dismiss", {}))

    # ---- showing ----------------------------------------------------------------------------------------------------

    def show_state(self, wish: Wish, known: Answers, *, start_page: bool = False) -> None:
        """Show what wish and knowledge amount to; panels that are not visible wait until they are."""
        bar = resolve_bar(wish, known)
        if self._last.get(self.top) != bar:
            self._last[self.top] = bar
            self.top.show_state(bar)
            self.status.show_state(bar)
            self._show_trouble(bar)
            words = "Findings" + (f" ({bar.found})" if bar.found else "")
            self.tabs.setTabText(FINDINGS, words)
        nothing = wish.model is None or (known.model is None and "model" in known.troubles)
        nothing = nothing and not (wish.tab == "training" and wish.watch)  # a training needs no model
        self._turn_to(0 if start_page or nothing else 1)
        self._show_tab(TABS.index(wish.tab))
        self._show_sides(training=wish.tab == "training")
        now_met = met(wish, known, can_diagnose=bar.can_diagnose)
        if self._last.get(self) != now_met:
            self._last[self] = now_met
            self.actions_.enable(now_met)
        for command, on in (("hold_noise", wish.hold_noise), ("shimmer", wish.shimmer), ("in_depth", wish.deep)):
            self.actions_.check(command, on)
        for name, wanted in self._sides.items():
            self.actions_.check(f"show_{name}", wanted)
        for panel, show, resolve in self._shows:
            if panel.isVisibleTo(self):
                state = resolve(wish, known)
                if panel not in self._last or self._last[panel] != state:
                    self._last[panel] = state
                    show(state)
        title = " — ".join(part for part in (bar.model, bar.data, "vaediag") if part)
        self.setWindowTitle(" ".join(title.split())[:200])

    def show_side(self, name: str, on: bool) -> None:
        """Show or hide "latents" or "data"; seen with the next state."""
        self._sides[name] = on

    def _show_sides(self, *, training: bool) -> None:
        """The sliders and images of a model have nothing to do with a training."""
        for name, wanted in self._sides.items():
            side, there = getattr(self, name), wanted and not training
            if side.isHidden() == there:
                side.setVisible(there)

    def _show_tab(self, at: int) -> None:
        before, focus = self.tabs.currentWidget(), self.focusWidget()
        if at == self.tabs.currentIndex() or before is None:
            return
        inside = focus is not None and (focus is before or before.isAncestorOf(focus))
        with QSignalBlocker(self.tabs):
            self.tabs.setCurrentIndex(at)
        shown = self.tabs.currentWidget()
        if inside and shown is not None:  # else whatever comes next gets the keyboard, and a ring
            shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def _turn_to(self, page: int) -> None:
        if page == self.pages.currentIndex():
            return
        self.pages.setCurrentIndex(page)
        shown = self.tabs.currentWidget()
        if page == 1 and shown is not None:  # else Qt gives the keyboard to the list of models
            shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_trouble(self, bar: Any) -> None:
        self._padded.setVisible(bool(bar.trouble) or bar.untrusted is not None)
        self.trust.show_question(bar.untrusted)
        if not bar.trouble:
            self.notice.show_message("")
            return
        lane, trouble = bar.trouble[-1]
        words = {"model": "The model could not be opened", "data": "The data could not be opened"}
        title = "This cannot be opened" if trouble.request == "drop" else words.get(lane, "Nothing was saved")
        self.notice.show_message(title, trouble.message, severity="problem", button="Dismiss")

    def tour_targets(self) -> dict[str, QWidget]:
        """Where the steps of the tour point to."""
        return {
            **self.look.pictures.tiles,  # "mean", "sample", "stddev"
            "latents": self.latents,
            "look": self.look,
            "calibration": self.calibration,
            "collapse": self.collapse,
            "diagnose": self.top.diagnose,
            "data": self.data,
        }

    # ---- geometry, closing, dropping --------------------------------------------------------------------------------

    def save_layout(self) -> dict[str, QByteArray]:
        return {
            "geometry": self.saveGeometry(),
            "sides": self.sides.saveState(),
            "lower": self._lower.save(),
        }

    def restore_layout(self, layout: dict[str, QByteArray]) -> None:
        """Anything that is missing or damaged is left as it is."""
        for name, restore in (
            ("geometry", self.restoreGeometry),
            ("sides", self.sides.restoreState),
            ("lower", self._lower.restore),
        ):
            if isinstance(layout.get(name), QByteArray):
                restore(layout[name])

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        super().resizeEvent(a0)
        self.tabs.setUsesScrollButtons(self.width() < ALL_TABS)
        bar, narrow = self.tabs.tabBar(), self.width() < ROOMY
        if bar is not None and bar.property("narrow") != narrow:
            bar.setProperty("narrow", narrow)
            bar.style().polish(bar)  # type: ignore[union-attr]  # else the style sheet does not see it,
            QApplication.sendEvent(bar, QEvent(QEvent.Type.StyleChange))  # and the names keep their places

    def closeEvent(self, event: QCloseEvent | None) -> None:
        self.closing.emit()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        data = event.mimeData() if event is not None else None
        if event is not None and data is not None and any(url.isLocalFile() for url in data.urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        data = event.mimeData() if event is not None else None
        if event is not None and data is not None:
            event.acceptProposedAction()
            self.dropped.emit([url.toLocalFile() for url in data.urls() if url.isLocalFile()])
