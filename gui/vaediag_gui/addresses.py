"""What a person typed as the address of a model or of data: what is wrong with it, in a sentence, or nothing."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from vaediag_gui.dropped import Dropped, absolute, classify
from vaediag_gui.legible import legible

Kind = Literal["model", "data"]
EXAMPLE = "package.module:factory"
RUNS_CODE = "This imports the module and calls the function: its code runs. Open only what you trust."
_FACTORY = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
_NAMED = re.compile(r"(keras|tfds):[A-Za-z][\w/.:-]*(\[[\w-]+\])?")
_SPLIT = re.compile(r"(?P<base>.+)\[[\w-]+\]")


def check_model_address(text: str, names: Collection[str] = ()) -> str | None:
    """Why `text` is no address of a model; None when it may be one. `names`: the registered models.

    A factory is not looked up, because importing its module would run it.
    """
    return _check(text.strip(), "model", names)


def check_data_address(text: str, names: Collection[str] = ()) -> str | None:
    """The same for data, where `digits[train]` names a split."""
    return _check(text.strip(), "data", names)


def check_path(text: str, kind: Kind) -> str | None:
    """Why the file or folder `text` is not of this kind; None when it is."""
    found = found_at(text)
    if isinstance(found, str):
        return found
    if found.kind == kind:
        return None
    what = {
        "model": "a saved model",
        "data": "images",
        "diagnosis": "a saved diagnosis",
        "history": "a training",
        "network": "a network",
    }
    other = {
        "model": "Open model", "data": "Open data", "diagnosis": "Open diagnosis", "history": "Watch a training",
        "network": "Wrap your networks",
    }  # fmt: skip
    return f"This is {what[found.kind]}, not {what[kind]}. Use “{other[found.kind]}” for it."


def found_at(text: str) -> Dropped | str:
    """What lies at a typed path; "folder[train]" is looked up as the folder and keeps its split."""
    text = text.strip()
    if not text:
        return "Choose a file or folder, or type its path."
    found, split = classify(text), _SPLIT.fullmatch(text)
    if isinstance(found, str) and split is not None:
        whole = classify(split["base"])
        if isinstance(whole, Dropped) and whole.kind == "data":
            return Dropped("data", whole.address + text[len(split["base"]) :])
    return found


def check_factory(text: str) -> str | None:
    """Why `text` is not written like `package.module:factory`."""
    text = text.strip()
    if not text:
        return f"Type it as {EXAMPLE}."
    if _FACTORY.fullmatch(text):
        return None
    return f"Expected {EXAMPLE}, such as mylab.vaes:trained; got {legible(text, 48)}."


def check_named(text: str) -> str | None:
    """Why `text` is no data set of Keras or TensorFlow Datasets by its name."""
    text = text.strip()
    if not text:
        return "Type it as keras:NAME or tfds:NAME."
    if _NAMED.fullmatch(text):
        return None
    return f"Expected keras:NAME or tfds:NAME, such as keras:mnist; got {legible(text, 48)}."


def from_command_line(text: str, names: Collection[str]) -> str:
    """A path as an absolute one, so that it is found again from elsewhere; anything else as it is."""
    found = found_at(text) if text.partition("[")[0] not in names else None
    return found.address if isinstance(found, Dropped) and found.kind in ("model", "data") else text


def address_of(text: str) -> str:
    """A checked text as vaediag takes it: names and factories as they are, paths absolute."""
    text = text.strip()
    found = found_at(text) if _is_path(text) else None
    return found.address if isinstance(found, Dropped) else text


def _check(text: str, kind: Kind, names: Collection[str]) -> str | None:
    if not text:
        return f"Type a registered name, a path or {EXAMPLE}."
    if _is_path(text):
        return check_path(text, kind)
    if kind == "data" and text.startswith(("keras:", "tfds:")):
        return check_named(text)
    if ":" in text:
        return check_factory(text)
    split = _SPLIT.fullmatch(text) if kind == "data" else None
    name = split["base"] if split is not None else text
    if name in names:
        return None
    shown = legible(text, 48)
    if _exists(name):
        return f"{shown} is no registered name, but a file is called so: for that, type ./{shown}"
    close = get_close_matches(name, list(names), n=2, cutoff=0.5)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    return f"{shown} is no registered name.{hint}"


def _is_path(text: str) -> bool:
    return "/" in text or "\\" in text or text.startswith((".", "~"))


def _exists(text: str) -> bool:
    try:
        return Path(absolute(text)).exists()
    except (OSError, ValueError):
        return False
