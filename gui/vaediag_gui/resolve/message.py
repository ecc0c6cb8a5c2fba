"""A message in place of something that is missing, and what its button does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vaediag_gui.state.answers import Answers, Trouble
from vaediag_gui.state.wish import Wish


@dataclass(frozen=True, slots=True)
class Message:
    """`wish` are the changes that the button wishes for; else `command` (with `arguments`) is what it commands."""

    title: str
    text: str = ""
    severity: str = "info"
    button: str = ""
    wish: Mapping[str, Any] | None = None
    command: str = ""
    arguments: Mapping[str, Any] | None = None


def of_trouble(trouble: Trouble, lane: str, title: str) -> Message:
    """A trouble in its place, with "Try again"."""
    return Message(title, trouble.message, "problem", "Try again", command="retry", arguments={"lane": lane})


def without_model(wish: Wish, known: Answers) -> Message | None:
    """Why nothing of a model can be shown yet; None once the wished one is there."""
    if known.model is not None and known.model.source == wish.model:
        return None
    if (trouble := known.troubles.get("model")) is not None:
        return of_trouble(trouble, "model", "The model could not be opened")
    if known.viewer.phase in ("silent", "given up"):
        return Message(
            "The viewer does not answer", known.viewer.detail, "problem", "Restart it",
            command="restart", arguments={"helper": "viewer"},
        )  # fmt: skip
    if not wish.model:
        return Message("No model is open", "", "info", "Choose a model", command="start_page")
    if known.viewer.phase in ("off", "starting", "restarting"):
        return Message("Loading TensorFlow (a few seconds) …")
    return Message("Opening the model …")
