"""Look shows what its state says and wishes what a person does; a pinned pixel stays."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pyqtgraph as pg
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtWidgets import QAbstractButton, QSlider

from tests.gui import builders
from vaediag_gui.panels.look import LookPanel
from vaediag_gui.resolve.look import LookState, resolve_look
from vaediag_gui.state.answers import Answers, HelperState, Trouble
from vaediag_gui.state.wish import VIEWS, Wish
from vaediag_gui.widgets.notice import Notice

EVENT = (4, 5, 1)


def state(known: dict[str, Any] | None = None, event: tuple[int, ...] = EVENT, **wish: Any) -> LookState:
    given: dict[str, Any] = {"model": "toy", "data": "toy-data", "z": (0.0,) * 3, "image": 2, **wish}
    answers: dict[str, Any] = {
        "model": builders.facts(event=event),
        "data": builders.data_facts(event=event),
        "anchor": builders.anchor(2, event=event),
        "look": builders.shown(VIEWS[:-1], event),
        "viewer": HelperState("ready"),
        **(known or {}),
    }
    return resolve_look(Wish(**given), Answers(**answers))


@pytest.fixture
def panel(qtbot) -> LookPanel:
    made = LookPanel()
    qtbot.addWidget(made)
    made.resize(900, 480)
    made.show()
    qtbot.waitExposed(made)
    made.show_state(state())
    return made


def middle(panel: LookPanel, view: str) -> QPoint:
    return panel.pictures.tiles[view].picture.rect().center()


def click(qtbot, panel: LookPanel, view: str, moved: QPoint | None = None) -> None:
    place = middle(panel, view) + (moved or QPoint())
    qtbot.mouseClick(panel.pictures.tiles[view].picture, Qt.MouseButton.LeftButton, pos=place)


def shown(panel: LookPanel) -> list[str]:
    return [view for view, tile in panel.pictures.tiles.items() if tile.isVisible()]


def test_showing_states_wishes_nothing(qtbot, panel: LookPanel) -> None:
    with qtbot.assertNotEmitted(panel.wished), qtbot.assertNotEmitted(panel.commanded):
        for each in (
            state(seed=4), state(views=VIEWS, p=0.2, level=0.7), state(hold_noise=False, shimmer=True),
            state(pixel=(1, 2, 0)), state(image=None), state({"look": None}), state({"model": None}),
            state({"troubles": {"look": Trouble("No.")}}), state(event=(7,)), state(event=(4, 5, 3)),
            state(event=(4, 5)), state(),
        ):  # fmt: skip
            panel.show_state(each)


def test_the_chosen_views_are_shown(qtbot, panel: LookPanel) -> None:
    assert shown(panel) == ["mean", "sample", "stddev", "data"]
    panel.show_state(state(views=("mode", "data")))
    assert set(shown(panel)) == {"mode", "data"}
    with qtbot.waitSignal(panel.wished) as wished:
        qtbot.mouseClick(panel.choice.buttons["entropy"], Qt.MouseButton.LeftButton)
    assert wished.args == [{"views": ("mode", "entropy", "data")}]


def test_the_last_view_stays(qtbot, panel: LookPanel) -> None:
    panel.show_state(state(views=("mean",)))
    assert not panel.choice.buttons["mean"].isEnabled()
    with qtbot.assertNotEmitted(panel.wished):
        qtbot.mouseClick(panel.choice.buttons["mean"], Qt.MouseButton.LeftButton)


def test_without_an_image_words_stand_in_place_of_the_data(panel: LookPanel) -> None:
    panel.show_state(state(image=None))
    tile = panel.pictures.tiles["data"]
    assert tile.missing == "Choose an image in Data to compare"
    assert not tile.picture.isVisible()
    panel.show_state(state())
    assert tile.picture.isVisible()


def test_pointing_wishes_for_a_pixel_once(qtbot, panel: LookPanel) -> None:
    picture = panel.pictures.tiles["mean"].picture
    with qtbot.waitSignal(panel.wished) as wished:
        qtbot.mouseMove(picture, middle(panel, "mean"))
    assert wished.args == [{"pixel": (2, 2, 0)}] or wished.args == [{"pixel": (1, 2, 0)}]
    panel.show_state(state(pixel=wished.args[0]["pixel"]))
    with qtbot.assertNotEmitted(panel.wished):
        qtbot.mouseMove(picture, middle(panel, "mean") + QPoint(1, 0))


@pytest.mark.parametrize(("event", "length"), [((4, 5), 2), ((4, 5, 1), 3), ((4, 5, 3), 3)])
def test_a_pixel_is_an_index_into_the_event(qtbot, panel: LookPanel, event: tuple[int, ...], length: int) -> None:
    panel.show_state(state(event=event))
    with qtbot.waitSignal(panel.wished) as wished:
        click(qtbot, panel, "mean")
    assert len(wished.args[0]["pixel"]) == length


def test_a_click_pins_and_a_second_one_lets_go(qtbot, panel: LookPanel) -> None:
    with qtbot.waitSignal(panel.wished) as wished:
        click(qtbot, panel, "mean")
    pixel = wished.args[0]["pixel"]
    panel.show_state(state(pixel=pixel))
    assert panel.pinned == pixel
    assert "is pinned" in panel.sentence.text()
    with qtbot.assertNotEmitted(panel.wished):
        qtbot.mouseMove(panel.pictures.tiles["sample"].picture, middle(panel, "sample") + QPoint(40, 0))
    click(qtbot, panel, "sample")
    assert panel.pinned is None
    assert "pinned" not in panel.sentence.text()


def test_escape_lets_go_and_another_pixel_takes_over(qtbot, panel: LookPanel) -> None:
    click(qtbot, panel, "mean")
    with qtbot.waitSignal(panel.wished) as wished:
        click(qtbot, panel, "mean", QPoint(0, 40))
    assert panel.pinned == wished.args[0]["pixel"]
    qtbot.keyClick(panel.pictures.tiles["mean"].picture, Qt.Key.Key_Escape)
    assert panel.pinned is None


def test_another_model_forgets_the_pin(qtbot, panel: LookPanel) -> None:
    click(qtbot, panel, "mean")
    panel.show_state(state(event=(8, 8, 1)))
    assert panel.pinned is None


def test_all_pictures_share_zoom_and_cursor(qtbot, panel: LookPanel) -> None:
    panel.show_state(state(pixel=(1, 2, 0)))
    tiles = [panel.pictures.tiles[view] for view in shown(panel)]
    assert len({(tile.picture.width(), tile.picture.height()) for tile in tiles}) == 1
    before = tiles[2].picture.grab().toImage()
    qtbot.keyClick(tiles[0].picture, Qt.Key.Key_Plus)
    zoomed = tiles[2].picture.grab().toImage()
    assert zoomed != before
    panel.show_state(state(pixel=(2, 2, 0)))
    assert tiles[2].picture.grab().toImage() != zoomed


def test_only_what_changed_is_drawn_and_nothing_is_laid_out(panel: LookPanel) -> None:
    drawn: list[str] = []
    for view, tile in panel.pictures.tiles.items():
        tile.picture.show_values = lambda *_, view=view: drawn.append(view)  # type: ignore[method-assign]
    places = {view: tile.geometry() for view, tile in panel.pictures.tiles.items()}
    known = {"model": builders.facts(), "anchor": builders.anchor(2), "look": builders.shown(VIEWS[:-1], EVENT)}
    panel.show_state(state(known))
    drawn.clear()
    panel.show_state(state(known, pixel=(1, 1, 0)))
    assert drawn == []
    panel.show_state(state({**known, "look": builders.shown(VIEWS[:-1], EVENT, seed=3)}, z=(1.0, 1.0, 1.0)))
    assert drawn == ["mean", "sample", "stddev"]  # the data have not changed
    assert {view: tile.geometry() for view, tile in panel.pictures.tiles.items()} == places


def test_painted_comes_once_for_all_pictures(qtbot, panel: LookPanel) -> None:
    seen: list[int] = []
    panel.painted.connect(lambda: seen.append(1))
    with qtbot.waitSignal(panel.painted):
        panel.show_state(state({"look": builders.shown(VIEWS[:-1], EVENT, seed=3)}))
    assert seen == [1]


def test_the_toolbar(qtbot, panel: LookPanel) -> None:
    panel.show_state(state(seed=6, views=VIEWS, p=0.5, level=0.9))
    controls = panel.controls
    for button, wish in (
        (controls.hold, {"hold_noise": False}),
        (controls.sample, {"seed": 7}),
        (controls.shimmer, {"shimmer": True}),
    ):
        with qtbot.waitSignal(panel.wished) as wished:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert wished.args == [wish]
    assert controls.seed.text() == "seed 6"
    for slider, wish in ((controls.p, {"p": 0.51}), (controls.level, {"level": 0.91})):
        with qtbot.waitSignal(panel.wished) as wished:
            qtbot.keyClick(slider.findChild(QSlider), Qt.Key.Key_Right)
        assert wished.args == [wish]
    with qtbot.waitSignal(panel.commanded) as commanded:
        qtbot.mouseClick(controls.copy, Qt.MouseButton.LeftButton)
    assert commanded.args == ["copy_python", {}]
    for action, what in zip(controls.save.entries.actions(), ("look", "shimmer_gif"), strict=True):
        with qtbot.waitSignal(panel.commanded) as commanded:
            action.trigger()
        assert commanded.args == ["save_picture", {"what": what}]


def test_sliders_are_there_only_for_their_views(panel: LookPanel) -> None:
    assert not panel.controls.p.isVisible()
    panel.show_state(state(views=("quantile",)))
    assert panel.controls.p.isVisible()
    assert not panel.controls.level.isVisible()


def test_trouble_stands_above_the_older_pictures(qtbot, panel: LookPanel) -> None:
    panel.show_state(state({"troubles": {"look": Trouble("It broke.")}}))
    assert panel.findChild(Notice).isVisible()
    assert panel.pictures.tiles["mean"].picture.isVisible()
    with qtbot.waitSignal(panel.commanded) as commanded:
        panel.findChild(Notice).acted.emit()
    assert commanded.args == ["retry", {"lane": "look"}]


def test_without_a_model_only_the_message(panel: LookPanel) -> None:
    panel.show_state(state({"model": None}))
    assert panel.findChild(Notice).isVisible()
    assert not panel.pictures.isVisible()
    assert not panel.controls.isVisible()
    panel.show_state(state())
    assert panel.pictures.isVisible()


def test_flat_data_are_curves(qtbot, panel: LookPanel) -> None:
    flat = state(event=(100,), views=("mean", "sample", "stddev", "data", "residual"))
    assert panel.flat is None  # it costs time when the window starts
    panel.show_state(flat)
    assert panel.flat is not None
    assert panel.flat.isVisible()
    assert not panel.pictures.isVisible()
    curve = panel.flat.items["mean"].getData()
    np.testing.assert_array_equal(np.asarray(curve[1]), flat.shown.views["mean"])
    assert panel.flat.band.isVisible()
    assert not panel.flat.bars.isVisible()
    assert panel.flat.other.isVisible()
    place = panel.flat.plot.mapFromScene(panel.flat.plot.getPlotItem().getViewBox().mapViewToScene(QPointF(30, 0.5)))
    with qtbot.waitSignal(panel.wished) as wished:
        qtbot.mouseMove(panel.flat.plot.viewport(), place)
    (feature,) = wished.args[0]["pixel"]
    assert feature == pytest.approx(30, abs=2)  # a pixel of the screen is about as wide as a feature
    with qtbot.waitSignal(panel.painted):
        panel.show_state(state(event=(100,), views=("mean",)))
    assert not panel.flat.band.isVisible()
    assert not panel.flat.other.isVisible()


def test_columns_of_a_table_are_joined_by_no_line(panel: LookPanel) -> None:
    wanted = state(event=(7,), views=("mean", "stddev"))
    panel.show_state(wanted)
    assert panel.flat is not None
    assert wanted.shown is not None
    mean = panel.flat.items["mean"]
    assert pg.mkPen(mean.opts["pen"]).style() == Qt.PenStyle.NoPen
    assert mean.opts["symbol"] == "s"
    assert panel.flat.bars.isVisible()
    assert not panel.flat.band.isVisible()
    height: Any = panel.flat.bars.opts["height"]
    np.testing.assert_allclose(height, 2 * wanted.shown.views["stddev"])
    panel.show_state(state(event=(100,), views=("mean", "stddev")))
    assert pg.mkPen(mean.opts["pen"]).style() == Qt.PenStyle.SolidLine
    assert panel.flat.band.isVisible()
    assert not panel.flat.bars.isVisible()


def test_axes_of_flat_data_stay_while_z_moves(panel: LookPanel) -> None:
    first = state(event=(7,), views=("mean",))
    assert first.shown is not None
    panel.show_state(first)
    assert panel.flat is not None
    axis = panel.flat.plot.getPlotItem().getViewBox().viewRange()[1]
    moved = dataclasses.replace(first.shown, views={"mean": first.shown.views["mean"] * 0.8})
    panel.show_state(dataclasses.replace(first, shown=moved))
    assert panel.flat.plot.getPlotItem().getViewBox().viewRange()[1] == axis


def test_every_control_has_a_name_and_a_tooltip(panel: LookPanel) -> None:
    panel.show_state(state(views=VIEWS))
    for control in (*panel.findChildren(QAbstractButton), *panel.findChildren(QSlider)):
        if control.isVisible():
            assert control.accessibleName() or control.property("text"), control
            assert control.toolTip(), control.accessibleName()


@pytest.mark.parametrize(("width", "height"), [(452, 300), (900, 480), (1600, 1000)])
def test_nothing_is_cut_off(qtbot, panel: LookPanel, width: int, height: int) -> None:
    panel.resize(width, height)
    qtbot.waitUntil(lambda: panel.controls.geometry().bottom() <= panel.height())
    for view in shown(panel):
        tile = panel.pictures.tiles[view]
        assert tile.geometry().right() < panel.pictures.area.viewport().width()
    assert panel.minimumSizeHint().height() <= 310
