"""Names with sentences in columns; the sentences wrap at the terminal's width."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence

LEAST = 24  # columns that a sentence gets however narrow the terminal


def terminal_width() -> int:
    return shutil.get_terminal_size((100, 24)).columns


def in_columns(rows: Sequence[tuple[str, ...]], width: int, *, indent: int = 0) -> list[str]:
    """Lines of a table whose last column is a sentence. Columns that are empty throughout are left out."""
    sizes = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)] if rows else []
    start = indent + sum(size + 2 for size in sizes if size)
    found: list[str] = []
    for *cells, sentence in rows:
        head = " " * indent + "".join(f"{cell:<{size}}  " for cell, size in zip(cells, sizes, strict=True) if size)
        text = textwrap.wrap(sentence, max(LEAST, width - start), break_on_hyphens=False) or [""]
        found += [(head + text[0]).rstrip(), *(" " * start + line for line in text[1:])]
    return found
