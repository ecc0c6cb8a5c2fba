"""Data sets by address: the public `vaediag.datasets`."""

from __future__ import annotations

from vaediag.registry import datasets as _registered
from vaediag.registry import load_images as load

__all__ = ["load", "names"]


def names() -> list[str]:
    """Names of the registered data sets."""
    return list(_registered())
