"""Calibration on the screen."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.builders import data_facts, facts, pixel_pit, shallow
from tests.report.builders import diagnosis
from vaediag.records.estimate import Estimate
from vaediag_gui.panels.calibration import CalibrationPanel
from vaediag_gui.panels.curves import bars_of
from vaediag_gui.resolve.calibration import resolve_calibration
from vaediag_gui.state.answers import Answers, PixelPit
from vaediag_gui.state.wish import Maps, Wish


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[CalibrationPanel]:
    made = CalibrationPanel()
    made.resize(900, 600)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def show(panel: CalibrationPanel, made, pit=None, **maps) -> None:
    wish = Wish(model=made.model.source, data=made.data.source, maps=Maps(**maps))
    panel.show_state(resolve_calibration(wish, Answers(diagnosis=made, pixel_pit=pit)))
    panel.page.finish()


def test_diagnose_is_asked_for_from_the_empty_tab(panel: CalibrationPanel, qtbot: QtBot) -> None:
    wish = Wish(model="toy", data="toy-data")
    panel.show_state(resolve_calibration(wish, Answers(model=facts(), data=data_facts())))
    assert not panel.page.complete
    with qtbot.waitSignal(panel.commanded) as asked:
        qtbot.mouseClick(panel.page.alone.button, Qt.MouseButton.LeftButton)
    assert asked.args == ["diagnose", {}]


@pytest.mark.parametrize(("event", "binary"), [((8, 8, 1), False), ((6, 6, 3), False), ((9, 9), True), ((20,), False)])
def test_every_kind_of_event_is_drawn_without_a_wish(panel, qtbot, event, binary) -> None:
    with qtbot.assertNotEmitted(panel.wished), qtbot.assertNotEmitted(panel.commanded):
        show(panel, diagnosis(event, 2, binary=binary))
        show(panel, diagnosis(event, 2, binary=binary), conditioning="prior", calibration="bias")
    assert panel.maps.buttons["bias"].isChecked()
    assert panel.cards["prior"].choice.isChecked()
    assert panel.curves.third_card.isVisibleTo(panel) is (binary or False)


def test_choices_are_wished(panel: CalibrationPanel, qtbot: QtBot) -> None:
    show(panel, diagnosis())
    with qtbot.waitSignal(panel.wished) as asked:
        panel.cards["prior"].choice.click()
    assert asked.args == [{"maps": {"conditioning": "prior"}}]
    with qtbot.waitSignal(panel.wished) as asked:
        panel.maps.buttons["bias"].click()
    assert asked.args == [{"maps": {"calibration": "bias"}}]
    with qtbot.waitSignal(panel.wished) as asked:
        panel.maps.map.picture.clicked.emit(3, 4)
    assert asked.args == [{"maps": {"pixel": (3, 4, 0)}}]


def test_a_feature_of_a_vector_is_wished_too(panel: CalibrationPanel, qtbot: QtBot) -> None:
    show(panel, diagnosis((20,), 2))
    with qtbot.waitSignal(panel.wished) as asked:
        panel.maps.map.profile.clicked.emit(7)
    assert asked.args == [{"maps": {"pixel": (7,)}}]


def test_the_pit_of_a_pixel_appears_and_can_be_saved(panel: CalibrationPanel, qtbot: QtBot) -> None:
    made = diagnosis((8, 8, 1))
    show(panel, made, pixel=(3, 4, 0))
    assert panel.maps.save.isHidden()
    pit = PixelPit((3, 4, 0), 450, np.full(20, 0.05), Estimate(1.1, 0.05), Estimate(0.01, 0.02))
    show(panel, made, pit=pit, pixel=(3, 4, 0))
    with qtbot.waitSignal(panel.commanded) as asked:
        panel.maps.save.click()
    assert asked.args == ["save_picture", {"what": "pixel_pit"}]


@pytest.mark.parametrize(("event", "index"), [((8, 8, 1), (3, 4, 0)), ((20,), (7,))])
def test_the_images_behind_a_pixel_open_in_look_at_that_pixel(panel, qtbot: QtBot, event, index) -> None:
    made = diagnosis(event)
    show(panel, made, pixel=index)
    assert panel.behind.isHidden()
    show(panel, made, pit=pixel_pit(index), pixel=index)
    assert panel.behind.isVisibleTo(panel)
    with qtbot.waitSignal(panel.wished) as asked:
        panel.behind.strip.clicked.emit(0, 2)
    assert asked.args == [{"image": 5, "pixel": index, "tab": "look"}]
    show(panel, made, pixel=index)
    assert panel.behind.isHidden()


def test_the_value_under_the_cursor_is_told(panel: CalibrationPanel) -> None:
    show(panel, diagnosis((8, 8, 1)))
    panel.maps.map.picture.pointed.emit(2, 5)
    assert panel.maps.map.words.text().startswith("pixel (2, 5): dispersion ")
    panel.maps.map.picture.left.emit()
    assert "click" in panel.maps.map.words.text()


def test_pictures_of_the_report_can_be_saved(panel: CalibrationPanel, qtbot: QtBot) -> None:
    show(panel, diagnosis())
    action = panel.page.save.entries.actions()[0]
    with qtbot.waitSignal(panel.commanded) as asked:
        action.trigger()
    assert asked.args == ["save_picture", {"what": "figure:pit"}]


@pytest.mark.parametrize(("event", "binary"), [((8, 8, 1), False), ((9, 9), True), ((20,), False)])
def test_the_cause_is_drawn_or_asked_for(panel: CalibrationPanel, qtbot: QtBot, event, binary) -> None:
    show(panel, diagnosis(event, 3, binary=binary))
    panel.grab()
    assert panel.dependence.map.isVisibleTo(panel)
    assert panel.fault.latents.isVisibleTo(panel)
    panel.dependence.map.picture.pointed.emit(2, 3)
    assert ": " in panel.dependence.map.words.text()
    made = shallow(diagnosis(event, 3, binary=binary))
    wish = Wish(model=made.model.source, data=made.data.source)
    known = Answers(facts(source=made.model.source), data_facts(source=made.data.source), diagnosis=made)
    panel.show_state(resolve_calibration(wish, known))
    assert panel.dependence.map.isHidden()
    with qtbot.waitSignal(panel.commanded) as asked:
        panel.dependence.invite.button.click()
    assert asked.args == ["diagnose_in_depth", {}]


def test_bars_are_regrouped_and_scaled_to_an_exact_model() -> None:
    fine = np.zeros(200)
    fine[:10] = 0.1
    np.testing.assert_allclose(bars_of(fine)[:2], [20.0, 0.0])
    np.testing.assert_allclose(bars_of(np.full(20, 0.05)), 1.0)
