"""`vaediag models` and `vaediag datasets`."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaediag.registry import Card


def models() -> None:
    """List the registered models."""
    from vaediag import registry

    _print(registry.models())


def datasets() -> None:
    """List the registered data sets."""
    from vaediag import registry

    _print(registry.datasets())


def _print(cards: Mapping[str, Card]) -> None:
    """Name, data set and sentence in columns; the sentence wraps at the terminal's width."""
    if not cards:
        print("None is registered.")
        return
    width = shutil.get_terminal_size((100, 24)).columns
    name = max(len(each.name) for each in cards.values())
    data = max(len(each.dataset or "") for each in cards.values())
    indent = name + data + (4 if data else 2)
    for each in cards.values():
        head = f"{each.name:<{name}}  " + (f"{each.dataset or '':<{data}}  " if data else "")
        text = textwrap.wrap(each.sentence, max(24, width - indent), break_on_hyphens=False) or [""]
        print(head + ("\n" + " " * indent).join(text))
