"""The session on disk: the wish as JSON, read back with every value checked, because the file may be damaged."""

from __future__ import annotations

import dataclasses
import json
import math
import types
from typing import Any, Union, get_args, get_origin, get_type_hints

from vaediag_gui.state.wish import AIS_IMAGES, AIS_TEMPERATURES, TABS, VIEWS, Maps, Path, Wish

SCHEMA = 1
_ALLOWED = {
    "tab": TABS,
    "anchor": ("mean", "draw"),
    "order": ("kl", "number"),
    "kind": ("traversal", "grid", "interpolation"),
    "start": ("prior", "image", "code"),
    "units": ("prior", "posterior"),
}


def to_json(wish: Wish) -> str:
    """The wish as text. What moves by itself (shimmer, play) is kept at rest."""
    still = dataclasses.replace(wish, shimmer=False, path=dataclasses.replace(wish.path, step=None))
    return json.dumps({"schema": SCHEMA, "wish": dataclasses.asdict(still)}, default=sorted)


def from_json(text: str) -> Wish:
    """The wish in a session's text; whatever is missing, damaged or out of range keeps its default."""
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        return Wish()
    if not isinstance(tree, dict) or tree.get("schema") != SCHEMA or not isinstance(tree.get("wish"), dict):
        return Wish()
    wish = _record(Wish, tree["wish"])
    path = wish.path
    if not (path.low < path.high and 3 <= path.steps <= 21):
        wish = dataclasses.replace(wish, path=Path())
    if not (0 < wish.p < 1 and 0 < wish.level < 1 and 0 <= wish.seed < 2**31 and 0 <= wish.diagnosis_seed < 2**31):
        wish = dataclasses.replace(wish, p=0.5, level=0.9, seed=0, diagnosis_seed=0)
    sizes = ((wish.ais_images, AIS_IMAGES), (wish.ais_temperatures, AIS_TEMPERATURES))
    if not all(least <= size <= most for size, (least, most) in sizes):
        wish = dataclasses.replace(wish, ais_images=Wish().ais_images, ais_temperatures=Wish().ais_temperatures)
    return wish


def _record(kind: Any, tree: dict[str, Any]) -> Any:
    hints = get_type_hints(kind)
    found = {}
    for field in dataclasses.fields(kind):
        if field.name in tree:
            try:
                found[field.name] = _value(field.name, hints[field.name], tree[field.name])
            except (TypeError, ValueError):
                continue
    return kind(**found)


def _value(name: str, hint: Any, value: Any) -> Any:
    """`value` as `hint` says; raises where it cannot be."""
    if get_origin(hint) in (Union, types.UnionType):
        if value is None:
            return None
        (hint,) = [option for option in get_args(hint) if option is not types.NoneType]
    if hint in (Path, Maps):
        return _record(hint, value if isinstance(value, dict) else {})
    if get_origin(hint) in (tuple, frozenset):
        if not isinstance(value, list) or len(value) > 100_000:
            raise ValueError(name)
        made = tuple(_value("", get_args(hint)[0], item) for item in value)
        wanted = [arg for arg in get_args(hint) if arg is not Ellipsis]
        if Ellipsis not in get_args(hint) and get_origin(hint) is tuple and len(made) != len(wanted):
            raise ValueError(name)
        if name == "views":
            made = tuple(view for view in made if view in VIEWS)
            if not made:
                raise ValueError(name)
        return frozenset(made) if get_origin(hint) is frozenset else made
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        if not math.isfinite(value):
            raise ValueError(name)
        return float(value)
    if hint is bool and not isinstance(value, bool):
        raise TypeError(name)
    if not isinstance(value, hint) or (hint is int and (isinstance(value, bool) or value < 0)):
        raise TypeError(name)
    if name in _ALLOWED and value not in _ALLOWED[name]:
        raise ValueError(name)
    return value
