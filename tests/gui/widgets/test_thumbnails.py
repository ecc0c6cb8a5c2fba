"""Sixty thousand images cost no more than those in sight; each missing picture is asked for once."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import Qt

from vaediag_gui.widgets.thumbnails import ThumbnailList, as_image


@pytest.fixture
def listed(qtbot) -> ThumbnailList:
    made = ThumbnailList("Images")
    qtbot.addWidget(made)
    made.resize(220, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


def pictures(images) -> dict[int, np.ndarray]:
    return {int(i): np.full((8, 8), int(i) % 256, np.uint8) for i in images}


def test_what_is_in_sight_is_asked_for_and_only_once(qtbot, listed: ThumbnailList) -> None:
    with qtbot.waitSignal(listed.wanted) as wanted:
        listed.show_images(np.arange(60_000))
    asked = wanted.args[0]
    assert asked[0] == 0
    assert 12 <= len(asked) < 120
    with qtbot.waitSignal(listed.wanted) as wanted:
        listed.show_pictures(pictures(asked[:6]))
    assert wanted.args[0] == asked[6:]
    listed.show_pictures(pictures(asked[:6]))  # the rest cannot be had: no more questions
    with qtbot.assertNotEmitted(listed.wanted, wait=200):
        listed.show_pictures(pictures(asked[:6]))


def test_scrolling_asks_for_what_comes_into_sight_first(qtbot, listed: ThumbnailList) -> None:
    with qtbot.waitSignal(listed.wanted):
        listed.show_images(np.arange(60_000))
    with qtbot.waitSignal(listed.wanted) as wanted:
        bar = listed.verticalScrollBar()
        assert bar is not None
        bar.setValue(bar.maximum())
    assert wanted.args[0][-1] == 59_999 or 59_999 in wanted.args[0]
    assert min(wanted.args[0]) > 59_800


def test_a_click_and_return_choose(qtbot, listed: ThumbnailList) -> None:
    listed.show_images(np.array([5, 9, 31, 77]))
    with qtbot.waitSignal(listed.chosen) as chosen:
        qtbot.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=listed.item_rect(2).center().toPoint())
    assert chosen.args == [31]
    qtbot.keyClick(listed, Qt.Key.Key_Left)
    with qtbot.waitSignal(listed.chosen) as chosen:
        qtbot.keyClick(listed, Qt.Key.Key_Return)
    assert chosen.args == [9]
    with qtbot.assertNotEmitted(listed.chosen):  # beside the items
        qtbot.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=listed.rect().bottomLeft())


def test_the_mark_is_scrolled_to_and_says_nothing(qtbot, listed: ThumbnailList) -> None:
    listed.show_images(np.arange(1000))
    with qtbot.assertNotEmitted(listed.chosen):
        listed.show_marked(800)
    rect = listed.item_rect(800)
    assert rect.top() >= 0
    assert rect.bottom() <= listed.viewport().height() + 1
    listed.show_marked(None)
    assert listed.item_rect(800) == rect


def test_another_width_keeps_the_first_item_in_sight(listed: ThumbnailList) -> None:
    listed.show_images(np.arange(10_000))
    listed.show_cursor(9000)
    top = listed._visible()[0]
    listed.resize(420, 400)
    assert abs(listed._visible()[0] - top) < 8


def test_filtering_keeps_the_cursor_s_image(listed: ThumbnailList) -> None:
    listed.show_images(np.arange(100))
    listed.show_cursor(42)
    listed.show_images(np.arange(0, 100, 6))
    assert listed._cursor_image() == 42
    listed.show_images(np.array([1]))
    assert listed._cursor_image() == 1
    listed.show_images(())
    assert listed._cursor_image() is None
    listed.grab()


def test_only_what_is_in_sight_is_painted(listed: ThumbnailList, monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[int] = []
    monkeypatch.setattr(listed, "_paint_item", lambda _painter, at, _rect: painted.append(at))
    listed.show_images(np.arange(60_000))
    listed.show_cursor(30_000)
    listed.grab()
    assert 30_000 in painted
    assert len(set(painted)) < 60


def test_one_new_picture_paints_one_item(qtbot, listed: ThumbnailList, monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[int] = []
    monkeypatch.setattr(listed, "_paint_item", lambda _painter, at, _rect: painted.append(at))
    known = pictures(range(4))
    listed.show_images(np.arange(60_000))
    listed.show_pictures(known)
    qtbot.waitUntil(lambda: 0 in painted)
    painted.clear()
    listed.show_pictures({**known, 7: np.zeros((8, 8), np.uint8)})
    qtbot.waitUntil(lambda: 7 in painted)
    assert 0 not in painted


@pytest.mark.parametrize("shape", [(5, 7), (6, 3, 3), (2, 9)])
def test_any_width_and_colour_becomes_an_image(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    values.flags.writeable = False
    image = as_image(values)
    assert (image.height(), image.width()) == shape[:2]
    for row in range(shape[0]):
        for column in range(shape[1]):
            colour = image.pixelColor(column, row)
            expected = values[row, column] if len(shape) == 3 else [values[row, column]] * 3
            assert [colour.red(), colour.green(), colour.blue()] == list(expected)
