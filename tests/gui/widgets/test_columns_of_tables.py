"""Flat data whose values have names: axes, profiles and the words for one of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui import builders
from tests.report.builders import diagnosis
from vaediag_gui.jobs.records import record_of
from vaediag_gui.resolve.calibration import resolve_calibration
from vaediag_gui.resolve.inspector import columns_on, resolve_inspector
from vaediag_gui.resolve.look import resolve_look
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Maps, Wish
from vaediag_gui.widgets.plot import SLOT, Axis
from vaediag_gui.widgets.profile import FARTHEST, Profile
from vaediag_gui.widgets.value_map import ValueMap

NAMES = ("age", "<b>income</b>", "height\nin cm", "weight", "score")


@pytest.fixture
def profile(qtbot: QtBot) -> Profile:
    made = Profile("profile")
    qtbot.addWidget(made)
    made.resize(500, 200)
    return made


def axis_names(profile: Profile) -> tuple[str, ...]:
    return profile.getAxis("bottom").names


def test_an_axis_says_as_many_names_as_have_room():
    axis = Axis("bottom")
    axis.names = tuple(f"column {at}" for at in range(2000))
    ((step, places),) = axis.tickValues(-0.5, 1999.5, 600)
    assert 600 / 2000 * step >= SLOT
    assert len(places) <= 600 / SLOT + 1
    assert all(len(words) <= len("column 1999") for words in axis.tickStrings(places, 1, step))
    ((_, few),) = axis.tickValues(-0.5, 4.5, 600)
    assert axis.tickStrings(few, 1, 1) == [f"column {at}" for at in range(5)]


def test_a_profile_in_order_of_distance_keeps_its_features(profile: Profile, qtbot: QtBot):
    profile.show_values(np.array([1.0, 0.2, 1.5, np.nan, 1.1]), 1.0, "dispersion", NAMES)
    assert axis_names(profile) == NAMES
    profile.sort(True)
    assert axis_names(profile)[:2] == ("<b>income</b>", "height\nin cm")
    profile.show_chosen(2)
    profile.setFocus()
    with qtbot.waitSignal(profile.clicked) as asked:
        qtbot.keyClick(profile, Qt.Key.Key_Left)
    assert asked.args == [1], "the one before it in the order that is shown"
    profile.sort(False)
    with qtbot.waitSignal(profile.clicked) as asked:
        qtbot.keyClick(profile, Qt.Key.Key_Right)
    assert asked.args == [3]


def test_of_many_columns_the_farthest_can_be_read(profile: Profile):
    values = np.random.default_rng(0).random(2000)
    profile.show_values(values, 0.0, "variance")
    assert axis_names(profile) == ()
    profile.sort(True)
    assert len(axis_names(profile)) == FARTHEST
    assert axis_names(profile)[0] == str(int(values.argmax()))


def test_only_a_vector_can_be_sorted(qtbot: QtBot):
    made = ValueMap("dispersion")
    qtbot.addWidget(made)
    shared = {"levels": (0.0, 2.0), "colours": "diverging", "ticks": (), "base": 1.0, "say": str}
    made.show_map("dispersion", np.ones(5), np.ones(5), **shared, names=NAMES)  # type: ignore[arg-type]
    assert not made.sort.isHidden()
    made.show_map("dispersion", np.ones((2, 2)), np.ones((2, 2)), **shared)  # type: ignore[arg-type]
    assert made.sort.isHidden()


def test_a_column_is_called_by_its_name_everywhere():
    made = diagnosis((5,), 3)
    made = replace(made, data=replace(made.data, columns=NAMES))
    known = Answers(
        model=builders.facts(3, (5,), source="toy"), data=builders.data_facts(event=(5,), columns=NAMES),
        pixel=builders.pixel_law((2,)), diagnosis=made, pixel_pit=builders.pixel_pit((2,)),
    )  # fmt: skip
    wish = Wish(model="toy", data="toy-data", pixel=(2,), maps=Maps(pixel=(2,)), z=(0.0, 0.0, 0.0))
    assert resolve_inspector(wish, known).title.startswith("height in cm: p(xᵢ | z)")
    assert resolve_look(wish, known).columns[2] == "height in cm"
    assert resolve_calibration(wish, known).pixel.title == "PIT of height in cm"
    assert resolve_calibration(wish, known).columns[1] == "<b>income</b>"
    other = replace(known, model=builders.facts(3, (4, 5, 1), source="toy"))
    assert columns_on(wish, other) == (), "names of another shape are nobody's"


def test_names_travel_with_the_data():
    fields = {
        "source": "d", "name": "d", "split": None, "count": 3, "event_shape": [2], "preprocessing": "none",
        "label_names": [], "levels": [0, 1], "columns": ["a", "b"],
    }  # fmt: skip
    assert record_of("data", fields, {}).columns == ("a", "b")
