"""One question to a helper, as data: equal questions are not asked twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Lanes of each helper, the most urgent first. The newest question wins within its lane; lanes do not wait for each
# other longer than one answer takes.
VIEWER = ("model", "data", "look", "anchor", "pixel", "walk", "thumbnails", "pair")
ANALYST = ("diagnose", "diagnose_other", "pixel_pit", "wrap", "export")
TRUST, UNTRUSTED = "trust", "untrusted"  # an argument of every question, and an answer to any
HELPERS = {"viewer": VIEWER, "analyst": ANALYST}
WORDS = {
    "model": "opening the model",
    "data": "opening the data",
    "look": "decoding one z",
    "anchor": "encoding one image",
    "pixel": "the law of one pixel",
    "walk": "the traversal",
    "thumbnails": "the small pictures",
    "pair": "the comparison",
    "diagnose": "the diagnosis",
    "diagnose_other": "the diagnosis of the second model",
    "pixel_pit": "the calibration of one pixel",
    "wrap": "wrapping two networks",
    "export": "the export",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """A question: `task` names the function in `vaediag_gui.tasks` and `arguments` are its JSON keyword arguments.

    `lane` decides which questions replace each other.
    """

    lane: str
    task: str
    text: str  # the arguments as JSON: hashable, and what equality compares

    @property
    def arguments(self) -> dict[str, Any]:
        return json.loads(self.text)

    @property
    def helper(self) -> str:
        return helper_of(self.lane)


def ask(lane: str, task: str | None = None, /, **arguments: Any) -> Ask:
    """An `Ask`; the task is the lane's own unless named. Arguments must be JSON (tuples become lists)."""
    helper_of(lane)
    return Ask(lane, task or lane, json.dumps(arguments, allow_nan=False, sort_keys=True))


def with_trust(asked: Ask, trusted: Mapping[str, str]) -> Ask:
    """The question, with what is trusted of the models that it names (address -> digest of the bundle)."""
    arguments = asked.arguments
    named_ = {arguments.get(name) for name in ("address", "model", "other")}
    given = {address: digest for address, digest in trusted.items() if address in named_}
    return ask(asked.lane, asked.task, **arguments, **{TRUST: given}) if given else asked


def helper_of(lane: str) -> str:
    """Which helper answers a lane."""
    for helper, lanes in HELPERS.items():
        if lane in lanes:
            return helper
    raise ValueError(f"lane: expected one of {VIEWER + ANALYST}; got {lane!r}.")


def named(mapping: Mapping[str, Any]) -> str:
    """What a question is about, in words for a person: "decoding one z (digits)"."""
    words = WORDS.get(str(mapping.get("lane")), str(mapping.get("task")))
    model = mapping.get("model")
    return f"{words} ({model})" if model else words
