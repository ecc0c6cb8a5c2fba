"""The Traverse tab asks and does not decide: every control becomes a wish, and showing a state is silent."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QSlider

from tests.gui import builders
from vaediag_gui.panels.traverse import TraversePanel
from vaediag_gui.resolve.traverse import TraverseState, resolve_traverse
from vaediag_gui.state.answers import Answers, HelperState
from vaediag_gui.state.wish import Path, Wish
from vaediag_gui.widgets.notice import Notice


def state(image: int | None = None, walk: Any = "one", **path: Any) -> TraverseState:
    wish = Wish(
        model="toy", data="toy-data", tab="traverse", z=(0.0,) * 3, image=image, path=Path(**{"steps": 5, **path})
    )
    answers = Answers(
        model=builders.facts(), data=builders.data_facts(), viewer=HelperState("ready"),
        walk=builders.traversal() if walk == "one" else walk,
    )  # fmt: skip
    return resolve_traverse(wish, answers)


@pytest.fixture
def panel(qtbot) -> TraversePanel:
    made = TraversePanel()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    made.show_state(state())
    return made


def test_showing_states_wishes_nothing(qtbot, panel: TraversePanel) -> None:
    with qtbot.assertNotEmitted(panel.wished), qtbot.assertNotEmitted(panel.commanded):
        for shown in (
            state(image=2), state(units="posterior", image=2), state(kind="grid"), state(walk=None),
            state(kind="interpolation", image=2, end=7), state(every=True, low=-1.0, steps=9), state(),
        ):  # fmt: skip
            panel.show_state(shown)


def test_return_on_a_cell_looks_at_its_z(qtbot, panel: TraversePanel) -> None:
    panel.strip.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        qtbot.keyClick(panel.strip, key)
    assert panel.status.text() == "z1 = 1.5 σ of the prior (value 1.5)"
    with qtbot.waitSignal(panel.wished) as wished:
        qtbot.keyClick(panel.strip, Qt.Key.Key_Return)
    assert wished.args == [{"z": (0.0, 1.5, 0.0), "tab": "look"}]
    with qtbot.waitSignal(panel.wished) as wished:
        qtbot.mouseClick(panel.look, Qt.MouseButton.LeftButton)
    assert wished.args == [{"z": (0.0, 1.5, 0.0), "tab": "look"}]


def test_nothing_to_look_at_before_a_cell_is_chosen(panel: TraversePanel) -> None:
    assert not panel.look.isEnabled()
    panel.strip.chosen.emit(0, 0)
    assert panel.look.isEnabled()
    panel.show_state(state(walk=None))
    assert not panel.look.isEnabled()


def test_controls_change_the_path(qtbot, panel: TraversePanel) -> None:
    controls = panel.controls
    for act, expected in (
        (lambda: controls.kind._pick(1), {"kind": "grid"}),
        (lambda: controls.steps.setValue(11), {"steps": 11}),
        (lambda: controls.low.setValue(-2.0), {"low": -2.0}),
        (lambda: controls.hold.click(), {"hold_noise": False}),
        (lambda: controls._views["stddev"].click(), {"views": ("mean", "sample", "stddev")}),
        (lambda: controls.which._pick(1), {"dims": (), "every": True}),
        (lambda: controls.which._pick(2), {"dims": (0, 1, 2), "every": False}),
        (lambda: controls.start._pick(2), {"start": "code"}),
        (lambda: controls.right.setValue(2), {"plane": (0, 2)}),
    ):
        with qtbot.waitSignal(panel.wished) as wished:
            act()
        assert wished.args == [{"path": expected}]
        panel.show_state(state(walk=None))  # another state, and back
        panel.show_state(state())


def test_the_last_view_cannot_be_taken_away(qtbot, panel: TraversePanel) -> None:
    panel.show_state(state(views=("mean",)))
    with qtbot.assertNotEmitted(panel.wished):
        panel.controls._views["mean"].click()
    assert panel.controls._views["mean"].isChecked()


def test_typed_latents_become_rows_or_a_sentence(qtbot, panel: TraversePanel) -> None:
    field = panel.controls.dims
    field.clear()
    qtbot.keyClicks(field, "2, 0")
    with qtbot.waitSignal(panel.wished) as wished:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert wished.args == [{"path": {"dims": (2, 0), "every": False}}]
    field.clear()
    qtbot.keyClicks(field, "9")
    with qtbot.assertNotEmitted(panel.wished):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "from 0 to 2" in panel.status.text()


def test_playing_moves_the_step_and_stop_ends_it(qtbot, panel: TraversePanel) -> None:
    wishes: list[dict[str, Any]] = []
    path = Path(steps=5)

    def follow(changes: dict[str, Any]) -> None:
        nonlocal path
        wishes.append(changes["path"])
        path = dataclasses.replace(path, **changes["path"])
        panel.show_state(state(step=path.step))

    panel.wished.connect(follow)
    panel.play.click()
    qtbot.waitUntil(lambda: len(wishes) >= 4)
    assert [wish["step"] for wish in wishes[:4]] == [0, 1, 2, 3]
    assert panel.pictures.currentWidget() is panel.stage
    panel.play.click()
    assert wishes[-1] == {"step": None}
    assert panel.pictures.currentWidget() is panel.strip
    assert not panel._timer.isActive()


def test_nothing_plays_behind_another_tab(panel: TraversePanel) -> None:
    panel.show_state(state(step=1))
    assert panel._timer.isActive()
    panel.hide()
    assert not panel._timer.isActive()
    panel.show()
    assert panel._timer.isActive()


def test_the_notice_s_button_does_what_it_says(qtbot, panel: TraversePanel) -> None:
    panel.show_state(state(start="image"))
    assert panel.notice.isVisible()
    assert not panel.pictures.isVisible()
    with qtbot.waitSignal(panel.wished) as wished:
        panel.notice.acted.emit()
    assert wished.args == [{"path": {"start": "prior", "units": "prior"}}]


def test_saving_and_copying_are_commands(qtbot, panel: TraversePanel) -> None:
    picture, gif = panel.save.menu().actions()
    for action, what in ((picture, "walk"), (gif, "walk_gif")):
        with qtbot.waitSignal(panel.commanded) as commanded:
            action.trigger()
        assert commanded.args == ["save_picture", {"what": what}]
    with qtbot.waitSignal(panel.commanded) as commanded:
        panel.copy.click()
    assert commanded.args == ["copy_python", {}]


def test_old_pictures_turn_pale_after_a_while(qtbot, panel: TraversePanel) -> None:
    panel.show_state(state(steps=7))
    assert panel.computing.text() == ""
    qtbot.waitUntil(lambda: panel.computing.text() == "computing …")
    panel.show_state(state())
    assert panel.computing.text() == ""


def test_every_control_can_be_named(panel: TraversePanel) -> None:
    for kind in (QAbstractButton, QComboBox, QSlider, QAbstractSpinBox):
        for widget in panel.findChildren(kind):
            inside = isinstance(widget.parent(), QAbstractSpinBox | QComboBox | Notice)
            if not inside and not widget.objectName().startswith("qt_"):
                assert widget.accessibleName() or getattr(widget, "text", str)(), widget
                assert widget.toolTip(), widget
