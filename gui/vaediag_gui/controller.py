"""Between the person and the helpers: wishes become questions, answers become knowledge, both become view states."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from vaediag.errors import VaediagError
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.text import counted
from vaediag_gui.background import in_background
from vaediag_gui.exports import export_ask
from vaediag_gui.jobs.ask import UNTRUSTED, Ask, ask, with_trust
from vaediag_gui.jobs.asks import asks
from vaediag_gui.jobs.records import record_of
from vaediag_gui.jobs.supervisor import Supervisor
from vaediag_gui.resolve.depth import include
from vaediag_gui.state.absorb import absorb, without_anchor
from vaediag_gui.state.answers import Trouble, Untrusted, Work
from vaediag_gui.state.pace import Pace
from vaediag_gui.state.settle import SEEDS
from vaediag_gui.state.store import Known, Wishes
from vaediag_gui.state.timer import timer
from vaediag_gui.state.wish import Wish

SHIMMER = 100  # milliseconds between samples
THUMBNAIL = 48  # pixels, at most, of the longer side
TITLES = {
    "diagnose": "Diagnosis",
    "diagnose_other": "Diagnosis of the second model",
    "export": "Export",
    "pixel_pit": "PIT of one pixel",
    "wrap": "Wrapping your networks",
}


class Controller(QObject):
    """Owns no widget. `refreshed()`: wish or knowledge have changed, at most once per turn of the event loop.

    `said(text)`: something worth a line in the status bar (a file was written). `opened("model" or "data", address)`.
    `wrapped(folder, data)`: two networks have become a model; the address of the data named beside them, or "".
    """

    refreshed = pyqtSignal()
    said = pyqtSignal(str)
    opened = pyqtSignal(str, str)
    wrapped = pyqtSignal(str, str)

    def __init__(
        self, wishes: Wishes, known: Known, supervisor: Supervisor, cache: Path, parent: QObject | None = None
    ) -> None:
        """`cache`: a folder of this session's own, for diagnoses."""
        super().__init__(parent)
        self.wishes, self.known, self._supervisor, self._cache = wishes, known, supervisor, cache
        self._code: tuple[float, ...] | None = wishes.now.z  # the last that was on show
        self._before: dict[str, Wish] = {}  # "model", "data" -> the wish to go back to if it cannot be opened
        self._pace = Pace()
        self._annealing = False  # did the last diagnosis ask for AIS?
        self._runs = 0
        self._kept: dict[tuple[str, str], tuple[Diagnosis, Path]] = {}  # by the addresses of model and data
        self._refresh = timer(self, 0, self.refreshed.emit, once=True)
        self._shimmer = timer(self, SHIMMER, self.new_sample)
        wishes.changed.connect(self._on_wish)
        known.changed.connect(self._refresh.start)
        supervisor.answered.connect(self._on_answer)
        supervisor.failed.connect(self._on_failure)
        supervisor.progressed.connect(self._on_progress)
        supervisor.state_changed.connect(self._on_helper)

    @property
    def has_data(self) -> bool:
        """Are the wished data open?"""
        return self.known.now.data is not None and self.known.now.data.source == self.wishes.now.data

    # ---- wishes to questions ----------------------------------------------------------------------------------------

    def ask_all(self) -> None:
        """Ask whatever follows from the wish; questions already under way or answered are not repeated."""
        found = asks(self.wishes.now, self.known.now)
        self._supervisor.ask_all({lane: with_trust(each, self.known.now.trusted) for lane, each in found.items()})

    def _ask(self, question: Ask, *, force: bool = False) -> None:
        self._supervisor.ask(with_trust(question, self.known.now.trusted), force=force)

    def _on_wish(self, old: Wish, new: Wish) -> None:
        if new.z is not None:
            self._code = new.z
        for lane in ("model", "data"):
            if getattr(new, lane) != getattr(old, lane):
                if getattr(old, lane) is not None and getattr(self.known.now, lane) is not None:
                    self._before.setdefault(lane, old)
                self.known.trouble(lane, None)
        if (new.data, new.preprocess) != (old.data, old.preprocess):
            self._supervisor.drop("thumbnails")
        if new.other != old.other:
            self._recall()
        if new.maps.pixel != old.maps.pixel and new.maps.pixel is not None:
            self._ask_pixel_pit(new)
        if new.shimmer and new.tab == "look" and "sample" in new.views:
            self._shimmer.start()
        else:
            self._shimmer.stop()
        code = without_anchor(new, self.known.now)
        if code is not None:
            self.wishes.update(z=code)
            return  # the nested change has asked already
        self.ask_all()
        self._refresh.start()

    def new_sample(self) -> None:
        """Another draw of x from the same p(x | z)."""
        self.wishes.update(seed=(self.wishes.now.seed + 1) % SEEDS)

    def _ask_pixel_pit(self, wish: Wish) -> None:
        self.known.update(pixel_pit=None)
        self.known.trouble("pixel_pit", None)
        self._ask(
            ask("pixel_pit", model=wish.model, data=wish.data, preprocess=wish.preprocess, index=wish.maps.pixel,
                seed=wish.diagnosis_seed, reloads=wish.reloads)
        )  # fmt: skip

    # ---- answers to knowledge ---------------------------------------------------------------------------------------

    def _on_answer(self, question: Ask, header: dict[str, Any], arrays: dict[str, Any]) -> None:
        lane = question.lane
        if lane not in ("model", "data"):  # there the old one may answer again while the new one's failure is read
            self.known.trouble(lane, None)
        if lane in TITLES:
            self._ended(lane)
        if UNTRUSTED in header:
            self._on_untrusted(lane, header[UNTRUSTED])
            return
        if lane in ("diagnose", "diagnose_other"):
            folder, reloads = Path(header["folder"]), question.arguments.get("reloads")
            self.load_diagnosis(folder, other=lane == "diagnose_other", reloads=reloads)
            return
        if lane == "export":
            self.said.emit(f"Saved {header['path']}")
            return
        if lane == "wrap":
            if question.arguments["trust_program"]:  # the person's word about these networks
                self.known.update(trusted={**self.known.now.trusted, header["path"]: header["digest"]})
            self.wrapped.emit(header["path"], header["data"] or "")
            return
        record = record_of(lane, header, arrays)
        found, changes = absorb(self.wishes.now, self.known.now, lane, record, self._code)
        self._before.pop(lane, None)
        self.known.update(**found)
        if changes:
            self.wishes.update(**changes)
        if lane in ("model", "data"):
            self.opened.emit(lane, record.source)
            self._recall()
            self.ask_all()

    def _on_untrusted(self, lane: str, found: dict[str, str]) -> None:
        """Ask the person; what was open stays open meanwhile."""
        before = self._before.pop(lane, None)
        if before is not None:
            self.wishes.restore(before)
        self.known.update(untrusted=Untrusted(found["address"], found["digest"], lane))

    def trust(self) -> None:
        """The program asked about may run, in this session and as it is now: open it."""
        asked = self.known.now.untrusted
        if asked is None:
            return
        self.known.update(untrusted=None, trusted={**self.known.now.trusted, asked.address: asked.digest})
        if asked.lane == "model" and self.wishes.now.model != asked.address:
            self.open_model(asked.address, None)
        else:
            self.retry(asked.lane)

    def distrust(self) -> None:
        """It stays closed; a model that was never open is not wished for any longer."""
        asked, wish = self.known.now.untrusted, self.wishes.now
        self.known.update(untrusted=None)
        if asked is None:
            return
        opened = self.known.now.model
        if wish.model == asked.address and (opened is None or opened.source != asked.address):
            self.wishes.update(model=None)
        if wish.other == asked.address:
            self.wishes.update(other=None)

    def _on_failure(self, question: Ask, message: str, fatal: bool) -> None:
        lane = question.lane
        if lane in TITLES:
            self._ended(lane)
        before = self._before.pop(lane, None)
        if before is not None:
            self.wishes.restore(before)  # what was open stays open
        elif lane == "data" and not self.has_data:
            self.wishes.update(image=None)  # there is none to encode: z starts at the prior's mean
        self.known.trouble(lane, Trouble(message, question.task, fatal))

    def _on_progress(self, question: Ask, stage: str, done: int, total: int) -> None:
        if question.lane not in TITLES or self.known.now.work is None:
            return
        left = self._pace.left(stage, done, total, time.monotonic())
        self.known.update(work=Work(TITLES[question.lane], stage, done, total, left))

    def _on_helper(self, name: str, state: Any) -> None:
        self.known.update(**{name: state})

    def _ended(self, lane: str) -> None:
        if self.known.now.work is not None and self.known.now.work.title == TITLES[lane]:
            self._pace.forget()
            self.known.update(work=None)

    # ---- long work --------------------------------------------------------------------------------------------------

    def diagnose(self, *, other: bool = False, ais: bool = False) -> None:
        """Diagnose the model (or the second one) on the data, in the analyst; `ais`: with annealing besides."""
        wish = self.wishes.now
        names = include(wish, self.known.now.diagnosis, ais=ais)
        if not other:
            self._annealing = ais
        lane = "diagnose_other" if other else "diagnose"
        self._runs += 1
        folder = self._cache / f"{lane}-{self._runs}"
        self.known.trouble(lane, None)
        self._work(lane, "waiting for the analyst")
        self._ask(
            ask(lane, model=wish.other if other else wish.model, data=wish.data, preprocess=wish.preprocess,
                seed=wish.diagnosis_seed, limit=wish.limit, reloads=wish.reloads, folder=str(folder), run=self._runs,
                include=names, ais_images=wish.ais_images, ais_temperatures=wish.ais_temperatures),
            force=True,
        )  # fmt: skip

    def load_diagnosis(self, folder: Path, *, other: bool = False, reloads: int | None = None) -> None:
        """Read a diagnosis in a thread (large ones take longer than a frame), then compare if there are two.

        `reloads`: of the question that asked for it; None: a file.
        """
        lane = "diagnose_other" if other else "diagnose"

        def read() -> Callable[[], None]:
            from vaediag.io.diagnosis import load_diagnosis

            try:
                record = load_diagnosis(folder)
            except VaediagError as error:
                message = str(error)
                return lambda: self.known.trouble(lane, Trouble(message, lane))
            return lambda: self._take_diagnosis(record, folder, other, earlier=reloads not in (None, self._reloads))

        in_background(read, self)

    @property
    def _reloads(self) -> int:
        return self.wishes.now.reloads

    def _take_diagnosis(self, record: Diagnosis, folder: Path, other: bool, *, earlier: bool = False) -> None:
        if record.model.source and record.data.source and not earlier:
            self._kept[record.model.source, record.data.source] = record, folder
        if other:
            self.known.update(other=record)
            if record.model.source:
                self.wishes.update(other=record.model.source)
        else:
            self.folder = folder
            self.known.update(diagnosis=record, earlier=earlier)
            self.wishes.update(maps={"finding": None})
        self._compare()
        self._recall()
        self.said.emit(f"Diagnosis of {record.model.name} done: {counted(record.findings)}")
        self.ask_all()

    def _recall(self) -> None:
        """A diagnosis made earlier in this session is back with its model and data."""
        wish, known = self.wishes.now, self.known.now
        first = self._kept.get((wish.model or "", wish.data or ""))
        if known.diagnosis is None and first is not None:
            record, self.folder = first
            self.known.update(diagnosis=record, earlier=False)
        second = self._kept.get((wish.other or "", wish.data or ""))
        if second is not None and (known.other is None or known.other.model.source != wish.other):
            self.known.update(other=second[0])
        if (first or second) is not None:
            self._compare()

    def _compare(self) -> None:
        first, second = self.known.now.diagnosis, self.known.now.other
        self.known.trouble("compare", None)
        self.known.update(comparison=None)
        if first is not None and second is not None:
            from vaediag.compare import compare

            try:
                self.known.update(comparison=compare(first, second))
            except VaediagError as error:
                self.known.trouble("compare", Trouble(str(error), "compare"))

    folder: Path | None = None  # of the diagnosis on show

    def export(self, what: str, path: Path) -> None:
        """Write a picture or the report with the report's own functions. `what`: see `exports.export_ask`."""
        try:
            question = export_ask(what, path, self.wishes.now, self.known.now, self.folder)
        except ValueError as error:
            self.known.trouble("export", Trouble(str(error), "export"))
            return
        self.known.trouble("export", None)
        self._work("export", "drawing")
        self._ask(question, force=True)

    def wrap(self, arguments: dict[str, Any]) -> None:
        """Make a model of two networks, in the analyst. `arguments`: see `tasks.wrap`."""
        self.known.trouble("wrap", None)
        self._work("wrap", "waiting for the analyst")
        self._supervisor.ask(ask("wrap", **arguments), force=True)

    def cancel(self) -> None:
        """End the long work under way; answers within half a second."""
        work = self.known.now.work
        if work is None:
            return
        for lane, title in TITLES.items():
            if title == work.title:
                self._supervisor.cancel(lane)
                self._ended(lane)
                self.said.emit(f"{title} cancelled")

    def _work(self, lane: str, stage: str) -> None:
        self._pace.forget()
        self.known.update(work=Work(TITLES[lane], stage, 0, 0))

    # ---- small commands ---------------------------------------------------------------------------------------------

    def retry(self, lane: str) -> None:
        """Ask once more what did not work."""
        self.known.trouble(lane, None)
        if lane == "diagnose":
            self.diagnose(ais=self._annealing)
        elif lane == "diagnose_other":
            self.diagnose(other=True)
        elif lane == "pixel_pit":
            self._ask_pixel_pit(self.wishes.now)
        else:
            question = asks(self.wishes.now, self.known.now).get(lane)
            if question is not None:
                self._ask(question, force=True)

    def restart(self, helper: str) -> None:
        self._supervisor.restart(helper)
        self.ask_all()

    def thumbnails(self, indices: list[int]) -> None:
        wish = self.wishes.now
        if wish.data and indices:
            self._ask(
                ask(
                    "thumbnails", data=wish.data, preprocess=wish.preprocess, indices=[int(i) for i in indices], size=48
                )
            )

    def random_z(self) -> None:
        """A draw of z where each unlocked latent follows its prior's mean and standard deviation."""
        model = self.known.now.model
        if model is None:
            return
        drawn = [
            random.gauss(float(mean), float(spread)) if spread > 0 else float(mean)
            for mean, spread in zip(model.prior_mean, model.prior_stddev, strict=True)
        ]
        self._set_unlocked(drawn)

    def reset_latent(self, latent: int | None) -> None:
        """Back to the anchor's mean, or the prior's: one latent, or all that are not locked."""
        model, anchor, wish = self.known.now.model, self.known.now.anchor, self.wishes.now
        if model is None:
            return
        home = anchor.mean if anchor is not None and anchor.image == wish.image else model.prior_mean
        if latent is None:
            self._set_unlocked([float(value) for value in home])
        elif wish.z is not None:
            self.wishes.update(z=tuple(float(home[k]) if k == latent else v for k, v in enumerate(wish.z)))

    def _set_unlocked(self, values: list[float]) -> None:
        wish = self.wishes.now
        kept = wish.z if wish.z is not None and len(wish.z) == len(values) else tuple(values)
        self.wishes.update(z=tuple(kept[k] if k in wish.locked else values[k] for k in range(len(values))))

    def step_image(self, by: int) -> None:
        """The image `by` places further becomes the anchor, among those with the label that is shown."""
        data, wish = self.known.now.data, self.wishes.now
        if data is None or data.source != wish.data:
            return
        at = by if wish.image is None else wish.image + by
        while 0 <= at < data.count and wish.label is not None and data.labels is not None:
            if str(data.labels[at]) == wish.label:
                break
            at += by
        if 0 <= at < data.count:
            self.wishes.update(image=0 if wish.image is None else at)

    def open_model(self, address: str, dataset: str | None) -> None:
        """Open a model; with the data that it comes with, where `dataset` names them."""
        changes: dict[str, Any] = {"model": address}
        if dataset is not None:
            changes |= {"data": dataset, "preprocess": None, "image": 0 if self.wishes.now.image is None else None}
            if dataset == self.wishes.now.data:
                changes.pop("image")
        self.wishes.update(**changes)
        if self.known.now.troubles.get("model") is not None:
            self.retry("model")

    def reload(self) -> None:
        """Read model and data again; what was measured on them before is not recalled any more."""
        self._kept.clear()
        self.known.update(earlier=self.known.now.diagnosis is not None)
        self.wishes.update(reloads=self.wishes.now.reloads + 1)

    def close(self) -> None:
        """End both helpers, and remove what only this session needed: nothing of a person's own lies there."""
        self._shimmer.stop()
        self._supervisor.close()
        shutil.rmtree(self._cache, ignore_errors=True)
