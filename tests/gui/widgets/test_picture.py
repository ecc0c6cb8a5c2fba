"""Pictures point and are clicked, zoom and pan together, and draw what is undefined in a colour of its own."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QColor, QWheelEvent
from PyQt6.QtWidgets import QApplication, QScrollArea

from vaediag_gui.theme.apply import current
from vaediag_gui.widgets.picture import Picture

VALUES = np.array([[0.0, 0.25, 0.5, 1.0], [np.nan, 0.0, 0.0, 0.0]])


@pytest.fixture
def picture(qtbot) -> Picture:
    made = Picture("mean")
    qtbot.addWidget(made)
    made.resize(206, 106)  # 4 x 2 pixels of 50 x 50, and a margin of 3
    made.show()
    made.show_values(VALUES)
    return made


def middle_of(row: int, column: int) -> QPoint:
    return QPoint(3 + 50 * column + 25, 3 + 50 * row + 25)


def turn(
    picture: Picture, at: QPoint, steps: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> QWheelEvent:
    event = QWheelEvent(
        QPointF(at), QPointF(picture.mapToGlobal(at)), QPoint(), QPoint(0, 120 * steps), Qt.MouseButton.NoButton,
        keys, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(picture, event)
    return event


def colour(picture: Picture, row: int, column: int) -> QColor:
    return picture.grab().toImage().pixelColor(middle_of(row, column))


def test_levels_and_undefined_values_have_their_colours(picture: Picture):
    assert colour(picture, 0, 0) == QColor("#000000")
    assert colour(picture, 0, 3) == QColor("#ffffff")
    assert colour(picture, 1, 0) == QColor(current().undefined)
    picture.show_values(VALUES, (0.5, 1.5))
    assert colour(picture, 0, 3).red() == 127


def test_colours_are_drawn_as_colours(picture: Picture):
    picture.show_values(np.dstack([np.ones((2, 4)), np.zeros((2, 4)), np.zeros((2, 4))]))
    assert colour(picture, 0, 1) == QColor("#ff0000")


def test_nothing_is_drawn_of_no_values(picture: Picture):
    picture.show_values(None)
    assert colour(picture, 0, 0) == colour(picture, 0, 3) == QColor(current().surface)


def test_pointing_and_clicking_tell_row_and_column(qtbot, picture: Picture):
    with qtbot.waitSignal(picture.pointed) as pointed:
        qtbot.mouseMove(picture, middle_of(1, 2))
    assert pointed.args == [1, 2]
    with qtbot.waitSignal(picture.clicked) as clicked:
        qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=middle_of(0, 3))
    assert clicked.args == [0, 3]


def test_beside_the_picture_there_is_no_pixel(qtbot, picture: Picture):
    picture.resize(406, 106)
    with qtbot.assertNotEmitted(picture.clicked):
        qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=QPoint(20, 50))


def test_the_cursor_is_shown_without_a_signal(qtbot, picture: Picture):
    before = picture.grab().toImage()
    with qtbot.assertNotEmitted(picture.pointed), qtbot.assertNotEmitted(picture.clicked):
        picture.show_cursor((1, 1))
    framed = picture.grab().toImage()
    assert framed != before
    picture.show_cursor((1, 1), pinned=True)
    assert picture.grab().toImage() != framed  # not only by colour: a double frame
    picture.show_cursor(None)
    assert picture.grab().toImage() == before


def test_keys_move_the_cursor_and_return_clicks(qtbot, picture: Picture):
    picture.show_cursor((0, 1))
    for key, place in (
        (Qt.Key.Key_Right, [0, 2]), (Qt.Key.Key_Down, [1, 1]), (Qt.Key.Key_Up, [0, 1]), (Qt.Key.Key_Left, [0, 0])
    ):  # fmt: skip
        with qtbot.waitSignal(picture.pointed) as pointed:
            qtbot.keyClick(picture, key)
        assert pointed.args == place
    with qtbot.waitSignal(picture.clicked) as clicked:
        qtbot.keyClick(picture, Qt.Key.Key_Return)
    assert clicked.args == [0, 1]


def test_the_wheel_zooms_around_the_cursor(qtbot, picture: Picture):
    at = middle_of(0, 3)
    turn(picture, at, 10)
    with qtbot.waitSignal(picture.clicked) as clicked:
        qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=at)
    assert clicked.args == [0, 3]
    with qtbot.waitSignal(picture.clicked) as clicked:  # far away, but the same pixel now
        qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=middle_of(0, 2))
    assert clicked.args == [0, 3]


def test_a_picture_that_is_whole_lets_the_page_scroll(picture: Picture):
    assert not turn(picture, middle_of(0, 0), -1).isAccepted()
    assert turn(picture, middle_of(0, 0), 1).isAccepted()
    assert turn(picture, middle_of(0, 0), -1).isAccepted()


def test_on_a_page_that_scrolls_the_wheel_needs_ctrl(qtbot, picture: Picture):
    page = QScrollArea()
    qtbot.addWidget(page)
    picture.setParent(page.viewport())
    assert turn(picture, middle_of(0, 0), 1).isAccepted()  # nothing to scroll
    page.verticalScrollBar().setMaximum(10)
    assert not turn(picture, middle_of(0, 0), 1).isAccepted()
    assert turn(picture, middle_of(0, 0), 1, Qt.KeyboardModifier.ControlModifier).isAccepted()
    picture.setParent(None)


def test_two_quick_clicks_are_two_clicks(qtbot, picture: Picture):
    seen: list[list[int]] = []
    picture.clicked.connect(lambda *place: seen.append(list(place)))
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=middle_of(0, 1))
    qtbot.mouseDClick(picture, Qt.MouseButton.LeftButton, pos=middle_of(0, 1))
    qtbot.mouseRelease(picture, Qt.MouseButton.LeftButton, pos=middle_of(0, 1))
    assert seen == [[0, 1], [0, 1]]


def test_linked_pictures_zoom_together_and_a_double_click_shows_all(qtbot, picture: Picture):
    other = Picture("sample")
    qtbot.addWidget(other)
    other.resize(picture.size())
    other.show_values(VALUES)
    other.link(picture)
    turn(picture, middle_of(0, 3), 10)
    assert other.grab().toImage().pixelColor(middle_of(0, 2)) == QColor("#ffffff")
    qtbot.mouseDClick(other, Qt.MouseButton.LeftButton, pos=middle_of(0, 0))
    assert colour(picture, 0, 0) == QColor("#000000")


def test_dragging_a_zoomed_picture_pans_and_does_not_click(qtbot, picture: Picture):
    turn(picture, middle_of(0, 3), 4)
    before = picture.grab().toImage()
    with qtbot.assertNotEmitted(picture.clicked):
        qtbot.mousePress(picture, Qt.MouseButton.LeftButton, pos=middle_of(0, 1))
        qtbot.mouseMove(picture, middle_of(0, 3))
        qtbot.mouseRelease(picture, Qt.MouseButton.LeftButton, pos=middle_of(0, 3))
    assert picture.grab().toImage() != before


def test_painted_says_when_a_frame_is_on_the_screen(qtbot, picture: Picture):
    with qtbot.waitSignal(picture.painted):
        picture.show_values(VALUES * 0.5)
