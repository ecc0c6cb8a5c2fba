"""Cells are where a click finds them, whether layers are interleaved or beside each other."""

from __future__ import annotations

import pytest

from vaediag_gui.widgets.strip_layout import LEAST, StripLayout, fitting, headed, sharp

LAYOUTS = [
    StripLayout(groups=3, layers=2, columns=5, width=20, height=16),
    StripLayout(groups=3, layers=2, columns=5, width=20, height=16, beside=True),
    StripLayout(groups=4, layers=1, columns=2, width=20, height=16, text=48),
]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_cell_is_found_at_its_middle_and_corners(layout: StripLayout) -> None:
    for group in range(layout.groups):
        for layer in range(layout.layers):
            for column in range(layout.columns):
                box = layout.cell(group, layer, column)
                for x in (box.x, box.x + box.width / 2, box.x + box.width - 1):
                    for y in (box.y, box.y + box.height - 1):
                        assert layout.at(x, y) == (group, column)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_cells_do_not_overlap_and_end_at_the_size(layout: StripLayout) -> None:
    boxes = [
        layout.cell(group, layer, column)
        for group in range(layout.groups)
        for layer in range(layout.layers)
        for column in range(layout.columns)
    ]
    for i, one in enumerate(boxes):
        for other in boxes[i + 1 :]:
            apart_x = one.x + one.width <= other.x or other.x + other.width <= one.x
            assert apart_x or one.y + one.height <= other.y or other.y + other.height <= one.y
    assert max(box.x + box.width for box in boxes) == layout.size[0]
    assert max(box.y + box.height for box in boxes) <= layout.size[1]


def test_beside_the_cells_is_nothing() -> None:
    layout = LAYOUTS[0]
    assert layout.at(-1, 3) is None
    assert layout.at(layout.size[0] + 5, 3) is None
    assert layout.at(3, layout.size[1] + 20) is None
    assert layout.at(3, 2 * (16 + 2) + 3) is None  # between two groups


def test_only_groups_in_sight_are_visible() -> None:
    layout = StripLayout(groups=512, layers=2, columns=9, width=40, height=40)
    shown = layout.visible(layout.step * 100, layout.step * 103)
    assert 100 in shown
    assert len(shown) <= 4
    assert len(layout.visible(-500, -10)) <= 1


@pytest.mark.parametrize(("columns", "layers", "beside"), [(9, 2, False), (9, 2, True), (21, 3, True)])
def test_fitted_cells_fit(columns: int, layers: int, beside: bool) -> None:
    width = fitting(900, columns, layers, beside=beside)
    layout = StripLayout(groups=2, layers=layers, columns=columns, width=width, height=10, beside=beside)
    wider = StripLayout(groups=2, layers=layers, columns=columns, width=width + 1, height=10, beside=beside)
    assert layout.size[0] <= 900 or width == LEAST
    assert wider.size[0] > 900


def test_enlarged_pixels_are_even() -> None:
    assert sharp(67, 8) == 64
    assert sharp(30, 28) == 30


def test_headings_that_do_not_all_fit_keep_the_middle_of_a_walk_or_the_first_of_a_list() -> None:
    assert list(headed(9, 2)) == [0, 2, 4, 6, 8]
    assert list(headed(7, 2)) == [1, 3, 5]
    assert list(headed(8, 2)) == [0, 2, 4, 6]
    assert list(headed(8, 1)) == list(range(8))
    assert list(headed(1, 20)) == [0]
