"""How deep a diagnosis goes: what it measures besides, and what the one on show has measured."""

from __future__ import annotations

from vaediag.records.diagnosis import Diagnosis
from vaediag.records.text import printable
from vaediag_gui.resolve.bar import why_not_diagnose
from vaediag_gui.resolve.message import Message
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Wish

QUICK = ("effect",)
DEEP = ("effect", "prune_cost", "iwae", "independence")
ALL = (*DEEP, "ais")
NOT_ASKED = "not requested"
_KEYS = {
    "effect": "collapse.effect",
    "prune_cost": "collapse.prune_cost",
    "iwae": "evidence.iwae",
    "ais": "evidence.ais",
}
DEEPER = "In depth: also what each latent is worth, how good the bound is and whether pixels are independent."
BUTTON = "Measure in depth"


def include(wish: Wish, diagnosis: Diagnosis | None = None, *, ais: bool = False) -> tuple[str, ...]:
    """What to measure besides. `ais` is asked for on top of what `diagnosis`, the one on show, has measured."""
    names = set(DEEP if wish.deep else QUICK)
    if ais:
        names |= {"ais", *(() if diagnosis is None else asked_of(diagnosis))}
    return tuple(name for name in ALL if name in names)


def asked_of(diagnosis: Diagnosis) -> tuple[str, ...]:
    """What was asked for when it was made: what is there, or has a reason of its own for not being there."""
    return tuple(name for name in ALL if asked(diagnosis, name))


def offer(wish: Wish, known: Answers, name: str, question: str) -> Message | None:
    """In place of one of `ALL` that is not there: what it would say, and the button that asks for it.

    None where it is there. What was asked for and could not be measured has its reason instead.
    """
    diagnosis = known.diagnosis
    if diagnosis is None or there(diagnosis, name):
        return None
    if asked(diagnosis, name):
        return Message("", f"Not measured: {printable(diagnosis.why_not[_KEYS.get(name, name)])}.")
    if why_not_diagnose(wish, known):
        return Message("", f"{question} Not measured in this diagnosis.")
    tip = "Diagnose again, in depth; the choice beside Diagnose stays on"
    return Message(tip, f"{question} Takes up to a minute.", button=BUTTON, command="diagnose_in_depth")


def asked(diagnosis: Diagnosis, name: str) -> bool:
    """Was one of `ALL` asked for?"""
    reason = diagnosis.why_not.get(_KEYS.get(name, name), NOT_ASKED)
    return there(diagnosis, name) or not reason.startswith(NOT_ASKED)


def there(diagnosis: Diagnosis, name: str) -> bool:
    """Was one of `ALL` measured?"""
    collapse, evidence = diagnosis.collapse, diagnosis.evidence
    found = {
        "effect": collapse.effect, "prune_cost": collapse.prune_cost, "iwae": evidence.iwae,
        "independence": diagnosis.independence, "ais": evidence.ais,
    }  # fmt: skip
    return found[name] is not None
