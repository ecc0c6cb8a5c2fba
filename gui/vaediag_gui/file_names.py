"""Names for files that are saved: a proposal that says what is in them, and the right ending."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

PICTURES = (".png", ".svg")
MOVING = (".gif",)
FILTERS = {".png": "PNG picture (*.png)", ".svg": "SVG drawing (*.svg)", ".gif": "Moving GIF (*.gif)"}
NAMED = {"walk": "traversal", "walk_gif": "traversal", "shimmer_gif": "shimmer", "pixel_pit": "pixel-pit"}
_LONGEST = 80


def endings(what: str) -> tuple[str, ...]:
    """The formats of something that can be saved; () for "report", which is a folder."""
    if what == "report":
        return ()
    return MOVING if what.endswith("_gif") else PICTURES


def proposal(model: str, what: str) -> str:
    """ "digits-normal-image-look.png" for ("digits-normal-image", "look"); `model` may hold anything."""
    part = what.removeprefix("figure:")
    kinds = endings(what)
    return f"{plain_name(model)}-{plain_name(NAMED.get(part, part))}{kinds[0] if kinds else ''}"


def plain_name(text: str) -> str:
    """Letters, digits, dots and hyphens that every file system takes; of a path, the last part. Never empty."""
    last = Path(text).name if "/" in text else text
    ascii_only = unicodedata.normalize("NFKD", last).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9.]+", "-", ascii_only).strip("-.")[:_LONGEST].strip("-.")
    return name or "vaediag"


def with_ending(path: str, kinds: Sequence[str], preferred: str) -> str:
    """`path`, with `preferred` added unless it ends in one of `kinds` already."""
    if not kinds or Path(path).suffix.lower() in kinds:
        return path
    return path + preferred


def free_name(folder: Path, name: str) -> str:
    """`name`, or `name-2`, `name-3`, … where `folder` has something called so."""
    number, tried = 1, name
    while (folder / tried).exists():
        number += 1
        tried = f"{name}-{number}"
    return tried
