"""What stands in a place whose picture is not there (yet): words, and at most one button."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag_gui.jobs.asks import loaded_model
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Wish

LOADING = "Loading TensorFlow (a few seconds) …"
COMING_UP = ("off", "starting", "restarting")


@dataclass(frozen=True, slots=True)
class Place:
    """`button` "" means no button; otherwise it emits the command with its arguments, (name, value) pairs."""

    title: str
    text: str = ""
    severity: str = "info"
    button: str = ""
    command: str = ""
    arguments: tuple[tuple[str, str | None], ...] = ()


def without_model(wish: Wish, known: Answers) -> Place | None:
    """What to say while there is no model to look at; None once its facts are known."""
    trouble = known.troubles.get("model")
    if loaded_model(wish, known) is not None:
        return None
    if trouble is not None:
        return in_trouble(known, "model", "The model could not be opened")
    if not wish.model:
        return Place("No model is open", "Open one to move its z.", "info", "Open a model …", "open_model", _NO_ADDRESS)
    if known.viewer.phase in COMING_UP:
        return Place(LOADING, "The model opens by itself as soon as it is ready.", "")
    if known.viewer.phase == "given up":
        return Place("The viewer stopped", known.viewer.detail, "problem", "Start it again", "restart", _VIEWER)
    return Place("Opening the model …", "", "")


def in_trouble(known: Answers, lane: str, title: str) -> Place | None:
    """What went wrong in a lane, and the way to ask again; None when nothing did."""
    trouble = known.troubles.get(lane)
    if trouble is None:
        return None
    return Place(title, trouble.message, "problem", "Try again", "retry", (("lane", lane),))


_NO_ADDRESS = (("address", None),)
_VIEWER = (("helper", "viewer"),)
