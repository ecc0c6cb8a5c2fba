"""Collapse on the screen."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator

import numpy as np
import pyqtgraph as pg
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QGraphicsEllipseItem
from pytestqt.qtbot import QtBot

from tests.gui.builders import data_facts, facts, shallow
from tests.report.builders import diagnosis
from vaediag_gui.panels.collapse import CollapsePanel
from vaediag_gui.panels.decades import decades
from vaediag_gui.panels.latent_row import LOOKS
from vaediag_gui.panels.statuses import STATUSES
from vaediag_gui.panels.worth_plots import signed, signed_ticks
from vaediag_gui.resolve.collapse import NAMED, resolve_collapse
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Maps, Wish


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[CollapsePanel]:
    made = CollapsePanel()
    made.resize(900, 600)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def show(panel: CollapsePanel, made, **maps) -> None:
    wish = Wish(model=made.model.source, data=made.data.source, maps=Maps(**maps))
    panel.show_state(resolve_collapse(wish, Answers(diagnosis=made)))
    panel.page.finish()


def without_effect(made):
    return dataclasses.replace(made, collapse=dataclasses.replace(made.collapse, effect=None, effect_all=None))


@pytest.mark.parametrize("latents", [1, 2, 16, 512])
@pytest.mark.parametrize("measured", [True, False])
def test_any_number_of_latents_is_drawn_without_a_wish(panel, qtbot, latents: int, measured: bool) -> None:
    made = diagnosis((8, 8, 1), latents)
    made = made if measured else without_effect(made)
    with qtbot.assertNotEmitted(panel.wished), qtbot.assertNotEmitted(panel.commanded):
        show(panel, made)
        show(panel, made, latent=latents - 1)
    assert panel.quadrants.isVisibleTo(panel) is measured
    assert panel.bars.isVisibleTo(panel) is not measured
    assert panel.table.latents.rowCount() == latents
    assert len(panel.quadrants._names) <= 2 * NAMED + 6


def test_the_table_is_sorted_by_kl_and_its_rows_are_wished(panel: CollapsePanel, qtbot: QtBot) -> None:
    made = diagnosis((8, 8, 1), 16)
    show(panel, made)
    order = [panel.table._latent(panel.table.sorted.index(row, 0)) for row in range(16)]
    values = made.collapse.kl.value[order]
    assert (np.diff(values) <= 0).all()
    with qtbot.waitSignal(panel.wished) as asked:
        panel.table.selectRow(3)
    assert asked.args == [{"maps": {"latent": order[3]}}]


def test_the_chosen_latent_is_traversed(panel: CollapsePanel, qtbot: QtBot) -> None:
    show(panel, diagnosis((8, 8, 1), 16), latent=5)
    with qtbot.waitSignal(panel.wished) as asked:
        qtbot.mouseClick(panel.traverse, Qt.MouseButton.LeftButton)
    assert asked.args == [{"tab": "traverse", "path": {"kind": "traversal", "dims": (5,), "every": False}}]
    show(panel, diagnosis((8, 8, 1), 16))
    assert not panel.traverse.isEnabled()


def test_a_mark_under_the_cursor_is_found_and_others_are_not(panel: CollapsePanel) -> None:
    show(panel, diagnosis((8, 8, 1), 2))
    plot = panel.quadrants
    box = plot.getViewBox()
    for key, place in zip(plot._keys, plot._places, strict=True):
        at = plot.mapFromScene(box.mapViewToScene(QPointF(*place)))
        assert plot.key_at(QPointF(at)) == key
    assert plot.key_at(QPointF(2, 2)) is None


def test_arrow_keys_walk_from_latent_to_latent(panel: CollapsePanel, qtbot: QtBot) -> None:
    made = diagnosis((8, 8, 1), 16)
    show(panel, made)
    order = panel._shown.order
    with qtbot.waitSignal(panel.wished) as asked:
        qtbot.keyClick(panel.quadrants, Qt.Key.Key_Right)
    assert asked.args == [{"maps": {"latent": order[0]}}]
    show(panel, made, latent=order[0])
    with qtbot.waitSignal(panel.wished) as asked:
        qtbot.keyClick(panel.quadrants, Qt.Key.Key_Right)
    assert asked.args == [{"maps": {"latent": order[1]}}]


def test_the_collapsed_are_copied(panel: CollapsePanel) -> None:
    made = diagnosis((8, 8, 1), 16)
    show(panel, made)
    panel.copy.click()
    dead = [k for k, word in enumerate(made.collapse.status or ()) if word == "collapsed"]
    assert dead
    assert QGuiApplication.clipboard().text() == ", ".join(str(k) for k in dead)


def test_nothing_per_latent_leaves_a_sentence(panel: CollapsePanel) -> None:
    made = diagnosis((8, 8, 1), 4)
    names = [field.name for field in dataclasses.fields(made.collapse) if field.name != "mutual_information"]
    made = dataclasses.replace(made, collapse=dataclasses.replace(made.collapse, **dict.fromkeys(names)))
    show(panel, made)
    show(panel, made, latent=2)
    assert panel.bars.isHidden()
    assert panel.quadrants.isHidden()


def test_choosing_among_512_latents_is_quick(panel: CollapsePanel) -> None:
    made = diagnosis((8, 8, 1), 512)
    show(panel, made)
    start = time.process_time()
    for latent in range(10):
        show(panel, made, latent=latent)
    assert (time.process_time() - start) / 10 < 0.1


def test_the_shaded_corner_ends_at_epsilon_and_delta(panel: CollapsePanel) -> None:
    made = diagnosis((8, 8, 1), 4)
    show(panel, made)
    record = made.collapse.epsilon_delta
    box = panel.curves.getViewBox()
    (corner,) = [item for item in box.allChildItems() if isinstance(item, pg.LinearRegionItem)]
    low, high = box.viewRange()[1]
    assert low + corner.span[1] * (high - low) == pytest.approx(record.delta)
    assert corner.getRegion()[1] == pytest.approx(np.log10(record.epsilon))


def test_the_ellipses_of_the_prior_stand_at_its_mean(panel: CollapsePanel) -> None:
    made = diagnosis((8, 8, 1), 2)
    assert made.pictures is not None
    scatter = dataclasses.replace(made.pictures.posterior, prior_mean=np.array([3.0, -2.0]))
    pictures = dataclasses.replace(made.pictures, posterior=scatter)
    show(panel, dataclasses.replace(made, pictures=pictures), latent=0)
    box = panel.codes.getViewBox()
    ellipses = [item.rect() for item in box.allChildItems() if isinstance(item, QGraphicsEllipseItem)]
    assert [rect.width() for rect in ellipses] == [2.0, 4.0]  # the prior's standard deviations are 1
    assert {(rect.center().x(), rect.center().y()) for rect in ellipses} == {(3.0, -2.0)}
    (left, right), (bottom, top) = box.viewRange()
    assert ((left + right) / 2, (bottom + top) / 2) == pytest.approx((3.0, -2.0))


def test_prune_costs_of_all_sizes_are_drawn_and_picked(panel: CollapsePanel, qtbot: QtBot) -> None:
    made = diagnosis((8, 8, 1), 4)
    assert made.collapse.prune_cost is not None
    huge = dataclasses.replace(made.collapse.prune_cost, value=np.array([-3.0, 0.01, 5000.0, np.nan]))
    show(panel, dataclasses.replace(made, collapse=dataclasses.replace(made.collapse, prune_cost=huge)))
    low, high = panel.prune.getViewBox().viewRange()[1]
    assert low < signed(np.array(-3.0)) < signed(np.array(5000.0)) < high
    with qtbot.waitSignal(panel.wished) as asked:
        qtbot.keyClick(panel.prune, Qt.Key.Key_Right)
    assert asked.args == [{"maps": {"latent": panel._shown.order[0]}}]


def test_the_prune_cost_is_asked_for_in_its_place(panel: CollapsePanel, qtbot: QtBot) -> None:
    made = shallow(diagnosis((8, 8, 1), 4))
    wish = Wish(model=made.model.source, data=made.data.source)
    known = Answers(facts(source=made.model.source), data_facts(source=made.data.source), diagnosis=made)
    panel.show_state(resolve_collapse(wish, known))
    panel.page.finish()
    assert panel.prune.isHidden()
    assert panel.split_card.isVisibleTo(panel)
    with qtbot.waitSignal(panel.commanded) as asked:
        panel.invite.button.click()
    assert asked.args == ["diagnose_in_depth", {}]


def test_a_signed_axis_has_ticks_on_both_sides_of_zero() -> None:
    values = np.array([-10.0, -0.1, 0.0, 0.1, 10.0])
    assert (np.diff(signed(values)) > 0).all()
    np.testing.assert_allclose(signed(-values), -signed(values))
    words = [word for _, word in signed_ticks(float(signed(np.array(-2.0))), float(signed(np.array(200.0))))]
    assert words == ["−1", "−0.1", "0", "0.1", "1", "10", "100"]


def test_decades_hold_zero_and_infinity() -> None:
    axis = decades(np.array([0.0, 1e-6, 0.5, 30.0, np.nan]), 0.01)
    places = axis.at(np.array([0.0, 0.5, np.nan]))
    assert places[0] == axis.floor < axis.low
    assert places[1] == pytest.approx(np.log10(0.5))
    assert places[2] == axis.ceiling > np.log10(30)
    assert axis.ticks()[0][1] == "< 0.0001"
    assert axis.ticks()[-1][1] == "∞"


def test_statuses_have_the_colours_of_the_badges_and_shapes_of_their_own() -> None:
    assert {word: look.colour for word, look in STATUSES.items()} == {word: look[1] for word, look in LOOKS.items()}
    assert len({look.symbol for look in STATUSES.values()}) == len(STATUSES)
