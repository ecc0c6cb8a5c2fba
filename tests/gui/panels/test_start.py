"""The start page asks for what was chosen, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from vaediag.registry import Card
from vaediag_gui.panels.start import StartPanel
from vaediag_gui.resolve.start import LOADING, RecentFile, StartState
from vaediag_gui.widgets.list_row import ListRow
from vaediag_gui.widgets.pick_card import PickCard
from vaediag_gui.widgets.tile_row import TileRow

CARDS = [
    Card("digits-normal-image", "Grey digits.", "x", "digits", elbo=32.777),
    Card("digits-bernoulli", "Black-and-white digits.", "y", "digits-binary", elbo=-22.4),
    *(Card(f"other-{number}", "A sentence that is longer than one line of a narrow card.", "z") for number in range(5)),
]


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[StartPanel]:
    made = StartPanel()
    made.set_models(CARDS)
    made.resize(900, 600)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def cards(panel: StartPanel) -> list[PickCard]:
    return [card for card in panel.findChildren(PickCard) if card.isVisibleTo(panel)]


def words(panel: StartPanel) -> list[str]:
    return [each.text() for each in panel.findChildren(QLabel) if each.isVisibleTo(panel)]


def asked(qtbot: QtBot, panel: StartPanel, act: Any) -> list[Any]:
    with qtbot.waitSignal(panel.commanded) as blocker:
        act()
    return blocker.args or []


def test_the_suggested_card_has_the_keyboard_and_return_opens_it(qtbot: QtBot, panel: StartPanel) -> None:
    first = cards(panel)[0]
    assert panel.focusWidget() is first
    assert "Start here" in first.accessibleName()
    args = asked(qtbot, panel, lambda: qtbot.keyClick(first, Qt.Key.Key_Return))
    assert args == ["open_model", {"address": "digits-bernoulli"}]


def test_a_click_opens_a_card(qtbot: QtBot, panel: StartPanel) -> None:
    card = cards(panel)[1]
    inside = card.findChildren(QLabel)[0].geometry().center()
    args = asked(qtbot, panel, lambda: qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=inside))
    assert args == ["open_model", {"address": "digits-normal-image"}]


def test_arrows_go_from_card_to_card(qtbot: QtBot, panel: StartPanel) -> None:
    shown = cards(panel)
    assert shown[0].y() == shown[1].y() != shown[2].y()  # two columns at 900 pixels
    for key, place in (
        (Qt.Key.Key_Right, 1), (Qt.Key.Key_Right, 2), (Qt.Key.Key_Down, 4), (Qt.Key.Key_Down, 6), (Qt.Key.Key_Down, 6),
        (Qt.Key.Key_Up, 4), (Qt.Key.Key_Left, 3),
    ):  # fmt: skip
        qtbot.keyClick(panel.focusWidget(), key)
        assert panel.focusWidget() is shown[place]
    qtbot.keyClick(panel.focusWidget(), Qt.Key.Key_Down)
    qtbot.keyClick(panel.focusWidget(), Qt.Key.Key_Down)
    last = panel.focusWidget()
    assert last is shown[6]
    assert last.visibleRegion().boundingRect().height() == last.height()  # scrolled into view


def test_cards_reflow_and_nothing_is_cut_off(qtbot: QtBot, panel: StartPanel) -> None:
    for width, columns in ((900, 2), (1280, 3), (640, 1)):
        panel.resize(width, 600)
        qtbot.waitUntil(lambda columns=columns: len({card.x() for card in cards(panel)}) == columns)
        for card in cards(panel):
            assert card.mapTo(panel, card.rect().topRight()).x() < width
            for text in card.findChildren(QLabel):
                if text.isVisibleTo(card):
                    assert text.height() >= text.heightForWidth(text.width())
                    assert card.rect().contains(text.geometry())


def test_cards_of_one_row_are_equally_high(qtbot: QtBot, panel: StartPanel) -> None:
    shown = cards(panel)
    assert shown[0].geometry().height() == shown[1].geometry().height()
    panel.set_models([Card("a", "Short.", "x"), Card("b", "A longer sentence. " * 8, "x")], {})
    qtbot.waitUntil(lambda: len(cards(panel)) == 2)
    first, second = cards(panel)
    qtbot.waitUntil(lambda: first.height() == second.height() > 120)


def test_buttons_command(qtbot: QtBot, panel: StartPanel) -> None:
    buttons = {each.text(): each for each in panel.findChildren(QPushButton)}
    assert asked(qtbot, panel, buttons["Start the tour"].click) == ["tour", {}]
    assert asked(qtbot, panel, buttons["Open a model…"].click) == ["open_model", {"address": None}]
    assert asked(qtbot, panel, buttons["Open data…"].click) == ["open_data", {"address": None}]


def test_recent_files_open_and_missing_ones_say_why(qtbot: QtBot, panel: StartPanel) -> None:
    gone = RecentFile("model", "/m/gone", "gone", "/m/gone", "not there any more")
    recent = (RecentFile("model", "/m/vae", "vae", "/m/vae"), gone, RecentFile("data", "digits", "digits", "digits"))
    with qtbot.assertNotEmitted(panel.commanded), qtbot.assertNotEmitted(panel.wished):
        panel.show_state(StartState("", recent=recent))
    rows = {row.accessibleName(): row for row in panel.findChildren(ListRow)}
    assert list(rows) == ["vae, /m/vae", "gone, not there any more", "digits"]
    assert not rows["gone, not there any more"].isEnabled()
    args = asked(qtbot, panel, lambda: qtbot.mouseClick(rows["vae, /m/vae"], Qt.MouseButton.LeftButton))
    assert args == ["open_model", {"address": "/m/vae"}]
    args = asked(qtbot, panel, lambda: qtbot.keyClick(rows["digits"], Qt.Key.Key_Return))
    assert args == ["open_data", {"address": "digits"}]
    (clear,) = panel.findChildren(QToolButton)
    assert asked(qtbot, panel, clear.click) == ["clear_recent", {}]
    panel.show_state(StartState(""))
    assert not clear.isVisibleTo(panel)


def test_the_state_is_shown_in_place(qtbot: QtBot, panel: StartPanel) -> None:
    panel.show_state(StartState(LOADING, (("digits-normal-image", "Opening …"),)))
    assert LOADING in words(panel)
    assert [card.tag() for card in cards(panel)][:2] == ["Start here", "Opening …"]
    panel.show_state(StartState("", can_return=True, tab="collapse"))
    back = next(each for each in panel.findChildren(QPushButton) if each.text().startswith("Back"))
    assert asked(qtbot, panel, back.click) == ["tab", {"tab": "collapse"}]
    assert LOADING not in words(panel)


def test_no_models_and_pictures(qtbot: QtBot, panel: StartPanel) -> None:
    strip = QImage(24, 8, QImage.Format.Format_Grayscale8)
    strip.fill(0)
    panel.set_models(CARDS[:1], {"digits-normal-image": strip})
    qtbot.waitUntil(lambda: len(cards(panel)) == 1)
    (card,) = cards(panel)
    (row,) = card.findChildren(TileRow)
    assert row.width() == 3 * 40 + 2 * 4
    assert row.grab().toImage().pixelColor(20, 20).lightness() == 0
    assert any(each.startswith("Small pictures") for each in words(panel))
    panel.set_models(CARDS[:1], {})
    assert not any(each.startswith("Small pictures") for each in words(panel))
    panel.set_models([])
    assert any("No model is registered" in each for each in words(panel))
