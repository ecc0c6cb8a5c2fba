"""A diagnosis on disk: diagnosis.npz with the large arrays, diagnosis.json with everything else and the npz's hash."""

from __future__ import annotations

import hashlib
import json
from io import BufferedReader
from pathlib import Path
from typing import Any

from vaediag.errors import InputError
from vaediag.io.atomic import write_files
from vaediag.io.npz import read_npz, write_npz
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.schema import from_tree, to_tree

JSON, NPZ = "diagnosis.json", "diagnosis.npz"
MAX_JSON_BYTES = 64 * 2**20


def save_diagnosis(diagnosis: Diagnosis, folder: str | Path) -> Path:
    """Write diagnosis.npz, then diagnosis.json, into `folder` (made if missing); returns the JSON's path.

    The JSON is written last and holds the npz's hash, so a half-finished pair never passes for a diagnosis.
    Raises InputError when the folder cannot be written.
    """
    tree, arrays = to_tree(diagnosis)
    data = write_npz(arrays)
    tree["arrays"] = {"file": NPZ, "sha256": hashlib.sha256(data).hexdigest()}
    # a file name that is not UTF-8 holds lone surrogates: as backslash escapes they are JSON's own
    text = (_pretty(tree) + "\n").encode("utf-8", "backslashreplace")
    write_files(folder, {NPZ: data, JSON: text})
    return Path(folder) / JSON


def load_diagnosis(path: str | Path) -> Diagnosis:
    """The diagnosis in a folder, or of a diagnosis.json with its npz beside it. Loads no TensorFlow, runs no code.

    Raises InputError when a file is missing, truncated, corrupted or of another schema, or the two do not belong
    together.
    """
    path = Path(path)
    if path.is_dir():
        path = path / JSON
    tree = _read_json(path)
    reference = tree.get("arrays") if isinstance(tree, dict) else None
    if not isinstance(reference, dict) or not isinstance(reference.get("sha256"), str):
        raise InputError(
            f"{path}: expected a vaediag diagnosis; got a JSON without its arrays' hash. Try diagnosis.json."
        )
    beside = path.with_name(NPZ)
    try:
        with beside.open("rb") as file:
            if _sha256(file) != reference["sha256"]:
                raise InputError(
                    f"{beside}: expected the arrays that {path.name} was written with; got others. "
                    "It is damaged, or a save was interrupted: write the diagnosis again."
                )
            arrays = read_npz(file, str(beside))
    except OSError as error:
        raise _cannot_read(beside, error) from error
    try:
        return from_tree(tree, arrays)
    except InputError as error:
        raise type(error)(f"{path}: {error}") from error


def _read_json(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_JSON_BYTES + 1)
    except OSError as error:
        raise _cannot_read(path, error) from error
    if len(data) > MAX_JSON_BYTES:
        raise InputError(
            f"{path}: expected at most {MAX_JSON_BYTES >> 20} MiB; got more. Try the diagnosis.json itself."
        )
    try:
        return json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        reason = "text nested too deeply" if isinstance(error, RecursionError) else f"{error}"
        raise InputError(
            f"{path}: expected JSON; got '{reason:.120}'. It is damaged: write the diagnosis again."
        ) from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _cannot_read(path: Path, error: OSError) -> InputError:
    reason = error.strerror or type(error).__name__
    return InputError(
        f"{path}: expected a diagnosis (a folder with {JSON} and {NPZ}); got '{reason}'. "
        "Try vaediag diagnose MODEL DATA -o DIR."
    )


def _sha256(file: BufferedReader) -> str:
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest


def _pretty(item: Any, indent: str = "") -> str:
    """JSON for people: objects over several lines, short objects and all lists of numbers on one."""
    line = json.dumps(item, ensure_ascii=False, allow_nan=False)
    deeper = indent + " "
    numbers = isinstance(item, list) and not any(isinstance(part, dict) for part in item)
    if not isinstance(item, dict | list) or numbers or len(indent) + len(line) <= 110:
        return line
    if isinstance(item, list):
        return "[\n" + ",\n".join(deeper + _pretty(part, deeper) for part in item) + f"\n{indent}]"
    parts = (f"{deeper}{json.dumps(name, ensure_ascii=False)}: {_pretty(part, deeper)}" for name, part in item.items())
    return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
