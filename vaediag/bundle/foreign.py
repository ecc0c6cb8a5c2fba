"""A file that Keras saved, of any version, read without Keras: the networks in it, and what each would give.

`.keras`, `.h5` and `.hdf5` files of Keras 3 and of tf_keras. Nothing in them is run: not the code of custom layers, not
the functions that Lambda layers carry.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vaediag.bundle.allowed import refused
from vaediag.bundle.hdf5 import LayoutError, Tree, read_tree
from vaediag.bundle.inspect import MAX_FILE, Network, examine
from vaediag.bundle.modern import is_network, modern, own_name, table_name
from vaediag.bundle.plain_json import parse
from vaediag.bundle.stored import ByLayer, from_h5, from_keras, weights_file
from vaediag.bundle.wiring import MAX_CALLS, MAX_LAYERS
from vaediag.bundle.zips import broken, read_zip, write_zip
from vaediag.errors import InputError

ENDINGS = (".keras", ".h5", ".hdf5")
_HDF5, _ZIP = b"\x89HDF", b"PK"
_MAX_JSON = 4 * 2**20
_MEMBERS = {"metadata.json": 2**16, "config.json": _MAX_JSON, "model.weights.h5": MAX_FILE}
_CODE = (
    "give its address instead, package.module:factory, a function of yours that returns vd.VAE(encoder, decoder, ...)"
)


@dataclass(frozen=True)
class Foreign:
    """One network of a file: its config in the form of Keras 3, and the weights of its layers."""

    where: str  # what messages call it
    saved_by: str  # "Keras 3.15.1", "tf_keras 2.21.0"
    config: dict[str, Any]
    weights: ByLayer
    inner: tuple[str, ...]  # names of the networks inside it


def split_address(address: str) -> tuple[Path, str | None]:
    """`vae.h5:encoder` is the network `encoder` inside vae.h5; a path may have colons of its own."""
    path = Path(address).expanduser()
    if not path.exists() and ":" in address:
        before, _, member = address.rpartition(":")
        if member and "/" not in member and Path(before).expanduser().exists():
            return Path(before).expanduser(), member
    return path, None


def open_foreign(address: str) -> Foreign:
    """The network at `path` or `path:name`.

    Raises:
        InputError: no such file; an empty or damaged one; weights without their network; a class of the user's own.
        UnsafeFileError: a file that could exhaust the memory.
    """
    path, member = split_address(address)
    return foreign_of(_read(path), path.name, member)


def foreign_of(data: bytes, name: str, member: str | None = None) -> Foreign:
    """`open_foreign` for bytes; `name` is what messages call the file."""
    if data[:4] == _HDF5:
        return _open_h5(data, name, member)
    if data[:2] == _ZIP:
        return _open_keras(data, name, member)
    raise InputError(
        f"{name}: expected a file that Keras saved (.keras or .h5) or the folder of a SavedModel; got something"
        " else. Save the network with model.save('network.keras')."
    )


def rebuilt(config: Mapping[str, Any], weights: ByLayer, where: str) -> Network:
    """A network in the form of Keras 3 with its weights, examined as every file of a bundle is."""
    archive = write_zip(
        {
            "metadata.json": b'{"keras_version":"3"}',
            "config.json": json.dumps(config, separators=(",", ":")).encode(),
            "model.weights.h5": weights_file(config, weights),
        }
    )
    return examine(archive, where)


def _read(path: Path) -> bytes:
    if path.is_dir():
        raise _no_network(path)
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            raise InputError(f"{path.name}: expected at most {MAX_FILE} bytes; got {size}. It is not opened.")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"network: {path} cannot be read ({error.strerror}). Check the path.") from error
    if not data:
        raise InputError(
            f"{path.name}: expected a saved network; got an empty file, 0 bytes. Keras leaves one behind when"
            " model.save() fails, as it does for a model class without get_config: save the two networks instead,"
            " vae.encoder.save('encoder.keras') and vae.decoder.save('decoder.keras')."
        )
    return data


def _no_network(path: Path) -> InputError:
    """A folder that is none of a SavedModel: most often a checkpoint."""
    names = [each.name for each in path.iterdir()]
    if "checkpoint" in names or any(name.endswith(".index") for name in names):
        return only_weights(f"{path.name}/")
    return InputError(
        f"{path.name}/: expected a file that Keras saved, or the folder of a SavedModel (with saved_model.pb in it);"
        " got another folder. Check the path."
    )


def only_weights(where: str) -> InputError:
    """What to do with weights whose network is not there."""
    return InputError(
        f"{where}: expected a whole network; got weights only, which do not say what to do with them. Build the"
        f" network in Python, load the weights into it and save it with model.save('network.keras'); or {_CODE}."
    )


# ---- .keras ----------------------------------------------------------------------------------------------------------


def _open_keras(data: bytes, name: str, member: str | None) -> Foreign:
    members = _members(data, name)
    metadata = parse(members["metadata.json"], f"{name}: metadata.json", max_bytes=_MAX_JSON)
    config = parse(members["config.json"], f"{name}: config.json", max_bytes=_MAX_JSON)
    version = metadata.get("keras_version") if isinstance(metadata, Mapping) else None
    tree = _tree(members["model.weights.h5"], name, texts=False)
    where = name if member is None else f"{name}:{member}"
    saver = _saver(version)
    if is_network(config):
        _check_size(config, where)
        whole = modern(config, old=_is_old(saver))
        return _chosen(whole, from_keras(tree, config), member, where, saver)
    inside = dict(_attributes(config))
    if member in inside:
        network = inside[member]
        _check_size(network, where)
        return Foreign(where, saver, modern(network, old=_is_old(saver)), from_keras(tree, network, f"{member}/"), ())
    raise _no_graph(where, config, tuple(inside))


def _members(data: bytes, name: str) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise broken(name, error) from error
    if "config.json" not in names:
        raise InputError(
            f"{name}: expected a network as Keras saves it; got an archive of {', '.join(names[:3]) or 'nothing'}."
            " Save the network with model.save('network.keras')."
        )
    return read_zip(data, name, limits=_MEMBERS)


def _attributes(config: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Networks that a model class of the user's own stores as settings."""
    inner = config.get("config") if isinstance(config, Mapping) else None
    for key, value in (inner or {}).items() if isinstance(inner, Mapping) else ():
        if is_network(value):
            yield str(key), value


def _no_graph(where: str, config: Any, inside: tuple[str, ...]) -> InputError:
    kind = table_name(config)[:60] or "nothing known"
    hint = (
        f"Name one of the networks inside it: {', '.join(f'{where}:{each}' for each in inside)}."
        if inside
        else "Save its networks one by one, vae.encoder.save('encoder.keras') and vae.decoder.save('decoder.keras')."
    )
    return InputError(
        f"{where}: expected a network made of layers; got the class {kind!r}, whose code is not in the file. {hint}"
    )


# ---- .h5 -------------------------------------------------------------------------------------------------------------


def _open_h5(data: bytes, name: str, member: str | None) -> Foreign:
    tree = _tree(data, name, texts=True)
    top = tree.texts.get("", {})
    text = top.get("model_config")
    if not isinstance(text, str):
        raise only_weights(name)
    config = parse(text.encode(), f"{name}: model_config", max_bytes=_MAX_JSON)
    where = name if member is None else f"{name}:{member}"
    if not is_network(config):
        raise _no_graph(where, config, ())
    _check_size(config, where)
    saver = _saver(top.get("keras_version"))
    whole = modern(config, old=_is_old(saver))
    return _chosen(whole, from_h5(tree, whole, name), member, where, saver)


def _tree(data: bytes, where: str, *, texts: bool) -> Tree:
    try:
        return read_tree(data, texts=texts)
    except LayoutError as error:
        raise InputError(
            f"{where}: expected a whole file as Keras writes it; {error}. Copy it again, or save it again with"
            " model.save('network.keras')."
        ) from error


# ---- one of several networks -----------------------------------------------------------------------------------------


def _chosen(whole: dict[str, Any], weights: ByLayer, member: str | None, where: str, saved_by: str) -> Foreign:
    inside = dict(_networks(whole, ()))
    names = tuple(place[-1] for place in inside)
    if member is None:
        return Foreign(where, saved_by, whole, weights, names)
    found = [place for place in inside if place[-1] == member]
    if len(found) != 1:
        there = f"it holds {', '.join(names)}" if names else "it holds one network only: leave the name out"
        raise InputError(f"{where}: expected the name of a network inside the file; got {member!r}; {there}.")
    place = found[0]
    own = {key[len(place) :]: arrays for key, arrays in weights.items() if key[: len(place)] == place}
    inner = tuple(each[-1] for each in inside if each[: len(place)] == place and each != place)
    return Foreign(where, saved_by, inside[place], own, inner)


def _networks(config: Mapping[str, Any], place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    for layer in config["config"]["layers"]:
        if is_network(layer):
            inner = (*place, own_name(layer))
            yield inner, {key: layer[key] for key in ("module", "class_name", "config", "registered_name")}
            yield from _networks(layer, inner)


def _is_old(saver: str) -> bool:
    """Whether a file is of tf_keras, or of a Keras from before versions were written down."""
    return saver in ("Keras", "tf_keras") or saver.startswith("tf_keras ")


def _check_size(config: Any, where: str) -> None:
    """Raise UnsafeFileError for more layers, calls or outputs than a bundle may have, before they are looked at."""
    waiting, layers, calls = [config], 0, 0
    while waiting:
        inner = waiting.pop()["config"]
        listed = inner if isinstance(inner, list) else inner["layers"]
        layers += len(listed)
        for layer in listed if layers <= MAX_LAYERS else ():
            nodes = layer.get("inbound_nodes") if isinstance(layer, Mapping) else None
            calls += len(nodes) if isinstance(nodes, list) else 0
            waiting += [layer] if is_network(layer) else []
        ends = inner.get("output_layers") if isinstance(inner, Mapping) else None
        calls += len(ends) if isinstance(ends, list | Mapping) else 0
        if layers > MAX_LAYERS or calls > MAX_CALLS:
            raise refused(where, f"more than {MAX_LAYERS} layers or {MAX_CALLS} calls of them")


def _saver(version: Any) -> str:
    number = re.match(r"\d{1,3}", version) if isinstance(version, str) else None
    if number is None:
        return "Keras"
    return f"{'Keras' if int(number[0]) > 2 else 'tf_keras'} {version[:20]}"
