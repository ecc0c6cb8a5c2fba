"""Packages that only some people have."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from vaediag.errors import InputError


def needed(package: str, method: str) -> Any:
    """The package, imported now. Raises InputError with the line that installs it."""
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:  # something inside the package is broken: that is another story
            raise
        raise InputError(
            f"{method}: expected the package {package}; it is not installed here. Try: pip install 'vaediag[{package}]'"
        ) from error
