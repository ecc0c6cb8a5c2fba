"""A model looked at again and again while something else trains it: when, at which cost, and what is kept."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from vaediag.diagnose import diagnose
from vaediag.errors import InputError
from vaediag.io.atomic import cannot_write
from vaediag.io.history import save_history
from vaediag.prepared import prepare
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array
from vaediag.records.history import History, LatestPictures
from vaediag.records.text import clipped, printable
from vaediag.registry import images_for
from vaediag.seeds import pair
from vaediag.training.board import Board
from vaediag.training.latest import latest
from vaediag.training.moments import Moment, Watched, history, measured
from vaediag.training.pace import Clock, Stage, affordable
from vaediag.training.untouched import untouched

SKIPPED = ("prior", "information", "corrected", "pictures")  # what costs more than the rest together
NAN_WEIGHTS = "NaN weights"


class Watch:
    """Diagnoses on request of a training, within a budget (arguments as of `Monitor`).

    Attributes:
        trained: what is trained, where that is known and more than the VAE's own networks.
        end: the last epoch, where it is known; start: epochs before the first.
        epoch: finished so far.
        moments: what was seen; latest: the newest diagnosis.
    """

    def __init__(
        self,
        vae: Any,
        images: Any,
        *,
        every: int,
        folder: str | Path | None,
        budget: float | None,
        tensorboard: str | Path | None,
        seed: int,
        limit: int,
        end: float | None,
    ) -> None:
        _whole("every", every)
        _whole("limit", limit)
        for name, value in (("budget", budget), ("epochs", end)):
            if value is not None and not 0 < float(value) < float("inf"):
                raise InputError(f"{name}: expected a number above 0, or None; got {value!r}. Leave it out.")
        pair(seed)
        self._vae, self._images = prepare(vae), images_for(vae, images).limit(limit, seed)
        self._every, self._seed, self._budget = int(every), int(seed), budget
        self._watched = _watched(self._vae, self._images, int(seed), budget)
        self._folder = None if folder is None else _made(folder)
        self._board = None if tensorboard is None else Board(_made(tensorboard))
        self._costs: list[float] = []  # of each moment, with writing it down
        self._pictures: LatestPictures | None = None
        self._warned: set[str] = set()
        self._postponed = 0
        self._losses: dict[str, float] = {}
        self._finished = False
        self.clock = Clock()
        self.calls = 0
        self.trained: Any = None
        self.start: float | None = None
        self.end = end
        self.epoch = 0.0
        self.moments: list[Moment] = []
        self.latest: Diagnosis | None = None

    @property
    def history(self) -> History:
        return history(self._watched, self.moments, pictures=self._pictures, finished=self._finished)

    def begin(self) -> None:
        """The training begins, or goes on after it had finished."""
        if self.calls:
            self.clock.go_on()
        else:
            self.clock.restart()
        self._finished = False
        with self.clock.spending():
            self._guarded("the history could not be written", self._save)

    def update(self, epoch: float, losses: Mapping[str, Any] | None, step: float | None) -> bool:
        """So many epochs are finished. Was a diagnosis made, or tried?"""
        with self.clock.spending():
            self.start = float(epoch) - 1.0 if self.start is None else self.start
            self.calls += 1
            self.epoch, self._losses = float(epoch), scalars(losses)
            if self.calls % self._every:
                return False
            if not affordable(self._stage(), self._budget):
                self._postponed += 1
                return False
            self._look(step)
            return True

    def finish(self) -> None:
        """The training is over: its last state is diagnosed, unless that was just done."""
        with self.clock.spending():
            if self.calls and (not self.moments or self.moments[-1].epoch != self.epoch):
                self._postponed -= bool(self._postponed and self.calls % self._every == 0)
                self._look(None)
            self._finished = True
            self._guarded("the history could not be written", self._save)
        self.clock.stop()

    def _look(self, step: float | None) -> None:
        began = self.clock.now()
        fields = self._diagnose()
        self.moments.append(
            Moment(
                epoch=self.epoch,
                step=np.nan if step is None else float(step),
                elapsed=self.clock.elapsed,
                cost=self.clock.now() - began,
                postponed=self._postponed,
                losses=self._losses,
                **fields,
            )
        )
        self._postponed = 0
        self._guarded("the history could not be written", self._save)
        self._guarded("TensorBoard's file could not be written", self._show)
        self._costs.append(self.clock.now() - began)
        self.moments[-1] = replace(self.moments[-1], cost=self._costs[-1])  # in the file from the next time on

    def _diagnose(self) -> dict[str, Any]:
        try:
            with untouched(*self._networks()):
                self.latest = diagnose(self._vae, self._images, seed=self._seed, skip=SKIPPED)
                self._guarded("the pictures could not be drawn", self._draw)
            return measured(self.latest)
        except Exception as error:  # whatever a network in the middle of its training can raise
            trouble = _one_line(error) if _finite_weights(self._networks()) else NAN_WEIGHTS
            self._warn(f"the diagnosis after epoch {self.epoch:g} failed", trouble)
            return {"trouble": trouble}

    def _draw(self) -> None:
        self._pictures = latest(self._vae, self._images, seed=self._seed)

    def _save(self) -> None:
        if self._folder is not None:
            save_history(self.history, self._folder)

    def _show(self) -> None:
        if self._board is not None:
            self._board.write(self.moments[-1], self._pictures)

    def _stage(self) -> Stage:
        return Stage(
            trained=self.clock.trained,
            spent=self.clock.spent,
            costs=tuple(self._costs),
            epoch=self.epoch,
            last=self.moments[-1].epoch if self.moments else 0.0,
            start=self.start or 0.0,
            end=self.end,
        )

    def _networks(self) -> tuple[Any, ...]:
        return (self.trained, self._vae.encoder, self._vae.decoder)

    def _guarded(self, what: str, act: Callable[[], None]) -> None:
        """A fault of ours, or a full disk, must not end a training."""
        try:
            act()
        except Exception as error:
            self._warn(what, _one_line(error))

    def _warn(self, what: str, why: str) -> None:
        if why not in self._warned:
            self._warned.add(why)
            why = why if why.endswith(".") else f"{why}."
            warnings.warn(f"vd.Monitor: {what}: {why} The training goes on.", RuntimeWarning, stacklevel=5)


def _watched(vae: Any, images: Any, seed: int, budget: float | None) -> Watched:
    named = images.split is None or f"[{images.split}]" in images.name
    return Watched(
        model=vae.name,
        data=images.name if named else f"{images.name}[{images.split}]",
        preprocessing=images.preprocessing,
        assumed=(*vae.assumed, *images.assumed),
        count=len(images),
        seed=seed,
        latent_dim=vae.latent_dim,
        event_shape=tuple(vae.event_shape),
        budget=budget,
        **vae.describe(),
    )


def scalars(losses: Mapping[str, Any] | None) -> dict[str, float]:
    """Losses as plain numbers, without ours; what is not one number is left out."""
    found = {}
    for name, value in (losses or {}).items():
        array = as_array(value)
        if array.size == 1 and array.dtype.kind in "fiub" and not str(name).startswith("vaediag_"):
            found[str(name)] = float(array.reshape(()))
    return found


def _finite_weights(networks: tuple[Any, ...]) -> bool:
    variables = [each for network in networks for each in getattr(network, "weights", None) or ()]
    arrays = [as_array(each) for each in variables]
    return all(np.isfinite(array).all() for array in arrays if array.dtype.kind == "f")


def as_array(value: Any) -> Array:
    """Of a tensor, a variable of either Keras, or a plain number."""
    return np.asarray(value.numpy() if hasattr(value, "numpy") else value)


def _one_line(error: Exception) -> str:
    """The last line: above it errors from inside a graph have the way there."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    text = clipped(printable(lines[-1] if lines else ""), 300)
    return text if isinstance(error, InputError) else f"{type(error).__name__}: {text}"


def _whole(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise InputError(f"{name}: expected a whole number of at least 1; got {value!r}. Leave it out.")


def _made(folder: str | Path) -> Path:
    """The folder, made now: better to fail before a training than after its first epoch."""
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
    return folder
