"""A network's config, walked without Keras: which layers, which shapes, which weights, how many numbers in between."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vaediag.bundle.allowed import check_module, clean_layer_config, plain, refused
from vaediag.bundle.effects import Effect, Shape, whole
from vaediag.bundle.layers import LAYERS
from vaediag.errors import UnsafeFileError

MAX_LAYERS = 1000
MAX_ACTIVATIONS = 2**26  # numbers per image in all layers together: 256 MiB
_MAX_RANK = 5
_MODELS = {"Functional": ("keras.src.models.functional", "Functional"), "Sequential": ("keras", "Sequential")}
_INPUT = frozenset(["batch_shape", "dtype", "sparse", "ragged", "name", "optional"])


@dataclass
class Walk:
    """What is found on the way through a network; `weights` in the order of the layers."""

    where: str
    weights: list[Shape] = field(default_factory=list)
    activations: int = 0
    layers: int = 0

    def count(self, effect: Effect, *, first_call: bool) -> Shape:
        """Add one call of a layer; raises UnsafeFileError when the network has grown too large."""
        if len(effect.output) > _MAX_RANK:
            raise refused(self.where, f"an array with {len(effect.output)} axes")
        self.activations += math.prod(effect.output) + effect.scratch
        if self.activations > MAX_ACTIVATIONS:
            raise UnsafeFileError(
                f"{self.where}: expected at most {MAX_ACTIVATIONS} numbers per image in all layers together;"
                f" this network would make {self.activations} or more. It is not loaded."
            )
        if first_call:
            self.weights.extend(effect.weights)
        return effect.output


def clean_model(config: Any, walk: Walk) -> tuple[dict[str, Any], list[Shape], list[Shape]]:
    """A harmless copy of a network's config, and the shapes that go in and come out of it.

    Raises UnsafeFileError for anything that is not on the list of layers, does not fit together, or is too large.
    """
    cleaned, run = _model(config, walk)
    inputs = run.inputs
    return cleaned, inputs, run(inputs, first_call=True)


def _table(value: Any, walk: Walk, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise refused(walk.where, f"{what} that is no table")
    return value


def _model(config: Any, walk: Walk) -> tuple[dict[str, Any], Any]:
    table = _table(config, walk, "a network")
    name = table.get("class_name")
    check_module(table, walk.where)
    if name not in ("Functional", "Sequential", "Model"):
        raise refused(walk.where, f"the network class {str(name)[:60]!r}")
    inner = _table(table.get("config"), walk, "a network's config")
    functional = "input_layers" in inner
    build = _functional if functional else _sequential
    cleaned, run = build(inner, walk)
    module, class_name = _MODELS["Functional" if functional else "Sequential"]
    return {"module": module, "class_name": class_name, "config": cleaned, "registered_name": None}, run


# ---- one layer -------------------------------------------------------------------------------------------------------


class _OneLayer:
    """A layer that can be called on shapes; the first call counts its weights."""

    def __init__(self, name: str, config: dict[str, Any], walk: Walk) -> None:
        self.name, self.config, self.walk = name, config, walk

    def __call__(self, inputs: Sequence[Shape], *, first_call: bool) -> list[Shape]:
        try:
            effect = LAYERS[self.name].effect(self.config, inputs)
        except (ValueError, TypeError, IndexError) as error:
            label = str(self.config.get("name"))[:60]
            raise UnsafeFileError(
                f"{self.walk.where}: expected layers that fit together; {self.name} {label!r} does not: {error}."
                " It is not loaded."
            ) from error
        return [self.walk.count(effect, first_call=first_call)]


class _Input:
    """An input layer: it has a shape and gives what it is given."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def __call__(self, inputs: Sequence[Shape], **_: bool) -> list[Shape]:
        return list(inputs)


def _node(config: Any, walk: Walk) -> tuple[dict[str, Any], Any]:
    """A layer or a nested network: its clean config, and what it does to shapes."""
    walk.layers += 1
    if walk.layers > MAX_LAYERS:
        raise refused(walk.where, f"more than {MAX_LAYERS} layers")
    table = _table(config, walk, "a layer")
    name = table.get("class_name")
    if name in ("Functional", "Sequential", "Model"):
        return _model(table, walk)
    check_module(table, walk.where)
    inner = _table(table.get("config"), walk, "a layer's config")
    if name == "InputLayer":
        cleaned = clean_layer_config(inner, _INPUT, walk.where)
        node: Any = _Input(_fixed_shape(cleaned.get("batch_shape"), walk))
        walk.count(Effect(node.shape), first_call=True)
    elif isinstance(name, str) and name in LAYERS:
        cleaned = clean_layer_config(inner, LAYERS[name].settings, walk.where)
        node = _OneLayer(name, cleaned, walk)
    else:
        raise refused(walk.where, f"the layer {str(name)[:60]!r}")
    return {"module": "keras.layers", "class_name": name, "config": cleaned, "registered_name": None}, node


def _fixed_shape(batch_shape: Any, walk: Walk) -> Shape:
    try:
        if not isinstance(batch_shape, list) or batch_shape[0] is not None:
            raise ValueError(f"an input of shape {batch_shape!r}")
        return tuple(whole(size, "an input size") for size in batch_shape[1:])
    except (ValueError, IndexError) as error:
        raise refused(walk.where, f"{error}; it must be [null, ...] with fixed sizes") from error


# ---- layers in a row -------------------------------------------------------------------------------------------------


class _Row:
    def __init__(self, nodes: list[Any], inputs: list[Shape]) -> None:
        self.nodes, self.inputs = nodes, inputs

    def __call__(self, inputs: Sequence[Shape], *, first_call: bool) -> list[Shape]:
        shapes = list(inputs)
        for node in self.nodes:
            shapes = node(shapes, first_call=first_call)
        return shapes


def _sequential(inner: Mapping[str, Any], walk: Walk) -> tuple[dict[str, Any], _Row]:
    layers = inner.get("layers")
    if not isinstance(layers, list) or not layers:
        raise refused(walk.where, "a network without layers")
    pairs = [_node(layer, walk) for layer in layers]
    first = pairs[0][1]
    stated = inner.get("build_input_shape")
    shape = first.shape if isinstance(first, _Input) else _fixed_shape(stated, walk)
    if stated is not None and _fixed_shape(stated, walk) != shape:
        raise refused(walk.where, "two different input shapes")
    cleaned = _model_settings(inner, walk) | {
        "layers": [config for config, _ in pairs],
        "build_input_shape": [None, *shape],
    }
    return cleaned, _Row([node for _, node in pairs], [shape])


# ---- layers in a graph -----------------------------------------------------------------------------------------------


class _Graph:
    """Layers that call each other: `calls[name]` lists, for each call of a layer, the tensors it is given."""

    def __init__(self, walk: Walk, nodes: dict[str, Any], calls: dict[str, list[list[Any]]], ends: Any) -> None:
        self.walk, self.nodes, self.calls = walk, nodes, calls
        self.starts, self.outputs = ends
        self.inputs = [nodes[name].shape for name, _, _ in self.starts]

    def __call__(self, inputs: Sequence[Shape], *, first_call: bool) -> list[Shape]:
        if len(inputs) != len(self.starts):
            raise refused(self.walk.where, f"a network with {len(self.starts)} inputs that is given {len(inputs)}")
        known: dict[tuple[str, int], list[Shape]] = {
            (name, 0): [shape] for (name, _, _), shape in zip(self.starts, inputs, strict=True)
        }
        waiting = [(name, number) for name, calls in self.calls.items() for number in range(len(calls))]
        while waiting:
            later = []
            for name, number in waiting:
                tensors = self.calls[name][number]
                if all((source, call) in known for source, call, _ in tensors):
                    shapes = [self._shape(known, tensor) for tensor in tensors]
                    known[name, number] = self.nodes[name](shapes, first_call=first_call and number == 0)
                else:
                    later.append((name, number))
            if len(later) == len(waiting):
                raise refused(self.walk.where, "layers that wait for each other")
            waiting = later
        return [self._shape(known, tensor) for tensor in self.outputs]

    def _shape(self, known: Mapping[tuple[str, int], list[Shape]], tensor: Any) -> Shape:
        name, call, index = tensor
        shapes = known.get((name, call), [])
        if not 0 <= index < len(shapes):
            raise refused(self.walk.where, f"an output of layer {name[:60]!r} that it does not have")
        return shapes[index]


def _functional(inner: Mapping[str, Any], walk: Walk) -> tuple[dict[str, Any], _Graph]:
    layers = inner.get("layers")
    if not isinstance(layers, list) or not layers:
        raise refused(walk.where, "a network without layers")
    cleaned_layers, nodes, calls = [], {}, {}
    for layer in layers:
        cleaned, node = _node(layer, walk)
        name = layer.get("name")
        if not isinstance(name, str) or name in nodes or cleaned["config"].get("name") != name:
            raise refused(walk.where, f"the layer name {str(name)[:60]!r}, twice or not its own")
        inbound = [_inbound(call, walk) for call in _list(layer.get("inbound_nodes"), walk)]
        nodes[name] = node
        if not isinstance(node, _Input):
            calls[name] = [tensors for _, tensors in inbound]
        elif inbound:
            raise refused(walk.where, "an input that has an input")
        cleaned_layers.append(cleaned | {"name": name, "inbound_nodes": [call for call, _ in inbound]})
    starts, start_config = _ends(inner.get("input_layers"), walk)
    outputs, output_config = _ends(inner.get("output_layers"), walk)
    if any(not isinstance(nodes.get(name), _Input) for name, _, _ in starts) or not starts or not outputs:
        raise refused(walk.where, "a network without inputs or outputs")
    if any(name not in nodes for name, _, _ in outputs):
        raise refused(walk.where, "an output of a layer that is not there")
    # Keras counts the calls of a nested functional network from one, here and only here
    outputs = [(name, call - isinstance(nodes[name], _Graph), index) for name, call, index in outputs]
    settings = _model_settings(inner, walk)
    cleaned_config = settings | {
        "layers": cleaned_layers,
        "input_layers": start_config,
        "output_layers": output_config,
    }
    return cleaned_config, _Graph(walk, nodes, calls, (starts, outputs))


def _list(value: Any, walk: Walk) -> list[Any]:
    if not isinstance(value, list) or len(value) > MAX_LAYERS:
        raise refused(walk.where, "a list of calls that is none")
    return value


def _inbound(call: Any, walk: Walk) -> tuple[dict[str, Any], list[Any]]:
    """One call of a layer: the clean record of it, and the tensors `(layer, call, output)` that it is given."""
    table = _table(call, walk, "a call")
    tensors: list[Any] = []
    args = [_argument(item, tensors, walk) for item in _list(table.get("args"), walk)]
    kwargs = {
        str(key): plain(value, walk.where, str(key))
        for key, value in _table(table.get("kwargs") or {}, walk, "arguments").items()
    }
    if not tensors or any(value is not None and not isinstance(value, bool) for value in kwargs.values()):
        raise refused(walk.where, "a call with other arguments than tensors")
    return {"args": args, "kwargs": kwargs}, tensors


def _argument(item: Any, tensors: list[Any], walk: Walk, depth: int = 0) -> Any:
    if isinstance(item, list) and depth == 0:
        return [_argument(part, tensors, walk, depth + 1) for part in _list(item, walk)]
    table = _table(item, walk, "an argument")
    config = _table(table.get("config"), walk, "an argument's config")
    if table.get("class_name") != "__keras_tensor__":
        raise refused(walk.where, f"the argument {str(table.get('class_name'))[:60]!r}")
    tensor = _tensor(config.get("keras_history"), walk)
    tensors.append(tensor)
    kept = {
        "shape": plain(config.get("shape"), walk.where, "shape"),
        "dtype": plain(config.get("dtype"), walk.where, "dtype"),
        "keras_history": list(tensor),
    }
    return {"class_name": "__keras_tensor__", "config": kept}


def _tensor(value: Any, walk: Walk) -> tuple[str, int, int]:
    if (
        not isinstance(value, list)
        or len(value) != 3
        or not isinstance(value[0], str)
        or not all(isinstance(number, int) and not isinstance(number, bool) for number in value[1:])
    ):
        raise refused(walk.where, "a tensor without an origin")
    return value[0], value[1], value[2]


def _ends(value: Any, walk: Walk) -> tuple[list[Any], Any]:
    """Inputs or outputs: one tensor, or a list of them; the config keeps the form it had."""
    if isinstance(value, list) and len(value) == 3 and isinstance(value[0], str):
        tensor = _tensor(value, walk)
        return [tensor], list(tensor)
    tensors = [_tensor(item, walk) for item in _list(value, walk)]
    return tensors, [list(tensor) for tensor in tensors]


def _model_settings(inner: Mapping[str, Any], walk: Walk) -> dict[str, Any]:
    own = {key: value for key, value in inner.items() if key in ("name", "trainable", "dtype")}
    extra = set(inner) - {*own, "layers", "input_layers", "output_layers", "build_input_shape"}
    if extra:
        raise refused(walk.where, f"the unknown setting {min(extra)[:60]!r}")
    return clean_layer_config(own, frozenset(own), walk.where)
