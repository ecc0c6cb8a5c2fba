"""`vaediag models` and `vaediag datasets`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from vaediag.cli.columns import in_columns, terminal_width

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
    print("Besides: keras:mnist and the like, tfds:NAME, and files, folders and tables by their paths.")


def _print(cards: Mapping[str, Card]) -> None:
    """Name, data set and sentence."""
    rows = [(each.name, each.dataset or "", each.sentence) for each in cards.values()]
    print("\n".join(in_columns(rows, terminal_width())) or "None is registered.")
