"""A page of Markdown for a terminal: paragraphs and lists wrapped, formulas left alone, headings bold."""

from __future__ import annotations

import re
import textwrap
from itertools import groupby

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"
INDENT = "    "  # of lines that are kept as they are
TIE = "\N{NO-BREAK SPACE}"  # within `code`, while lines are broken


def rendered(page: str, width: int, *, bold: bool) -> str:
    """The page at `width` columns. With `bold` headings lose their `#` and are set in bold; else they keep it."""
    lines: list[str] = []
    for kind, block in groupby(page.splitlines(), _kind):
        if kind == "heading":
            lines += [f"{BOLD}{each.lstrip('# ')}{PLAIN}" if bold else each for each in block]
        elif kind == "text":
            lines += _wrapped(list(block), width)
        else:
            lines += block
    return "\n".join(lines)


def _kind(line: str) -> str:
    return "blank" if not line.strip() else "heading" if line.startswith("#") else "kept" if _kept(line) else "text"


def _kept(line: str) -> bool:
    return line.startswith(INDENT)


def _wrapped(block: list[str], width: int) -> list[str]:
    """A paragraph, or the items of a list one after the other."""
    found: list[str] = []
    for item in re.split(r"\n(?=- )", "\n".join(block)):
        text = re.sub(r"`[^`]+`", lambda code: code[0].replace(" ", TIE), " ".join(item.split()))
        hang = "  " if item.startswith("- ") else ""
        found += textwrap.wrap(text, width, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)
    return [line.replace(TIE, " ") for line in found]
