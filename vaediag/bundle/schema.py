"""vae.json: everything of a bundle that is not a weight."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vaediag.bundle.plain_json import parse
from vaediag.errors import InputError
from vaediag.io.preprocess import STEPS, known

SCHEMA = 1
WITH_PROGRAM = 2  # the schema of bundles that hold a SavedModel: earlier versions must say that they cannot read them
MANIFEST = "vae.json"
NETWORKS = ("encoder", "decoder")
FILES = ("encoder.keras", "decoder.keras", "heads.npz")
PROGRAM_FILE = ".savedmodel.zip"  # after the network's name
_MOST_PHRASES = 40
_MAX_BYTES = 4 * 2**20
_MAX_SIZE = 2**24


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of vae.json. `files` maps each other file of the bundle to its sha256.

    `assumed` are the phrases of `VAE.assumed`. `programs` says of each network that is a SavedModel which part of it is
    called, `member`, and which of its `outputs` are taken, in their order.
    """

    name: str
    event_shape: tuple[int, ...]
    latent_dim: int
    likelihood: dict[str, Any]
    posterior: dict[str, Any]
    prior: dict[str, Any]
    files: dict[str, str]
    preprocessing: str = "none"
    trained_on: str | None = None
    training: dict[str, Any] | None = None
    card: dict[str, Any] | None = field(default=None)
    assumed: tuple[str, ...] = ()
    programs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def network_file(self, network: str) -> str:
        """The file of "encoder" or "decoder"."""
        return f"{network}{PROGRAM_FILE if network in self.programs else '.keras'}"

    def file_names(self) -> tuple[str, ...]:
        """All files of the bundle but vae.json."""
        return (*(self.network_file(network) for network in NETWORKS), "heads.npz")


_OPTIONAL = ("assumed", "programs")  # left out where there is nothing to say


def write_manifest(manifest: Manifest) -> bytes:
    """The bytes of vae.json: equal content gives equal bytes. NaN and infinite numbers become null."""
    values = {item.name: getattr(manifest, item.name) for item in dataclasses.fields(Manifest)}
    schema = WITH_PROGRAM if manifest.programs else SCHEMA
    content = {"schema": schema} | {key: value for key, value in values.items() if value or key not in _OPTIONAL}
    try:
        return (json.dumps(plain_data(content), indent=1, allow_nan=False, ensure_ascii=False) + "\n").encode()
    except (TypeError, ValueError) as error:
        raise InputError(
            f"training: expected numbers, text, lists and tables; {error}. Convert or leave out what JSON cannot hold."
        ) from error


def read_manifest(data: bytes, where: str) -> Manifest:
    """The content of vae.json, checked. Raises InputError for another schema, missing or impossible entries."""
    if not data:
        raise InputError(
            f"{where}: expected the description of a VAE; got an empty file. Copy or save the bundle again."
        )
    table = parse(data, where, max_bytes=_MAX_BYTES)
    if not isinstance(table, dict) or "schema" not in table:
        raise InputError(f"{where}: expected a bundle's vae.json; got other JSON. Choose the folder of a saved VAE.")
    if table["schema"] not in (SCHEMA, WITH_PROGRAM) or isinstance(table["schema"], bool):
        raise InputError(
            f"{where}: expected schema {SCHEMA} or {WITH_PROGRAM}; got {table['schema']!r}. It was saved by another"
            " version of vaediag: update vaediag, or save the model again."
        )
    known = {item.name for item in dataclasses.fields(Manifest)}
    missing = sorted(known - set(table) - set(_OPTIONAL))
    if missing:
        raise _wrong(where, missing[0], "an entry", "nothing")
    checked = {key: _checked(key, table[key], where) for key in known & set(table)}
    manifest = Manifest(**checked)
    if sorted(manifest.files) != sorted(manifest.file_names()):
        wanted = f"the sha256 of {', '.join(manifest.file_names())}"
        raise _wrong(where, "files", wanted, ", ".join(map(repr, manifest.files))[:80])
    return manifest


def plain_data(value: Any) -> Any:
    """NumPy values, tuples and dataclasses as JSON data; numbers that JSON does not have become None."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = dataclasses.asdict(value)
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): plain_data(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_data(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _checked(key: str, value: Any, where: str) -> Any:
    match key:
        case "name":
            ok, wanted = isinstance(value, str) and 0 < len(value) <= 200, "a short text"
        case "event_shape":
            ok = isinstance(value, list) and 1 <= len(value) <= 3 and all(_size(item) for item in value)
            ok, wanted = ok and math.prod(value) <= _MAX_SIZE, "one to three sizes such as [28, 28, 1]"
            value = tuple(value) if ok else value
        case "latent_dim":
            ok, wanted = _size(value), "a number of latents"
        case "likelihood" | "posterior" | "prior":
            ok, wanted = isinstance(value, dict), "a table"
        case "training" | "card":
            ok, wanted = value is None or isinstance(value, dict), "a table or null"
        case "preprocessing":
            ok = isinstance(value, str) and len(value) <= 200 and known(value)
            wanted = f"one of {', '.join(STEPS)}, joined with +"
        case "trained_on":
            ok, wanted = value is None or _hash(value), "a sha256 or null"
        case "assumed":
            ok = isinstance(value, list) and len(value) <= _MOST_PHRASES and all(map(_phrase, value))
            ok, wanted, value = ok, "short texts", tuple(value) if ok else value
        case "programs":
            ok = isinstance(value, dict) and all(name in NETWORKS and _program(item) for name, item in value.items())
            wanted = "which part of a SavedModel is called"
        case _:
            ok = isinstance(value, dict) and len(value) <= len(FILES) and all(map(_hash, value.values()))
            wanted = f"the sha256 of {', '.join(FILES)}"
    if not ok:
        raise _wrong(where, key, wanted, repr(value)[:80])
    return value


def _phrase(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 400 and value.isprintable()


def _program(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) != {"member", "outputs"}:
        return False
    outputs = value["outputs"]
    listed = isinstance(outputs, list) and len(outputs) <= _MOST_PHRASES and all(map(_phrase, outputs))
    return listed and (value["member"] is None or _phrase(value["member"]))


def _size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _MAX_SIZE


def _hash(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) is not None


def _wrong(where: str, key: str, wanted: str, got: str) -> InputError:
    return InputError(f"{where}: expected {wanted} as {key!r}; got {got}. Save the model again.")
