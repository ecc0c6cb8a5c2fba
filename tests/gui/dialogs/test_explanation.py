"""The page of a quantity beside the window."""

from __future__ import annotations

import sys

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.report.builders import HOSTILE
from vaediag_gui.dialogs.explanation import ExplanationDialog
from vaediag_gui.resolve.explanation import Block, Explanation, Section, explanation


def test_all_of_a_page_is_said_and_the_next_takes_its_place(qtbot: QtBot) -> None:
    before = set(sys.modules)
    dialog = ExplanationDialog()
    qtbot.addWidget(dialog)
    dialog.show_explanation(explanation("pareto_k"))
    said = dialog.texts()
    assert said[0] == "pareto k"
    assert {"Question", "Formula", "Source", "Reading the picture", "What to do"} <= set(said)
    assert any("min(1 − 1/log₁₀ K, 0.7)" in text for text in said)
    dialog.show_explanation(explanation("elbo"))
    assert dialog.texts()[0] == "elbo"
    assert not {"tensorflow", "matplotlib", "scipy"} & (set(sys.modules) - before)


def test_text_is_never_markup(qtbot: QtBot) -> None:
    dialog = ExplanationDialog()
    qtbot.addWidget(dialog)
    dialog.show_explanation(
        Explanation("x", (Section("Formula", (Block("text", HOSTILE), Block("formula", HOSTILE))),))
    )
    labels = dialog.findChildren(QLabel)
    assert sum(HOSTILE in each.text() for each in labels) == 2
    assert all(each.textFormat() == Qt.TextFormat.PlainText for each in labels)
