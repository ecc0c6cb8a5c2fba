"""The slider emits what a person does, and nothing that is only shown."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QAbstractSlider

from vaediag_gui.widgets.groove import GrooveSlider


@pytest.fixture
def slider(qtbot) -> GrooveSlider:
    made = GrooveSlider()
    qtbot.addWidget(made)
    made.resize(216, 24)  # the handle's middle goes from 8 to 208
    made.show_range(-4.0, 4.0, tick=0.0)
    made.show_number(0.0)
    made.show()
    return made


def at(value: float) -> QPoint:
    return QPoint(round(8 + (value + 4) * 25), 12)


def test_showing_is_silent(qtbot, slider: GrooveSlider):
    with qtbot.assertNotEmitted(slider.moved):
        slider.show_number(1.5)
        slider.show_range(-2.0, 2.0, tick=0.5, band=(0.0, 1.0))
        slider.show_number(99.0)
    assert slider.number == 99.0


def test_a_click_on_the_groove_moves_the_handle_there(qtbot, slider: GrooveSlider):
    with qtbot.waitSignal(slider.moved) as moved:
        qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=at(2.0))
    assert moved.args[0] == pytest.approx(2.0, abs=0.01)


def test_dragging_follows_the_mouse_from_where_the_handle_was_grasped(qtbot, slider: GrooveSlider):
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=at(0.0) + QPoint(4, 0))
    with qtbot.waitSignal(slider.moved) as moved:
        qtbot.mouseMove(slider, at(-1.0) + QPoint(4, 0))
    assert moved.args[0] == pytest.approx(-1.0, abs=0.01)
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton)
    with qtbot.assertNotEmitted(slider.moved):
        qtbot.mouseMove(slider, at(3.0))


@pytest.mark.parametrize(
    ("key", "modifier", "value"),
    [
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 0.1),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, -0.1),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, 0.01),
        (Qt.Key.Key_PageUp, Qt.KeyboardModifier.NoModifier, 1.0),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, -4.0),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, 4.0),
    ],
)
def test_keys(qtbot, slider: GrooveSlider, key: Qt.Key, modifier: Qt.KeyboardModifier, value: float):
    with qtbot.waitSignal(slider.moved) as moved:
        qtbot.keyClick(slider, key, modifier)
    assert moved.args[0] == pytest.approx(value)


def test_a_double_click_and_delete_reset(qtbot, slider: GrooveSlider):
    with qtbot.waitSignal(slider.reset):
        qtbot.mouseDClick(slider, Qt.MouseButton.LeftButton, pos=at(0.0))
    with qtbot.waitSignal(slider.reset):
        qtbot.keyClick(slider, Qt.Key.Key_Delete)


def test_a_value_beyond_the_ends_keeps_its_number_and_looks_different(slider: GrooveSlider):
    slider.show_number(4.0)
    at_the_end = slider.grab().toImage()
    slider.show_number(7.0)
    assert slider.number == 7.0
    assert slider.grab().toImage() != at_the_end


def test_tick_and_band_are_drawn(slider: GrooveSlider):
    slider.show_number(3.0)
    plain = slider.grab().toImage()
    slider.show_range(-4.0, 4.0, tick=0.0, band=(-2.0, -1.0))
    banded = slider.grab().toImage()
    assert banded != plain
    slider.show_range(-4.0, 4.0, tick=None, band=(-2.0, -1.0))
    assert slider.grab().toImage() != banded


def test_a_screen_reader_sees_a_slider(slider: GrooveSlider):
    # PyQt has no QAccessible; Qt gives every QAbstractSlider the role, the value and the range of a slider
    assert isinstance(slider, QAbstractSlider)
    assert (slider.minimum(), slider.value(), slider.maximum()) == (0, 2000, 4000)
