"""What the bars above and below the tabs say."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.report.event import shape_words
from vaediag_gui.jobs.asks import loaded_model
from vaediag_gui.state.answers import Answers, HelperState, Trouble, Untrusted, Work
from vaediag_gui.state.wish import Wish


@dataclass(frozen=True, slots=True)
class BarState:
    """Words of the status bar, and which of the main buttons can be used."""

    status: str
    detail: str
    model: str
    data: str
    can_diagnose: bool
    why_not_diagnose: str
    can_export: bool
    has_diagnosis: bool
    deep: bool
    work: Work | None
    work_words: str
    trouble: tuple[tuple[str, Trouble], ...]  # of opening models and data, and of exports; the newest last
    untrusted: Untrusted | None  # a model that is opened only on the person's word
    found: int  # problems and warnings of the diagnosis on show
    helper: str  # a helper that can be restarted by the person, or ""


PHASES = {
    "off": "Starting",
    "starting": "Starting",
    "ready": "Ready",
    "busy": "Working",
    "silent": "The viewer has not answered for 10 s",
    "restarting": "The viewer ended unexpectedly and is being restarted",
    "given up": "The viewer cannot be started",
}


def resolve_bar(wish: Wish, known: Answers) -> BarState:
    model, why = loaded_model(wish, known), why_not_diagnose(wish, known)
    lanes = ("model", "data", "export")
    troubled = tuple((lane, trouble) for lane, trouble in known.troubles.items() if lane in lanes)
    return BarState(
        status=_status(wish, known),
        detail="" if model is None else f"{model.likelihood} · {shape_words(model.event_shape)}",
        model=wish.model or "",
        data=wish.data or "",
        can_diagnose=not why,
        why_not_diagnose=why,
        can_export=model is not None,
        has_diagnosis=known.diagnosis is not None,
        deep=wish.deep,
        work=known.work,
        work_words="" if known.work is None else work_words(known.work),
        trouble=troubled,
        untrusted=known.untrusted,
        found=_found(known),
        helper=_restartable(known),
    )


def why_not_diagnose(wish: Wish, known: Answers) -> str:
    """What stands in the way of a diagnosis now; "" for nothing."""
    if loaded_model(wish, known) is None:
        return "Open a model first." if not wish.model else "The model is still being opened."
    if not wish.data:
        return "Open data first: a diagnosis compares the model with images."
    if known.data is None or known.data.source != wish.data:
        return "The data are still being opened."
    return "" if known.work is None else "Something else is under way; cancel it first."


def _status(wish: Wish, known: Answers) -> str:
    viewer: HelperState = known.viewer
    for helper in (known.viewer, known.analyst):
        if helper.phase in ("restarting", "given up") and helper.detail:
            return helper.detail  # a whole sentence, which names the helper
    if viewer.phase in ("starting", "silent") and viewer.detail:
        return f"{PHASES[viewer.phase]}: {viewer.detail}"
    if known.analyst.phase in ("restarting", "given up", "silent"):
        words = PHASES[known.analyst.phase].replace("viewer", "analyst")
        return f"{words}: {known.analyst.detail}" if known.analyst.detail else words
    opening = wish.model and loaded_model(wish, known) is None and "model" not in known.troubles
    if viewer.phase in ("ready", "busy") and opening:
        return f"Opening {wish.model}"
    return PHASES["ready"] if viewer.phase == "busy" else PHASES.get(viewer.phase, viewer.phase)


def _found(known: Answers) -> int:
    findings = () if known.diagnosis is None else known.diagnosis.findings
    return sum(finding.severity != "info" for finding in findings)


def _restartable(known: Answers) -> str:
    for name, helper in (("viewer", known.viewer), ("analyst", known.analyst)):
        if helper.phase in ("silent", "given up"):
            return name
    return ""


def work_words(work: Work) -> str:
    """`Diagnosis: images, 40 %, about 12 s left`."""
    share = f", {100 * work.done // work.total} %" if work.total > 1 else ""
    left = "" if work.left is None else f", about {duration(work.left)} left"
    return f"{work.title}: {work.stage}{share}{left}"


def duration(seconds: float) -> str:
    """`8 s`, `2 min`: as precise as a guess deserves."""
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"
