"""The tour's card: where it is, what it wishes for, and that it leaves the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMainWindow, QPushButton, QSlider, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from vaediag_gui.panels.tour import Tour
from vaediag_gui.resolve.tour import NO_MODEL, TourState
from vaediag_gui.widgets.ring import Ring


class Window(QMainWindow):
    def __init__(self) -> None:
        super().__init__()
        self.latents, self.sample, self.calibration = QFrame(), QFrame(), QFrame()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        QVBoxLayout(self.latents).addWidget(self.slider)
        self.latents.setFixedWidth(280)
        centre = QWidget()
        row = QHBoxLayout(centre)
        row.addWidget(self.latents)
        for each in (self.sample, self.calibration):
            row.addWidget(each, 1)
        self.setCentralWidget(centre)
        self.tour = Tour(self, self.targets)

    @property
    def targets(self) -> dict[str, QWidget]:
        return {"latents": self.latents, "sample": self.sample, "calibration": self.calibration}


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    made = Window()
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    made.activateWindow()
    made.slider.setFocus()
    qtbot.waitUntil(made.slider.hasFocus)
    yield made
    made.close()


def ring_around(window: Window, widget: QWidget) -> bool:
    ring = window.findChildren(Ring)[0]
    return ring.isVisible() and ring.geometry() == QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def button(window: Window, words: str) -> QPushButton:
    return next(each for each in window.tour.findChildren(QPushButton) if each.text() == words)


def wished(qtbot: QtBot, window: Window, act: Any) -> Any:
    with qtbot.waitSignal(window.tour.wished) as blocker:
        act()
    return (blocker.args or [None])[0]


def test_it_is_hidden_until_it_starts(window: Window) -> None:
    assert not window.tour.isVisible()
    assert not window.findChildren(Ring)[0].isVisible()


def test_steps_open_their_tabs_and_frame_their_targets(qtbot: QtBot, window: Window) -> None:
    window.tour.show_state(TourState(model_open=True))
    assert wished(qtbot, window, lambda: window.tour.begin()) == {"tab": "look"}
    qtbot.waitUntil(lambda: ring_around(window, window.latents))
    assert wished(qtbot, window, button(window, "Next").click) == {"tab": "look"}
    qtbot.waitUntil(lambda: ring_around(window, window.sample))
    assert wished(qtbot, window, button(window, "Next").click) == {"tab": "calibration"}
    qtbot.waitUntil(lambda: ring_around(window, window.calibration))
    assert wished(qtbot, window, button(window, "Next").click) == {"tab": "collapse"}
    assert wished(qtbot, window, button(window, "Back").click) == {"tab": "calibration"}
    button(window, "Next").click()
    button(window, "Done").click()
    assert not window.tour.isVisible()
    assert not window.findChildren(Ring)[0].isVisible()


def test_the_keyboard_stays_with_the_slider(qtbot: QtBot, window: Window) -> None:
    window.tour.show_state(TourState(model_open=True))
    window.tour.begin()
    assert window.slider.hasFocus()
    qtbot.mouseClick(button(window, "Next"), Qt.MouseButton.LeftButton)
    assert window.tour.step == 1
    assert window.slider.hasFocus()
    qtbot.keyClick(window.slider, Qt.Key.Key_Right)
    assert window.slider.value() == 1


def test_its_buttons_can_be_reached_by_keyboard(window: Window) -> None:
    for each in window.tour.findChildren(QPushButton):
        assert each.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert each.toolTip()


def test_escape_ends_it_unless_work_can_be_cancelled(qtbot: QtBot, window: Window) -> None:
    window.tour.show_state(TourState(model_open=True, working=True))
    window.tour.begin()
    qtbot.keyClick(window.slider, Qt.Key.Key_Escape)
    assert window.tour.isVisible()
    window.tour.show_state(TourState(model_open=True))
    qtbot.keyClick(window.slider, Qt.Key.Key_Escape)
    assert not window.tour.isVisible()


def test_it_stays_inside_and_follows_a_resize(qtbot: QtBot, window: Window) -> None:
    window.tour.show_state(TourState(model_open=True))
    window.tour.begin(2)
    for size in ((900, 600), (1280, 800), (640, 480)):
        window.resize(*size)
        qtbot.waitUntil(lambda: ring_around(window, window.calibration))
        qtbot.waitUntil(lambda: window.rect().contains(window.tour.geometry()))
    for text in window.tour.findChildren(QLabel):
        assert text.height() >= text.heightForWidth(text.width())


def test_a_target_that_is_not_there_is_not_framed(qtbot: QtBot, window: Window) -> None:
    window.tour.show_state(TourState(model_open=True))
    window.tour.begin()
    qtbot.waitUntil(lambda: ring_around(window, window.latents))
    window.latents.hide()
    qtbot.waitUntil(lambda: not window.findChildren(Ring)[0].isVisible())
    window.tour.show_targets({"latents": window.latents, "gone": window.sample})
    window.latents.show()
    qtbot.waitUntil(lambda: ring_around(window, window.latents))
    window.tour.onward()  # "sample" is no key of these targets
    qtbot.waitUntil(lambda: not window.findChildren(Ring)[0].isVisible())
    assert window.tour.isVisible()


def test_a_deleted_target_does_no_harm(qtbot: QtBot, window: Window) -> None:
    window.tour.show_state(TourState(model_open=True))
    window.tour.begin(1)
    with qtbot.waitSignal(window.sample.destroyed):
        window.sample.deleteLater()
    qtbot.waitUntil(lambda: not window.findChildren(Ring)[0].isVisible())
    window.tour.end()


def test_without_a_model_it_wishes_for_nothing_until_one_is_open(qtbot: QtBot, window: Window) -> None:
    with qtbot.assertNotEmitted(window.tour.wished):
        window.tour.show_state(TourState())
        window.tour.begin()
        window.tour.onward()
        window.tour.back()
    assert any(NO_MODEL in each.text() for each in window.tour.findChildren(QLabel))
    opened = wished(qtbot, window, lambda: window.tour.show_state(TourState(model_open=True)))
    assert opened == {"tab": "look"}
    qtbot.waitUntil(lambda: ring_around(window, window.latents))


def test_it_says_itself_to_a_screen_reader(window: Window) -> None:
    window.tour.show_state(TourState())
    window.tour.begin(1)
    assert window.tour.accessibleName() == "Tour, 2 of 4: The mean is not a sample"
    assert NO_MODEL in window.tour.accessibleDescription()
