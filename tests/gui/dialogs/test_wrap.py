"""The dialog that wraps two networks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import QSettings, Qt
from PyQt6.QtWidgets import QAbstractButton, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from tests.gui.resolve.test_wrap import DECODER, ENCODER, PROGRAM
from vaediag.bundle.facts import FileFacts
from vaediag.errors import InputError
from vaediag_gui.dialogs.wrap import WrapDialog
from vaediag_gui.dialogs.wrap_parts import ChoiceList
from vaediag_gui.state.answers import Trouble, Work

FACTS = {"my_encoder.keras": ENCODER.facts, "my_decoder.keras": DECODER.facts, "program": PROGRAM.facts}


@pytest.fixture
def dialog(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[WrapDialog]:
    def inspect_file(address: str) -> FileFacts:
        found = FACTS.get(Path(address).name)
        if found is None:
            raise InputError(f"{Path(address).name}: expected a network; got <b>nothing</b>.")
        return found

    monkeypatch.setattr("vaediag.bundle.facts.inspect_file", inspect_file)
    made = WrapDialog(QSettings())
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()


def fill(dialog: WrapDialog, qtbot: QtBot) -> None:
    dialog.show_paths(["/n/my_decoder.keras", "/n/my_encoder.keras"])
    qtbot.waitUntil(lambda: dialog.draft.encoder.facts is not None and dialog.draft.decoder.facts is not None)


def choose(part: ChoiceList, words: str) -> None:
    (item,) = part.list.findItems(words, Qt.MatchFlag.MatchExactly)
    part.list.setCurrentItem(item)


def test_from_two_dropped_files_to_a_model(dialog: WrapDialog, qtbot: QtBot):
    fill(dialog, qtbot)
    assert dialog.draft.encoder.address == "/n/my_encoder.keras"
    assert not dialog.go.isEnabled()
    assert dialog.posterior.list.currentItem() is dialog.likelihood.list.currentItem() is None
    choose(dialog.posterior, "mean and log-variance")
    choose(dialog.likelihood, "normal, one fixed σ")
    scale = dialog.options.fields["scale"]
    assert isinstance(scale, QLineEdit)
    scale.setText("0.2")
    dialog.preprocess.setEditText("unit")
    dialog.output.setText("/m/vae")
    assert dialog.assumed.text().startswith("Assumed: p(x | z) normal, one fixed σ, scale 0.2; q(z | x) mean and log-v")
    with qtbot.waitSignal(dialog.wanted) as wanted:
        dialog.go.click()
    given = wanted.args[0]  # type: ignore[index]
    assert given["likelihood"] == "normal"
    assert given["options"] == {"scale": "0.2"}
    assert given["output"] == "/m/vae"


def test_what_is_wrong_with_a_file_is_said_beside_it_as_plain_text(dialog: WrapDialog, qtbot: QtBot):
    dialog.encoder.line.setText("/n/broken.keras")
    qtbot.waitUntil(lambda: bool(dialog.draft.encoder.trouble))
    assert dialog.encoder.said.text() == "▲  broken.keras: expected a network; got <b>nothing</b>."
    assert dialog.encoder.said.textFormat() == Qt.TextFormat.PlainText


def test_choices_that_do_not_fit_are_shown_on_request(dialog: WrapDialog, qtbot: QtBot):
    fill(dialog, qtbot)
    before = dialog.likelihood.list.count()
    dialog.likelihood.every.setChecked(True)
    assert dialog.likelihood.list.count() > before
    dialog.likelihood.filter.setText("counts nothing that exists")
    assert dialog.likelihood.list.count() == 0
    dialog.likelihood.filter.setText("poisson")
    assert dialog.likelihood.list.count() >= 1


def test_work_and_trouble_are_said_in_place(dialog: WrapDialog, qtbot: QtBot):
    fill(dialog, qtbot)
    dialog.show_work(Work("Wrapping your networks", "loading TensorFlow", 0, 1))
    assert dialog.bar.isVisibleTo(dialog)
    with qtbot.waitSignal(dialog.stopped):
        dialog.reject()
    assert dialog.isVisible()
    dialog.show_trouble(Trouble("encoder: they look swapped.", "wrap"))
    dialog.show_work(None)
    assert dialog.message.text() == "▲  encoder: they look swapped."
    dialog.preprocess.setEditText("unit")
    assert "swapped" not in dialog.message.text()


def test_every_control_has_a_name_and_a_tooltip(dialog: WrapDialog, qtbot: QtBot):
    dialog.show_paths(["/n/my_encoder.keras", "/n/program"])
    qtbot.waitUntil(lambda: dialog.state.program)
    dialog.likelihood.picked.emit("discretized-logistic-mixture")
    assert dialog.trust.isVisibleTo(dialog)
    for kind in (QAbstractButton, QComboBox, QLineEdit):
        for each in dialog.findChildren(kind):
            if each.isVisibleTo(dialog) and not isinstance(each.parent(), QComboBox):
                name = each.accessibleName() or (each.text() if isinstance(each, QAbstractButton) else "")
                assert name, each
                assert each.toolTip() or name in ("Cancel", "Stop"), name


def test_a_network_inside_a_file_is_named_by_the_person(
    dialog: WrapDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    assert DECODER.facts is not None
    whole = replace(DECODER.facts, networks=("encoder", "decoder"))
    asked: list[str] = []
    monkeypatch.setattr("vaediag.bundle.facts.inspect_file", lambda address: (asked.append(address), whole)[1])
    dialog.decoder.line.setText("/n/vae.h5")
    qtbot.waitUntil(lambda: dialog.decoder.inside.count() == 3)
    assert dialog.decoder.inside.currentData() == ""
    dialog.decoder.inside.setCurrentIndex(2)
    dialog.decoder.inside.activated.emit(2)
    qtbot.waitUntil(lambda: asked[-1] == "/n/vae.h5:decoder" and dialog.draft.decoder.facts is not None)
    assert dialog.draft.decoder.address == "/n/vae.h5:decoder"
