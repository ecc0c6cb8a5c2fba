"""Everything in the window can be reached with the keyboard and says what it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.gui import builders
from tests.gui.comparisons import comparison
from tests.histories import history
from tests.report.builders import diagnosis
from vaediag_gui.resolve.start import resolve_start
from vaediag_gui.state.answers import Answers, HelperState, Watched, Work
from vaediag_gui.state.wish import TABS, Maps, Wish
from vaediag_gui.window import Window

EVENT = (8, 8, 1)
ROUND = 400  # more presses of Tab than any page has stops
CONTROLS = (QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QAbstractSlider)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    made = Window()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close()


def known(**changes: object) -> Answers:
    made = diagnosis(EVENT, 3)
    views = ("mean", "sample", "stddev", "entropy", "quantile", "interval_width", "residual", "mode")
    given: dict[str, object] = {
        "model": builders.facts(3, EVENT, source=made.model.source),
        "data": builders.data_facts(event=EVENT, source=made.data.source),
        "viewer": HelperState("ready"),
        "analyst": HelperState("ready"),
        "anchor": builders.anchor(event=EVENT),
        "look": builders.shown(views, EVENT),
        "pixel": builders.pixel_law((1, 2, 0)),
        "walk": builders.traversal(event=EVENT),
        "diagnosis": made,
        "pair": builders.pair(event=EVENT),
        "training": Watched("/runs/7", history(8, 4), written=0.0, now=12.0),
    }
    return Answers(**{**given, **changes})  # type: ignore[arg-type]


def wish(answers: Answers, tab: str) -> Wish:
    assert answers.diagnosis is not None
    return Wish(
        model=answers.diagnosis.model.source, data=answers.diagnosis.data.source, other="rival", image=2, tab=tab,
        watch="/runs/7", z=(0.0, 0.0, 0.0), pixel=(1, 2, 0), views=("mean", "sample", "quantile", "interval_width"),
        maps=Maps(pixel=(1, 2, 0), latent=1, finding=0),
    )  # fmt: skip


def show(window: Window, tab: str, answers: Answers) -> None:
    window.show_state(wish(answers, tab), answers)
    page = getattr(getattr(window, tab), "page", None)
    if page is not None and hasattr(page, "finish"):
        page.finish()
    QApplication.processEvents()


def controls(root: QWidget) -> list[QWidget]:
    """What a person can use and see (or scroll to), without the inner parts of composite controls."""
    found = [each for each in root.findChildren(QWidget) if each.isVisibleTo(root) and each.isEnabled()]
    return [
        each for each in found if isinstance(each, CONTROLS) and not isinstance(each, QScrollBar) and not inner(each)
    ]


def inner(widget: QWidget) -> bool:
    """Qt's own parts of a combo box, spin box, line edit or tab bar."""
    parent = widget.parentWidget()
    return isinstance(parent, QComboBox | QAbstractSpinBox | QLineEdit | QTabBar)


def walk(window: Window, qtbot: QtBot) -> list[QWidget]:
    """Every widget that Tab comes to, beginning from the top."""
    stops: list[QWidget] = []
    for _ in range(ROUND):
        qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        at = QApplication.focusWidget()
        if at is None or (stops and at is stops[0]):
            return stops
        stops.append(at)
    raise AssertionError("Tab does not come round")


def named(widget: QWidget) -> str:
    return widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")


def words(widget: QWidget) -> str:
    """What a failing test says about a widget."""
    chain, at = [], widget
    while at is not None and not isinstance(at, Window):
        chain.append(type(at).__name__)
        at = at.parentWidget()
    return f"{'.'.join(reversed(chain[:4]))} ({named(widget) or widget.toolTip() or widget.objectName()!r})"


def tip(widget: QWidget) -> str:
    """What appears under the pointer: Qt asks the parents where the widget itself says nothing."""
    at: QWidget | None = widget
    while at is not None and not at.toolTip():
        at = at.parentWidget()
    return at.toolTip() if at is not None else ""


def said(window: Window, qtbot: QtBot) -> tuple[list[str], list[str]]:
    """What has no name, and which controls have no tooltip. Pictures and plots have words beside them."""
    stops, used = walk(window, qtbot), controls(window)
    return (
        [words(each) for each in {*stops, *used} if not named(each)],
        [words(each) for each in used if not tip(each)],
    )


@pytest.mark.parametrize("tab", TABS)
def test_every_control_of_a_tab_has_a_name_and_a_tooltip(window: Window, qtbot: QtBot, tab: str) -> None:
    show(window, tab, known(comparison=comparison()))
    nameless, silent = said(window, qtbot)
    assert not nameless
    assert not silent


@pytest.mark.parametrize("tab", TABS)
def test_tab_comes_to_every_control(window: Window, qtbot: QtBot, tab: str) -> None:
    show(window, tab, known(comparison=comparison()))
    reached = set(walk(window, qtbot))
    always = {window.top.diagnose, window.tabs.tabBar()} | ({window.data.list} if tab != "training" else set())
    assert always <= reached
    missed = [
        words(each)
        for each in controls(window)
        if not ({each, each.focusProxy()} & reached) and not grouped(each, reached)
    ]
    assert not missed


def grouped(widget: QWidget, reached: set[QWidget]) -> bool:
    """Of an exclusive group Tab comes to the chosen one; arrow keys do the rest."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and any(each in reached for each in group.buttons())


def test_the_start_page(window: Window, qtbot: QtBot) -> None:
    nothing = Answers()
    window.show_state(Wish(), nothing)
    window.start.show_state(resolve_start(Wish(), nothing, ()))
    QApplication.processEvents()
    assert said(window, qtbot) == ([], [])


def test_long_work_and_trouble(window: Window, qtbot: QtBot) -> None:
    answers = known(work=Work("Diagnosis", "rows", 3, 10, 4.0))
    show(window, "look", answers)
    assert said(window, qtbot) == ([], [])
    assert window.status.isVisibleTo(window)


def test_a_new_tab_puts_the_ring_nowhere(window: Window, qtbot: QtBot) -> None:
    answers = known()
    show(window, "look", answers)
    window.look.controls.hold.setFocus()
    show(window, "findings", answers)
    assert QApplication.focusWidget() is window.findings
    bar = window.tabs.tabBar()
    assert bar is not None
    bar.setFocus()
    qtbot.keyClick(bar, Qt.Key.Key_Left)
    show(window, "collapse", answers)
    assert QApplication.focusWidget() is bar


def test_the_names_of_all_tabs_fit_at_900_pixels(window: Window, qtbot: QtBot) -> None:
    show(window, "look", known())
    window.tabs.setTabText(TABS.index("findings"), "Findings (12)")
    window.resize(900, 600)
    qtbot.waitUntil(lambda: window.width() == 900)
    bar = window.tabs.tabBar()
    assert bar is not None
    qtbot.waitUntil(lambda: bar.sizeHint().width() <= window.tabs.width())
    assert window.sides.sizes()[0] + window.sides.sizes()[2] >= 420
    assert not window.tabs.usesScrollButtons()
