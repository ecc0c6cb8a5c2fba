"""The small widgets of the diagnosis tabs: columns, facts, legends, maps, profiles, save menu."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from vaediag_gui.widgets.card import Card
from vaediag_gui.widgets.colour_bar import ColourBar
from vaediag_gui.widgets.columns import Columns, columns_for
from vaediag_gui.widgets.facts import Facts
from vaediag_gui.widgets.legend import LINE, Key, Legend
from vaediag_gui.widgets.profile import Profile
from vaediag_gui.widgets.save_menu import SaveMenu
from vaediag_gui.widgets.value_map import ValueMap


@pytest.mark.parametrize(
    ("count", "width", "columns"),
    [(4, 800, 4), (4, 700, 2), (4, 200, 1), (3, 600, 3), (3, 420, 2), (5, 800, 3), (1, 5000, 1)],
)
def test_rows_are_as_even_as_they_can_be(count: int, width: int, columns: int) -> None:
    assert columns_for(count, width, 188, 12) == columns


def test_columns_follow_the_width_and_skip_what_is_hidden(qtbot: QtBot) -> None:
    parts = [QLabel(str(number)) for number in range(4)]
    row = Columns(*parts, least=100)
    qtbot.addWidget(row)
    row.resize(500, 300)
    row.show()
    qtbot.waitUntil(lambda: len({part.y() for part in parts}) == 1)
    parts[1].hide()
    row.resize(230, 300)
    qtbot.waitUntil(lambda: [part.y() for part in parts if not part.isHidden()].count(parts[0].y()) == 2)
    assert parts[2].y() == parts[0].y()


def test_facts_keep_their_rows_and_hide_what_is_left(qtbot: QtBot) -> None:
    facts = Facts()
    qtbot.addWidget(facts)
    facts.show_facts((("a", "1", "one"), ("b", "2", "two")))
    first = facts._rows[0][1]
    facts.show_facts((("c", "3", "three"),))
    assert facts._rows[0][1] is first
    assert first.text() == "3"
    assert facts._rows[1][0].isHidden()
    assert first.textFormat() == Qt.TextFormat.PlainText


def test_a_legend_wraps_where_the_width_ends(qtbot: QtBot) -> None:
    legend = Legend(Key("line", "blue", "a long description of a line"), Key("o", "orange", "another long one"))
    qtbot.addWidget(legend)
    assert legend.heightForWidth(1000) == LINE
    assert legend.heightForWidth(120) == 2 * LINE
    for kind in ("line", "dash", "dot", "band", "o", "s", "t", "t1", "d"):
        legend.show_keys((Key(kind, "green", kind, hollow=True),))
        legend.grab()


def test_a_card_leaves_room_below_its_contents(qtbot: QtBot) -> None:
    content = QWidget()
    content.setFixedHeight(40)
    card = Card("Title", "A note", content)
    qtbot.addWidget(card)
    card.resize(300, 400)
    card.show()
    qtbot.waitExposed(card)
    assert content.y() < 120
    card.say(note="")
    assert card.note.isHidden()


def test_values_and_clicks_of_a_map(qtbot: QtBot) -> None:
    made = ValueMap("map")
    qtbot.addWidget(made)
    values = np.arange(6.0).reshape(2, 3)
    made.show_map("value", values, values, levels=(0.0, 4.0), colours="spread", ticks=((0.0, "0"),), base=0.0,
                  say=lambda place: f"{place} {values[place]:g}", hint="point")  # fmt: skip
    assert made.words.text() == "point"
    made.picture.pointed.emit(1, 2)
    assert made.words.text() == "(1, 2) 5"
    made.picture.left.emit()
    assert made.words.text() == "point"
    with qtbot.waitSignal(made.clicked) as asked:
        made.picture.clicked.emit(0, 1)
    assert asked.args == [(0, 1)]


def test_a_vector_is_drawn_as_bars(qtbot: QtBot) -> None:
    made = ValueMap("map")
    qtbot.addWidget(made)
    for count in (5, 300):
        values = np.linspace(0.5, 2.0, count)
        values[1] = np.nan
        made.show_map("value", values, values, levels=(0.0, 2.0), colours="diverging", ticks=(), base=1.0,
                      say=lambda place: str(place))  # fmt: skip
        made.show_cursor((2,))
        made.grab()
    with qtbot.waitSignal(made.clicked) as asked:
        made.profile.clicked.emit(3)
    assert asked.args == [(3,)]


def test_a_feature_is_found_by_mouse_and_reached_by_keyboard(qtbot: QtBot) -> None:
    profile = Profile("profile")
    qtbot.addWidget(profile)
    profile.resize(400, 200)
    profile.show_values(np.arange(10.0), 0.0, "value")
    profile.show()
    qtbot.waitExposed(profile)
    at = profile.mapFromScene(profile.getViewBox().mapViewToScene(QPointF(6.2, 1.0)))
    assert profile._feature_at(QPointF(at)) == 6
    profile.show_chosen(6)
    with qtbot.waitSignal(profile.clicked) as asked:
        qtbot.keyClick(profile, Qt.Key.Key_Right)
    assert asked.args == [7]


def test_pointed_ends_are_drawn_only_where_values_lie_beyond(qtbot: QtBot) -> None:
    bar = ColourBar()
    qtbot.addWidget(bar)
    bar.resize(60, 200)
    bar.show_scale("diverging", (-1.0, 1.0), ((0.0, "1"),))
    plain = bar.grab().toImage()
    bar.show_scale("diverging", (-1.0, 1.0), ((0.0, "1"),), above=True)
    pointed = bar.grab().toImage()
    assert plain.pixelColor(6, 11) != pointed.pixelColor(6, 11)
    assert plain.pixelColor(6, 188) == pointed.pixelColor(6, 188)


def test_the_save_menu_names_what_was_chosen(qtbot: QtBot) -> None:
    menu = SaveMenu()
    qtbot.addWidget(menu)
    menu.show_entries((("pit", "PIT histograms"), ("kl", "KL")))
    with qtbot.waitSignal(menu.chosen) as asked:
        menu.entries.actions()[1].trigger()
    assert asked.args == ["kl"]
    menu.show_entries(())
    assert menu.isHidden()
