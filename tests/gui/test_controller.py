"""Wishes become questions, answers become knowledge; what fails leaves what was there."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QObject, pyqtSignal
from pytestqt.qtbot import QtBot

from tests.gui.builders import facts
from vaediag_gui.controller import Controller
from vaediag_gui.jobs.ask import Ask, ask
from vaediag_gui.state.store import Known, Wishes


class FakeSupervisor(QObject):
    """Keeps questions; tests answer them."""

    answered = pyqtSignal(object, dict, dict)
    failed = pyqtSignal(object, str, bool)
    progressed = pyqtSignal(object, str, int, int)
    state_changed = pyqtSignal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Ask] = []
        self.cancelled: list[str] = []

    def ask(self, asked: Ask, *, force: bool = False) -> None:
        if force or asked not in self.asked:
            self.asked.append(asked)

    def ask_all(self, questions: dict[str, Ask]) -> None:
        for asked in questions.values():
            self.ask(asked)

    def drop(self, lane: str) -> None:
        self.asked = [each for each in self.asked if each.lane != lane]

    def cancel(self, lane: str) -> None:
        self.cancelled.append(lane)

    def close(self) -> None:
        self.asked.clear()

    def newest(self, lane: str) -> Ask:
        return [each for each in self.asked if each.lane == lane][-1]


@pytest.fixture
def supervisor() -> FakeSupervisor:
    return FakeSupervisor()


@pytest.fixture
def controller(supervisor: FakeSupervisor, tmp_path: Path) -> Controller:
    return Controller(Wishes(), Known(), supervisor, tmp_path)  # type: ignore[arg-type]


def model_fields(source: str, latents: int = 3) -> tuple[dict[str, Any], dict[str, Any]]:
    made = facts(latents, source=source)
    fields = {
        "source": source, "name": source, "likelihood": "normal", "posterior": "normal", "prior": "standard normal",
        "event_shape": [4, 5, 1], "latent_dim": latents, "discrete": False, "dataset": None, "levels": {"mean": [0, 1]},
    }  # fmt: skip
    return fields, {name: getattr(made, name) for name in ("prior_mean", "prior_stddev", "low", "high")}


def data_fields(source: str, count: int = 20) -> dict[str, Any]:
    return {
        "source": source, "name": source, "split": None, "count": count, "event_shape": [4, 5, 1],
        "preprocessing": "none", "label_names": [], "levels": [0.0, 1.0],
    }  # fmt: skip


def opened(controller: Controller, supervisor: FakeSupervisor, model: str = "a", data: str = "d") -> None:
    controller.wishes.update(model=model, data=data)
    supervisor.answered.emit(supervisor.newest("model"), *model_fields(model))
    supervisor.answered.emit(supervisor.newest("data"), data_fields(data), {})


def test_opening_a_model_asks_for_it_and_then_for_a_look(controller: Controller, supervisor: FakeSupervisor):
    opened(controller, supervisor)
    look = supervisor.newest("look")
    assert look.arguments["z"] == [0.0, 0.0, 0.0]
    assert look.arguments["views"] == ["mean", "sample", "stddev"]


def test_choosing_an_image_moves_z_to_its_code(controller: Controller, supervisor: FakeSupervisor):
    opened(controller, supervisor)
    controller.wishes.update(image=4)
    code = np.array([1, 2, 3], np.float32)
    arrays = {"x": np.zeros((4, 5, 1), np.float32), "mean": code, "stddev": code, "z": code}
    supervisor.answered.emit(supervisor.newest("anchor"), {"image": 4}, arrays)
    assert controller.wishes.now.z == (1.0, 2.0, 3.0)
    assert supervisor.newest("look").arguments["image"] == 4
    controller.wishes.update(image=None)
    assert controller.wishes.now.z == (0.0, 0.0, 0.0)


def test_a_model_that_cannot_be_opened_leaves_the_old_one(controller: Controller, supervisor: FakeSupervisor):
    opened(controller, supervisor)
    controller.wishes.update(z=(1.0, 1.0, 1.0))
    controller.open_model("broken", None)
    assert controller.wishes.now.model == "broken"
    supervisor.failed.emit(supervisor.newest("model"), "it is broken", False)
    assert controller.wishes.now.model == "a"
    assert controller.wishes.now.z == (1.0, 1.0, 1.0)
    assert controller.known.now.model.source == "a"
    assert controller.known.now.troubles["model"].message == "it is broken"


def test_a_second_broken_model_still_leads_back_to_the_one_that_worked(
    controller: Controller, supervisor: FakeSupervisor
):
    opened(controller, supervisor)
    controller.open_model("broken", None)
    controller.open_model("also broken", None)
    supervisor.failed.emit(supervisor.newest("model"), "no", False)
    assert controller.wishes.now.model == "a"


def test_data_that_cannot_be_opened_leave_the_old_ones(controller: Controller, supervisor: FakeSupervisor):
    opened(controller, supervisor)
    controller.wishes.update(image=2, z=(0.0, 1.0, 0.0))
    controller.wishes.update(data="broken")
    supervisor.failed.emit(supervisor.newest("data"), "no such file", False)
    assert (controller.wishes.now.data, controller.wishes.now.image) == ("d", 2)
    assert controller.known.now.troubles["data"].message == "no such file"


def test_data_that_never_opened_leave_the_model_at_the_mean_of_its_prior(
    controller: Controller, supervisor: FakeSupervisor
):
    controller.wishes.update(model="a", data="broken", image=0)
    supervisor.answered.emit(supervisor.newest("model"), *model_fields("a"))
    assert controller.wishes.now.z is None
    supervisor.failed.emit(supervisor.newest("data"), "no such file", False)
    assert (controller.wishes.now.image, controller.wishes.now.z) == (None, (0.0, 0.0, 0.0))
    assert supervisor.newest("look").arguments["z"] == [0.0, 0.0, 0.0]
    assert controller.known.now.troubles["data"].message == "no such file"


def test_a_failed_look_is_said_and_goes_with_the_next_answer(controller: Controller, supervisor: FakeSupervisor):
    opened(controller, supervisor)
    supervisor.failed.emit(supervisor.newest("look"), "the decoder raised", False)
    assert controller.known.now.troubles["look"].message == "the decoder raised"
    asked = len(supervisor.asked)
    controller.retry("look")
    assert len(supervisor.asked) == asked + 1
    fields = {"z": [0.0, 0.0, 0.0], "seed": 0, "image": None, "notes": {}}
    supervisor.answered.emit(supervisor.newest("look"), fields, {"mean": np.zeros((4, 5, 1))})
    assert "look" not in controller.known.now.troubles
    assert controller.known.now.look is not None


def test_a_diagnosis_shows_progress_and_can_be_cancelled(controller: Controller, supervisor: FakeSupervisor):
    opened(controller, supervisor)
    controller.diagnose()
    supervisor.progressed.emit(supervisor.newest("diagnose"), "images", 3, 10)
    work = controller.known.now.work
    assert work is not None
    assert (work.title, work.stage, work.done, work.total) == ("Diagnosis", "images", 3, 10)
    controller.cancel()
    assert supervisor.cancelled == ["diagnose"]
    assert controller.known.now.work is None
    supervisor.progressed.emit(supervisor.newest("diagnose"), "images", 4, 10)  # on its way when it was cancelled
    assert controller.known.now.work is None


def test_a_diagnosis_is_as_deep_as_was_chosen_and_annealing_is_asked_for_by_itself(
    controller: Controller, supervisor: FakeSupervisor
):
    opened(controller, supervisor)
    controller.diagnose()
    assert supervisor.newest("diagnose").arguments["include"] == ["effect"]
    controller.wishes.update(deep=True)
    controller.diagnose()
    assert supervisor.newest("diagnose").arguments["include"] == ["effect", "prune_cost", "iwae", "independence"]
    controller.wishes.update(deep=False, ais_images=3)
    controller.diagnose(ais=True)
    asked = supervisor.newest("diagnose").arguments
    assert (asked["include"], asked["ais_images"], asked["ais_temperatures"]) == (["effect", "ais"], 3, 1000)
    supervisor.failed.emit(supervisor.newest("diagnose"), "no memory", False)
    controller.retry("diagnose")
    assert "ais" in supervisor.newest("diagnose").arguments["include"]
    controller.diagnose(other=True)
    assert supervisor.newest("diagnose_other").arguments["include"] == ["effect"]


def test_a_failed_diagnosis_ends_its_progress(controller: Controller, supervisor: FakeSupervisor):
    opened(controller, supervisor)
    controller.diagnose()
    supervisor.failed.emit(supervisor.newest("diagnose"), "all values are NaN", False)
    assert controller.known.now.work is None
    assert "NaN" in controller.known.now.troubles["diagnose"].message


class Record:
    """What the controller reads of a diagnosis."""

    def __init__(self, model: str, data: str) -> None:
        self.model = SimpleNamespace(source=model, name=model)
        self.data = SimpleNamespace(source=data)
        self.findings = ()


def test_a_diagnosis_is_back_with_its_model_and_data(
    controller: Controller, supervisor: FakeSupervisor, tmp_path: Path, qtbot: QtBot
):
    opened(controller, supervisor)
    first: Any = Record("a", "d")
    with qtbot.waitSignal(controller.said) as said:
        controller._take_diagnosis(first, tmp_path / "first", other=False)
    assert said.args == ["Diagnosis of a done: no findings"]
    controller.open_model("b", None)
    supervisor.answered.emit(supervisor.newest("model"), *model_fields("b"))
    assert controller.known.now.diagnosis is None
    controller.open_model("a", None)
    supervisor.asked.append(ask("model", address="a", reloads=0))
    supervisor.answered.emit(supervisor.newest("model"), *model_fields("a"))
    assert controller.known.now.diagnosis is first
    assert controller.folder == tmp_path / "first"
    controller.reload()
    controller.known.update(diagnosis=None)
    supervisor.answered.emit(supervisor.newest("model"), *model_fields("a"))
    assert controller.known.now.diagnosis is None


def test_a_diagnosis_is_of_the_weights_that_it_was_asked_for(
    controller: Controller, supervisor: FakeSupervisor, tmp_path: Path
):
    opened(controller, supervisor)
    record: Any = Record("a", "d")
    controller._take_diagnosis(record, tmp_path, other=False)
    assert not controller.known.now.earlier
    controller.reload()
    assert controller.known.now.earlier
    controller._take_diagnosis(record, tmp_path, other=False)
    assert not controller.known.now.earlier
    controller._take_diagnosis(record, tmp_path, other=False, earlier=True)  # asked for before, read after
    assert controller.known.now.earlier


def test_a_diagnosis_that_is_damaged_is_said(controller: Controller, qtbot: QtBot, tmp_path: Path):
    controller.load_diagnosis(tmp_path)
    qtbot.waitUntil(lambda: "diagnose" in controller.known.now.troubles)
    assert controller.known.now.diagnosis is None


def test_shimmer_draws_new_samples_until_it_stops(controller: Controller, supervisor: FakeSupervisor, qtbot: QtBot):
    opened(controller, supervisor)
    controller.wishes.update(shimmer=True)
    qtbot.waitUntil(lambda: controller.wishes.now.seed >= 2)
    controller.wishes.update(views=("mean", "stddev"))  # nothing that moves is to be seen
    seed = controller.wishes.now.seed
    qtbot.wait(3 * 100)  # three periods: nothing may come any more
    assert controller.wishes.now.seed == seed
    assert {each.arguments["seed"] for each in supervisor.asked if each.lane == "look"} >= {0, 1, 2}


def test_locked_latents_stay_at_random_and_centre(controller: Controller, supervisor: FakeSupervisor):
    opened(controller, supervisor)
    controller.wishes.update(z=(5.0, 5.0, 5.0), locked=frozenset({1}))
    controller.random_z()
    assert controller.wishes.now.z[1] == 5.0
    assert controller.wishes.now.z[0] != 5.0
    controller.reset_latent(None)
    assert controller.wishes.now.z == (0.0, 5.0, 0.0)
    controller.reset_latent(1)  # asked for by name
    assert controller.wishes.now.z == (0.0, 0.0, 0.0)


def test_changes_are_shown_once_per_turn(controller: Controller, supervisor: FakeSupervisor, qtbot: QtBot):
    opened(controller, supervisor)
    qtbot.wait(0)
    with qtbot.waitSignal(controller.refreshed):
        for step in range(50):
            controller.wishes.update(z=(float(step), 0.0, 0.0))
    with qtbot.assertNotEmitted(controller.refreshed, wait=50):
        pass


def test_nothing_is_saved_that_is_not_there(controller: Controller, supervisor: FakeSupervisor, tmp_path: Path):
    controller.export("report", tmp_path / "r")
    assert "press Diagnose" in controller.known.now.troubles["export"].message
    opened(controller, supervisor)
    controller.export("look", tmp_path / "l.png")
    assert supervisor.newest("export").arguments["what"] == "look"
    assert supervisor.newest("export").arguments["path"] == str(tmp_path / "l.png")
