"""The frame of the diagnosis tabs: parts in turns, messages, and the way to a picture."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from vaediag_gui.panels.diagnosis_page import DiagnosisPage, Part
from vaediag_gui.resolve.standing import Progress, Standing

FILLED: list[str] = []


def part(name: str) -> Part:
    def make() -> QWidget:
        made = QWidget()
        made.setObjectName(name)
        made.setFixedHeight(500)
        return made

    return Part(make, lambda: FILLED.append(name))


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[DiagnosisPage]:
    FILLED.clear()
    made = DiagnosisPage(part("a"), part("b"), part("c"))
    made.resize(600, 400)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()


def test_parts_are_made_one_by_one_and_only_with_a_diagnosis(page: DiagnosisPage, qtbot: QtBot) -> None:
    page.show_frame(Standing(alone=True, title="Ask", button="Diagnose", command="diagnose"), "", "", ())
    assert FILLED == []
    page.show_frame(Standing(alone=False), "Verdict", "about", ())
    assert FILLED == ["a"]
    qtbot.waitUntil(lambda: page.complete)
    assert FILLED == ["a", "b", "c"]
    page.show_frame(Standing(alone=False), "Verdict", "about", ())
    assert FILLED == ["a", "b", "c"] * 2


def test_the_way_to_a_part_that_is_not_made_yet(page: DiagnosisPage, qtbot: QtBot) -> None:
    page.reveal(lambda: page.findChildren(QWidget, "c")[0])
    page.show_frame(Standing(alone=False), "Verdict", "about", ())
    bar = page._scroll.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() > 900)
    page.reveal(lambda: page.findChildren(QWidget, "a")[0])  # all is laid out by now
    qtbot.waitUntil(lambda: bar.value() == 0)


def test_another_diagnosis_begins_at_the_top(page: DiagnosisPage, qtbot: QtBot) -> None:
    bar = page._scroll.verticalScrollBar()
    page.show_frame(Standing(alone=False), "Verdict", "about", ())
    qtbot.waitUntil(lambda: page.complete and bar.maximum() > 900)
    bar.setValue(700)
    page.show_frame(Standing(alone=False), "Verdict", "about", ())
    assert bar.value() == 700
    page.show_frame(Standing(alone=False), "Verdict", "about another", ())
    assert bar.value() == 0


def test_a_message_above_keeps_the_pictures(page: DiagnosisPage, qtbot: QtBot) -> None:
    page.show_frame(Standing(False, "Old", "It is of another.", "warning", "Diagnose", "diagnose"), "V", "", ())
    assert page.above.isVisibleTo(page)
    with qtbot.waitSignal(page.commanded) as asked:
        qtbot.mouseClick(page.above.button, Qt.MouseButton.LeftButton)
    assert asked.args == ["diagnose", {}]
    page.show_frame(Standing(alone=False), "V", "", ())
    assert page.above.isHidden()


def test_progress_is_a_bar_with_words_and_a_way_out(page: DiagnosisPage, qtbot: QtBot) -> None:
    progress = Progress("Prior draws · 3 of 12", 3, 12)
    page.show_frame(
        Standing(True, "Diagnosing…", "", "info", "Cancel", "cancel", progress=progress), "", "", ()
    )  # fmt: skip
    assert (page.alone._bar.maximum(), page.alone._bar.value()) == (12, 3)
    assert page.alone._stage.text() == "Prior draws · 3 of 12"
    with qtbot.waitSignal(page.commanded) as asked:
        page.alone.button.click()
    assert asked.args == ["cancel", {}]


def test_the_whole_message_can_be_read(page: DiagnosisPage, qtbot: QtBot) -> None:
    """Words are as high as they need to be at the width of the card."""
    page.show_frame(Standing(True, "Ask", "word " * 60 + "\n\nlast"), "", "", ())
    text = page.alone._text
    qtbot.waitUntil(lambda: text.height() >= text.heightForWidth(text.width()) > 40)
