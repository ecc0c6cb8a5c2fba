"""Statuses differ in shape, not only in colour."""

from __future__ import annotations

import itertools

import numpy as np

from vaediag_gui.widgets.badge import SIGNS, Badge


def drawn(qtbot, sign: str) -> np.ndarray:
    """What the sign at the left of the pill looks like, without colour and with the same word."""
    badge = Badge()
    qtbot.addWidget(badge)
    badge.show_word("word", sign, "text")
    image = badge.grab().toImage()
    return np.array([[image.pixelColor(x, y).lightness() for x in range(20)] for y in range(image.height())])


def test_signs_differ_without_colour(qtbot):
    pictures = {sign: drawn(qtbot, sign) for sign in SIGNS}
    for first, second in itertools.combinations(SIGNS, 2):
        assert np.abs(pictures[first] - pictures[second]).max() > 60, (first, second)


def test_the_word_is_what_a_screen_reader_says_and_its_meaning_the_tooltip(qtbot):
    badge = Badge()
    qtbot.addWidget(badge)
    badge.show_word("wasted", "crossed", "orange", "the decoder ignores it")
    assert (badge.accessibleName(), badge.toolTip()) == ("wasted", "wasted: the decoder ignores it")
    assert not badge.isHidden()
    badge.show_word("")
    assert badge.isHidden()
