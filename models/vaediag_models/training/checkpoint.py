"""The state of a training run at the end of an epoch, in memory and in one file that is whole or not there."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vaediag.errors import InputError
from vaediag.io.atomic import replacing

FILE = "training-checkpoint.npz"


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Attributes:
    run: what makes two runs the same run: recipe settings and identity of the images.
    phase: "learn" or "refine"; epoch: epochs done in it.
    best: held-out ELBO of the best weights; best_epoch: when that was.
    history: held-out ELBO after each epoch.
    state: everything that changes, in the order of the run's variables; best_state: the best weights.
    """

    run: dict[str, Any]
    phase: str
    epoch: int
    best: float
    best_epoch: int
    history: tuple[float, ...]
    state: tuple[NDArray[Any], ...]
    best_state: tuple[NDArray[Any], ...]


def write(folder: Path, point: Checkpoint) -> None:
    """Put the checkpoint into the folder in place of an older one; InputError when it cannot be written."""
    meta = {
        "run": point.run,
        "phase": point.phase,
        "epoch": point.epoch,
        "best": point.best,
        "best_epoch": point.best_epoch,
        "history": point.history,
    }
    arrays = {f"state_{number}": values for number, values in enumerate(point.state)}
    arrays |= {f"best_{number}": values for number, values in enumerate(point.best_state)}
    with replacing(folder / FILE) as file:
        np.savez(file, meta=np.frombuffer(json.dumps(meta).encode(), np.uint8), **arrays)  # type: ignore[arg-type]


def read(folder: Path, run: dict[str, Any]) -> Checkpoint | None:
    """The checkpoint of this very run, or None where there is none.

    Raises InputError for the checkpoint of another run, and for a file that is damaged.
    """
    path = folder / FILE
    if not path.exists():
        return None
    try:
        # opened here, because NumPy leaves its own handle of a damaged file open
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            meta = json.loads(stored["meta"].tobytes())
            arrays = {name: stored[name] for name in stored.files if name != "meta"}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(
            f"output: expected a checkpoint; {path} is damaged ({error}). Delete it to start anew."
        ) from error
    if meta["run"] != run:
        raise InputError(
            f"output: expected a new folder, or one of the same recipe, data and seed; {path} is of another run. "
            "Choose another folder, or delete that file to start anew."
        )
    return Checkpoint(
        run=run,
        phase=meta["phase"],
        epoch=meta["epoch"],
        best=meta["best"],
        best_epoch=meta["best_epoch"],
        history=tuple(meta["history"]),
        state=_ordered(arrays, "state"),
        best_state=_ordered(arrays, "best"),
    )


def remove(folder: Path) -> None:
    """Delete the folder's checkpoint, if there is one."""
    (folder / FILE).unlink(missing_ok=True)


def _ordered(arrays: dict[str, NDArray[Any]], kind: str) -> tuple[NDArray[Any], ...]:
    count = sum(name.startswith(f"{kind}_") for name in arrays)
    return tuple(arrays[f"{kind}_{number}"] for number in range(count))
