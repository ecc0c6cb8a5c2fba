"""The bars above and below the tabs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from tests.gui import builders
from vaediag_gui.panels.status import StatusBar
from vaediag_gui.panels.top import TopBar
from vaediag_gui.resolve.bar import BarState, resolve_bar
from vaediag_gui.state.answers import Answers, HelperState, Trouble, Work
from vaediag_gui.state.wish import Wish


def bar(**changes: object) -> BarState:
    given: dict[str, object] = {
        "model": builders.facts(), "data": builders.data_facts(), "viewer": HelperState("ready"),
    }  # fmt: skip
    return resolve_bar(Wish(model="toy", data="toy-data"), Answers(**{**given, **changes}))  # type: ignore[arg-type]


@pytest.fixture
def top(qtbot: QtBot) -> TopBar:
    menu = QMenu()
    made = TopBar(menu)
    qtbot.addWidget(menu)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def status(qtbot: QtBot) -> Iterator[StatusBar]:
    made = StatusBar()
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def test_new_lists_keep_what_is_chosen(top: TopBar) -> None:
    top.set_addresses(["a"], ["toy-data"])
    top.show_state(bar())
    top.set_addresses(["a", "b"], ["d", "toy-data"])
    assert (top.model.currentData(), top.data.currentData()) == ("toy", "toy-data")


def test_depth_is_chosen_beside_the_button(top: TopBar, qtbot: QtBot) -> None:
    top.show_state(bar())
    assert not top.deep.isChecked()
    with qtbot.waitSignal(top.commanded) as asked:
        top.deep.click()
    assert asked.args == ["in_depth", {"on": True}]
    with qtbot.assertNotEmitted(top.commanded):
        top.show_state(resolve_bar(Wish(deep=False), Answers()))
    assert not top.deep.isChecked()


def test_names_are_never_markup(top: TopBar) -> None:
    top.set_addresses(["<b>x</b>"], [])
    assert "<" not in top.model.itemData(0, Qt.ItemDataRole.ToolTipRole)
    top.show_state(resolve_bar(Wish(model="<i>y"), Answers()))
    assert "<" not in top.model.toolTip()


def test_a_model_that_failed_is_not_being_opened() -> None:
    assert bar(model=None).status == "Opening toy"
    assert bar(model=None, troubles={"model": Trouble("no")}).status == "Ready"


def test_work_makes_the_bar_no_higher(status: StatusBar) -> None:
    status.show_state(bar())
    before = status.sizeHint().height()
    status.show_state(bar(work=Work("Diagnosis", "rows", 3, 10, 4.0)))
    assert max(before, status.minimumHeight()) >= status.sizeHint().height()


def test_what_happens_now_replaces_what_was_done(status: StatusBar) -> None:
    status.show_state(bar())
    status.say("Saved")
    status.show_state(bar(work=None))
    assert status._status.text() == "Saved"
    status.show_state(bar(viewer=HelperState("restarting", "The viewer is started again: killed.")))
    assert status._status.text() == "The viewer is started again: killed."
