"""Findings on the screen."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from tests.report.builders import HOSTILE, diagnosis
from vaediag.records.finding import Finding
from vaediag_gui.panels.findings import FindingsPanel
from vaediag_gui.resolve.findings import resolve_findings
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Maps, Wish

NOTE = Finding("trained_on", "info", "data", "Trained on these", "same hash", "Numbers flatter.", "use others.", None)
SCALE = Finding("scale", "problem", "calibration.posterior", "σ is too small", "χ² 9.9", "Too sure.", "learn σ.", "pit")


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[FindingsPanel]:
    made = FindingsPanel()
    made.resize(900, 600)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()


def show(panel: FindingsPanel, *findings: Finding, event=(8, 8, 1), **maps) -> None:
    made = dataclasses.replace(diagnosis(event), findings=findings)
    wish = Wish(model=made.model.source, data=made.data.source, maps=Maps(**maps))
    panel.show_state(resolve_findings(wish, Answers(diagnosis=made)))
    panel.page.finish()


def test_the_picture_of_a_finding_is_asked_for_by_mouse_and_by_keyboard(panel: FindingsPanel, qtbot: QtBot) -> None:
    show(panel, NOTE, SCALE)
    with qtbot.waitSignal(panel.commanded) as asked:
        panel.cards[0].button.click()
    assert asked.args == ["show_figure", {"figure": "pit"}]
    with qtbot.waitSignal(panel.commanded) as asked:
        qtbot.keyClick(panel.cards[0], Qt.Key.Key_Return)
    assert asked.args == ["show_figure", {"figure": "pit"}]
    assert panel.cards[1].button.isHidden()


def test_what_was_measured_is_explained_on_request(panel: FindingsPanel, qtbot: QtBot) -> None:
    show(panel, dataclasses.replace(SCALE, definition="scale"), NOTE)
    assert panel.cards[0].what.isVisibleTo(panel)
    assert panel.cards[1].what.isHidden()
    with qtbot.waitSignal(panel.commanded) as asked:
        panel.cards[0].what.click()
    assert asked.args == ["explain", {"page": "scale"}]


def test_arrow_keys_move_the_focus_and_the_choice_is_wished(panel: FindingsPanel, qtbot: QtBot) -> None:
    show(panel, NOTE, SCALE)
    with qtbot.waitSignal(panel.wished) as asked:
        panel.cards[0].setFocus(Qt.FocusReason.TabFocusReason)
    assert asked.args == [{"maps": {"finding": 1}}]
    with qtbot.waitSignal(panel.wished) as asked:
        qtbot.keyClick(panel.cards[0], Qt.Key.Key_Down)
    assert asked.args == [{"maps": {"finding": 0}}]
    assert panel.cards[1].hasFocus()
    with qtbot.assertNotEmitted(panel.wished):
        qtbot.keyClick(panel.cards[1], Qt.Key.Key_Down)


def test_fewer_findings_hide_cards_and_none_is_calm(panel: FindingsPanel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(panel.wished):
        show(panel, NOTE, SCALE)
        assert panel.calm.isHidden()
        show(panel)
    assert [card.isVisibleTo(panel) for card in panel.cards] == [False, False]
    assert panel.calm.isVisibleTo(panel)


def test_text_of_strangers_is_plain(panel: FindingsPanel) -> None:
    show(panel, dataclasses.replace(SCALE, title=HOSTILE, evidence=HOSTILE))
    for text in panel.cards[0].findChildren(type(panel.cards[0].title)):
        assert text.textFormat() == Qt.TextFormat.PlainText


def test_all_is_copied_as_text(panel: FindingsPanel) -> None:
    show(panel, SCALE)
    panel.copy.click()
    assert "■ Problem: σ is too small" in QGuiApplication.clipboard().text()


@pytest.mark.parametrize("event", [(8, 8, 1), (6, 6, 3), (9, 9), (20,)])
def test_images_of_every_kind_stand_below_and_open_in_look(panel: FindingsPanel, qtbot: QtBot, event) -> None:
    show(panel, NOTE, event=event)
    card, strip = panel.images["worst"]
    assert card.isVisibleTo(panel)
    panel.grab()
    with qtbot.waitSignal(panel.wished) as asked:
        strip.activated.emit(0, 2)
    assert asked.args[0]["tab"] == "look"
    assert asked.args[0]["image"] == int(panel._shown.worst.index[2])
