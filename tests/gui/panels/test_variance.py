"""Variance on the screen."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.gui.builders import pixel_pit
from tests.report.builders import diagnosis
from vaediag_gui.panels.variance import ORDER, VariancePanel
from vaediag_gui.resolve.variance import resolve_variance
from vaediag_gui.state.answers import Answers, Thumbnails
from vaediag_gui.state.wish import Maps, Wish


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[VariancePanel]:
    made = VariancePanel()
    made.resize(900, 600)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def show(panel: VariancePanel, made, **maps) -> None:
    wish = Wish(model=made.model.source, data=made.data.source, maps=Maps(**maps))
    panel.show_state(resolve_variance(wish, Answers(diagnosis=made)))
    panel.page.finish()


@pytest.mark.parametrize("event", [(8, 8, 1), (6, 6, 3), (9, 9), (20,)])
def test_every_kind_of_event_is_drawn_without_a_wish(panel: VariancePanel, qtbot: QtBot, event) -> None:
    with qtbot.assertNotEmitted(panel.wished), qtbot.assertNotEmitted(panel.commanded):
        for which in ORDER:
            show(panel, diagnosis(event, 2), variance=which)
            assert panel.tiles[which].button.isChecked()
    assert panel.stack.isVisibleTo(panel) is (len(event) == 1)


def test_a_small_map_becomes_the_large_one(panel: VariancePanel, qtbot: QtBot) -> None:
    show(panel, diagnosis())
    with qtbot.waitSignal(panel.wished) as asked:
        panel.tiles["data"].picture.clicked.emit(0, 0)
    assert asked.args == [{"maps": {"variance": "data"}}]
    with qtbot.waitSignal(panel.wished) as asked:
        panel.laws["prior"].click()
    assert asked.args == [{"maps": {"law": "prior"}}]


def test_a_place_tells_all_five_values(panel: VariancePanel) -> None:
    show(panel, diagnosis((8, 8, 1), 2), variance="data")
    panel.map.picture.pointed.emit(3, 4)
    words = panel.map.words.text()
    assert words.startswith("pixel (3, 4): data ")
    assert words.count(" · ") == 4


def test_all_maps_zoom_together(panel: VariancePanel) -> None:
    show(panel, diagnosis())
    assert len({id(tile.picture._view) for tile in panel.tiles.values()} | {id(panel.map.picture._view)}) == 1


def test_a_click_on_the_map_leads_to_the_images_behind_it(panel: VariancePanel, qtbot: QtBot) -> None:
    made = diagnosis((8, 8, 1), 2)
    show(panel, made)
    with qtbot.waitSignal(panel.wished) as asked:
        panel.map.picture.clicked.emit(3, 4)
    assert asked.args == [{"maps": {"pixel": (3, 4, 0)}}]
    show(panel, made, pixel=(3, 4, 0))
    assert "Computing" in panel.waiting.text()
    wish = Wish(model=made.model.source, data=made.data.source, maps=Maps(pixel=(3, 4, 0)))
    with qtbot.waitSignal(panel.commanded) as asked:
        panel.show_state(resolve_variance(wish, Answers(diagnosis=made, pixel_pit=pixel_pit())))
    assert asked.args == ["thumbnails", {"indices": [7, 2, 5]}]
    assert panel.waiting.isHidden()
    there = Thumbnails({7: np.zeros((8, 8), np.uint8), 2: np.zeros((8, 8), np.uint8)})
    known = Answers(diagnosis=made, pixel_pit=pixel_pit(), thumbnails=there)
    panel.show_state(resolve_variance(wish, known))
    panel.grab()
    with qtbot.waitSignal(panel.wished) as asked:
        panel.behind.strip.clicked.emit(0, 1)
    assert asked.args == [{"image": 2, "pixel": (3, 4, 0), "tab": "look"}]


def test_no_sigma_no_table(panel: VariancePanel) -> None:
    show(panel, diagnosis(binary=True))
    assert panel.scale.isHidden()
