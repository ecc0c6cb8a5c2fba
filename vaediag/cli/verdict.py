"""A diagnosis as a list of checks that passed or failed: one per rule of the rulebook, one per threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vaediag.cli.thresholds import Outcome, Threshold, judge
from vaediag.findings.catalogue import RULEBOOK
from vaediag.findings.data import EVERYTHING, spoiled
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.finding import SEVERITIES, Finding
from vaediag.records.text import by_severity, printable

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
FINDINGS, THRESHOLDS = "findings", "thresholds"
TOO_FEW = "few_images"
ALWAYS_JUDGED = ("audit.", "trained_on", TOO_FEW)  # also where there are too few images for the other rules
DECODERS = ("tails", "scale", "bias", "shape", "reliability", "dependence", "variance", "posterior_mean")
NOT_BINARY = ("tails", "scale", "bias", "shape")  # binary x has `reliability` in their place
NEEDS = {  # rule -> the number that it judges: where that is missing the rule has judged nothing
    "encoder": "evidence.latent_dispersion",
    "probe": "evidence.corrected",
    "bound": "evidence.iwae",
    "tails": "calibration.posterior.tail_weight",
    "scale": "calibration.posterior.reduced_chi2",
    "scale.image": "calibration.posterior.tail_weight",
    "scale.level": "calibration.posterior.spread_skill",
    "scale.floor": "variance.scale",
    "scale.range": "variance.scale",
    "reliability": "calibration.posterior.ece",
    "dependence": "independence",
    "collapse": "collapse.kl",
    "ignored": "collapse.effect",
    "noise": "collapse.effect",
    "holes": "collapse.marginal_kl",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the verdict."""

    kind: str  # FINDINGS or THRESHOLDS
    name: str  # id of the rule, or place of the number
    state: str
    word: str  # the finding's severity, or "threshold"; "" where nothing was found
    message: str  # one sentence; "" where there is nothing to say
    detail: str = ""  # the evidence and what to try


def checks(
    diagnosis: Diagnosis, *, fail_on: str, ignore: Sequence[str], thresholds: Sequence[Threshold]
) -> tuple[Check, ...]:
    """Every rule and every threshold, in the order of the rulebook and of the thresholds.

    Raises InputError for a threshold on a number that the diagnosis does not have.
    """
    judged = [_threshold(judge(diagnosis, each)) for each in thresholds]
    found: dict[str, Finding] = {}
    for finding in by_severity(diagnosis.findings):
        found.setdefault(finding.id, finding)
    ids = dict.fromkeys([*(card.id for card in RULEBOOK), *found])
    serious = SEVERITIES[SEVERITIES.index(fail_on) :]
    return (*(_finding(diagnosis, each, found.get(each), serious, ignore) for each in ids), *judged)


def lines(verdict: Sequence[Check], diagnosis: Diagnosis, *, fail_on: str) -> list[str]:
    """What a person reads: one line for each check that failed, then the summary."""
    failed = [each for each in verdict if each.state == FAILED]
    shown = [printable(_line(each)) for each in failed]
    if any(each.name == TOO_FEW and each.word for each in verdict):
        shown.append(f"note: fewer images than the rules need: only the data {_and_thresholds(verdict)}were checked.")
    passed_over = [each.name for each in verdict if each.state == SKIPPED and each.word]
    what = f"{printable(diagnosis.model.name)} on {diagnosis.data.count} images of {printable(diagnosis.data.name)}"
    if failed:
        counts = [(FINDINGS, "finding"), (THRESHOLDS, "threshold")]
        parts = [_counted(sum(each.kind == kind for each in failed), noun) for kind, noun in counts]
        summary = f"Failed: {' and '.join(filter(None, parts))}: {what}."
    else:
        limits = sum(each.kind == THRESHOLDS for each in verdict)
        kept = f", {_counted(limits, 'threshold')} kept" if limits else ""
        summary = f"Passed: no finding at or above {fail_on}{kept}: {what}."
    return [*shown, summary + (f" Ignored: {', '.join(passed_over)}." if passed_over else "")]


def _line(check: Check) -> str:
    name = f"{check.name}: " if check.kind == FINDINGS else ""  # the message of a threshold begins with its place
    return f"{check.word}: {name}{check.message} {check.detail.partition(chr(10))[0]}"


def failed(verdict: Sequence[Check]) -> bool:
    return any(each.state == FAILED for each in verdict)


def _finding(
    diagnosis: Diagnosis, id_: str, finding: Finding | None, serious: Sequence[str], ignore: Sequence[str]
) -> Check:
    if finding is None:
        reason = _not_judged(diagnosis, id_)
        return Check(FINDINGS, id_, SKIPPED if reason else PASSED, "", reason)
    state = PASSED if finding.severity not in serious else SKIPPED if id_ in ignore else FAILED
    detail = f"{finding.evidence}\n{finding.meaning}\nTry: {finding.try_}"
    message = finding.title if finding.title.endswith((".", "!", "?")) else f"{finding.title}."
    return Check(FINDINGS, id_, state, finding.severity, message, detail)


def _threshold(outcome: Outcome) -> Check:
    state, word = (FAILED, "threshold") if outcome.violated else (PASSED, "")
    return Check(THRESHOLDS, outcome.threshold.place, state, word, f"{outcome.message}.")


def _not_judged(diagnosis: Diagnosis, id_: str) -> str:
    """Why a rule had nothing to judge; "" if it had."""
    if id_.startswith(ALWAYS_JUDGED):
        return ""
    if any(finding.id == TOO_FEW for finding in diagnosis.findings):
        return "fewer images than the rules need"
    family, void = id_.partition(".")[0], spoiled(diagnosis)
    if void == EVERYTHING or (void is not None and family in DECODERS):
        return "the data make these numbers void"
    if diagnosis.calibration.posterior.ece is not None and family in NOT_BINARY:
        return "x is binary: judged by reliability"
    place = NEEDS.get(id_)
    if place is None:
        return ""
    found: Any = diagnosis
    for name in place.split("."):
        found = getattr(found, name, None)
    return "" if found is not None else f"{place}: {diagnosis.why_not.get(place, 'not measured')}"


def _counted(count: int, noun: str) -> str:
    return "" if not count else f"{count} {noun if count == 1 else noun + 's'}"


def _and_thresholds(verdict: Sequence[Check]) -> str:
    return "and the thresholds " if any(each.kind == THRESHOLDS for each in verdict) else ""
