"""Names from files and models as one harmless line: they may hold anything that a file system allows."""

from __future__ import annotations

import unicodedata
from pathlib import Path


def legible(text: object, limit: int = 60) -> str:
    """One line of at most `limit` (>= 8) characters; controls and what is not text show as �.

    The middle of a longer text becomes an ellipsis: names differ at their ends.
    """
    line = " ".join("".join(_shown(each) for each in str(text)[:10_000]).split())
    if len(line) <= limit:
        return line
    tail = (limit - 1) // 2
    return f"{line[: limit - 1 - tail]}…{line[-tail:]}"


def last_name(address: str, limit: int = 60) -> str:
    """What a person calls an address: the last part of a path; names and `package.module:factory` stay whole."""
    return legible(Path(address).name or address, limit)


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    # controls, text-direction overrides, lone surrogates (bytes of a name that are not UTF-8), private and unassigned
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character).startswith("C") else character
