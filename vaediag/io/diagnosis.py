"""A diagnosis on disk: diagnosis.npz with the large arrays, diagnosis.json with everything else and the npz's hash."""

from __future__ import annotations

from pathlib import Path

from vaediag.errors import InputError
from vaediag.io.pair import Pair
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.schema import from_tree, to_tree

_FILES = Pair("diagnosis", "diagnosis", "write the diagnosis again", "Try vaediag diagnose MODEL DATA -o DIR.")
JSON, NPZ = _FILES.json, _FILES.npz


def save_diagnosis(diagnosis: Diagnosis, folder: str | Path) -> Path:
    """Write diagnosis.npz, then diagnosis.json, into `folder` (made if missing); returns the JSON's path.

    Raises InputError when the folder cannot be written.
    """
    return _FILES.write(folder, *to_tree(diagnosis))


def load_diagnosis(path: str | Path) -> Diagnosis:
    """The diagnosis in a folder, or of a diagnosis.json with its npz beside it. Loads no TensorFlow, runs no code.

    Raises InputError when a file is missing, truncated, corrupted or of another schema, or the two do not belong
    together.
    """
    path, tree, arrays = _FILES.read(path)
    try:
        return from_tree(tree, arrays)
    except InputError as error:
        raise type(error)(f"{path}: {error}") from error
