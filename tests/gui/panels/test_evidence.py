"""Evidence on the screen."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.builders import data_facts, facts, shallow
from tests.report.builders import diagnosis
from vaediag.explanations import names
from vaediag_gui.panels.evidence import EvidencePanel
from vaediag_gui.resolve.evidence import resolve_evidence
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Wish


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[EvidencePanel]:
    made = EvidencePanel()
    made.resize(900, 600)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def show(panel: EvidencePanel, made, **changes) -> None:
    wish = Wish(model=made.model.source, data=made.data.source, **changes)
    known = Answers(facts(source=made.model.source), data_facts(source=made.data.source), diagnosis=made)
    panel.show_state(resolve_evidence(wish, known))
    panel.page.finish()


@pytest.mark.parametrize(("event", "binary"), [((8, 8, 1), False), ((6, 6, 3), False), ((9, 9), True), ((20,), False)])
def test_every_kind_of_event_is_drawn_without_a_wish(panel, qtbot, event, binary) -> None:
    with qtbot.assertNotEmitted(panel.wished), qtbot.assertNotEmitted(panel.commanded):
        show(panel, diagnosis(event, 2, binary=binary))
        panel.grab()
    assert panel.ladder.isVisibleTo(panel)
    assert panel.invite.isHidden()


def test_what_was_not_measured_is_asked_for_in_place(panel: EvidencePanel, qtbot: QtBot) -> None:
    show(panel, shallow(diagnosis()))
    assert panel.ladder.isHidden()
    assert panel.tails_card.isHidden()
    assert panel.images["poor"].isHidden()
    with qtbot.waitSignal(panel.commanded) as asked:
        panel.invite.button.click()
    assert asked.args == ["diagnose_in_depth", {}]
    show(panel, diagnosis())
    assert panel.tails_card.isVisibleTo(panel)


def test_a_click_on_an_image_opens_it_in_look(panel: EvidencePanel, qtbot: QtBot) -> None:
    made = diagnosis()
    show(panel, made)
    strip = panel.images["lowest"].strip
    at = strip.place_rect(0, 2).center()
    with qtbot.waitSignal(panel.wished) as asked:
        qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=QPointF(at).toPoint())
    assert asked.args == [{"image": int(made.pictures.lowest.shown.index[2]), "tab": "look"}]
    with qtbot.assertNotEmitted(panel.wished):
        qtbot.keyClick(strip, Qt.Key.Key_Right)
    with qtbot.waitSignal(panel.wished) as asked:
        qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert asked.args == [{"image": int(made.pictures.lowest.shown.index[3]), "tab": "look"}]


def test_an_annealed_image_is_picked_from_its_column(panel: EvidencePanel, qtbot: QtBot) -> None:
    made = diagnosis()
    show(panel, made)
    with qtbot.waitSignal(panel.wished) as asked:
        panel.annealed.picked.emit(5)
    assert asked.args == [{"image": int(made.evidence.ais.images[5]), "tab": "look"}]


def test_annealing_is_asked_for_with_its_sizes(panel: EvidencePanel, qtbot: QtBot) -> None:
    show(panel, shallow(diagnosis()), ais_images=4, ais_temperatures=300)
    form = panel.form
    assert (form.images.value(), form.temperatures.value()) == (4, 300)
    assert form.button.text() == "Anneal 4 images"
    form.images.setValue(2)
    assert form.cost.text().startswith("32 chains of 300 temperatures")
    show(panel, shallow(diagnosis()), ais_images=4, ais_temperatures=300)
    assert form.images.value() == 2, "what was typed stays"
    with qtbot.waitSignal(panel.commanded) as asked:
        form.button.click()
    assert asked.args == ["anneal", {"images": 2, "temperatures": 300}]


def test_what_is_shown_is_explained(panel: EvidencePanel, qtbot: QtBot) -> None:
    show(panel, diagnosis())
    (button,) = panel.tails_card.findChildren(QToolButton)
    with qtbot.waitSignal(panel.commanded) as asked:
        button.click()
    assert asked.args == ["explain", {"page": "pareto_k"}]
    assert all(page in names() for page in ("iwae", "pareto_k", "ais"))


def test_numbers_of_a_diagnosis_without_pictures(panel: EvidencePanel) -> None:
    import dataclasses

    made = dataclasses.replace(diagnosis(), pictures=None, why_not={"pictures": "no image could be used"})
    show(panel, made)
    assert "no image could be used" in panel.images["lowest"].note.text()
    assert panel.images["lowest"].strip.isHidden()


def test_the_ladder_ends_at_the_evidence(panel: EvidencePanel) -> None:
    made = diagnosis()
    show(panel, made)
    low, high = panel.ladder.getViewBox().viewRange()[1]
    assert low < 0 < made.evidence.ais.gap.value < high
    assert np.all(np.asarray(made.evidence.iwae.gain) < high)
