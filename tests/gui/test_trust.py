"""A model that holds a program is opened on the person's word only, for these very files and this session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.test_controller import FakeSupervisor, model_fields, opened
from vaediag.errors import HoldsProgramError
from vaediag_gui.controller import Controller
from vaediag_gui.jobs.ask import ask, with_trust
from vaediag_gui.panels.trust_card import TrustCard
from vaediag_gui.session import to_json
from vaediag_gui.state.answers import Untrusted
from vaediag_gui.state.store import Known, Wishes
from vaediag_gui.tasks import trust
from vaediag_gui.tasks.run import Tasks


@pytest.fixture
def supervisor() -> FakeSupervisor:
    return FakeSupervisor()


@pytest.fixture
def controller(supervisor: FakeSupervisor, tmp_path: Path) -> Controller:
    return Controller(Wishes(), Known(), supervisor, tmp_path)  # type: ignore[arg-type]


def refuse(supervisor: FakeSupervisor, lane: str, address: str, digest: str = "d1") -> None:
    found = {"address": address, "digest": digest, "message": "it holds a program"}
    supervisor.answered.emit(supervisor.newest(lane), {"untrusted": found}, {})


def test_nothing_is_opened_before_the_person_has_decided(controller: Controller, supervisor: FakeSupervisor):
    opened(controller, supervisor)
    controller.wishes.update(model="/m/b")
    refuse(supervisor, "model", "/m/b")
    assert controller.known.now.untrusted == Untrusted("/m/b", "d1", "model")
    assert controller.wishes.now.model == "a", "what was open stays open"
    assert controller.known.now.trusted == {}
    controller.distrust()
    assert controller.known.now.untrusted is None
    assert all("trust" not in each.arguments for each in supervisor.asked)


def test_after_yes_every_question_about_that_model_carries_the_word(controller: Controller, supervisor: FakeSupervisor):
    opened(controller, supervisor)
    controller.wishes.update(model="/m/b")
    refuse(supervisor, "model", "/m/b")
    controller.trust()
    assert controller.wishes.now.model == "/m/b"
    assert supervisor.newest("model").arguments["trust"] == {"/m/b": "d1"}
    supervisor.answered.emit(supervisor.newest("model"), *model_fields("/m/b"))
    assert supervisor.newest("look").arguments["trust"] == {"/m/b": "d1"}
    controller.diagnose()
    assert supervisor.newest("diagnose").arguments["trust"] == {"/m/b": "d1"}
    assert "d1" not in to_json(controller.wishes.now), "the session on disk does not remember it"


def test_a_first_model_that_is_refused_is_not_wished_for_any_longer(controller: Controller, supervisor: FakeSupervisor):
    controller.wishes.update(model="/m/b")
    refuse(supervisor, "model", "/m/b")
    controller.distrust()
    assert controller.wishes.now.model is None


def test_the_second_model_of_a_comparison_is_asked_about_too(controller: Controller, supervisor: FakeSupervisor):
    opened(controller, supervisor)
    controller.wishes.update(other="/m/b")
    controller.diagnose(other=True)
    refuse(supervisor, "diagnose_other", "/m/b")
    assert controller.known.now.work is None
    controller.trust()
    assert supervisor.newest("diagnose_other").arguments["trust"] == {"/m/b": "d1"}


def test_networks_that_were_trusted_are_not_asked_about_again(
    controller: Controller, supervisor: FakeSupervisor, qtbot: QtBot
):
    for trusted in (False, True):
        controller.wrap({"encoder": "e", "trust_program": trusted})
        with qtbot.waitSignal(controller.wrapped) as made:
            header = {"path": "/m/vae", "data": None, "digest": "d7"}
            supervisor.answered.emit(supervisor.newest("wrap"), header, {})
        assert made.args == ["/m/vae", ""]
        assert controller.known.now.trusted == ({"/m/vae": "d7"} if trusted else {})
        assert controller.known.now.work is None


def test_only_what_is_named_travels():
    question = ask("look", model="/m/b", z=[0.0])
    assert with_trust(question, {"/m/c": "x"}) is question
    assert with_trust(question, {"/m/b": "x", "/m/c": "y"}).arguments["trust"] == {"/m/b": "x"}


def test_the_word_is_for_these_very_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    loads: list[bool] = []

    def load(address: str, *, trust: bool = False) -> Any:
        loads.append(trust)
        if not trust:
            raise HoldsProgramError(f"{address}: it holds a program")
        return "vae"

    monkeypatch.setattr("vaediag.registry.load", load)
    (tmp_path / "vae.json").write_text("{}")
    address = str(tmp_path)
    with pytest.raises(trust.UntrustedError) as refused:
        trust.load(address, {})
    assert loads == [False]
    assert trust.load(address, {address: refused.value.digest}) == "vae"
    (tmp_path / "vae.json").write_text('{"another": 1}')
    with pytest.raises(trust.UntrustedError):
        trust.load(address, {address: refused.value.digest})
    assert loads == [False, False, True, False]
    assert trust.digest(str(tmp_path / "nowhere")) == ""


def test_a_helper_answers_with_the_question(monkeypatch: pytest.MonkeyPatch):
    def load(address: str, trusted: dict[str, str]) -> Any:
        if trusted != {"b": "d1"}:
            raise trust.UntrustedError("it holds a program", address, "d1")
        raise HoldsProgramError("opened")

    monkeypatch.setattr("vaediag_gui.tasks.opened.load", load)
    fields, arrays = Tasks().run("look", {"model": "b", "z": [0.0], "views": []}, lambda *_: None)
    assert fields["untrusted"]["digest"] == "d1"
    assert not arrays
    with pytest.raises(HoldsProgramError, match="opened"):
        Tasks().run("look", {"model": "b", "z": [0.0], "views": [], "trust": {"b": "d1"}}, lambda *_: None)


def test_the_question_is_plain_text_and_no_is_the_first_answer(qtbot: QtBot):
    card = TrustCard()
    qtbot.addWidget(card)
    card.show_question(Untrusted("/m/<b>bold", "d1", "model"))
    card.show()
    assert "<b>bold" in card._title.text()
    with qtbot.waitSignal(card.answered) as answer:
        card.no.click()
    assert answer.args == [False]
    with qtbot.waitSignal(card.answered) as answer:
        card.yes.click()
    assert answer.args == [True]
    card.show_question(None)
    assert card.isHidden()
