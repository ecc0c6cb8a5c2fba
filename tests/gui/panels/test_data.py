"""The data browser asks for images and for an anchor; showing a state is silent."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import Qt

from tests.gui import builders
from vaediag_gui.panels.data import DataPanel
from vaediag_gui.resolve.data import DataState, resolve_data
from vaediag_gui.state.answers import Answers, HelperState, Thumbnails, Trouble
from vaediag_gui.state.wish import Wish

FACTS = builders.data_facts()


def state(image: int | None = None, pictures: Thumbnails | None = None, **wish) -> DataState:
    answers = Answers(data=FACTS, thumbnails=pictures or Thumbnails(), viewer=HelperState("ready"))
    return resolve_data(Wish(data="toy-data", image=image, **wish), answers)


@pytest.fixture
def panel(qtbot) -> DataPanel:
    made = DataPanel()
    qtbot.addWidget(made)
    made.resize(240, 500)
    made.show()
    made.show_state(state())
    qtbot.waitExposed(made)
    return made


def click(qtbot, panel: DataPanel, at: int) -> None:
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=panel.list.item_rect(at).center().toPoint())


def test_showing_states_wishes_nothing(qtbot, panel: DataPanel) -> None:
    with qtbot.assertNotEmitted(panel.wished):
        for shown in (state(3), state(3, anchor="draw"), state(label="1"), state(label="9"), DataState(), state()):
            panel.show_state(shown)


def test_pictures_in_sight_are_commanded(qtbot) -> None:
    panel = DataPanel()
    qtbot.addWidget(panel)
    panel.resize(240, 500)
    panel.show_state(state())
    with qtbot.waitSignal(panel.commanded) as commanded:
        panel.show()
    assert commanded.args == ["thumbnails", {"indices": list(range(20))}]
    known = Thumbnails({i: np.zeros((4, 5), np.uint8) for i in range(20)})
    with qtbot.assertNotEmitted(panel.commanded, wait=200):
        panel.show_state(state(pictures=known))


def test_a_click_makes_the_anchor_and_a_second_one_lets_it_go(qtbot, panel: DataPanel) -> None:
    with qtbot.waitSignal(panel.wished) as wished:
        click(qtbot, panel, 4)
    assert wished.args == [{"image": 4}]
    panel.show_state(state(4))
    with qtbot.waitSignal(panel.wished) as wished:
        click(qtbot, panel, 4)
    assert wished.args == [{"image": None}]
    with qtbot.waitSignal(panel.wished) as wished:
        panel.none.click()
    assert wished.args == [{"image": None}]


def test_mean_or_draw_only_with_an_anchor(qtbot, panel: DataPanel) -> None:
    assert not panel.none.isEnabled()
    assert not panel._anchors["draw"].isEnabled()
    panel.show_state(state(4))
    with qtbot.waitSignal(panel.wished) as wished:
        panel._anchors["draw"].click()
    assert wished.args == [{"anchor": "draw"}]
    panel.show_state(state(4, anchor="draw"))
    assert panel._anchors["draw"].isChecked()
    assert not panel._anchors["mean"].isChecked()


def test_labels_filter(qtbot, panel: DataPanel) -> None:
    with qtbot.waitSignal(panel.wished) as wished:
        panel.label_list._pick(2)
    assert wished.args == [{"label": "1"}]
    panel.show_state(state(label="1"))
    assert panel.label_list.currentText() == "1"
    assert panel.count.text() == "7 of 20 images"
    with qtbot.waitSignal(panel.wished) as wished:
        panel.label_list._pick(0)
    assert wished.args == [{"label": None}]


def test_too_many_labels_are_typed(qtbot, panel: DataPanel) -> None:
    labels = np.array([f"n{i}" for i in range(200)])
    answers = Answers(data=builders.data_facts(200, labels=labels, label_names=()))
    panel.show_state(resolve_data(Wish(data="toy-data"), answers))
    assert panel.label_field.isVisible()
    assert not panel.label_list.isVisible()
    qtbot.keyClicks(panel.label_field, "n7")
    with qtbot.waitSignal(panel.wished) as wished:
        qtbot.keyClick(panel.label_field, Qt.Key.Key_Return)
    assert wished.args == [{"label": "n7"}]


def test_going_to_an_image_and_choosing_it(qtbot, panel: DataPanel) -> None:
    qtbot.keyClicks(panel.go, "13")
    qtbot.keyClick(panel.go, Qt.Key.Key_Return)
    with qtbot.waitSignal(panel.wished) as wished:
        qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert wished.args == [{"image": 13}]
    panel.go.setText("99")
    qtbot.keyClick(panel.go, Qt.Key.Key_Return)
    assert panel.chosen.text() == "▲ There are images from 0 to 19; “99” is not among them."


def test_a_trouble_has_a_button(qtbot, panel: DataPanel) -> None:
    answers = Answers(troubles={"data": Trouble("no such file")}, viewer=HelperState("ready"))
    panel.show_state(resolve_data(Wish(data="gone"), answers))
    assert panel.notice.isVisible()
    assert not panel.list.isVisible()
    with qtbot.waitSignal(panel.commanded) as commanded:
        panel.notice.acted.emit()
    assert commanded.args == ["retry", {"lane": "data"}]
    with qtbot.waitSignal(panel.commanded) as commanded:
        panel.open.click()
    assert commanded.args == ["open_data", {"address": None}]
