"""What a person chooses, and what else has to be said with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Option:
    """A number or a word that a choice needs beside its name.

    Attributes:
        name: keyword of `likelihood_config`, e.g. "scale".
        kind: "number", "whole" (an integer) or "word" (one of `words`).
        default: None where the person has to say it.
        meaning: for people, with its unit.
        words: of kind "word": (word, what it means), the default first.
    """

    name: str
    kind: str
    default: float | int | str | None
    meaning: str
    words: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One head, as a person chooses it.

    Attributes:
        name: of the command line, e.g. "normal-pixel".
        title: a few words for a list.
        meaning: what choosing it claims about the network, and about x or z.
        outputs: how many numbers per image the network gives, and in which order; d pixels or columns, L latents.
        options: what else has to be said.
        config: what the options are added to.
    """

    name: str
    title: str
    meaning: str
    outputs: str
    options: tuple[Option, ...] = ()
    config: tuple[tuple[str, Any], ...] = ()
