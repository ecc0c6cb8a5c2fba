"""Frozen records to a JSON tree and arrays, and back, driven by the records' own type hints.

Arrays of at most 256 numbers stand in the tree as lists; larger ones, and all maps, pictures and rows, go into the
second result under their dotted names ("calibration.posterior.maps.bias") and leave `{"npz": name}` in the tree.
Both ways together give every array back bit for bit. NaN and infinity never enter the tree: undefined is null.
"""

from __future__ import annotations

import re
import sys
import types
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from reprlib import repr as brief
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from vaediag.errors import InputError
from vaediag.records.estimate import Array

LISTED = 256  # numbers in one list of the JSON
_ALWAYS_APART = re.compile(r"^(rows|pictures)\.|\.maps\.|_map$")
_NUMERIC = re.compile(r"^[<>|]?[fiub][1248]$")


def encode(record: Any) -> tuple[dict[str, Any], dict[str, Array]]:
    """A record as (tree for JSON, arrays for npz).

    A field named `try_` is written as "try". Arrays listed in the tree whose type JSON does not tell (float32, int32)
    have it in `tree["dtypes"]`. A float that is not finite becomes null, and comes back as NaN (None if optional).
    Raises InputError for an array of Python objects.
    """
    arrays: dict[str, Array] = {}
    dtypes: dict[str, str] = {}
    tree = _encode(record, "", arrays, dtypes)
    return ({**tree, "dtypes": dtypes} if dtypes else tree), arrays


def decode(kind: type, tree: Any, arrays: dict[str, Array]) -> Any:
    """The record of class `kind` that `encode` wrote; keys it does not know are ignored.

    Raises InputError, naming the dotted place, when something is missing or of another type than the record says.
    """
    dtypes = tree.get("dtypes", {}) if isinstance(tree, dict) else {}
    if not isinstance(dtypes, dict):
        raise _unexpected("dtypes", "an object", dtypes)
    return _decode(kind, tree, "", arrays, dtypes)


def check_schema(tree: Any, expected: int, what: str, writer: str) -> None:
    """Raise InputError unless `tree` is that of `what`.json ("diagnosis", "history") in the schema expected here."""
    schema = tree.get("schema") if isinstance(tree, dict) else None
    if isinstance(schema, bool) or schema != expected:
        newer = isinstance(schema, int) and schema > expected
        remedy = "update vaediag" if newer else f"give the {what}.json that {writer} wrote"
        found = f"schema {schema!r:.40}" if isinstance(schema, int | str) else "a file without a schema"
        raise InputError(f"{what}: expected schema {expected}; got {found}. Try this: {remedy}.")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _encode(value: Any, path: str, arrays: dict[str, Array], dtypes: dict[str, str]) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        value = {field.name.removesuffix("_"): getattr(value, field.name) for field in fields(value)}
    if isinstance(value, dict):
        return {str(name): _encode(item, _join(path, str(name)), arrays, dtypes) for name, item in value.items()}
    if isinstance(value, np.ndarray):
        return _encode_array(value, path, arrays, dtypes)
    if isinstance(value, tuple | list):
        return [_encode(item, _join(path, str(i)), arrays, dtypes) for i, item in enumerate(value)]
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    raise InputError(
        f"{path}: expected numbers, text, arrays or records; got {type(value).__name__}. Try a plain type."
    )


def _encode_array(array: Array, path: str, arrays: dict[str, Array], dtypes: dict[str, str]) -> Any:
    if array.dtype.hasobject:
        raise InputError(f"{path}: expected numbers or text; got an array of Python objects. Try .astype(float).")
    items = None if _ALWAYS_APART.search(path) else _listed(array)
    if items is None:
        arrays[path] = array
        return {"npz": path}
    if _array(items, None).dtype != array.dtype:
        dtypes[path] = array.dtype.str
    return items


def _listed(array: Array) -> list[Any] | None:
    """The array as nested lists, or None if it is long or JSON would not give it back bit for bit."""
    if array.ndim == 0 or array.size > LISTED or not _NUMERIC.match(array.dtype.str):
        return None
    items = _nulls(array.tolist())
    back = _array(items, array.dtype.str)
    same = back.shape == array.shape and back.tobytes() == np.ascontiguousarray(array).tobytes()
    return items if same else None


def _nulls(item: Any) -> Any:
    if isinstance(item, list):
        return [_nulls(part) for part in item]
    return None if isinstance(item, float) and not np.isfinite(item) else item


def _array(items: list[Any], dtype: str | None) -> Array:
    """Lists as an array; null is NaN. Without a dtype: bool, int64 or float64, whichever holds everything."""
    if dtype is None:
        found = np.array(items) if items else np.array([], float)
        if found.dtype.kind not in "fiubO":  # O: nulls among the numbers
            raise TypeError("text among the numbers")
        dtype = found.dtype.str if found.dtype.kind in "bi" else "<f8"
    return np.array(items, np.dtype(dtype))  # None becomes NaN in a float array and an error in any other


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _unexpected(path: str, expected: str, got: Any) -> InputError:
    return InputError(
        f"{path or 'record'}: expected {expected}; got {brief(got)}. "
        "The file is damaged or not one of vaediag's; write it again."
    )


def _decode(hint: Any, value: Any, path: str, arrays: dict[str, Array], dtypes: dict[str, Any]) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        if value is None:
            return None
        (hint,) = [option for option in get_args(hint) if option is not types.NoneType]
    if hint is Array:
        return _decode_array(value, path, arrays, dtypes)
    if is_dataclass(hint):
        return _decode_record(hint, value, path, arrays, dtypes)
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise _unexpected(path, "a list", value)
        item = get_args(hint)[0]
        return tuple(_decode(item, part, _join(path, str(i)), arrays, dtypes) for i, part in enumerate(value))
    if get_origin(hint) is dict:
        if not isinstance(value, dict):
            raise _unexpected(path, "an object", value)
        item = get_args(hint)[1]
        return {name: _decode(item, part, _join(path, name), arrays, dtypes) for name, part in value.items()}
    return _decode_scalar(hint, value, path)


def _decode_scalar(hint: Any, value: Any, path: str) -> Any:
    if hint is float:
        if value is None:
            return float("nan")
        # 1e999 parses as infinity, and a whole number can be too large for a float: neither was ever written
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max:
            return float(value)
        raise _unexpected(path, "a finite number", value)
    if isinstance(value, hint) and (hint is bool or not isinstance(value, bool)):
        return value
    raise _unexpected(path, {int: "a whole number", str: "text", bool: "true or false"}[hint], value)


def _decode_record(kind: Any, value: Any, path: str, arrays: dict[str, Array], dtypes: dict[str, Any]) -> Any:
    if not isinstance(value, dict):
        raise _unexpected(path, "an object", value)
    found = {}
    for field in fields(kind):
        name = field.name.removesuffix("_")
        if name in value:
            found[field.name] = _decode(_hints(kind)[field.name], value[name], _join(path, name), arrays, dtypes)
        elif field.default is MISSING and field.default_factory is MISSING:
            raise _unexpected(_join(path, name), "to be there", None)
    return kind(**found)


def _decode_array(value: Any, path: str, arrays: dict[str, Array], dtypes: dict[str, Any]) -> Array:
    if isinstance(value, dict):
        if value.get("npz") != path or path not in arrays:
            raise _unexpected(path, "an array of that name in the npz", value)
        return arrays[path]
    dtype = dtypes.get(path)
    if not isinstance(value, list) or not (dtype is None or (isinstance(dtype, str) and _NUMERIC.match(dtype))):
        raise _unexpected(path, "a list of numbers", value)
    try:
        return _numbers_only(_array(value, dtype))
    except (TypeError, ValueError, OverflowError) as error:
        raise _unexpected(path, "a list of numbers", value) from error


def _numbers_only(array: Array) -> Array:
    if array.dtype.kind not in "fiub" or (array.dtype.kind == "f" and np.isinf(array).any()):
        raise ValueError("not finite numbers")
    return array
