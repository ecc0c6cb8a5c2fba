"""What the four tabs of the diagnosis share: what stands there before, during and beside a diagnosis."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.findings.data import spoiled
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.tables import heading
from vaediag.records.text import printable
from vaediag_gui.jobs.asks import loaded_model
from vaediag_gui.resolve.words import plural
from vaediag_gui.state.answers import Answers, DataFacts, Work
from vaediag_gui.state.wish import Wish

VOID = "These numbers cannot be judged: the data do not fit the likelihood (see Findings)"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a tab will answer, for the time before there is a diagnosis."""

    question: str
    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    stage: str
    done: int
    total: int  # 0: not known


@dataclass(frozen=True, slots=True)
class Standing:
    """A message with at most one button. `alone`: there is no diagnosis, the message stands in its place."""

    alone: bool
    title: str = ""  # empty: nothing has to be said
    text: str = ""
    severity: str = ""  # "": an invitation
    button: str = ""
    command: str = ""
    arguments: tuple[tuple[str, str | None], ...] = ()
    progress: Progress | None = None


def standing(wish: Wish, known: Answers, invitation: Invitation) -> Standing:
    """What is said in place of the diagnosis, or above it; the most urgent only."""
    there = known.diagnosis is not None
    work = known.work
    if work is not None and _of_this_diagnosis(work):
        return _working(work, alone=not there)
    trouble = known.troubles.get("diagnose")
    if trouble is not None:
        return Standing(
            alone=not there,
            title="The diagnosis did not work" if not there else "The new diagnosis did not work; this is the last one",
            text=trouble.message,
            severity="problem",
            button="Try again",
            command="retry",
            arguments=(("lane", "diagnose"),),
        )
    if known.diagnosis is None:
        return _invited(wish, known, invitation)
    other = differs(wish, known, known.diagnosis)
    if other:
        return Standing(
            alone=False,
            title="This diagnosis belongs to something else",
            text=other,
            severity="warning",
            button="Diagnose",
            command="diagnose",
        )
    if known.earlier:
        return Standing(
            alone=False,
            title="This diagnosis is of the earlier weights",
            text="Model and data have been read again since.",
            severity="warning",
            button="Diagnose",
            command="diagnose",
        )
    return Standing(alone=False)


def differs(wish: Wish, known: Answers, diagnosis: Diagnosis) -> str:
    """How the diagnosis and the wish differ, in a sentence; "" where they do not, or where nothing is open."""
    parts = []
    model, data = diagnosis.model, diagnosis.data
    if wish.model and (model.source or model.name) not in {wish.model, _name(loaded_model(wish, known))}:
        parts.append((f"of the model {printable(model.name)}", f"{printable(wish.model)}"))
    facts = _opened(wish, known)
    if wish.data and not _same_data(wish.data, facts, diagnosis):
        split = f"[{data.split}]" if data.split and "[" not in data.name else ""
        parts.append((f"of the images {printable(data.name)}{split}", f"{printable(wish.data)}"))
    if not parts:
        return ""
    what = " and ".join(was for was, _ in parts)
    open_now = " and ".join(now for _, now in parts)
    return f"It is {what}; open now: {open_now}."


def about(diagnosis: Diagnosis | None) -> str:
    """`digits-normal on digits[test]: 500 images, seed 0`."""
    return "" if diagnosis is None else printable(heading(diagnosis)[0])


def void(diagnosis: Diagnosis) -> bool:
    """Do the data make calibration and variance meaningless?"""
    return spoiled(diagnosis) is not None


def discrete(diagnosis: Diagnosis) -> bool:
    return diagnosis.evidence.bits_per_dimension is not None


def _of_this_diagnosis(work: Work) -> bool:
    title = work.title.lower()
    return title.startswith("diagnos") and "second" not in title


def _working(work: Work, *, alone: bool) -> Standing:
    stage = work.stage or "starting"
    words = f"{stage[:1].upper()}{stage[1:]}"
    if work.total:
        words += f" · {work.done:,} of {work.total:,}"
    if work.left is not None:
        words += f" · {_time(work.left)} left"
    return Standing(
        alone=alone,
        title="Diagnosing…",
        text="The pictures appear here when it is done; everything else can be used meanwhile."
        if alone
        else "The last diagnosis stays until the new one is there.",
        severity="info",
        button="Cancel",
        command="cancel",
        progress=Progress(words, work.done, work.total),
    )


def _time(seconds: float) -> str:
    return f"about {max(round(seconds), 1)} s" if seconds < 90 else f"about {round(seconds / 60)} min"


def _invited(wish: Wish, known: Answers, invitation: Invitation) -> Standing:
    if not wish.model:
        return _opening(invitation, "Open a model first.", "Open a model…", "open_model")
    if not wish.data:
        return _opening(
            invitation, "A diagnosis compares the model with images: open a data set first.", "Open data…", "open_data"
        )
    facts = _opened(wish, known)
    if loaded_model(wish, known) is None or facts is None:
        lane = next((lane for lane in ("model", "data") if lane in known.troubles), None)
        if lane is not None:
            trouble = known.troubles[lane]
            return Standing(True, f"The {lane} could not be opened", trouble.message, "problem", "Try again", "retry",
                            (("lane", lane),))  # fmt: skip
        waiting = known.viewer.detail or "Opening the model and the images…"
        return Standing(True, invitation.question, f"{invitation.text}\n\n{waiting}")
    count = min(facts.count, wish.limit) if wish.limit else facts.count
    deep = ", in depth up to a minute more" if wish.deep else ""
    time = f"takes about a minute for a small model{deep}, and longer for a large one, in the background"
    takes = f"{plural(count, 'image')}; {time}."
    return Standing(True, invitation.question, f"{invitation.text}\n\n{takes}", button="Diagnose", command="diagnose")


def _opening(invitation: Invitation, why: str, button: str, command: str) -> Standing:
    text = f"{invitation.text}\n\n{why}"
    return Standing(True, invitation.question, text, button=button, command=command, arguments=(("address", None),))


def _opened(wish: Wish, known: Answers) -> DataFacts | None:
    return known.data if known.data is not None and known.data.source == wish.data else None


def _name(facts: object) -> str:
    return getattr(facts, "name", "")


def _same_data(wished: str, facts: DataFacts | None, diagnosis: Diagnosis) -> bool:
    """By address; a split that only one of both names is no difference."""
    data = diagnosis.data
    if data.source is None:
        return data.name == (facts.name if facts is not None else wished)
    address, split = _split(wished)
    made_address, made_split = _split(data.source)
    split = split or (facts.split if facts is not None else None)
    made_split = made_split or data.split
    return address == made_address and (split is None or made_split is None or split == made_split)


def _split(address: str) -> tuple[str, str | None]:
    """`digits[test]` to ("digits", "test")."""
    if address.endswith("]") and "[" in address:
        base, _, split = address[:-1].rpartition("[")
        return base, split
    return address, None
