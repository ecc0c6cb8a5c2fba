"""The images behind a pixel."""

from __future__ import annotations

import dataclasses

import numpy as np

from tests.gui.builders import pixel_pit
from vaediag_gui.resolve.behind import MOST, behind
from vaediag_gui.state.answers import Answers, Thumbnails
from vaediag_gui.state.wish import Maps, Wish

EVENT = (8, 8, 1)
WISH = Wish(model="toy", data="toy-data", maps=Maps(pixel=(3, 4, 0)))


def test_nothing_before_a_pixel_is_clicked_and_known() -> None:
    assert behind(WISH, Answers(), EVENT) is None
    assert behind(Wish(), Answers(pixel_pit=pixel_pit()), EVENT) is None
    assert behind(WISH, Answers(pixel_pit=pixel_pit((1, 1, 0))), EVENT) is None, "of the pixel before"
    assert behind(WISH, Answers(pixel_pit=dataclasses.replace(pixel_pit(), far=None)), EVENT) is None
    assert behind(WISH, Answers(pixel_pit=pixel_pit()), (2, 2, 1)) is None, "of another model"


def test_the_farthest_come_first_with_their_side() -> None:
    found = behind(WISH, Answers(pixel_pit=pixel_pit()), EVENT)
    assert found is not None
    assert found.numbers == (7, 2, 5)
    assert found.values == ("∞", "+4", "−3")
    assert found.title == "Images behind pixel (3, 4)"
    assert "residuals" in found.words


def test_only_pictures_that_are_not_there_are_asked_for() -> None:
    there = Thumbnails({2: np.zeros((8, 8), np.uint8)})
    found = behind(WISH, Answers(pixel_pit=pixel_pit(), thumbnails=there), EVENT)
    assert found is not None
    assert found.missing == (7, 5)
    many = behind(WISH, Answers(pixel_pit=pixel_pit(images=tuple(range(20)))), EVENT)
    assert many is not None
    assert len(many.numbers) == MOST
