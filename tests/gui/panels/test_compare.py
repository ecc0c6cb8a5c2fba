"""The Compare tab: every button says what it means, and the pictures zoom together."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt6.QtCore import Qt

from tests.gui import builders
from tests.gui.comparisons import WISH, comparison, diagnosis, difference, known
from vaediag.registry import Card
from vaediag_gui.panels.compare import ComparePanel
from vaediag_gui.resolve.compare import CompareState, resolve_compare
from vaediag_gui.state.answers import Answers, HelperState
from vaediag_gui.state.wish import Wish

CARDS = (Card("toy", "", "toy", "toy-data"), Card("rival", "", "rival", "toy-data"), Card("far", "", "far", "shapes"))


def state(wish: Wish = WISH, **changes: Any) -> CompareState:
    rows = comparison(
        difference("elbo", -90.0, -80.0), difference("posterior_mean.crps", 1.0, 2.0, better=None, judged="")
    )
    given = {"diagnosis": diagnosis("toy"), "other": diagnosis("rival"), "comparison": rows, "pair": builders.pair()}
    return resolve_compare(wish, known(**{**given, **changes}))


@pytest.fixture
def panel(qtbot) -> ComparePanel:
    made = ComparePanel()
    qtbot.addWidget(made)
    made.set_models(CARDS)
    made.resize(900, 700)
    made.show()
    made.show_state(state())
    return made


def test_showing_states_wishes_nothing(qtbot, panel: ComparePanel) -> None:
    with qtbot.assertNotEmitted(panel.wished), qtbot.assertNotEmitted(panel.commanded):
        panel.set_models(CARDS[:2])
        for shown in (state(other=None), state(pair=None), CompareState(), state(Wish(model="toy")), state()):
            panel.show_state(shown)


def test_another_model_is_wished_for(qtbot, panel: ComparePanel) -> None:
    assert panel.models.currentText() == "rival"
    far = panel.models.findText("far · shapes")
    with qtbot.waitSignal(panel.wished) as wished:
        panel.models._pick(far)
    assert wished.args == [{"other": "far"}]
    with qtbot.waitSignal(panel.wished) as wished:
        panel.models._pick(0)
    assert wished.args == [{"other": None}]


@pytest.mark.parametrize(
    ("button", "command", "arguments"),
    [
        (lambda panel: panel.diagnose["first"], "diagnose", {}),
        (lambda panel: panel.diagnose["second"], "diagnose_other", {}),
        (lambda panel: panel.open, "open_other", {"address": None}),
        (lambda panel: panel.saved, "open_diagnosis", {"other": True}),
        (lambda panel: panel.save, "save_picture", {"what": "pair"}),
    ],
)
def test_buttons_are_commands(qtbot, panel: ComparePanel, button, command: str, arguments: dict[str, Any]) -> None:
    with qtbot.waitSignal(panel.commanded) as commanded:
        qtbot.mouseClick(button(panel), Qt.MouseButton.LeftButton)
    assert commanded.args == [command, arguments]


def test_notices_do_what_they_say(qtbot, panel: ComparePanel) -> None:
    panel.show_state(state(Wish(model="toy", data="toy-data", other="rival"), other=None, comparison=None))
    assert not panel.numbers_card.isVisible()
    assert not panel.pair_card.isVisible()
    with qtbot.waitSignal(panel.commanded) as commanded:
        panel.numbers.acted.emit()
    assert commanded.args == ["diagnose_other", {}]
    with qtbot.waitSignal(panel.wished) as wished:
        panel.missing.acted.emit()
    assert wished.args == [{"image": 0}]


def test_the_rest_of_the_numbers_is_there_when_asked_for(panel: ComparePanel) -> None:
    def shown() -> list[str]:
        return [row[0].text() for row in panel.table._rows if row[0].isVisible()]

    assert shown() == ["ELBO (nats)"]
    panel.all.setChecked(True)
    assert shown() == ["ELBO (nats)", "CRPS, posterior mean (nats)"]
    panel.all.setChecked(False)
    assert shown() == ["ELBO (nats)"]


def test_the_better_value_is_emphasised(panel: ComparePanel) -> None:
    _, first, second, _, _ = panel.table._rows[0]
    assert second.font().bold() or second.font().weight() > first.font().weight()


def test_pictures_zoom_together_and_are_drawn_once_per_pair(panel: ComparePanel) -> None:
    x, other = panel.pair.pictures["x"], panel.pair.pictures["second.sample"]
    x._view.move(3.0, (0.2, 0.2))
    assert other._view is x._view
    drawn = other._image
    pair = panel._state.pair
    panel.show_state(state(Wish(model="toy", data="toy-data", other="rival", image=2, seed=5), pair=pair))
    assert other._image is drawn
    assert panel.computing.text() == "computing …"


def test_vectors_are_drawn_as_curves(qtbot) -> None:
    panel = ComparePanel()
    qtbot.addWidget(panel)
    panel.resize(700, 600)
    panel.show()
    facts = builders.facts(event=(6,))
    answers = Answers(model=facts, data=builders.data_facts(event=(6,)), pair=builders.pair(event=(6,)),
                      viewer=HelperState("ready"))  # fmt: skip
    panel.show_state(resolve_compare(WISH, answers))
    assert panel.pair.plots["second"].isVisible()
    assert not panel.pair.pictures["x"].isVisible()
    assert len(panel.pair.plots["second"].listDataItems()) == 3


def test_a_narrow_window_puts_the_models_below_each_other(panel: ComparePanel) -> None:
    def rows() -> set[int]:
        return {
            panel.pair._grid.getItemPosition(panel.pair._grid.indexOf(cell))[0] for cell in panel.pair._cells.values()
        }

    assert rows() == {0}
    panel.resize(480, 700)
    panel.grab()
    assert rows() == {0, 1}
    assert panel.page.horizontalScrollBar().maximum() == 0 or panel.width() < 520
