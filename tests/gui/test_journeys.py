"""Whole journeys through the real window with its real helpers: what a person does, and what they must see."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QSettings, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QAbstractSlider, QApplication
from pytestqt.qtbot import QtBot

from vaediag_gui import preferences as prefs
from vaediag_gui.app import App

PATIENCE = 300_000  # milliseconds; TensorFlow is loaded in there, and the analyst gives way to everything else
IMAGES = 150


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def made_in(home: Path) -> App:
    """An app with settings of its own, whose diagnoses take a seeded subset."""
    settings = QSettings(str(home / "settings.ini"), QSettings.Format.IniFormat)
    prefs.save(settings, prefs.Preferences(theme="light", limit=IMAGES))
    return App(settings, home)


@pytest.fixture(scope="module")
def app(qapp: QApplication, home: Path) -> Iterator[App]:
    """One window for the whole file: its journeys follow each other as a person's would."""
    from vaediag_gui.theme.apply import apply
    from vaediag_gui.theme.palette import LIGHT

    apply(qapp, LIGHT)
    made = made_in(home)
    made.begin(None, None)
    yield made
    made.window.close()
    made.deleteLater()


@pytest.fixture(autouse=True)
def no_leaked_windows() -> None:
    """The window of this file stays until its end."""


def soon(qtbot: QtBot, met: Callable[[], bool]) -> None:
    qtbot.waitUntil(met, timeout=PATIENCE)


@pytest.fixture
def opened(app: App, qtbot: QtBot) -> None:
    """A model and its data are on show, whether or not a journey before has opened them."""
    if app.known.now.model is None:
        choose(app, qtbot, "digits-overconfident")


@pytest.fixture
def diagnosed(app: App, qtbot: QtBot, opened: None) -> None:
    """They have been diagnosed."""
    del opened
    if app.known.now.diagnosis is None:
        app.commands.do("diagnose", {})
        soon(qtbot, lambda: app.known.now.diagnosis is not None and app.known.now.work is None)


def looks(app: App) -> bool:
    look, wish = app.known.now.look, app.wishes.now
    return look is not None and look.z == wish.z and look.seed == wish.seed


def choose(app: App, qtbot: QtBot, model: str) -> None:
    app.commands.do("open_model", {"address": model})
    soon(
        qtbot,
        lambda: (
            "model" in app.known.now.troubles
            or (app.known.now.model is not None and app.known.now.model.source == model)
        ),
    )
    assert "model" not in app.known.now.troubles, app.known.now.troubles["model"]
    soon(qtbot, lambda: looks(app))


def picture(app: App, view: str) -> np.ndarray:
    look = app.known.now.look
    assert look is not None
    return look.views[view]


# ---- the first start -------------------------------------------------------------------------------------------------


def test_a_first_start_shows_the_models_before_tensorflow_is_there(app: App):
    assert app.window.start.isVisible()
    assert "digits-bernoulli" in app.models
    assert app.known.now.model is None


def test_a_card_opens_a_model_with_its_data_and_shows_one_z_as_several_pictures(app: App, qtbot: QtBot):
    choose(app, qtbot, "digits-overconfident")
    soon(qtbot, lambda: app.window.look.isVisible())
    assert app.wishes.now.data == "digits"
    assert app.wishes.now.image == 0
    assert not np.array_equal(picture(app, "mean"), picture(app, "sample"))


@pytest.mark.usefixtures("opened")
def test_a_slider_moves_the_mean_and_holds_the_noise(app: App, qtbot: QtBot):
    mean, sample = picture(app, "mean"), picture(app, "sample")
    slider = next(
        each
        for each in app.window.latents.findChildren(QAbstractSlider)
        if each.isVisible() and each.maximum() > 10 and "z" in each.accessibleName()
    )
    before = app.wishes.now.z
    with qtbot.waitSignal(app.window.look.painted, timeout=PATIENCE):
        slider.setValue(slider.maximum() - 1)
    soon(qtbot, lambda: looks(app))
    after = app.wishes.now.z
    assert before is not None
    assert after is not None
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1
    assert not np.array_equal(picture(app, "mean"), mean)
    noise, same_noise = sample - mean, picture(app, "sample") - picture(app, "mean")
    np.testing.assert_allclose(same_noise, noise, atol=1e-5)  # one fixed σ: only z has moved


@pytest.mark.usefixtures("opened")
def test_a_new_sample_leaves_the_mean(app: App, qtbot: QtBot):
    mean, sample = picture(app, "mean"), picture(app, "sample")
    qtbot.keyClick(app.window, Qt.Key.Key_N)
    soon(qtbot, lambda: looks(app) and not np.array_equal(picture(app, "sample"), sample))
    np.testing.assert_array_equal(picture(app, "mean"), mean)


@pytest.mark.usefixtures("opened")
def test_a_pixel_shows_its_whole_law(app: App, qtbot: QtBot):
    app.window.wished.emit({"pixel": (3, 4, 0)})
    soon(qtbot, lambda: app.known.now.pixel is not None and app.known.now.pixel.index == (3, 4, 0) and looks(app))
    law = app.known.now.pixel
    assert law is not None
    assert law.mean == pytest.approx(float(picture(app, "mean")[3, 4, 0]), abs=1e-6)
    assert law.sample == pytest.approx(float(picture(app, "sample")[3, 4, 0]), abs=1e-6)
    assert law.observed is not None


@pytest.mark.usefixtures("opened")
def test_a_diagnosis_finds_what_is_wrong_and_a_finding_leads_to_its_picture(app: App, qtbot: QtBot):
    app.commands.do("diagnose", {})
    soon(qtbot, lambda: app.known.now.work is not None and app.known.now.work.total > 1)
    soon(qtbot, lambda: app.known.now.diagnosis is not None and app.known.now.work is None)
    diagnosis = app.known.now.diagnosis
    assert diagnosis is not None
    assert diagnosis.data.count == IMAGES
    (scale, *_) = (finding for finding in diagnosis.findings if finding.id.partition(".")[0] == "scale")
    app.window.wished.emit({"tab": "findings"})
    soon(qtbot, lambda: app.window.findings.isVisible())
    app.commands.do("show_figure", {"figure": scale.figure})
    assert app.wishes.now.tab == "calibration"
    soon(qtbot, lambda: app.window.calibration.isVisible())


@pytest.mark.usefixtures("diagnosed")
def test_a_pixel_of_a_map_shows_its_own_calibration(app: App, qtbot: QtBot):
    app.window.wished.emit({"maps": {"pixel": (3, 4, 0)}})
    soon(qtbot, lambda: app.known.now.pixel_pit is not None)
    pit = app.known.now.pixel_pit
    assert pit is not None
    assert pit.index == (3, 4, 0)
    assert pit.histogram.sum() == pytest.approx(1)
    app.window.wished.emit({"tab": "variance"})
    soon(qtbot, lambda: app.window.variance.page.complete and app.window.variance.behind.isVisible())
    assert pit.far is not None
    soon(qtbot, lambda: set(pit.far.index[:8].tolist()) <= set(app.known.now.thumbnails.pictures))
    app.window.variance.behind.strip.clicked.emit(0, 0)
    soon(qtbot, lambda: app.known.now.anchor is not None and app.known.now.anchor.image == int(pit.far.index[0]))
    assert (app.wishes.now.tab, app.wishes.now.pixel) == ("look", (3, 4, 0))
    anchor = app.known.now.anchor
    assert anchor is not None
    assert float(anchor.x[3, 4, 0]) == pytest.approx(float(pit.far.value[0]))


@pytest.mark.usefixtures("diagnosed")
def test_the_evidence_is_annealed_on_request_and_its_images_are_those_of_the_data(app: App, qtbot: QtBot):
    before = app.known.now.diagnosis
    app.commands.do("anneal", {"images": 2, "temperatures": 50})
    soon(qtbot, lambda: app.known.now.diagnosis is not before and app.known.now.work is None)
    diagnosis = app.known.now.diagnosis
    assert diagnosis is not None
    assert diagnosis.evidence.ais is not None
    assert (len(diagnosis.evidence.ais.images), diagnosis.evidence.ais.temperatures) == (2, 50)
    assert diagnosis.evidence.iwae is None, "in depth was not chosen"
    app.commands.do("ask_ais", {})
    soon(qtbot, lambda: app.window.evidence.page.complete)
    assert app.window.evidence.annealed.isVisibleTo(app.window)
    assert diagnosis.pictures is not None
    lowest = diagnosis.pictures.lowest
    assert lowest is not None
    app.window.evidence.images["lowest"].strip.clicked.emit(0, 0)
    assert app.wishes.now.tab == "look"
    soon(qtbot, lambda: app.known.now.anchor is not None and app.known.now.anchor.image == app.wishes.now.image)
    anchor = app.known.now.anchor
    assert anchor is not None
    np.testing.assert_allclose(anchor.x, lowest.shown.x[0], atol=1e-6)  # of a subset of the data


@pytest.mark.parametrize(
    ("tab", "what", "name"),
    [
        ("look", "look", "look.png"),
        ("look", "pixel", "pixel.svg"),
        ("look", "shimmer_gif", "shimmer.gif"),
        ("traverse", "walk", "walk.png"),
        ("traverse", "walk_gif", "walk.gif"),
        ("calibration", "figure:pit", "pit.png"),
        ("calibration", "pixel_pit", "one.png"),
        ("collapse", "figure:kl_effect", "kl.svg"),
        ("evidence", "figure:lowest_evidence", "lowest.png"),
        ("findings", "report", "report"),
    ],
)
@pytest.mark.usefixtures("diagnosed")
def test_every_picture_can_be_saved(app: App, qtbot: QtBot, tmp_path: Path, tab: str, what: str, name: str):
    app.window.wished.emit({"tab": tab})
    soon(qtbot, lambda: looks(app) if tab == "look" else tab != "traverse" or app.known.now.walk is not None)
    app.controller.export(what, tmp_path / name)
    with qtbot.waitSignal(app.controller.said, timeout=PATIENCE) as said:
        pass
    assert str(tmp_path / name) in said.args[0]
    assert not app.known.now.troubles
    written = tmp_path / name / "report.html" if what == "report" else tmp_path / name
    start = written.read_bytes()[:200].lstrip()
    assert start.startswith(
        {"png": b"\x89PNG", "gif": b"GIF8", "svg": b"<?xml"}.get(name.rpartition(".")[2], b"<!doctype")
    )


@pytest.mark.usefixtures("opened")
def test_a_folder_that_cannot_be_written_is_said_in_place(app: App, qtbot: QtBot):
    app.controller.export("look", Path("/proc/nowhere/look.png"))
    app.window.wished.emit({"tab": "look"})
    app.controller.export("look", Path("/proc/nowhere/look.png"))
    soon(qtbot, lambda: "export" in app.known.now.troubles and app.known.now.work is None)
    soon(qtbot, lambda: app.window.notice.isVisible())
    app.commands.do("dismiss", {})
    soon(qtbot, lambda: not app.window.notice.isVisible())


@pytest.mark.usefixtures("opened")
def test_python_lines_are_copied(app: App):
    app.window.wished.emit({"tab": "look"})
    app.commands.do("copy_python", {})
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert "vd.load('digits-overconfident')" in clipboard.text()


# ---- what goes wrong -------------------------------------------------------------------------------------------------


def broken_bundle(folder: Path) -> Path:
    bundle = folder / "broken"
    shutil.copytree(str(files("vaediag_models") / "bundles" / "digits-bernoulli"), bundle)
    decoder = bundle / "decoder.keras"
    decoder.write_bytes(decoder.read_bytes()[:1000])
    return bundle


@pytest.mark.usefixtures("diagnosed")
def test_a_broken_bundle_is_said_and_the_old_model_stays(app: App, qtbot: QtBot, tmp_path: Path):
    z = app.wishes.now.z
    app.commands.do("open_model", {"address": str(broken_bundle(tmp_path))})
    soon(qtbot, lambda: "model" in app.known.now.troubles)
    assert app.wishes.now.model == "digits-overconfident"
    assert app.wishes.now.z == z
    assert app.known.now.diagnosis is not None
    soon(qtbot, lambda: looks(app) and app.supervisor.state("viewer").phase == "ready")
    assert app.window.notice.isVisible()  # also after the old model has answered again
    assert str(tmp_path / "broken") not in app.recent.addresses("model")
    app.commands.do("dismiss", {})


@pytest.mark.usefixtures("diagnosed")
def test_broken_data_are_said_and_the_old_ones_stay(app: App, qtbot: QtBot, tmp_path: Path):
    wrong = tmp_path / "wrong.npy"
    wrong.write_bytes(b"\x93NUMPY no")
    app.commands.do("open_data", {"address": str(wrong)})
    soon(qtbot, lambda: "data" in app.known.now.troubles)
    assert app.wishes.now.data == "digits"
    assert app.known.now.diagnosis is not None


@pytest.mark.usefixtures("opened")
def test_data_of_another_shape_are_said_where_they_are_used(app: App, qtbot: QtBot, tmp_path: Path):
    np.save(tmp_path / "large.npy", np.zeros((5, 16, 16, 1), np.float32))
    app.commands.do("open_data", {"address": str(tmp_path / "large.npy")})
    soon(qtbot, lambda: app.known.now.data is not None and app.known.now.data.count == 5)
    app.window.wished.emit({"image": 1})
    soon(qtbot, lambda: "anchor" in app.known.now.troubles)
    assert "8" in app.known.now.troubles["anchor"].message
    app.commands.do("open_data", {"address": "digits"})
    soon(qtbot, lambda: app.known.now.data is not None and app.known.now.data.source == "digits")
    app.window.wished.emit({"image": 0})
    soon(qtbot, lambda: looks(app) and not app.known.now.troubles)


@pytest.mark.usefixtures("opened")
def test_data_of_ones_own_stay_with_another_model(app: App, qtbot: QtBot, tmp_path: Path):
    mine = tmp_path / "mine.npy"
    np.save(mine, np.zeros((5, 8, 8, 1), np.float32))
    app.commands.do("open_data", {"address": str(mine)})
    soon(qtbot, lambda: app.known.now.data is not None and app.known.now.data.count == 5)
    choose(app, qtbot, "digits-normal-image")
    assert app.wishes.now.data == str(mine)
    choose(app, qtbot, "digits-overconfident")
    app.commands.do("open_data", {"address": "digits"})
    soon(qtbot, lambda: app.known.now.data is not None and app.known.now.data.source == "digits")
    app.window.wished.emit({"image": 0})
    soon(qtbot, lambda: looks(app) and not app.known.now.troubles)


FACTORIES = """
import vaediag as vd
from vaediag.backend import tf, tfd

def _vae(decode):
    return vd.from_callables(
        lambda x: tfd.MultivariateNormalDiag(tf.zeros((tf.shape(x)[0], 2)), tf.ones(2)), decode,
        prior=vd.priors.StandardNormal(2), event_shape=(8, 8, 1), name="strange")

def _law(mean):
    return tfd.Independent(tfd.Normal(tf.broadcast_to(mean[:, None, None, None], (tf.shape(mean)[0], 8, 8, 1)), 1.0), 3)

def raises():
    def decode(z):
        with tf.control_dependencies([tf.debugging.assert_less(z[:, 0], 1.0, message="z0 is too large for me")]):
            return _law(tf.identity(z[:, 0]))
    return _vae(decode)

def nan():
    return _vae(lambda z: _law(tf.where(z[:, 0] > 1.0, float("nan"), z[:, 0])))

def dies():
    import os
    def decode(z):
        def kill(value):
            if float(value[0, 0]) > 100.0:  # beyond all that is drawn when a model is opened
                os._exit(7)
            return value
        moved = tf.numpy_function(kill, [z], tf.float32)
        return _law(tf.ensure_shape(moved, z.shape)[:, 0])
    return _vae(decode)
"""


@pytest.fixture
def strange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: App, qtbot: QtBot) -> Iterator[None]:
    """`strange_models` can be imported in the helpers, which are started again for it."""
    (tmp_path / "strange_models.py").write_text(FACTORIES)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    app.supervisor.restart("viewer")
    yield
    app.commands.do("dismiss", {})
    choose(app, qtbot, "digits-overconfident")


def move_first(app: App, value: float) -> None:
    z = app.wishes.now.z
    assert z is not None
    app.window.wished.emit({"z": (value, *z[1:]), "tab": "look"})


@pytest.mark.usefixtures("opened")
def test_decoders_that_raise_or_give_nan_are_said_in_place(app: App, qtbot: QtBot, strange: None):
    del strange
    choose(app, qtbot, "strange_models:raises")
    move_first(app, 3.0)
    soon(qtbot, lambda: "look" in app.known.now.troubles)
    assert "too large" in app.known.now.troubles["look"].message
    move_first(app, 0.5)
    soon(qtbot, lambda: looks(app) and "look" not in app.known.now.troubles)
    choose(app, qtbot, "strange_models:nan")
    move_first(app, 3.0)
    soon(qtbot, lambda: looks(app))
    look = app.known.now.look
    assert look is not None
    assert np.isnan(look.views["mean"]).all()
    assert "does not work" in look.notes["mean"]


@pytest.mark.usefixtures("opened")
def test_a_decoder_that_kills_its_helper_twice_is_given_up_and_the_app_goes_on(app: App, qtbot: QtBot, strange: None):
    del strange
    choose(app, qtbot, "strange_models:dies")
    move_first(app, 300.0)
    soon(qtbot, lambda: app.known.now.troubles.get("look") is not None and app.known.now.troubles["look"].fatal)
    move_first(app, 0.25)
    soon(qtbot, lambda: looks(app))
    assert app.wishes.now.model == "strange_models:dies"


@pytest.mark.usefixtures("opened")
def test_a_killed_viewer_comes_back_with_everything(app: App, qtbot: QtBot):
    import os
    import signal

    app.window.wished.emit({"seed": 77, "tab": "look"})
    soon(qtbot, lambda: looks(app))
    wish, pid, look = app.wishes.now, app.supervisor.pid("viewer"), app.known.now.look
    os.kill(pid, signal.SIGKILL)
    soon(qtbot, lambda: app.known.now.viewer.phase in ("restarting", "starting"))
    move_first(app, 0.125)
    soon(qtbot, lambda: looks(app) and app.known.now.look is not look)
    assert app.wishes.now.seed == wish.seed
    assert app.wishes.now.image == wish.image
    assert app.wishes.now.model == wish.model
    assert not app.known.now.troubles


# ---- comparing, dropping, coming back --------------------------------------------------------------------------------


def test_two_models_are_compared_on_the_same_images(app: App, qtbot: QtBot):
    app.commands.do("diagnose", {})
    soon(qtbot, lambda: app.known.now.diagnosis is not None and app.known.now.work is None)
    app.window.wished.emit({"tab": "compare", "other": "digits-normal-image"})
    app.commands.do("diagnose_other", {})
    soon(qtbot, lambda: app.known.now.comparison is not None)
    soon(qtbot, lambda: app.known.now.pair is not None)
    comparison = app.known.now.comparison
    assert comparison is not None
    assert comparison["elbo"].better == "second"


@pytest.mark.usefixtures("opened")
def test_dropped_files_open_as_what_they_are(app: App, qtbot: QtBot, tmp_path: Path):
    np.save(tmp_path / "mine.npy", np.random.default_rng(0).random((30, 8, 8, 1), np.float32))
    app.window.dropped.emit([str(tmp_path / "mine.npy")])
    soon(qtbot, lambda: app.known.now.data is not None and app.known.now.data.count == 30)
    app.window.dropped.emit([str(tmp_path)])  # a folder without anything that could be opened but one file
    app.window.dropped.emit([str(tmp_path / "nothing.txt")])
    soon(qtbot, lambda: "data" in app.known.now.troubles)
    app.commands.do("dismiss", {})


@pytest.mark.usefixtures("opened")
def test_the_session_is_back_after_a_restart(app: App, qtbot: QtBot, home: Path):
    app.window.wished.emit({"tab": "traverse", "seed": 5, "path": {"steps": 5}, "data": "digits", "image": 2})
    soon(qtbot, lambda: app.known.now.anchor is not None and app.known.now.anchor.image == 2)
    soon(qtbot, lambda: app.wishes.now.z is not None)
    before = app.wishes.now
    app.window.close()
    kept = json.loads((home / "session.json").read_text("utf-8"))
    assert kept["wish"]["seed"] == 5
    again = made_in(home)
    again.begin(None, None)
    soon(qtbot, lambda: again.known.now.walk is not None and again.known.now.walk.z.shape[1] == 5)
    now = again.wishes.now
    assert (now.model, now.data, now.z, now.seed, now.image, now.tab) == (
        before.model, before.data, before.z, before.seed, before.image, before.tab
    )  # fmt: skip
    pids = [again.supervisor.pid(name) for name in ("viewer", "analyst")]
    again.window.close()
    for pid in pids:
        assert pid == 0 or not Path(f"/proc/{pid}").exists()
    again.deleteLater()
