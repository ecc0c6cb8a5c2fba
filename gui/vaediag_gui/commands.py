"""What the buttons and menus of the window do: one method per command."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QDialog

from vaediag_gui.controller import TITLES
from vaediag_gui.dropped import absolute, classify
from vaediag_gui.resolve.findings import tab_of
from vaediag_gui.resolve.tour import resolve_tour
from vaediag_gui.snippet import can_show, snippet
from vaediag_gui.state.answers import Trouble

if TYPE_CHECKING:
    from vaediag_gui.app import App
    from vaediag_gui.dialogs.explanation import ExplanationDialog
    from vaediag_gui.panels.tour import Tour
    from vaediag_gui.resolve.explanation import Explanation

MOVING = {"look": "shimmer_gif", "traverse": "walk_gif"}
SHOWN = {
    "look": "look",
    "traverse": "walk",
    "compare": "pair",
    "calibration": "figure:pit",
    "variance": "figure:variance_maps",
    "collapse": "figure:kl",
    "evidence": "figure:lowest_evidence",
    "findings": "figure:worst",
}
DIAGNOSED = ("calibration", "variance", "collapse", "evidence", "findings")  # tabs that can scroll to a figure


class Commands:
    """`do(name, arguments)` runs the method of that name. Dialogs are imported when they are first needed."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._tour: Tour | None = None
        self._explained: ExplanationDialog | None = None

    def do(self, name: str, arguments: dict[str, Any]) -> None:
        getattr(self, name)(**arguments)

    # ---- opening ----------------------------------------------------------------------------------------------------

    def start_page(self) -> None:
        self._app.start_page = True
        self._app.show()

    def open_model(self, address: str | None = None) -> None:
        if address is None:
            from vaediag_gui.dialogs.open_model import ask_model

            address = ask_model(
                self._app.window,
                list(self._app.models.values()),
                self._app.settings,
                lambda folder: self._app.controller.load_diagnosis(Path(folder)),
            )
        if address is not None:
            card = self._app.models.get(address)
            dataset = card.dataset if card is not None and not self._own_data() else None
            self._app.start_page = False
            self._app.controller.open_model(address, dataset)
            self._app.show()

    def _own_data(self) -> bool:
        """Are images of the person's own open, or on their way? They stay with every model that they fit."""
        data, known = self._app.wishes.now.data, self._app.known.now
        if data is None or data.partition("[")[0] in self._app.datasets:
            return False
        return self._app.controller.has_data or "data" not in known.troubles

    def open_data(self, address: str | None = None, preprocess: str | None = None) -> None:
        if address is None:
            from vaediag_gui.dialogs.open_data import ask_data

            now = self._app.wishes.now.preprocess
            chosen = ask_data(self._app.window, list(self._app.datasets.values()), self._app.settings, now)
            if chosen is None:
                return
            address, preprocess = chosen
        self._app.wishes.update(data=address, preprocess=preprocess)

    def trust(self, yes: bool) -> None:
        """The person's word about a program in a model."""
        controller = self._app.controller
        controller.trust() if yes else controller.distrust()

    def open_other(self, address: str | None = None) -> None:
        if address is None:
            from vaediag_gui.dialogs.open_model import ask_model

            address = ask_model(
                self._app.window, list(self._app.models.values()), self._app.settings, title="Open the second model"
            )
        if address is not None:
            self._app.wishes.update(other=address)

    def open_diagnosis(self, other: bool = False) -> None:
        from vaediag_gui.dialogs.save import ask_diagnosis

        folder = ask_diagnosis(self._app.window, self._app.settings)
        if folder is not None:
            self._app.controller.load_diagnosis(folder, other=other)

    def dropped(self, paths: list[str]) -> None:
        """Files and folders from outside: each opens as what it is."""
        networks = []
        for path in paths:
            found = classify(path)
            if isinstance(found, str):
                self._app.known.trouble("data", Trouble(found, "drop"))
            elif found.kind == "diagnosis":
                self._app.controller.load_diagnosis(Path(found.address))
            elif found.kind == "network":
                networks.append(found.address)
            elif found.kind == "history":
                self.watch(found.address)
            elif found.kind == "model":
                self.open_model(found.address)
            else:
                self.open_data(found.address)
        if networks:
            self.wrap(networks)

    def wrap(self, paths: list[str] | None = None) -> None:
        """Ask what two networks mean, and make a model of them; `paths`: files that were dropped."""
        from vaediag_gui.dialogs.wrap import WrapDialog

        controller, known = self._app.controller, self._app.known
        dialog = WrapDialog(self._app.settings, self._app.window)

        def follow() -> None:
            dialog.show_trouble(known.now.troubles.get("wrap"))
            work = known.now.work
            dialog.show_work(work if work is not None and work.title == TITLES["wrap"] else None)

        def done(folder: str, data: str) -> None:
            dialog.accept()
            if data:
                self._app.wishes.update(data=data, preprocess=None)
            self.open_model(folder)

        known.trouble("wrap", None)
        controller.refreshed.connect(follow)
        controller.wrapped.connect(done)
        dialog.wanted.connect(controller.wrap)
        dialog.stopped.connect(controller.cancel)
        dialog.show_paths(paths or [])
        dialog.exec()
        controller.refreshed.disconnect(follow)
        controller.wrapped.disconnect(done)
        dialog.deleteLater()

    def watch(self, folder: str | None = None) -> None:
        """Follow the training whose history lies in a folder; None: ask for one."""
        if folder is None:
            from vaediag_gui.dialogs.files import ask_folder

            ask_folder(self._app.window, "Watch a training: the folder of its history", self._app.settings, self.watch)
            return
        self._app.start_page = False
        self._app.wishes.update(watch=absolute(folder), tab="training")
        self._app.show()

    def clear_recent(self) -> None:
        self._app.recent.clear()
        self._app.show_addresses()
        self._app.show()

    # ---- work -------------------------------------------------------------------------------------------------------

    def diagnose(self) -> None:
        self._app.controller.diagnose()

    def in_depth(self, on: bool) -> None:
        """Whether diagnoses measure in depth, from now on."""
        self._app.apply_preferences(dataclasses.replace(self._app.preferences, deep=on))

    def diagnose_in_depth(self) -> None:
        self.in_depth(on=True)
        self._app.controller.diagnose()

    def anneal(self, images: int, temperatures: int) -> None:
        """Diagnose with annealed importance sampling of these sizes."""
        sizes = {"ais_images": images, "ais_temperatures": temperatures}
        self._app.apply_preferences(dataclasses.replace(self._app.preferences, **sizes))
        self._app.controller.diagnose(ais=True)

    def ask_ais(self) -> None:
        """To the place where its sizes are chosen."""
        self.tab("evidence")
        self._app.window.evidence.ask_ais()

    def diagnose_other(self) -> None:
        self._app.controller.diagnose(other=True)

    def cancel(self) -> None:
        self._app.controller.cancel()

    def retry(self, lane: str) -> None:
        self._app.controller.retry(lane)

    def restart(self, helper: str) -> None:
        self._app.controller.restart(helper)

    def reload(self) -> None:
        self._app.controller.reload()

    def thumbnails(self, indices: list[int]) -> None:
        self._app.controller.thumbnails(indices)

    def dismiss(self) -> None:
        """What never opened is not wished for any longer: else it would seem to be on its way."""
        known, wish = self._app.known.now, self._app.wishes.now
        for lane in ("model", "data"):
            there = getattr(known, lane)
            if lane in known.troubles and (there is None or there.source != getattr(wish, lane)):
                self._app.wishes.update(**{lane: None})
        for lane in ("model", "data", "export"):
            self._app.known.trouble(lane, None)

    # ---- looking ----------------------------------------------------------------------------------------------------

    def tab(self, tab: str) -> None:
        self._app.start_page = False
        self._app.wishes.update(tab=tab)
        self._app.show()

    def show_figure(self, figure: str) -> None:
        tab = tab_of(figure)
        self._app.wishes.update(tab=tab)
        if tab in DIAGNOSED:
            getattr(self._app.window, tab).reveal(figure)

    def new_sample(self) -> None:
        self._app.controller.new_sample()

    def shimmer(self, on: bool) -> None:
        self._app.wishes.update(shimmer=on)

    def hold_noise(self, on: bool) -> None:
        self._app.wishes.update(hold_noise=on)

    def random_z(self) -> None:
        self._app.controller.random_z()

    def reset_latent(self, latent: int | None = None) -> None:
        self._app.controller.reset_latent(latent)

    def next_image(self) -> None:
        self._app.controller.step_image(1)

    def previous_image(self) -> None:
        self._app.controller.step_image(-1)

    def show_latents(self, on: bool) -> None:
        self._app.window.show_side("latents", on)
        self._app.show()

    def show_data(self, on: bool) -> None:
        self._app.window.show_side("data", on)
        self._app.show()

    # ---- taking away ------------------------------------------------------------------------------------------------

    def save_shown(self) -> None:
        self.save_picture(SHOWN[self._app.wishes.now.tab])

    def save_moving(self) -> None:
        self.save_picture(MOVING[self._app.wishes.now.tab])

    def save_picture(self, what: str) -> None:
        from vaediag_gui.dialogs.save import ask_picture

        path = ask_picture(self._app.window, what, self._app.wishes.now.model or "vaediag", self._app.settings)
        if path is not None:
            self._app.controller.export(what, path)

    def save_report(self) -> None:
        from vaediag_gui.dialogs.save import ask_report

        path = ask_report(self._app.window, self._app.wishes.now.model or "vaediag", self._app.settings)
        if path is not None:
            self._app.controller.export("report", path)

    def save_training(self) -> None:
        from vaediag_gui.dialogs.save import ask_report

        history = None if self._app.known.now.training is None else self._app.known.now.training.history
        path = ask_report(self._app.window, "training" if history is None else history.model, self._app.settings)
        if path is not None:
            self._app.controller.export("training", path)

    def copy_python(self) -> None:
        clipboard = QGuiApplication.clipboard()
        wish = self._app.wishes.now
        if clipboard is not None and can_show(wish):
            clipboard.setText(snippet(wish, self._app.known.now))
            self._app.window.status.say("Copied: paste it into Python")

    def explain(self, page: str) -> None:
        """The page of a quantity, in a window of its own beside this one."""
        from vaediag_gui.resolve.explanation import explanation

        self._explain(explanation(page))

    def explain_assumed(self) -> None:
        """What the numbers on show rest on, part by part."""
        from vaediag_gui.resolve.assumed import explained, on_show

        self._explain(explained(on_show(self._app.wishes.now, self._app.known.now)))

    def _explain(self, page: Explanation) -> None:
        from vaediag_gui.dialogs.explanation import ExplanationDialog

        if self._explained is None:
            self._explained = ExplanationDialog(self._app.window)
        self._explained.show_explanation(page)
        self._explained.show()
        self._explained.raise_()

    # ---- help -------------------------------------------------------------------------------------------------------

    def preferences(self) -> None:
        from vaediag_gui.dialogs.preferences import PreferencesDialog

        dialog = PreferencesDialog(self._app.preferences, self._app.window)
        dialog.changed.connect(self._app.apply_preferences)
        self._run(dialog)

    def shortcuts(self) -> None:
        from vaediag_gui.dialogs.shortcuts import ShortcutsDialog

        self._run(ShortcutsDialog(self._app.window.actions_.every(), self._app.window))

    def about(self) -> None:
        from vaediag_gui.dialogs.about import AboutDialog

        self._run(AboutDialog(self._app.window))

    def tour(self) -> None:
        """Four steps beside whatever they speak of; without a model it says which to begin with."""
        tour = self._tour
        if tour is None:
            from vaediag_gui.panels.tour import Tour

            tour = self._tour = Tour(self._app.window, self._app.window.tour_targets())
            tour.wished.connect(lambda changes: self._tour_tab(**changes))
            tour.commanded.connect(self.do)
            tour.show_state(resolve_tour(self._app.wishes.now, self._app.known.now))
            self._app.controller.refreshed.connect(self._follow)
        tour.begin()

    def _tour_tab(self, tab: str) -> None:
        """A step speaks of what stands first on its tab."""
        self.tab(tab)
        if tab in DIAGNOSED:
            getattr(self._app.window, tab).reveal(SHOWN[tab].partition(":")[2])

    def _follow(self) -> None:
        if self._tour is not None:
            self._tour.show_targets(self._app.window.tour_targets())
            self._tour.show_state(resolve_tour(self._app.wishes.now, self._app.known.now))

    def quit(self) -> None:
        self._app.window.close()

    def _run(self, dialog: QDialog) -> None:
        dialog.exec()
        dialog.deleteLater()
