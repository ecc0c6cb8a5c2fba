"""Weights of single layers: found in a file by the layer's place in the network, and written for another network.

Two layouts: `.keras` numbers layers by class (`layers/dense_1/vars/0`), `.h5` names them and joins the weights of a
network inside a network into one list: first what is trained of every layer, then what is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from vaediag.bundle.hdf5 import Tree
from vaediag.bundle.modern import is_network, own_name, table_name
from vaediag.bundle.weights import Weights
from vaediag.errors import InputError

Array: TypeAlias = "np.ndarray[Any, Any]"
Place: TypeAlias = "tuple[str, ...]"  # names of the networks around a layer, and its own
ByLayer: TypeAlias = "dict[Place, list[Array]]"

_CONTAINERS = ("layers", "_layer_checkpoint_dependencies")  # the second until tf_keras 2.13
_KERNELS = {"SeparableConv1D": 2, "SeparableConv2D": 2, "PReLU": 1, "Embedding": 1}


def snake(name: str) -> str:
    """A class name as Keras spells it in weights files."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def _numbered(layers: Sequence[Any]) -> Iterator[tuple[Any, str]]:
    """Each layer with its name in a `.keras` file: its class, numbered from the second on."""
    used: dict[str, int] = {}
    for layer in layers:
        name = snake(table_name(layer))
        used[name] = used.get(name, -1) + 1
        yield layer, f"{name}_{used[name]}" if used[name] else name


# ---- .keras ----------------------------------------------------------------------------------------------------------


def from_keras(tree: Tree, config: Mapping[str, Any], prefix: str = "") -> ByLayer:
    """The weights of every layer of a network in a `.keras` file; `prefix` is where the network lies."""
    groups = set(tree.groups)
    below: dict[str, dict[int, Array]] = {}
    for path, array in tree.arrays.items():
        layer, _, number = path.rpartition("/vars/")
        if number.isdecimal():
            below.setdefault(layer, {})[int(number)] = array

    def walk(config: Mapping[str, Any], prefix: str, place: Place) -> Iterator[tuple[Place, list[Array]]]:
        container = next((name for name in _CONTAINERS if prefix + name in groups), _CONTAINERS[0])
        for layer, name in _numbered(config["config"]["layers"]):
            path, inner = f"{prefix}{container}/{name}", (*place, own_name(layer))
            if is_network(layer):
                yield from walk(layer, f"{path}/", inner)
            else:
                yield inner, [array for _, array in sorted(below.get(path, {}).items())]

    return dict(walk(config, prefix, ()))


# ---- .h5 -------------------------------------------------------------------------------------------------------------


def from_h5(tree: Tree, config: Mapping[str, Any], where: str) -> ByLayer:
    """The weights of every layer of a network in a `.h5` file. Raises InputError when they are not there."""
    root = "model_weights" if "model_weights" in tree.groups else ""
    found: ByLayer = {}
    for layer in config["config"]["layers"]:
        name = own_name(layer)
        arrays = _listed(tree, f"{root}/{name}" if root else name, where)
        if is_network(layer):
            found |= _shared_out(layer, arrays, (name,), where)
        else:
            found[(name,)] = arrays
    return found


def _listed(tree: Tree, group: str, where: str) -> list[Array]:
    """The arrays of a group in the order of its list of names, which is cut into parts when it is long."""
    texts = tree.texts.get(group, {})
    names = texts.get("weight_names")
    if names is None:
        parts = [texts[f"weight_names{number}"] for number in range(len(texts)) if f"weight_names{number}" in texts]
        names = [name for part in parts for name in part]
    paths = [f"{group}/{name}" for name in ([names] if isinstance(names, str) else names)]
    missing = [path for path in paths if path not in tree.arrays]
    if missing:
        raise InputError(f"{where}: expected weights at {missing[0][:80]!r}; they are missing. Save it again.")
    return [tree.arrays[path] for path in paths]


def _shared_out(network: Mapping[str, Any], arrays: list[Array], place: Place, where: str) -> ByLayer:
    """The list of weights of a network inside a network, given back to its layers."""
    leaves = list(_leaves(network, place))
    found: ByLayer = {inner: [] for inner, *_ in leaves}
    left = list(arrays)
    for number in (0, 1):  # trained weights first
        for inner, *counts in leaves:
            taken, left = left[: counts[number]], left[counts[number] :]
            found[inner] += taken
    if left or sum(len(each) for each in found.values()) != len(arrays):
        raise InputError(
            f"{where}: expected the weights of {place[-1]!r} to be those of its layers; got {len(arrays)} arrays."
            f" Save {place[-1]!r} alone: model.get_layer({place[-1]!r}).save('{place[-1]}.keras')."
        )
    return found


def _leaves(network: Mapping[str, Any], place: Place, frozen: bool = False) -> Iterator[tuple[Place, int, int]]:
    """Every layer with the number of its trained and of its other weights."""
    for layer in network["config"]["layers"]:
        inner, settings = (*place, own_name(layer)), layer.get("config", {})
        still = frozen or settings.get("trainable") is False
        if is_network(layer):
            yield from _leaves(layer, inner, still)
            continue
        trained, other = _counts(table_name(layer), settings)
        yield (inner, 0, trained + other) if still else (inner, trained, other)


def _counts(name: str, config: Mapping[str, Any]) -> tuple[int, int]:
    if name.endswith("Normalization"):
        both = bool(config.get("center")) + bool(config.get("scale"))
        return (both, 2) if name == "BatchNormalization" else (1 if config.get("rms_scaling") else both, 0)
    kernels = 1 if name == "Dense" or "Conv" in name else 0
    return _KERNELS.get(name, kernels) + (bool(config.get("use_bias")) if kernels else 0), 0


# ---- written ---------------------------------------------------------------------------------------------------------


def weights_file(config: Mapping[str, Any], found: Mapping[Place, Sequence[Array]]) -> bytes:
    """The weights file of a network in the form of Keras 3."""
    groups, arrays = ["vars"], {}

    def walk(config: Mapping[str, Any], prefix: str, place: Place) -> None:
        groups.append(f"{prefix}layers")
        for layer, name in _numbered(config["config"]["layers"]):
            path, inner = f"{prefix}layers/{name}", (*place, own_name(layer))
            groups.append(f"{path}/vars")
            if is_network(layer):
                walk(layer, f"{path}/", inner)
            for number, array in enumerate(found.get(inner, ())):
                arrays[f"{path}/vars/{number}"] = array

    walk(config, "", ())
    return Weights(tuple(groups), arrays).file()
