"""The inspector draws the law that its state holds, on axes that do not jump."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QLabel, QPushButton

from tests.gui import builders
from vaediag_gui.panels.inspector import InspectorPanel
from vaediag_gui.resolve.inspector import InspectorState, resolve_inspector
from vaediag_gui.state.answers import Answers, Trouble
from vaediag_gui.state.wish import Wish
from vaediag_gui.widgets.notice import Notice


def state(law: Any = None, known: dict[str, Any] | None = None, event: tuple[int, ...] = (4, 5, 1)) -> InspectorState:
    law = law or builders.pixel_law()
    answers: dict[str, Any] = {"model": builders.facts(event=event), "pixel": law, **(known or {})}
    return resolve_inspector(Wish(model="toy", pixel=law.index), Answers(**answers))


@pytest.fixture
def panel(qtbot) -> InspectorPanel:
    made = InspectorPanel()
    qtbot.addWidget(made)
    made.resize(640, 220)
    made.show()
    made.show_state(state())
    return made


def texts(panel: InspectorPanel) -> list[str]:
    return [each.text().replace("\u00a0", " ") for each in panel.findChildren(QLabel) if each.isVisible()]


def test_numbers_stand_beside_the_curve(panel: InspectorPanel) -> None:
    found = texts(panel)
    assert "pixel (1, 2): p(xᵢ | z), normal" in found
    assert "0.548: above 93 % of p" in found
    assert "mean 0.4" in panel.plot.accessibleDescription()


def test_without_a_pixel_it_says_what_to_do(panel: InspectorPanel) -> None:
    panel.show_state(resolve_inspector(Wish(model="toy"), Answers(model=builders.facts())))
    assert any(text.startswith("Point at a pixel") for text in texts(panel))
    assert not panel.plot.isVisible()
    assert not panel.findChild(QPushButton, "save").isEnabled()


def test_the_curve_moves_and_not_the_axis(panel: InspectorPanel) -> None:
    before = panel.axes
    law = builders.pixel_law(mean=0.45, mode=0.45)
    law = builders.pixel_law(support=law.support + 0.05, mean=0.45, mode=0.45)
    panel.show_state(state(law))
    assert panel.axes == before
    far = builders.pixel_law(support=law.support + 5.0, mean=5.45, mode=5.45, sample=5.4, observed=None)
    panel.show_state(state(far))
    (low, high), _ = panel.axes
    assert low < far.support[0]
    assert high > far.support[-1]


def test_masses_have_a_fixed_axis_and_percentages(panel: InspectorPanel) -> None:
    panel.show_state(state(builders.bernoulli_law(0.25)))
    assert panel.axes == ((-0.5, 1.5), (0.0, 1.0))
    assert any("25 % of p" in text for text in texts(panel))


def test_nothing_observed_has_no_line(panel: InspectorPanel) -> None:
    panel.show_state(state(builders.pixel_law(observed=None, below=None, upto=None)))
    assert "observed" not in texts(panel)
    panel.show_state(state())
    assert "observed" in texts(panel)


def test_saving(qtbot, panel: InspectorPanel) -> None:
    with qtbot.waitSignal(panel.commanded) as commanded:
        qtbot.mouseClick(panel.findChild(QPushButton, "save"), Qt.MouseButton.LeftButton)
    assert commanded.args == ["save_picture", {"what": "pixel"}]


def test_another_channel_is_a_wish_and_showing_one_is_silent(qtbot, panel: InspectorPanel) -> None:
    box = panel.findChild(QComboBox)
    assert not box.isVisible()
    with qtbot.assertNotEmitted(panel.wished):
        panel.show_state(state(builders.pixel_law((1, 2, 1)), event=(4, 5, 3)))
    assert (box.isVisible(), box.currentText()) == (True, "green")
    with qtbot.waitSignal(panel.wished) as wished:
        box.setCurrentIndex(2)
    assert wished.args == [{"pixel": (1, 2, 2)}]


def test_trouble_stands_above_the_older_curve(qtbot, panel: InspectorPanel) -> None:
    panel.show_state(state(known={"troubles": {"pixel": Trouble("No law.")}}))
    assert panel.findChild(Notice).isVisible()
    assert panel.plot.isVisible()
    with qtbot.waitSignal(panel.commanded) as commanded:
        panel.findChild(Notice).acted.emit()
    assert commanded.args == ["retry", {"lane": "pixel"}]


@pytest.mark.parametrize(
    "changes",
    [
        {"density": np.full(65, np.nan), "mean": None, "mode": None, "stddev": None, "sample": None},
        {"support": np.zeros(65)},
        {"discrete": True, "support": np.arange(65.0), "density": np.full(65, 1 / 65)},
        {"discrete": True, "support": np.array([3.0]), "density": np.array([1.0])},
    ],
)
def test_odd_laws_are_drawn(panel: InspectorPanel, changes: dict[str, Any]) -> None:
    panel.show_state(state(builders.pixel_law(**changes)))
    assert not panel.grab().isNull()
