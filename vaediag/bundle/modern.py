"""A network's config in the form of Keras 3, whichever version wrote it.

Nothing is judged here: a layer or call that is not understood stays as it is, and is refused later if it is needed.
What training needs and a trained network does not (initializers, regularizers, constraints) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from vaediag.bundle.layers import LAYERS

NETWORKS = ("Functional", "Sequential", "Model")
_FOR_TRAINING = ("_initializer", "_regularizer", "_constraint")
_RENAMED = {"InputLayer": {"batch_input_shape": "batch_shape"}, "LeakyReLU": {"alpha": "negative_slope"}}
# settings that a class inherited in tf_keras and never used, or that say how it was computed
_UNUSED = {
    "Conv1DTranspose": ("groups",),
    "Conv2DTranspose": ("groups",),
    "DepthwiseConv2D": ("groups", "filters"),
    "SeparableConv2D": ("groups",),
    "SpatialDropout1D": ("trainable", "noise_shape"),
    "SpatialDropout2D": ("trainable", "noise_shape"),
    "BatchNormalization": ("fused", "virtual_batch_size", "adjustment", "renorm_clipping", "renorm_momentum"),
}
_CHANGED = ("hard_sigmoid",)  # activations that give other numbers in Keras 3
_NOT_OF_LAYERS = ("batch_input_shape", "input_dtype", "quantization_config")


def is_network(table: Any) -> bool:
    """Whether a serialized object is a network made of layers."""
    config = table.get("config") if isinstance(table, Mapping) else None
    if isinstance(config, list):
        return table.get("class_name") == "Sequential"
    return table_name(table) in NETWORKS and isinstance(config, Mapping) and isinstance(config.get("layers"), list)


def table_name(table: Any) -> str:
    """The class that a serialized object says it is; "" when it says none."""
    name = table.get("class_name") if isinstance(table, Mapping) else None
    return name if isinstance(name, str) else ""


def inner_layers(table: Mapping[str, Any]) -> list[Any]:
    """The serialized layers of a network; before Keras 2.2.3 a row of layers had no other settings."""
    config = table["config"]
    return config if isinstance(config, list) else config["layers"]


def own_name(table: Any) -> str:
    """The name of a serialized layer or network; "" when it has none."""
    config = table.get("config") if isinstance(table, Mapping) else None
    for place in (table, config):
        if isinstance(place, Mapping) and isinstance(place.get("name"), str):
            return place["name"]
    return ""


def modern(table: Mapping[str, Any], *, old: bool = False) -> dict[str, Any]:
    """A serialized network as Keras 3 would write it; `table` is one for which `is_network` holds.

    `old`: it was written before Keras 3, in which some names mean something else.
    """
    config = table["config"]
    if isinstance(config, list):  # Keras before 2.2.3
        config = {"name": own_name(table) or "sequential", "layers": config}
    functional = "input_layers" in config
    build = _functional if functional else _sequential
    module = "keras.src.models.functional" if functional else "keras"
    return {
        "module": module,
        "class_name": "Functional" if functional else "Sequential",
        "config": build(config, old),
        "registered_name": None,
    }


def _settings(config: Mapping[str, Any]) -> dict[str, Any]:
    dtype = {"dtype": _dtype(config["dtype"])} if "dtype" in config else {}
    return {key: config[key] for key in ("name", "trainable") if key in config} | dtype


# ---- layers ----------------------------------------------------------------------------------------------------------


def _layer(table: Any, old: bool) -> Any:
    if is_network(table):
        return modern(table, old=old)
    if not isinstance(table, Mapping) or not isinstance(table.get("config"), Mapping):
        return table
    name = table_name(table)
    if name not in LAYERS and name != "InputLayer":
        return dict(table)
    if not _of_keras(table):
        return dict(table)
    config = {
        _RENAMED.get(name, {}).get(key, key): _value(key, value)
        for key, value in table["config"].items()
        if not key.endswith(_FOR_TRAINING) and key not in _UNUSED.get(name, ())
    }
    for key in _NOT_OF_LAYERS:
        config.pop(key, None)
    if old and config.get("activation") in _CHANGED:
        config["activation"] = f"{config['activation']} of tf_keras"  # unknown, therefore refused if it is needed
    if name == "BatchNormalization" and isinstance(config.get("axis"), list) and len(config["axis"]) == 1:
        config["axis"] = config["axis"][0]
    return {"module": "keras.layers", "class_name": name, "config": config, "registered_name": None}


def _of_keras(table: Mapping[str, Any]) -> bool:
    """A file that names modules says with it whose class it is; older files do not, and mean Keras's own."""
    if "module" not in table:
        return table.get("registered_name") in (None, table_name(table))
    module = table["module"]
    of_keras = isinstance(module, str) and re.match(r"(tf_)?keras\.(src\.)?layers\b", module) is not None
    return of_keras and table.get("registered_name") in (None, table_name(table))


def _value(key: str, value: Any) -> Any:
    if key == "dtype":
        return _dtype(value)
    if isinstance(value, Mapping) and value.get("class_name") == "__numpy__":
        config = value.get("config")
        return config.get("value") if isinstance(config, Mapping) else value
    if isinstance(value, Mapping) and value.get("class_name") == "__tuple__":
        return value.get("items", value)
    return value


def _dtype(value: Any) -> Any:
    """tf_keras writes its policies as objects with a name, or as a bare name."""
    if isinstance(value, Mapping) and value.get("class_name") in ("Policy", "PolicyV1"):
        config = value.get("config")
        return config.get("name") if isinstance(config, Mapping) else value
    return value


# ---- layers in a row -------------------------------------------------------------------------------------------------


def _sequential(config: Mapping[str, Any], old: bool) -> dict[str, Any]:
    layers = [_layer(layer, old) for layer in config["layers"]]
    shape = config.get("build_input_shape") or _first_shape(config["layers"])
    if layers and table_name(layers[0]) != "InputLayer" and shape is not None:
        start = {"batch_shape": shape, "dtype": "float32", "name": "wrapped_input"}
        layers.insert(
            0, {"module": "keras.layers", "class_name": "InputLayer", "config": start, "registered_name": None}
        )
    return _settings(config) | {"layers": layers} | ({} if shape is None else {"build_input_shape": shape})


def _first_shape(layers: Sequence[Any]) -> Any:
    first = layers[0] if layers and isinstance(layers[0], Mapping) else {}
    inner = first.get("config")
    if is_network(first):
        return _first_shape(inner_layers(first))
    built = first.get("build_config")
    for place, key in ((inner, "batch_shape"), (inner, "batch_input_shape"), (built, "input_shape")):
        if isinstance(place, Mapping) and isinstance(place.get(key), list):
            return place[key]
    return None


# ---- layers in a graph -----------------------------------------------------------------------------------------------


def _functional(config: Mapping[str, Any], old: bool) -> dict[str, Any]:
    tables = [layer for layer in config["layers"] if isinstance(layer, Mapping)]
    first_call = {own_name(layer): _first_call(layer) for layer in tables}
    legacy = not any(isinstance(call, Mapping) for layer in tables for call in layer.get("inbound_nodes") or ())
    layers = []
    for table in tables:
        layer, name = _layer(table, old), own_name(table)
        if isinstance(layer.get("config"), Mapping):
            layer["config"] = {**layer["config"], "name": name}
        calls = list(table.get("inbound_nodes") or ())
        layers.append(layer | {"name": name, "inbound_nodes": [_call(call, first_call) for call in calls]})
    ends = {key: config.get(key) for key in ("input_layers", "output_layers")}
    if legacy:
        # Keras 3 counts them from one where a network's outputs are named, if they are graphs
        later = {layer["name"]: int(table_name(layer) == "Functional") for layer in layers}
        started = {name: first - later[name] for name, first in first_call.items()}
        ends = {key: _shifted(value, started) for key, value in ends.items()}
    return _settings(config) | {"layers": layers} | ends


def _first_call(layer: Mapping[str, Any]) -> int:
    """tf_keras counts the calls of a network inside a network from one if it has inputs of its own."""
    if not is_network(layer):
        return 0
    layers = inner_layers(layer)
    return 1 if layers and table_name(layers[0]) == "InputLayer" else 0


def _shifted(ends: Any, by: Mapping[str, int]) -> Any:
    if is_tensor(ends):
        return [ends[0], ends[1] - by.get(ends[0], 0), ends[2]]
    if isinstance(ends, list):
        return [_shifted(item, by) for item in ends]
    return {key: _shifted(item, by) for key, item in ends.items()} if isinstance(ends, Mapping) else ends


def is_tensor(value: Any) -> bool:
    """Whether `value` is an origin `[layer, call, output]`."""
    return (
        isinstance(value, list)
        and len(value) == 3
        and isinstance(value[0], str)
        and all(isinstance(number, int) and not isinstance(number, bool) for number in value[1:])
    )


def _call(call: Any, first_call: Mapping[str, int]) -> Any:
    """One call in the form of Keras 3; what is no list of tensors stays as it is."""
    if not isinstance(call, list) or not call:
        return call
    tensors, kwargs = [], {}
    for item in call:
        if not isinstance(item, list) or len(item) not in (3, 4) or not is_tensor(item[:3]):
            return call
        tensors.append(tensor([item[0], item[1] - first_call.get(item[0], 0), item[2]]))
        if len(item) == 4:
            if not isinstance(item[3], Mapping):
                return call
            kwargs |= item[3]
    return {"args": tensors if len(tensors) == 1 else [tensors], "kwargs": kwargs}


def tensor(origin: list[Any]) -> dict[str, Any]:
    """A tensor of a graph, as Keras 3 writes it; shape and type follow from its origin."""
    return {"class_name": "__keras_tensor__", "config": {"shape": [None], "dtype": "float32", "keras_history": origin}}
