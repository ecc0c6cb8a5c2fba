"""Commands of other packages (entry-point group `vaediag.commands`): listed without an import, loaded when called."""

from __future__ import annotations

import ast
from collections.abc import Callable
from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from vaediag.errors import InputError

GROUP = "vaediag.commands"


def commands() -> dict[str, EntryPoint]:
    """Registered commands by name, in alphabetical order."""
    found = {each.name: each for each in entry_points(group=GROUP)}
    return dict(sorted(found.items()))


def load(entry: EntryPoint) -> Callable[..., Any]:
    """The function behind a command. Raises InputError when its package cannot be imported."""
    try:
        return entry.load()
    except (ImportError, AttributeError) as error:
        raise InputError(
            f"{entry.name}: expected the command of {entry.value!r}; loading it failed with {error}; "
            "try installing that package again."
        ) from error


def sentence(entry: EntryPoint) -> str:
    """The first line of the docstring of the command's function, or of its module, read without importing either."""
    path = _source(entry.module)
    if path is None:
        return f"From {entry.module}."
    tree = ast.parse(path.read_bytes())
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == entry.attr and (text := ast.get_docstring(node)):
            return text.splitlines()[0]
    text = ast.get_docstring(tree)
    return text.splitlines()[0] if text else f"From {entry.module}."


def _source(module: str) -> Path | None:
    """The file of a module: found folder by folder, because `find_spec("a.b")` would import `a`."""
    search: list[str] | None = None
    spec = None
    name = ""
    for part in module.split("."):
        name = f"{name}.{part}" if name else part
        spec = PathFinder.find_spec(name, search)
        if spec is None:
            return None
        search = list(spec.submodule_search_locations or [])
    return Path(spec.origin) if spec and spec.origin and spec.origin.endswith(".py") else None
