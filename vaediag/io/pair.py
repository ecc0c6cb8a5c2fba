"""A record on disk as a pair of files: STEM.npz with the large arrays, STEM.json with the rest and the npz's hash.

The JSON is written last, and holds the npz's hash: a half-finished pair never passes for a record.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vaediag.errors import InputError
from vaediag.io.atomic import write_files
from vaediag.io.npz import read_npz, write_npz
from vaediag.records.estimate import Array

MAX_JSON_BYTES = 64 * 2**20


class MismatchError(InputError):
    """The two files do not belong together: damaged, or in the middle of being replaced."""


@dataclass(frozen=True, slots=True)
class Pair:
    """How one kind of record is called: its files' stem, the noun in messages, what makes it anew and how to get it."""

    stem: str
    noun: str
    again: str
    how: str

    @property
    def json(self) -> str:
        return f"{self.stem}.json"

    @property
    def npz(self) -> str:
        return f"{self.stem}.npz"

    def write(self, folder: str | Path, tree: dict[str, Any], arrays: dict[str, Array]) -> Path:
        """Write both into `folder` (made if missing); returns the JSON's path. InputError when that cannot be done."""
        data = write_npz(arrays)
        tree = {**tree, "arrays": {"file": self.npz, "sha256": hashlib.sha256(data).hexdigest()}}
        # a file name that is not UTF-8 holds lone surrogates: as backslash escapes they are JSON's own
        text = (_pretty(tree) + "\n").encode("utf-8", "backslashreplace")
        write_files(folder, {self.npz: data, self.json: text})
        return Path(folder) / self.json

    def read(self, path: str | Path) -> tuple[Path, dict[str, Any], dict[str, Array]]:
        """The JSON's path, its tree and the arrays, of a folder or of the JSON with its npz beside it.

        Raises InputError when a file is missing, truncated or corrupted; MismatchError when they differ in origin.
        """
        path = Path(path)
        if path.is_dir():
            path = path / self.json
        tree = self._tree(path)
        reference = tree.get("arrays") if isinstance(tree, dict) else None
        if not isinstance(reference, dict) or not isinstance(reference.get("sha256"), str):
            raise InputError(
                f"{path}: expected a vaediag {self.noun}; got a JSON without its arrays' hash. Try {self.json}."
            )
        beside = path.with_name(self.npz)
        try:
            with beside.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != reference["sha256"]:
                    raise MismatchError(
                        f"{beside}: expected the arrays that {path.name} was written with; got others. "
                        f"It is damaged, or a save was interrupted: {self.again}."
                    )
                file.seek(0)
                return path, tree, read_npz(file, str(beside))
        except OSError as error:
            raise self._cannot_read(beside, error) from error

    def _tree(self, path: Path) -> Any:
        try:
            with path.open("rb") as file:
                data = file.read(MAX_JSON_BYTES + 1)
        except OSError as error:
            raise self._cannot_read(path, error) from error
        if len(data) > MAX_JSON_BYTES:
            raise InputError(
                f"{path}: expected at most {MAX_JSON_BYTES >> 20} MiB; got more. Try the {self.json} itself."
            )
        try:
            return json.loads(data, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            reason = "text nested too deeply" if isinstance(error, RecursionError) else f"{error}"
            raise InputError(f"{path}: expected JSON; got '{reason:.120}'. It is damaged: {self.again}.") from error

    def _cannot_read(self, path: Path, error: OSError) -> InputError:
        reason = error.strerror or type(error).__name__
        return InputError(
            f"{path}: expected a {self.noun} (a folder with {self.json} and {self.npz}); got '{reason}'. {self.how}"
        )


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


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
