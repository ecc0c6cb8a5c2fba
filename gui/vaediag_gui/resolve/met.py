"""Which conditions of actions are met (`Entry.needs`)."""

from __future__ import annotations

from vaediag_gui.jobs.asks import loaded_model
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Wish

PICTURES = {"look": "look", "traverse": "walk", "compare": "pair"}


def met(wish: Wish, known: Answers, *, can_diagnose: bool) -> frozenset[str]:
    """Names such as "model", "training", "diagnosis", "work", "tab:look", "picture", "moving".

    "can_diagnose" is the bar's.
    """
    found = {f"tab:{wish.tab}"} if wish.model else set()
    if loaded_model(wish, known) is not None:
        found.add("model")
        if known.diagnosis is not None:
            found.add("diagnosis")
        lane = PICTURES.get(wish.tab)
        drawn = known.diagnosis is not None if lane is None else getattr(known, lane) is not None
        if drawn and wish.tab != "training":
            found.add("picture")
        if lane in ("look", "walk") and getattr(known, lane) is not None:
            found.add("moving")
    if "model" in found or (wish.tab == "training" and wish.watch):
        found.add("python")
    if known.work is not None:
        found.add("work")
    if wish.watch or "model" in found:
        found.add("training")
    if can_diagnose:
        found.add("can_diagnose")
    return frozenset(found)
