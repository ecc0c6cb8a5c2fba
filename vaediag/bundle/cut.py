"""The part of a network that gives the outputs that are wanted, and nothing that is not needed for them.

Works on configs in the form of Keras 3 (`modern`). A layer whose code is not in the file, such as the layer of a Keras
example that draws z, can stand in a file: it is left out with whatever else only it needs, and never run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from vaediag.bundle.layers import LAYERS, OPERATIONS
from vaediag.bundle.modern import is_network, is_tensor, table_name
from vaediag.errors import InputError

Config: TypeAlias = "dict[str, Any]"
Tensor: TypeAlias = "tuple[str, int, int]"

# layers of tfp.layers that turn parameters into a distribution, or add a penalty to the loss
DISTRIBUTIONS = frozenset(
    [
        *("DistributionLambda", "IndependentBernoulli", "IndependentNormal", "IndependentLogistic"),
        *("IndependentPoisson", "MixtureNormal", "MixtureLogistic", "MixtureSameFamily", "MultivariateNormalTriL"),
        *("OneHotCategorical", "CategoricalMixtureOfOneHotCategorical", "KLDivergenceAddLoss"),
    ]
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A network to keep: its config, the layers that give its outputs, and the classes of layers left out."""

    config: Config
    outputs: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    distribution: str | None = None  # class of the tfp layer that stood at its end


def foreign(table: Any) -> bool:
    """Whether a layer's code is neither in the file nor on the list of layers."""
    name = table_name(table)
    listed = name in LAYERS or name == "InputLayer"
    return not (is_network(table) or (listed and table.get("module") == OPERATIONS.get(str(name), "keras.layers")))


def layers_of(config: Config) -> list[Config]:
    """The layers of a network, in the order of the file."""
    return [layer for layer in config["config"]["layers"] if isinstance(layer, dict)]


def foreign_layers(config: Config) -> Iterator[str]:
    """Classes of layers of others in a network, also of networks inside it."""
    for layer in layers_of(config):
        if is_network(layer):
            yield from foreign_layers(layer)
        elif foreign(layer):
            yield table_name(layer) or "a layer without a class"


def inputs_of(layer: Config) -> list[str]:
    """Names of the layers whose outputs a layer is given in its first call."""
    return [name for name, _, _ in _tensors(_called(layer, 0))]


def output_tensors(config: Config) -> list[Tensor] | dict[str, Tensor]:
    """What a network gives: tensors in order, or by key. A network in a row gives the output of its last layer."""
    if table_name(config) == "Sequential":
        layers = layers_of(config)
        return [(layers[-1]["config"].get("name") or "", 0, 0)] if layers else []
    ends = config["config"].get("output_layers")
    if isinstance(ends, Mapping):
        return {str(key): _tensor(value) for key, value in ends.items()}
    return [_tensor(ends)] if is_tensor(ends) else [_tensor(value) for value in ends or ()]


def cut(config: Config, outputs: Sequence[Tensor]) -> Piece:
    """The network that gives `outputs`. Layers of tfp that make distributions are taken off its end."""
    if table_name(config) == "Sequential":
        return _shorter_row(config, outputs[0][0])
    layers = {layer["name"]: layer for layer in layers_of(config)}
    kept, distribution = [], None
    for name, call, index in (_from_outside(output, layers) for output in outputs):
        while table_name(layers.get(name)) in DISTRIBUTIONS and foreign(layers[name]):
            before = _tensors(_called(layers[name], call))
            if len(before) != 1:
                break
            distribution = table_name(layers[name]) if distribution in (None, "KLDivergenceAddLoss") else distribution
            name, call, index = before[0]
        kept.append((name, call, index))
    return _smaller_graph(config, layers, kept, distribution)


def _shorter_row(config: Config, last: str) -> Piece:
    layers = layers_of(config)
    names = [layer["config"].get("name") or "" for layer in layers]
    end = len(layers) if last not in names else names.index(last) + 1
    distribution = None
    while end > 1 and table_name(layers[end - 1]) in DISTRIBUTIONS and foreign(layers[end - 1]):
        end -= 1
        distribution = table_name(layers[end])
    dropped = tuple(_custom(layers[end:]))
    shorter = config | {"config": config["config"] | {"layers": layers[:end]}}
    return Piece(shorter, (names[end - 1],), dropped, distribution)


def _smaller_graph(
    config: Config, layers: Mapping[str, Config], outputs: Sequence[Tensor], distribution: str | None
) -> Piece:
    needed: set[tuple[str, int]] = set()
    waiting = [(name, call) for name, call, _ in outputs]
    while waiting:
        name, call = waiting.pop()
        if (name, call) not in needed and name in layers:
            needed.add((name, call))
            waiting += [(source, number) for source, number, _ in _tensors(_called(layers[name], call))]
    calls: dict[str, list[int]] = {}
    for name, call in sorted(needed):
        calls.setdefault(name, []).append(call)
    moved = {(name, call): place for name, numbers in calls.items() for place, call in enumerate(numbers)}
    kept = [
        layer | {"inbound_nodes": [_moved(_called(layer, call), moved) for call in calls[name] if _called(layer, call)]}
        for name, layer in layers.items()
        if name in calls
    ]
    starts = [start for start in _ends(config["config"].get("input_layers")) if start[0] in calls]
    ends = [_to_outside((name, moved.get((name, call), call), index), layers) for name, call, index in outputs]
    table = config["config"] | {
        "layers": kept,
        "input_layers": [list(start) for start in starts] if len(starts) != 1 else list(starts[0]),
        "output_layers": [list(end) for end in ends] if len(ends) != 1 else list(ends[0]),
    }
    dropped = tuple(_custom([layer for name, layer in layers.items() if name not in calls]))
    return Piece(config | {"config": table}, tuple(name for name, _, _ in outputs), dropped, distribution)


def _custom(layers: Sequence[Config]) -> Iterator[str]:
    yield from (table_name(each) for each in layers if foreign(each) and table_name(each) not in DISTRIBUTIONS)


# ---- tensors ---------------------------------------------------------------------------------------------------------


def _from_outside(output: Tensor, layers: Mapping[str, Config]) -> Tensor:
    """Keras 3 counts the calls of a graph inside a graph from one where outputs are named, and only there."""
    name, call, index = output
    return name, call - (table_name(layers.get(name)) == "Functional"), index


def _to_outside(output: Tensor, layers: Mapping[str, Config]) -> Tensor:
    name, call, index = output
    return name, call + (table_name(layers.get(name)) == "Functional"), index


def outside(name: str, layer: Config) -> Tensor:
    """The first output of the first call of a layer, as a network's outputs name it."""
    return _to_outside((name, 0, 0), {name: layer})


def _ends(value: Any) -> list[Tensor]:
    if is_tensor(value):
        return [_tensor(value)]
    items = value.values() if isinstance(value, Mapping) else value or ()
    return [_tensor(item) for item in items]


def _tensor(value: Any) -> Tensor:
    if not is_tensor(value):
        raise InputError("network: expected outputs of its layers; got something else. Save it again with Keras.")
    return value[0], value[1], value[2]


def _called(layer: Config, call: int) -> Any:
    calls = layer.get("inbound_nodes") or []
    return calls[call] if 0 <= call < len(calls) else None


def _tensors(value: Any) -> list[Tensor]:
    """All tensors that stand somewhere in a call."""
    if isinstance(value, Mapping):
        if value.get("class_name") == "__keras_tensor__":
            origin = value.get("config", {}).get("keras_history")
            return [_tensor(origin)] if is_tensor(origin) else []
        return [found for item in value.values() for found in _tensors(item)]
    if is_tensor(value):
        return [_tensor(value)]
    return [found for item in value for found in _tensors(item)] if isinstance(value, list) else []


def _moved(value: Any, moved: Mapping[tuple[str, int], int]) -> Any:
    if isinstance(value, Mapping):
        if value.get("class_name") == "__keras_tensor__" and is_tensor(value.get("config", {}).get("keras_history")):
            name, call, index = value["config"]["keras_history"]
            origin = [name, moved.get((name, call), call), index]
            return {**value, "config": {**value["config"], "keras_history": origin}}
        return {key: _moved(item, moved) for key, item in value.items()}
    return [_moved(item, moved) for item in value] if isinstance(value, list) else value


# ---- how a network ends ----------------------------------------------------------------------------------------------

_SHAPERS = frozenset(["Reshape", "Flatten", "Permute", "Cropping2D", "Identity", "Dropout"])


def last_activation(config: Config) -> str | None:
    """The activation that gives a network's one output, such as "sigmoid"; None where that is not plain to see."""
    outputs = output_tensors(config)
    layers = {
        str(layer["config"].get("name")): layer for layer in layers_of(config) if isinstance(layer.get("config"), dict)
    }
    order = list(layers)
    if not isinstance(outputs, list) or len(outputs) != 1:
        return None
    name, call, _ = _from_outside(outputs[0], layers)
    while table_name(layers.get(name)) in _SHAPERS:
        before = _tensors(_called(layers[name], call)) if table_name(config) == "Functional" else []
        if table_name(config) == "Sequential" and order.index(name):
            before = [(order[order.index(name) - 1], 0, 0)]
        if len(before) != 1:
            return None
        name, call, _ = before[0]
    layer = layers.get(name)
    if layer is None or foreign(layer):
        return None
    if is_network(layer):
        return last_activation(layer)
    said = layer["config"].get("activation")
    return said if isinstance(said, str) else None
