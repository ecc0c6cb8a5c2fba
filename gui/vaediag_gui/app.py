"""The application: window, helpers, settings and session, tied together."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QByteArray, QObject, QSettings, QStandardPaths, QTimer
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication

from vaediag.io.atomic import write_bytes
from vaediag.registry import Card, datasets, models
from vaediag_gui import preferences as prefs
from vaediag_gui.addresses import from_command_line
from vaediag_gui.commands import Commands
from vaediag_gui.controller import Controller
from vaediag_gui.jobs.supervisor import Supervisor
from vaediag_gui.recent import Recent
from vaediag_gui.resolve.start import resolve_start
from vaediag_gui.session import from_json, to_json
from vaediag_gui.state.answers import Watched
from vaediag_gui.state.store import Known, Wishes
from vaediag_gui.state.timer import timer
from vaediag_gui.state.wish import Wish
from vaediag_gui.theme.apply import apply, chosen
from vaediag_gui.watcher import Watcher
from vaediag_gui.window import Window

STALE = 7 * 86400  # seconds
SAVE_AFTER = 1500  # milliseconds of rest after which the session is written


class App(QObject):
    """Everything that lives as long as the window. `supervisor` can be given by tests."""

    def __init__(self, settings: QSettings, folder: Path, *, supervisor: Supervisor | None = None) -> None:
        super().__init__()
        self.settings, self.folder = settings, folder
        self.preferences = prefs.load(settings)
        self.recent = Recent(settings)
        self.models: dict[str, Card] = models()
        self.datasets: dict[str, Card] = datasets()
        self.wishes, self.known = Wishes(self._with_preferences(Wish()), parent=self), Known(self)
        self.supervisor = supervisor or Supervisor(parent=self)
        cache = folder / "diagnoses" / str(os.getpid())
        sweep(folder / "diagnoses")
        self.controller = Controller(self.wishes, self.known, self.supervisor, cache, self)
        self.window = Window()
        self.window.start.set_models(list(self.models.values()))
        self.window.compare.set_models(list(self.models.values()))
        self.start_page = False  # shown although a model is open
        self.commands = Commands(self)
        self.window.wished.connect(lambda changes: self.wishes.update(**changes))
        self.window.commanded.connect(self.commands.do)
        self.window.dropped.connect(self.commands.dropped)
        self.window.closing.connect(self.close)
        self.controller.refreshed.connect(self.show)
        self.controller.said.connect(self.window.status.say)
        self._save = timer(self, SAVE_AFTER, self.save_session, once=True)
        self.wishes.changed.connect(self._save.start)
        self.controller.opened.connect(self._note_recent)
        self.watcher = Watcher(self)
        self.watcher.changed.connect(self._on_training)
        self.wishes.changed.connect(lambda _, wish: self.watcher.watch(wish.watch))
        self.show_addresses()

    def begin(self, model: str | None, data: str | None, watch: str | None = None) -> None:
        """Show the window, then start the helpers and open what was asked for, or the last session."""
        self.window.restore_layout({
            name: value for name in ("geometry", "sides", "lower")
            if isinstance(value := self.settings.value(f"window/{name}"), QByteArray)
        })  # fmt: skip
        self.show()
        self.window.show()
        QTimer.singleShot(0, lambda: self._open(model, data, watch))

    def _open(self, model: str | None, data: str | None, watch: str | None = None) -> None:
        self.supervisor.start()
        model = from_command_line(model, self.models) if model is not None else None
        data = from_command_line(data, self.datasets) if data is not None else None
        if model is not None:
            card = self.models.get(model)
            own = card.dataset if card is not None else None
            self.wishes.update(model=model, data=data or own, image=0)
        elif data is not None:
            self.wishes.update(data=data)
        elif watch is None and self.preferences.reopen and self.wishes.now.model is None:
            self.wishes.restore(self._with_preferences(self._last_session()))
        if watch is not None:
            self.commands.watch(watch)
        self.controller.ask_all()

    def _with_preferences(self, wish: Wish) -> Wish:
        return dataclasses.replace(wish, **_of_diagnoses(self.preferences))

    def _last_session(self) -> Wish:
        try:
            return from_json((self.folder / "session.json").read_text("utf-8"))
        except (OSError, ValueError):
            return Wish()

    def show(self) -> None:
        self.window.show_state(self.wishes.now, self.known.now, start_page=self.start_page)
        if self.window.start.isVisibleTo(self.window):
            self.window.start.show_state(resolve_start(self.wishes.now, self.known.now, self._recent_files))

    def show_addresses(self) -> None:
        """The lists of the top bar and of the start page."""
        self._recent_files = self.recent.files([*self.models, *self.datasets])
        models_, data = list(self.models), list(self.datasets)
        self.window.top.set_addresses(
            [*models_, *(each for each in self.recent.addresses("model") if each not in models_)],
            [*data, *(each for each in self.recent.addresses("data") if each not in data)],
        )

    def _note_recent(self, kind: str, address: str) -> None:
        self.recent.add("model" if kind == "model" else "data", address)
        self.show_addresses()

    def _on_training(self, watched: Watched) -> None:
        """Its age alone is worth a look only where it is on show."""
        before = self.known.now.training
        news = before is None or (before.history, before.trouble) != (watched.history, watched.trouble)
        if news or before.folder != watched.folder or self.wishes.now.tab == "training":  # type: ignore[union-attr]
            self.known.update(training=watched)

    def apply_preferences(self, changed: prefs.Preferences) -> None:
        before, self.preferences = self.preferences, changed
        prefs.save(self.settings, changed)
        app = QApplication.instance()
        if isinstance(app, QApplication) and changed.theme != before.theme:
            apply(app, chosen(changed.theme))
        self.wishes.update(**_of_diagnoses(changed))

    def save_session(self) -> None:
        """Write the session, whole or not at all; a full disk must not stop the app."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_bytes(self.folder / "session.json", to_json(self.wishes.now).encode("utf-8", "backslashreplace"))
        except (OSError, ValueError) as error:
            self.window.status.say(f"The session could not be saved: {error}")

    def close(self) -> None:
        self._save.stop()
        self.save_session()
        for name, value in self.window.save_layout().items():
            self.settings.setValue(f"window/{name}", value)
        self.settings.sync()
        self.watcher.close()
        self.controller.close()


def _of_diagnoses(preferences: prefs.Preferences) -> dict[str, Any]:
    """What the wish takes from the preferences."""
    names = ("limit", "deep", "ais_images", "ais_temperatures")
    return {"diagnosis_seed": preferences.seed, **{name: getattr(preferences, name) for name in names}}


def sweep(folder: Path) -> None:
    """Remove what sessions that were killed have left behind."""
    for old in folder.glob("*"):
        if old.is_dir() and old.stat().st_mtime < time.time() - STALE:
            shutil.rmtree(old, ignore_errors=True)


def data_folder() -> Path:
    """Where session and diagnoses are kept."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    return Path(found or Path.home() / ".vaediag")


def run(model: str | None, data: str | None, watch: str | None = None) -> int:
    """Open the window and stay until it is closed; returns the exit code. Ctrl-C closes it: KeyboardInterrupt then."""
    QGuiApplication.setDesktopFileName("vaediag")
    app = QApplication(sys.argv[:1])
    app.setApplicationName("vaediag")
    app.setOrganizationName("vaediag")
    settings = QSettings()
    apply(app, chosen(prefs.load(settings).theme))
    made = App(settings, data_folder())
    made.begin(model, data, watch)
    timer(app, 200, lambda: None).start()  # Python sees Ctrl-C only when Qt lets it run
    stopped: list[int] = []

    def stop(number: int, _frame: object) -> None:
        stopped.append(number)
        made.window.close()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    code = app.exec()
    if signal.SIGINT in stopped:
        raise KeyboardInterrupt
    return code
