"""How the pictures and the law of one pixel share the height."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.gui import builders
from vaediag_gui.panels.inspector import InspectorPanel
from vaediag_gui.panels.look import LookPanel
from vaediag_gui.panels.look_page import LEAST, SHARE, LookPage
from vaediag_gui.resolve.look import resolve_look
from vaediag_gui.state.answers import Answers, HelperState
from vaediag_gui.state.wish import Wish


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[LookPage]:
    look, inspector = LookPanel(), InspectorPanel()
    made = LookPage(look, inspector)
    made.resize(800, 700)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    known = Answers(
        model=builders.facts(event=(8, 8, 1)), viewer=HelperState("ready"), look=builders.shown(event=(8, 8, 1))
    )
    look.show_state(resolve_look(Wish(model="toy", z=(0.0, 0.0, 0.0), views=("mean", "sample", "stddev")), known))
    yield made
    made.close()


def gap(page: LookPage) -> int:
    """Pixels between the controls of the pictures and the end of their panel."""
    look = page.widget(0)
    assert isinstance(look, LookPanel)
    return look.height() - look.controls.geometry().bottom()


def test_what_the_pictures_cannot_use_goes_to_the_law(page: LookPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: gap(page) <= 12)
    assert page.sizes()[1] > max(LEAST, SHARE * 700)
    before = page.sizes()
    page.resize(1400, 900)  # wider pictures need more height
    qtbot.waitUntil(lambda: gap(page) <= 12)
    assert page.sizes()[0] > before[0]
    page.resize(640, 460)
    qtbot.waitUntil(lambda: page.height() == 460)
    assert page.sizes()[1] >= LEAST - 1


def test_a_handle_that_was_moved_stays_where_it_was_put(page: LookPage) -> None:
    assert page.save().isEmpty()
    page.moveSplitter(500, 1)
    saved = page.save()
    assert page.sizes()[0] == 500
    assert not saved.isEmpty()
    page.resize(1000, 700)
    assert page.sizes()[0] == 500
    other = LookPage(LookPanel(), InspectorPanel())
    other.resize(1000, 700)
    other.restore(saved)
    assert other.sizes() == page.sizes()
    other.deleteLater()
