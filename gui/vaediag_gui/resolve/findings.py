"""Findings: sentences in order of severity, and what could not be asked."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.findings.data import EVERYTHING, spoiled
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.finding import Finding
from vaediag.records.pictures import Reconstructions
from vaediag.records.text import by_severity, counted, printable
from vaediag_gui.resolve.assumed import line, of_diagnosis
from vaediag_gui.resolve.depth import DEEP, DEEPER, offer
from vaediag_gui.resolve.message import Message
from vaediag_gui.resolve.missing import missing
from vaediag_gui.resolve.standing import Invitation, Standing, about, standing
from vaediag_gui.resolve.words import capital, plural
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Wish

INVITATION = Invitation(
    "What is wrong with this model, and what can be done?",
    "A diagnosis turns its numbers into sentences: what was found, on what evidence, what it means and what to try. "
    "Each leads to the picture that shows it. Rules allow for chance and for a tolerance: an exact model gives none.",
)
SIGNS = {"problem": "■", "warning": "▲", "info": "●"}
WORDS = {"problem": "Problem", "warning": "Warning", "info": "Note"}
TABS = {
    "pit": "calibration",
    "quantile_curve": "calibration",
    "reliability": "calibration",
    "spread_skill": "calibration",
    "calibration_maps": "calibration",
    "variance_maps": "variance",
    "kl": "collapse",
    "kl_effect": "collapse",
    "epsilon_delta": "collapse",
    "latent_dispersion": "collapse",
    "posterior": "collapse",
    "prune_cost": "collapse",
    "rate_split": "collapse",
    "fault": "calibration",
    "dependence": "calibration",
    "evidence_gaps": "evidence",
    "poor_posterior": "evidence",
    "lowest_evidence": "evidence",
    "one_code": "look",
    "traversal": "traverse",
    "worst": "findings",
    "reconstructions": "findings",
}
FIGURES = (("worst", "Worst images"), ("reconstructions", "Reconstructions"))
CALM = (
    "On {images} nothing differs from an exact model by more than chance and tolerance: calibration with z from the "
    "encoder, the encoder itself, the use of the latents and the variance of generated images. That does not make the "
    "model right: faults smaller than about three standard errors pass unseen, more images find smaller ones, and what "
    "is named below was not measured."
)


@dataclass(frozen=True, slots=True)
class FindingCard:
    """One finding; `position` is its place in `Diagnosis.findings`. `tab`: where its picture is, None without one."""

    position: int
    finding: Finding
    heading: str
    evidence: str
    meaning: str
    advice: str
    tab: str | None
    chosen: bool
    page: str = ""  # that defines what was measured; "" where there is none

    @property
    def severity(self) -> str:
        return self.finding.severity


@dataclass(frozen=True, slots=True)
class FindingsState:
    standing: Standing
    verdict: str = ""
    about: str = ""
    assumed: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    cards: tuple[FindingCard, ...] = ()
    calm: str = ""  # what it means that nothing was found
    missing: tuple[tuple[str, str], ...] = ()  # (reason, what could not be measured for it)
    deeper: Message | None = None  # the offer to measure what was not asked for
    diagnosis: Diagnosis | None = None
    worst: Reconstructions | None = None
    shown: Reconstructions | None = None


def resolve_findings(wish: Wish, known: Answers) -> FindingsState:
    stand, diagnosis = standing(wish, known, INVITATION), known.diagnosis
    if diagnosis is None:
        return FindingsState(stand)
    chosen = wish.maps.finding
    places = {id(finding): place for place, finding in enumerate(diagnosis.findings)}
    ordered = by_severity(diagnosis.findings)
    pictures = diagnosis.pictures
    return FindingsState(
        standing=stand,
        verdict=verdict(diagnosis),
        about=about(diagnosis),
        assumed=line(of_diagnosis(diagnosis)),
        figures=FIGURES if pictures is not None else (),
        cards=tuple(_card(places[id(finding)], finding, chosen) for finding in ordered),
        calm="" if ordered else CALM.format(images=plural(diagnosis.calibration.posterior.images, "image")),
        missing=missing(diagnosis.why_not),
        deeper=next((found for name in DEEP if (found := offer(wish, known, name, DEEPER)) and found.button), None),
        diagnosis=diagnosis,
        worst=None if pictures is None else pictures.worst,
        shown=None if pictures is None else pictures.reconstructions,
    )


def tab_of(figure: str) -> str:
    """The tab that shows a figure of the report: calibration, variance, collapse, look, traverse or findings."""
    return TABS.get(figure, "findings")


def verdict(diagnosis: Diagnosis) -> str:
    """`1 problem, 2 warnings`, and whether anything else could be judged."""
    if not diagnosis.findings:
        return "Nothing found"
    words = capital(counted(diagnosis.findings))
    if spoiled(diagnosis) == EVERYTHING:
        return f"{words}; nothing else can be judged before the data fit the model"
    return words


def as_text(diagnosis: Diagnosis) -> str:
    """All findings as plain text, to be pasted into a message."""
    lines = [about(diagnosis), verdict(diagnosis)]
    for finding in by_severity(diagnosis.findings):
        card = _card(0, finding, None)
        lines += ["", card.heading, card.evidence, card.meaning, f"Try: {card.advice}"]
    for reason, what in missing(diagnosis.why_not):
        lines += ["", f"Not measured ({reason}): {what}"]
    return "\n".join(lines)


def _card(position: int, finding: Finding, chosen: int | None) -> FindingCard:
    word = f"{SIGNS.get(finding.severity, '')} {WORDS.get(finding.severity, finding.severity)}".strip()
    return FindingCard(
        position=position,
        finding=finding,
        heading=f"{word}: {printable(finding.title)}",
        evidence=capital(printable(finding.evidence)),
        meaning=printable(finding.meaning),
        advice=capital(printable(finding.try_)),
        tab=None if finding.figure is None else tab_of(finding.figure),
        chosen=position == chosen,
        page=finding.definition,
    )
