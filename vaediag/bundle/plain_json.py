"""JSON from a stranger: size and depth are known before it is parsed, and no key can be given twice."""

from __future__ import annotations

import json
import re
from typing import Any

from vaediag.errors import InputError, UnsafeFileError

MAX_DEPTH = 40
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]')


def parse(data: bytes, where: str, *, max_bytes: int) -> Any:
    """The value that `data` holds. Raises InputError when it is no JSON, UnsafeFileError when it is too big or deep."""
    if len(data) > max_bytes:
        raise UnsafeFileError(
            f"{where}: expected at most {max_bytes} bytes of JSON; got {len(data)}. It is not opened further."
        )
    if _depth(data) > MAX_DEPTH:
        raise UnsafeFileError(
            f"{where}: expected JSON of at most {MAX_DEPTH} levels; got more. It is not opened further."
        )
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{where}: expected JSON; {' '.join(str(error).split())[:120]}. Copy or save it again."
        ) from error


def _depth(data: bytes) -> int:
    deepest = depth = 0
    for match in _STRING_OR_BRACKET.finditer(data):
        first = match[0][:1]
        if first in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif first in b"]}":
            depth -= 1
    return deepest


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers may choose different ones of two equal keys: what was checked must be what is used."""
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a key is given twice")
    return table


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")
