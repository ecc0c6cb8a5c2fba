"""The latents ask for a z, one at a time; showing a state is silent; 512 latents need few widgets."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QComboBox, QLineEdit, QPushButton

from tests.gui import builders
from vaediag_gui.panels.latent_row import LatentRow
from vaediag_gui.panels.latents import LatentsPanel
from vaediag_gui.resolve.latents import LatentsState, resolve_latents
from vaediag_gui.state.answers import Answers, HelperState
from vaediag_gui.state.wish import Wish
from vaediag_gui.widgets.notice import Notice

KL = (0.001, 4.1, 0.5, 2.0)
STATUS = ("collapsed", "used", "mixed", "wasted")


def state(latents: int = 4, known: dict[str, Any] | None = None, **wish: Any) -> LatentsState:
    given: dict[str, Any] = {"model": "toy", "data": "toy-data", "z": (0.0,) * latents, **wish}
    answers: dict[str, Any] = {
        "model": builders.facts(latents=latents),
        "data": builders.data_facts(),
        "viewer": HelperState("ready"),
        **(known or {}),
    }
    return resolve_latents(Wish(**given), Answers(**answers))


@pytest.fixture
def panel(qtbot) -> LatentsPanel:
    made = LatentsPanel()
    qtbot.addWidget(made)
    made.resize(300, 700)
    made.show()
    qtbot.waitExposed(made)
    made.show_state(state())
    return made


def row(panel: LatentsPanel, latent: int) -> LatentRow:
    return next(each for each in panel.list.shown().values() if each.latent and each.latent.number == latent)


def button(panel: LatentsPanel, text: str) -> QPushButton:
    return next(each for each in panel.findChildren(QPushButton) if each.text() == text)


def test_showing_states_wishes_nothing(qtbot, panel: LatentsPanel) -> None:
    diagnosed = {"diagnosis": builders.diagnosis(KL, STATUS)}
    with qtbot.assertNotEmitted(panel.wished), qtbot.assertNotEmitted(panel.commanded):
        for shown in (
            state(z=(1.0, 2.0, 3.0, 4.0)), state(known=diagnosed, locked=frozenset({1})), state(filter="3"),
            state(known={**diagnosed, "anchor": builders.anchor(2, 4)}, image=2, order="number"), state(known={
                "model": None}), state(latents=512), state(),
        ):  # fmt: skip
            panel.show_state(shown)


def test_moving_a_slider_wishes_for_a_new_z_at_once(qtbot, panel: LatentsPanel) -> None:
    with qtbot.waitSignal(panel.wished) as wished:
        qtbot.keyClick(row(panel, 2).slider, Qt.Key.Key_Right)
    assert wished.args == [{"z": pytest.approx((0.0, 0.0, 0.1, 0.0))}]
    with qtbot.waitSignal(panel.wished) as wished:  # before anybody has answered
        qtbot.keyClick(row(panel, 1).slider, Qt.Key.Key_Left)
    assert wished.args == [{"z": pytest.approx((0.0, -0.1, 0.1, 0.0))}]


def test_a_number_can_be_typed(qtbot, panel: LatentsPanel) -> None:
    number = row(panel, 3).number
    qtbot.keyClicks(number, "5")
    assert number.text() == "0.00"  # not before it was asked for
    qtbot.keyClick(number, Qt.Key.Key_Return)
    qtbot.keyClicks(number, "-1.25")
    with qtbot.waitSignal(panel.wished) as wished:
        qtbot.keyClick(number, Qt.Key.Key_Return)
    assert wished.args == [{"z": (0.0, 0.0, 0.0, -1.25)}]
    qtbot.mouseDClick(number, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(number, "7,5")
    with qtbot.waitSignal(panel.wished) as wished:
        qtbot.keyClick(number, Qt.Key.Key_Return)
    assert wished.args == [{"z": (0.0, 0.0, 0.0, 7.5)}]  # beyond the slider


@pytest.mark.parametrize("typed", ["abc", "", "nan", "inf", "1e99"])
def test_what_is_no_number_changes_nothing(qtbot, panel: LatentsPanel, typed: str) -> None:
    number = row(panel, 3).number
    qtbot.keyClick(number, Qt.Key.Key_Return)
    number.clear()
    with qtbot.assertNotEmitted(panel.wished):
        qtbot.keyClicks(number, typed)
        qtbot.keyClick(number, Qt.Key.Key_Return)
    assert number.text() == "0.00"


def test_escape_leaves_the_number_as_it_was(qtbot, panel: LatentsPanel) -> None:
    number = row(panel, 3).number
    qtbot.keyClick(number, Qt.Key.Key_Return)
    with qtbot.assertNotEmitted(panel.wished):
        qtbot.keyClicks(number, "9")
        qtbot.keyClick(number, Qt.Key.Key_Escape)
    assert (number.text(), number.isReadOnly()) == ("0.00", True)


def test_a_double_click_resets_that_latent(qtbot, panel: LatentsPanel) -> None:
    with qtbot.waitSignal(panel.commanded) as commanded:
        qtbot.mouseDClick(row(panel, 2).slider, Qt.MouseButton.LeftButton, pos=QPoint(20, 12))
    assert commanded.args == ["reset_latent", {"latent": 2}]


def test_the_buttons_above(qtbot, panel: LatentsPanel) -> None:
    for text, args in (
        ("Random z", ["random_z", {}]),
        ("Centre", ["reset_latent", {"latent": None}]),
        ("Diagnose", ["diagnose", {}]),
    ):
        with qtbot.waitSignal(panel.commanded) as commanded:
            qtbot.mouseClick(button(panel, text), Qt.MouseButton.LeftButton)
        assert commanded.args == args


def test_locks_and_traversals(qtbot, panel: LatentsPanel) -> None:
    panel.show_state(state(locked=frozenset({0})))
    assert row(panel, 0).lock.isChecked()
    with qtbot.waitSignal(panel.wished) as wished:
        qtbot.mouseClick(row(panel, 2).lock, Qt.MouseButton.LeftButton)
    assert wished.args == [{"locked": frozenset({0, 2})}]
    with qtbot.waitSignal(panel.wished) as wished:
        qtbot.mouseClick(row(panel, 0).lock, Qt.MouseButton.LeftButton)
    assert wished.args == [{"locked": frozenset()}]
    with qtbot.waitSignal(panel.wished) as wished:
        qtbot.mouseClick(row(panel, 3).walk, Qt.MouseButton.LeftButton)
    assert wished.args == [{"tab": "traverse", "path": {"kind": "traversal", "dims": (3,), "every": False}}]


def test_filter_and_order_are_wishes(qtbot, panel: LatentsPanel) -> None:
    with qtbot.waitSignal(panel.wished) as wished:
        qtbot.keyClicks(panel.findChild(QLineEdit, "filter"), "3")
    assert wished.args == [{"filter": "3"}]
    with qtbot.waitSignal(panel.wished) as wished:
        panel.findChild(QComboBox).setCurrentIndex(1)
    assert wished.args == [{"order": "number"}]


def test_rows_follow_the_order_and_say_their_status(panel: LatentsPanel) -> None:
    panel.show_state(state(known={"diagnosis": builders.diagnosis(KL, STATUS)}))
    shown = sorted(panel.list.shown().items())
    assert [each.latent.number for _, each in shown] == [1, 3, 2, 0]
    assert [each.badge.word for _, each in shown] == ["used", "wasted", "mixed", "collapsed"]
    assert row(panel, 3).badge.toolTip() == "wasted: the decoder ignores it"
    assert row(panel, 1).slider.accessibleName() == "z1, used, 4.1 nats"


def test_another_z_moves_only_values(panel: LatentsPanel) -> None:
    before = panel.list.shown()
    panel.show_state(state(z=(0.0, 1.5, -2.0, 9.0)))
    assert panel.list.shown() == before
    assert [each.number.text() for _, each in sorted(before.items())] == ["0.00", "1.50", "−2.00", "9.00"]
    assert before[1].slider.number == 1.5


def test_512_latents_need_few_widgets(qtbot, panel: LatentsPanel) -> None:
    kl = tuple(float(k) for k in range(512))
    z = tuple(k / 100 for k in range(512))
    panel.show_state(state(512, {"diagnosis": builders.diagnosis(kl, ("used",) * 512)}, z=z))
    assert len(panel.findChildren(LatentRow)) < 40
    panel.list.verticalScrollBar().setValue(60 * 300)
    shown = panel.list.shown()
    assert min(shown) == 300
    for at, each in shown.items():
        assert each.latent.name == f"z{511 - at}"
        assert each.number.text() == f"{(511 - at) / 100:.2f}"
    panel.list.focus_row(511)
    with qtbot.waitSignal(panel.wished) as wished:
        qtbot.keyClick(panel.list.shown()[511].slider, Qt.Key.Key_Right)
    assert wished.args[0]["z"][0] == pytest.approx(0.1)
    assert wished.args[0]["z"][1:] == z[1:]


def test_a_narrow_panel_gives_the_slider_a_line_of_its_own(panel: LatentsPanel) -> None:
    for width in (240, 300, 400, 240):
        panel.resize(width, 700)
        assert row(panel, 1).slider.width() >= 150
        one = row(panel, 1)
        for part in (one.slider, one.number, one.lock, one.walk):
            assert one.rect().contains(part.geometry())
    panel.resize(400, 700)
    assert row(panel, 1).height() < 40


def test_keys_go_from_row_to_row(qtbot, panel: LatentsPanel) -> None:
    panel.list.focus_row(0)
    qtbot.keyClick(panel.window().focusWidget(), Qt.Key.Key_Down)
    assert panel.window().focusWidget() is row(panel, 1).slider
    qtbot.keyClick(panel.window().focusWidget(), Qt.Key.Key_Up)
    assert panel.window().focusWidget() is row(panel, 0).slider


def test_without_a_model_words_and_a_button_instead(qtbot, panel: LatentsPanel) -> None:
    panel.show_state(resolve_latents(Wish(), Answers(viewer=HelperState("ready"))))
    assert not panel.list.isVisible()
    assert not button(panel, "Random z").isEnabled()
    with qtbot.waitSignal(panel.commanded) as commanded:
        panel.findChild(Notice).acted.emit()
    assert commanded.args[0] in ("open_model", "start_page")
    panel.show_state(state())
    assert panel.list.isVisible()
    assert not panel.findChild(Notice).isVisible()


def test_every_control_has_a_name_and_a_tooltip(panel: LatentsPanel) -> None:
    panel.show_state(state(known={"diagnosis": builders.diagnosis(KL, STATUS)}))
    one = row(panel, 1)
    for control in (one.slider, one.number, one.lock, one.walk, one.badge):
        assert control.accessibleName(), control
        assert control.toolTip(), control
