"""The pages as text: found by the name of a quantity, or by where it stands in a diagnosis."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path

from vaediag.errors import InputError
from vaediag.explanations.contents import ELSEWHERE, GROUPS

HEADINGS = ("Question", "Formula", "Source", "Reading the picture", "What to do")


def names() -> tuple[str, ...]:
    """Names of the pages, in the order of `contents.GROUPS`."""
    return tuple(name for group in GROUPS.values() for name in group)


def find(name: str) -> str:
    """The name of the page that explains a quantity.

    Args:
        name: of a page, of a field of a diagnosis ("ece"), or its dotted place ("calibration.posterior.ece").
    Raises:
        InputError: nothing of that name is explained; the message has the pages that come close.
    """
    asked = name.strip().lower().replace("-", "_").replace(" ", "_").rpartition(".")[2]
    if asked in (*names(), *ELSEWHERE):
        return ELSEWHERE.get(asked, asked)
    close = get_close_matches(asked, names(), n=3, cutoff=0.6)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    raise InputError(
        f"name: expected a quantity that vaediag measures; got {name!r}.{hint} `vaediag explain` lists them."
    )


def page(name: str) -> str:
    """The page of a quantity as Markdown: `# name`, then one section for each of `HEADINGS`. Raises InputError."""
    return Path(__file__).with_name(f"{find(name)}.md").read_text(encoding="utf-8")


def question(name: str) -> str:
    """The question that a quantity answers, on one line. Raises InputError."""
    section = re.split(r"^## .*$", page(name), flags=re.MULTILINE)[1]
    return " ".join(section.split())
