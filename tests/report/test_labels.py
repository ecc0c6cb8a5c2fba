"""Names beside points: none on another, none without a reason far off."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from vaediag.report.labels import DISTANCES, place

PAGE = (0.0, 0.0, 6.0, 4.0)
NOTHING = np.zeros((0, 4))


def boxes(spots, sizes):
    return [(x - w / 2, y - h / 2, x + w / 2, y + h / 2) for (x, y, _), (w, h) in zip(spots, sizes, strict=True)]


def touch(one, other):
    return min(one[2], other[2]) - max(one[0], other[0]) > 1e-9 and min(one[3], other[3]) - max(one[1], other[1]) > 1e-9


@pytest.mark.parametrize("crowd", [0.02, 0.2, 1.5])
def test_names_touch_neither_names_nor_marks_nor_lines(crowd):
    points = np.array([3.0, 2.0]) + crowd * np.random.default_rng(0).normal(size=(16, 2)).clip(-1, 1)
    sizes = np.tile((0.25, 0.12), (16, 1))
    line = np.array([(2.9, 0.0, 2.92, 4.0)])
    placed = place(points, sizes, within=PAGE, blocked=line, radius=0.04)
    spots = [(spot, size) for spot, size in zip(placed, sizes, strict=True) if spot is not None]
    assert len(spots) > (3 if crowd == 0.02 else 12)
    found = boxes(*zip(*spots, strict=True))
    assert not any(touch(one, other) for one, other in itertools.combinations(found, 2))
    marks = [(x - 0.04, y - 0.04, x + 0.04, y + 0.04) for x, y in points]
    assert not any(touch(box, other) for box in found for other in [*marks, *line])
    assert all(PAGE[0] <= box[0] and PAGE[1] <= box[1] and box[2] <= PAGE[2] and box[3] <= PAGE[3] for box in found)


def test_alone_a_name_stands_right_beside_its_mark():
    (spot,) = place(np.array([[1.0, 1.0]]), np.array([[0.2, 0.1]]), within=PAGE, blocked=NOTHING, radius=0.05)
    assert spot == (pytest.approx(1.05 + DISTANCES[0] + 0.1), 1.0, False)


def test_at_the_edge_it_stands_on_the_other_side():
    (spot,) = place(np.array([[5.9, 1.0]]), np.array([[0.2, 0.1]]), within=PAGE, blocked=NOTHING, radius=0.05)
    assert spot is not None
    assert spot[0] < 5.9


def test_two_marks_in_one_place_have_two_names_and_more_than_fit_have_none():
    many = np.ones((60, 2))
    placed = place(many, np.tile((0.2, 0.1), (60, 1)), within=PAGE, blocked=NOTHING, radius=0.05)
    near = place(many, np.tile((0.2, 0.1), (60, 1)), within=PAGE, blocked=NOTHING, radius=0.05, farther=False)
    assert None in placed
    assert sum(spot is not None and spot[2] for spot in placed) > 8
    assert sum(spot is not None for spot in near) == 4


def test_a_name_nearer_to_another_mark_gets_a_line():
    points = np.array([[1.0, 1.0], [1.32, 1.1]])  # the first name ends where the second mark begins
    first, _ = place(points, np.tile((0.2, 0.1), (2, 1)), within=PAGE, blocked=NOTHING, radius=0.05)
    assert first == (pytest.approx(1.19), 1.0, True)
