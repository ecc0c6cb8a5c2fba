"""A list of choices says what was picked, and why an entry cannot be."""

from __future__ import annotations

from PyQt6.QtCore import Qt

from vaediag_gui.widgets.choice import Choices

ENTRIES = (("a", "first", ""), ("b", "second", "needs an image"), ("c", "third", ""))


def made(qtbot) -> Choices:
    choices = Choices("Start", "Where to start")
    qtbot.addWidget(choices)
    choices.show_entries(ENTRIES, "a")
    return choices


def test_showing_is_silent_and_picking_is_not(qtbot) -> None:
    choices = made(qtbot)
    with qtbot.assertNotEmitted(choices.picked):
        choices.show_entries(ENTRIES, "c")
        choices.show_entries(ENTRIES[:2], "gone")
        choices.show_entries(ENTRIES, "a")
    assert choices.currentText() == "first"
    with qtbot.waitSignal(choices.picked) as picked:
        qtbot.keyClick(choices, Qt.Key.Key_Down)
    assert picked.args == ["c"]  # the second cannot be picked


def test_what_cannot_be_picked_says_why(qtbot) -> None:
    choices = made(qtbot)
    assert choices.itemText(1) == "second (needs an image)"
    assert not choices.model().flags(choices.model().index(1, 0)) & Qt.ItemFlag.ItemIsEnabled
    width = choices.width()
    choices.show_entries(tuple((value, words, "") for value, words, _ in ENTRIES), "a")
    assert choices.itemText(1) == "second"
    assert choices.model().flags(choices.model().index(1, 0)) & Qt.ItemFlag.ItemIsEnabled
    assert choices.width() == width  # a reason does not move the controls beside it


def test_a_long_name_does_not_widen_the_window(qtbot) -> None:
    choices = Choices("Model", "", most=120)
    qtbot.addWidget(choices)
    choices.show_entries((("a", "x" * 300, ""),), "a")
    assert choices.width() == 120
