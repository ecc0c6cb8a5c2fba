"""A training's history on disk: history.npz with the large arrays, history.json with everything else."""

from __future__ import annotations

import time
from pathlib import Path

from vaediag.errors import InputError
from vaediag.io.pair import MismatchError, Pair
from vaediag.records.history import History
from vaediag.records.history_schema import from_tree, to_tree

_FILES = Pair(
    "history", "history of a training", "let the training write it again",
    'Give the folder of vd.Monitor(..., folder="watched"); it is there after the first diagnosis.',
)  # fmt: skip
JSON, NPZ = _FILES.json, _FILES.npz
TRIES, PAUSE = 5, 0.02  # a writer replaces both files within a few milliseconds


def save_history(history: History, folder: str | Path) -> Path:
    """Write history.npz, then history.json, into `folder` (made if missing), each whole; returns the JSON's path.

    Raises InputError when the folder cannot be written; what was there stays.
    """
    return _FILES.write(folder, *to_tree(history))


def load_history(path: str | Path) -> History:
    """The history in a folder, or of a history.json with its npz beside it; also while a training writes it.

    Loads no TensorFlow, runs no code. A reader that meets the moment between the two files' replacement looks again.
    Raises InputError when a file is missing, truncated, corrupted or of another schema, or the two do not belong
    together.
    """
    for attempt in range(TRIES):
        try:
            found, tree, arrays = _FILES.read(path)
            break
        except MismatchError:
            if attempt == TRIES - 1:
                raise
            time.sleep(PAUSE)
    try:
        return from_tree(tree, arrays)
    except InputError as error:
        raise type(error)(f"{found}: {error}") from error
