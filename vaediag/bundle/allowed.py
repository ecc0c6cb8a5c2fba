"""What a network's config may say: names of activations, initializers and the like, and nothing that could be code.

A config is a tree of tables; Keras turns each `class_name` in it into an object. Every place of the tree has a role
here, and a name that its role does not list is refused before Keras sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vaediag.errors import UnsafeFileError


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ACTIVATIONS = _words(
    """linear relu relu6 leaky_relu elu selu celu gelu silu swish mish sigmoid hard_sigmoid hard_silu hard_swish
    hard_tanh log_sigmoid softplus softsign softmax log_softmax tanh tanh_shrink soft_shrink hard_shrink squareplus
    exponential sparse_plus threshold"""
)
DTYPES = _words("float32 float16 float64 mixed_float16 mixed_bfloat16")
_OBJECTS = {
    "initializer": _words(
        """Constant GlorotNormal GlorotUniform HeNormal HeUniform LecunNormal LecunUniform Ones Orthogonal RandomNormal
        RandomUniform TruncatedNormal VarianceScaling Zeros constant glorot_normal glorot_uniform he_normal he_uniform
        lecun_normal lecun_uniform ones orthogonal random_normal random_uniform truncated_normal
        variance_scaling zeros"""
    ),
    "regularizer": _words("L1 L2 L1L2 OrthogonalRegularizer l1 l2 l1_l2 orthogonal_regularizer"),
    "constraint": _words("MaxNorm MinMaxNorm NonNeg UnitNorm max_norm min_max_norm non_neg unit_norm"),
}
_LONGEST_TEXT = 200
_MOST_ITEMS = 64
LARGEST = 2**31 - 1


def clean_layer_config(config: Mapping[str, Any], known: frozenset[str], where: str) -> dict[str, Any]:
    """A copy of one layer's config that holds only known keys with harmless values. Raises UnsafeFileError."""
    cleaned = {}
    for key, value in config.items():
        role = key.rsplit("_", 1)[-1]
        if key == "dtype":
            cleaned[key] = _dtype(value, where)
        elif value is None or value is False:
            cleaned[key] = value  # a switch of another Keras version that is off
        elif key not in known:
            raise refused(where, f"the unknown setting {key!r}")
        elif role == "activation":
            cleaned[key] = _one_of(value, ACTIVATIONS, where, "activation")
        elif role in _OBJECTS:
            cleaned[key] = _named_object(value, role, where)
        else:
            cleaned[key] = plain(value, where, key)
    return cleaned


def plain(value: Any, where: str, key: str, depth: int = 0) -> Any:
    """Numbers, short text, None, and short lists of them. Raises UnsafeFileError for anything else."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int) and abs(value) <= LARGEST:
        return value
    if isinstance(value, str) and len(value) <= _LONGEST_TEXT:
        return value
    if isinstance(value, list) and len(value) <= _MOST_ITEMS and depth < 3:
        return [plain(item, where, key, depth + 1) for item in value]
    what = f"an object ({value.get('class_name')!r})" if isinstance(value, dict) else f"{type(value).__name__}"
    raise refused(where, f"{what} as {key!r}, which must be a plain value")


def refused(where: str, what: str) -> UnsafeFileError:
    return UnsafeFileError(
        f"{where}: expected layers of Keras that hold no code; got {what}. Only load it as package.module:factory,"
        " if you trust who wrote it."
    )


def check_module(table: Mapping[str, Any], where: str) -> None:
    """Raise UnsafeFileError unless the object comes from Keras itself, under its own name."""
    module, name, registered = table.get("module"), table.get("class_name"), table.get("registered_name")
    if not isinstance(module, str) or not (module == "keras" or module.startswith("keras.")):
        raise refused(where, f"{name!r} of module {module!r}")
    if registered not in (None, name):
        raise refused(where, f"the registered object {registered!r}")


def _one_of(value: Any, names: frozenset[str], where: str, role: str) -> str:
    if not isinstance(value, str) or value not in names:
        shown = value.get("class_name") if isinstance(value, dict) else value
        raise refused(where, f"{str(shown)[:60]!r} as {role}")
    return value


def _dtype(value: Any, where: str) -> Any:
    if isinstance(value, dict):
        check_module(value, where)
        if value.get("class_name") != "DTypePolicy" or set(value.get("config") or {}) != {"name"}:
            raise refused(where, f"{value.get('class_name')!r} as dtype")
        name = _one_of(value["config"]["name"], DTYPES, where, "dtype")
        return {"module": "keras", "class_name": "DTypePolicy", "config": {"name": name}, "registered_name": None}
    return None if value is None else _one_of(value, DTYPES, where, "dtype")


def _named_object(value: Any, role: str, where: str) -> Any:
    if not isinstance(value, dict):
        return _one_of(value, _OBJECTS[role], where, role)
    check_module(value, where)
    name = _one_of(value.get("class_name"), _OBJECTS[role], where, role)
    config = value.get("config") or {}
    if not isinstance(config, dict):
        raise refused(where, f"settings of {name!r} that are no table")
    return {
        "module": f"keras.{role}s",
        "class_name": name,
        "config": {key: plain(item, where, key) for key, item in config.items()},
        "registered_name": None,
    }
