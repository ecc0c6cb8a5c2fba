"""The Training tab on the screen."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.histories import history
from vaediag.records.history import History
from vaediag_gui.panels.training import TrainingPanel
from vaediag_gui.panels.training_plots import StoryPlot, columns, whole_ticks
from vaediag_gui.resolve.story import story
from vaediag_gui.resolve.training import resolve_training
from vaediag_gui.state.answers import Answers, Watched
from vaediag_gui.state.wish import Wish


@pytest.fixture
def panel(qtbot: QtBot) -> TrainingPanel:
    made = TrainingPanel()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    qtbot.waitExposed(made)
    return made


def show(panel: TrainingPanel, record: History, now: float = 5.0) -> None:
    panel.show_state(resolve_training(Wish(watch="/runs"), Answers(training=Watched("/runs", record, 0.0, now=now))))
    panel.page.finish()


@pytest.mark.parametrize(("times", "latents"), [(1, 1), (1, 128), (500, 1), (500, 128), (12, 6)])
def test_any_size_is_drawn(panel: TrainingPanel, times: int, latents: int):
    show(panel, history(times, latents))
    assert panel.map.isVisibleTo(panel)
    assert len(panel.map.items()) > 0
    assert f"of {latents}" in panel.cards["active"].note.text()


def test_only_the_age_moves_while_nothing_is_written(panel: TrainingPanel, monkeypatch: pytest.MonkeyPatch):
    record = history(5)
    show(panel, record)
    drawn: list[object] = []
    monkeypatch.setattr(StoryPlot, "show_story", lambda *given, **_: drawn.append(given))
    show(panel, record, now=6.0)
    assert "6 s ago" in panel.age.text()
    assert not drawn
    show(panel, history(6), now=7.0)
    assert drawn


def test_the_cursor_is_shared_and_names_the_latent(panel: TrainingPanel, qtbot: QtBot):
    record = history(12, 6)
    show(panel, record)
    made = story(record)
    panel.map.pointed.emit(3, 5)
    assert panel.words.text().startswith(f"z{made.order[5]}, epoch 4: ")
    assert "epoch" in panel.words.text()
    assert panel.cards["elbo"].note.text().endswith("at epoch 4")
    panel.map.left.emit()
    assert "at epoch" not in panel.cards["elbo"].note.text()
    assert panel.words.text().startswith("1 latent in use, 5 died")
    panel.map.setFocus()
    with qtbot.waitSignal(panel.map.pointed) as reached:
        qtbot.keyClick(panel.map, Qt.Key.Key_Left)
    assert reached.args == [11, 0]
    with qtbot.waitSignal(panel.map.pointed) as reached:
        qtbot.keyClick(panel.map, Qt.Key.Key_Down)
    assert reached.args == [11, 1]


def test_a_history_without_latents_sigma_or_losses_hides_those_parts(panel: TrainingPanel):
    import numpy as np

    times = 3
    nothing = np.full((times, 2), np.nan)
    show(panel, history(times, 2, kl=nothing, kl_error=nothing, sigma=np.full((times, 5), np.nan), losses={}))
    for part in (panel.latents, panel.losses, panel.cards["sigma"], panel.cards["active"]):
        assert not part.isVisibleTo(panel)
    show(panel, history(times, 2))
    for part in (panel.latents, panel.losses, panel.cards["sigma"], panel.cards["active"]):
        assert part.isVisibleTo(panel)


def test_columns_of_uneven_diagnoses_are_as_wide_as_their_time():
    import numpy as np

    made = story(history(3, epoch=np.array([1, 2, 10])))
    shown = columns(made)
    assert set(shown.tolist()) == {0, 1, 2}
    assert (shown == 2).mean() > (shown == 0).mean() * 3
    assert columns(story(history(4))).tolist() == [0, 1, 2, 3]


def test_ticks_are_whole_numbers():
    assert [at for at, _ in whole_ticks(0.5, 3.5)] == [1, 2, 3]
    assert [at for at, _ in whole_ticks(0.5, 500.5, 4)] == [200, 400]
    assert whole_ticks(0.2, 0.8) == []


@pytest.mark.parametrize("event", [(8, 8, 1), (20,)])
def test_the_latest_pictures_are_shown_where_some_were_kept(panel: TrainingPanel, event: tuple[int, ...]):
    show(panel, history(4, event=event))
    assert panel.pictures.isVisibleTo(panel)
    assert panel.pictures.note.text().startswith("Epoch 4: ")
    show(panel, history(5, event=event, pictures=False))
    assert not panel.pictures.isVisibleTo(panel)


def test_its_report_can_be_saved_once_there_is_one(panel: TrainingPanel, qtbot: QtBot):
    panel.show_state(resolve_training(Wish(watch="/runs"), Answers(training=Watched("/runs"))))
    assert not panel.save.isVisibleTo(panel)
    show(panel, history(4))
    assert panel.save.isVisibleTo(panel)
    with qtbot.waitSignal(panel.commanded) as commanded:
        panel.save.click()
    assert commanded.args == ["save_training", {}]
