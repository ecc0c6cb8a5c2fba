"""A page of `vaediag explain` as blocks of plain text: no markup is left, and none is understood."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vaediag.errors import InputError


@dataclass(frozen=True, slots=True)
class Block:
    """`kind`: "text", "item" of a list, or "formula" (kept line by line)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    name: str
    sections: tuple[Section, ...]


def explanation(name: str) -> Explanation:
    """The page of a quantity; one that is not there says so in a section of its own."""
    from vaediag.explanations import find, page

    try:
        found = find(name)
        return Explanation(found.replace("_", " "), sections(page(found)))
    except (InputError, OSError) as error:
        return Explanation(name.replace("_", " "), (Section("", (Block("text", str(error)),)),))


def sections(text: str) -> tuple[Section, ...]:
    """The sections under `## headings`, without the name of the page."""
    parts = re.split(r"^## (.*)$", text, flags=re.MULTILINE)
    return tuple(Section(heading.strip(), blocks(body)) for heading, body in zip(parts[1::2], parts[2::2], strict=True))


def blocks(body: str) -> tuple[Block, ...]:
    """Paragraphs on one line each, items of lists, and indented formulas."""
    found: list[Block] = []
    for part in re.split(r"\n\s*\n", body.strip("\n")):
        lines = part.splitlines()
        if all(line.startswith("    ") for line in lines):
            found.append(Block("formula", "\n".join(line[4:].rstrip() for line in lines)))
            continue
        for item in re.split(r"^- ", part, flags=re.MULTILINE):
            if item.strip():
                kind = "item" if f"- {item}" in part else "text"
                found.append(Block(kind, " ".join(item.replace("`", "").split())))
    return tuple(found)
