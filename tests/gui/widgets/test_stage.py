"""The stage shows the column it is told, of at most four groups, inside its own borders."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QRectF

from vaediag_gui.widgets.sheet import Layer, Sheet
from vaediag_gui.widgets.stage import Stage


def sheet(shape: tuple[int, int] = (8, 8)) -> Sheet:
    layers = tuple(Layer(name, lambda _: np.zeros((5, *shape)), (0.0, 1.0)) for name in ("mean", "sample"))
    return Sheet(layers, tuple((f"z{k}",) for k in range(6)), tuple("abcde"), "σ", shape)


@pytest.mark.parametrize("groups", [(0,), (0, 1), (0, 1, 2), (2, 3, 4, 5), (0, 1, 2, 3, 4, 5)])
@pytest.mark.parametrize("size", [(900, 500), (420, 600), (260, 160)])
def test_pictures_of_the_column_stand_inside_and_apart(
    qtbot, monkeypatch: pytest.MonkeyPatch, groups: tuple[int, ...], size: tuple[int, int]
) -> None:
    stage = Stage("playing")
    qtbot.addWidget(stage)
    stage.resize(*size)
    stage.show_sheet(sheet(), groups)
    stage.show_column(3)
    drawn: list[tuple[QRectF, int, int, int]] = []
    monkeypatch.setattr(
        stage._cells, "draw", lambda _painter, rect, group, layer, column: drawn.append((rect, group, layer, column))
    )
    stage.grab()
    assert [(group, layer) for _, group, layer, _ in drawn] == [(g, layer) for g in groups[:4] for layer in (0, 1)]
    assert {column for *_, column in drawn} == {3}
    inside = QRectF(stage.rect())
    for at, (rect, *_) in enumerate(drawn):
        assert inside.contains(rect)
        assert not any(rect.intersects(other) for other, *_ in drawn[at + 1 :])


def test_a_column_that_is_not_there_draws_nothing(qtbot) -> None:
    stage = Stage("playing")
    qtbot.addWidget(stage)
    stage.show_sheet(sheet(), (0,))
    stage.show_column(9)
    stage.grab()
    stage.show_sheet(None)
    stage.grab()
