"""A network's config, walked without Keras: which layers, which shapes, which weights, how many numbers in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vaediag.bundle.allowed import check_module, clean_layer_config, refused
from vaediag.bundle.effects import Effect, Shape, whole
from vaediag.bundle.layers import LAYERS, OPERATIONS
from vaediag.bundle.wiring import MAX_LAYERS, Graph, Input, Row, Walk, ends, inbound, list_of, table_of
from vaediag.errors import UnsafeFileError

_MODELS = {"Functional": ("keras.src.models.functional", "Functional"), "Sequential": ("keras", "Sequential")}
_INPUT = frozenset(["batch_shape", "dtype", "sparse", "ragged", "name", "optional"])


def clean_model(config: Any, walk: Walk) -> tuple[dict[str, Any], list[Shape], list[Shape]]:
    """A harmless copy of a network's config, and the shapes that go in and come out of it.

    Raises UnsafeFileError for anything that is not on the list of layers, does not fit together, or is too large.
    """
    cleaned, run = _model(config, walk)
    inputs = run.inputs
    return cleaned, inputs, run(inputs, first_call=True)


def _model(config: Any, walk: Walk) -> tuple[dict[str, Any], Any]:
    table = table_of(config, walk, "a network")
    name = table.get("class_name")
    check_module(table, walk.where)
    if name not in ("Functional", "Sequential", "Model"):
        raise refused(walk.where, f"the network class {str(name)[:60]!r}")
    inner = table_of(table.get("config"), walk, "a network's config")
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


def _node(config: Any, walk: Walk) -> tuple[dict[str, Any], Any]:
    """A layer or a nested network: its clean config, and what it does to shapes."""
    walk.layers += 1
    if walk.layers > MAX_LAYERS:
        raise refused(walk.where, f"more than {MAX_LAYERS} layers")
    table = table_of(config, walk, "a layer")
    name = table.get("class_name")
    if name in ("Functional", "Sequential", "Model"):
        return _model(table, walk)
    check_module(table, walk.where)
    inner = table_of(table.get("config"), walk, "a layer's config")
    if name == "InputLayer":
        cleaned = clean_layer_config(inner, _INPUT, walk.where)
        node: Any = Input(_fixed_shape(cleaned.get("batch_shape"), walk))
        walk.count(Effect(node.shape), first_call=True)
    elif isinstance(name, str) and name in LAYERS:
        cleaned = clean_layer_config(inner, LAYERS[name].settings, walk.where)
        node = _OneLayer(name, cleaned, walk)
    else:
        raise refused(walk.where, f"the layer {str(name)[:60]!r}")
    module = OPERATIONS.get(name, "keras.layers")
    return {"module": module, "class_name": name, "config": cleaned, "registered_name": None}, node


def _fixed_shape(batch_shape: Any, walk: Walk) -> Shape:
    try:
        if not isinstance(batch_shape, list) or batch_shape[0] is not None:
            raise ValueError(f"an input of shape {batch_shape!r}")
        return tuple(whole(size, "an input size") for size in batch_shape[1:])
    except (ValueError, IndexError) as error:
        raise refused(walk.where, f"{error}; it must be [null, ...] with fixed sizes") from error


# ---- layers in a row -------------------------------------------------------------------------------------------------


def _sequential(inner: Mapping[str, Any], walk: Walk) -> tuple[dict[str, Any], Row]:
    layers = inner.get("layers")
    if not isinstance(layers, list) or not layers:
        raise refused(walk.where, "a network without layers")
    pairs = [_node(layer, walk) for layer in layers]
    first = pairs[0][1]
    stated = inner.get("build_input_shape")
    shape = first.shape if isinstance(first, Input) else _fixed_shape(stated, walk)
    if stated is not None and _fixed_shape(stated, walk) != shape:
        raise refused(walk.where, "two different input shapes")
    cleaned = _model_settings(inner, walk) | {
        "layers": [config for config, _ in pairs],
        "build_input_shape": [None, *shape],
    }
    return cleaned, Row(walk, [node for _, node in pairs], [shape])


# ---- layers in a graph -----------------------------------------------------------------------------------------------


def _functional(inner: Mapping[str, Any], walk: Walk) -> tuple[dict[str, Any], Graph]:
    layers = inner.get("layers")
    if not isinstance(layers, list) or not layers:
        raise refused(walk.where, "a network without layers")
    cleaned_layers, nodes, calls = [], {}, {}
    for layer in layers:
        cleaned, node = _node(layer, walk)
        name = layer.get("name")
        if not isinstance(name, str) or name in nodes or cleaned["config"].get("name") != name:
            raise refused(walk.where, f"the layer name {str(name)[:60]!r}, twice or not its own")
        received = [inbound(call, walk) for call in list_of(layer.get("inbound_nodes"), walk)]
        nodes[name] = node
        if not isinstance(node, Input):
            calls[name] = [tensors for _, tensors in received]
        elif received:
            raise refused(walk.where, "an input that has an input")
        if not received and not isinstance(node, Input):
            raise refused(walk.where, f"the layer {name[:60]!r}, which is never called but would be built")
        cleaned_layers.append(cleaned | {"name": name, "inbound_nodes": [call for call, _ in received]})
    starts, start_config = ends(inner.get("input_layers"), walk)
    outputs, output_config = ends(inner.get("output_layers"), walk)
    if any(not isinstance(nodes.get(name), Input) for name, _, _ in starts) or not starts or not outputs:
        raise refused(walk.where, "a network without inputs or outputs")
    if any(name not in nodes for name, _, _ in outputs):
        raise refused(walk.where, "an output of a layer that is not there")
    # Keras counts the calls of a nested functional network from one, here and only here
    outputs = [(name, call - isinstance(nodes[name], Graph), index) for name, call, index in outputs]
    settings = _model_settings(inner, walk)
    cleaned_config = settings | {
        "layers": cleaned_layers,
        "input_layers": start_config,
        "output_layers": output_config,
    }
    return cleaned_config, Graph(walk, nodes, calls, (starts, outputs))


def _model_settings(inner: Mapping[str, Any], walk: Walk) -> dict[str, Any]:
    own = {key: value for key, value in inner.items() if key in ("name", "trainable", "dtype")}
    extra = set(inner) - {*own, "layers", "input_layers", "output_layers", "build_input_shape"}
    if extra:
        raise refused(walk.where, f"the unknown setting {min(extra)[:60]!r}")
    return clean_layer_config(own, frozenset(own), walk.where)
