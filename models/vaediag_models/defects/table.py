"""Outcomes as text: was each kind found, was it named, what else was said, and how often are exact models accused?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from vaediag_models.defects.kinds import DEFECTS, EXACT, KINDS, Kind
from vaediag_models.defects.run import Outcome

FOUND, FALSE = 0.95, 0.01  # promised: found and named at least so often; exact models accused at most so often


class Rate(NamedTuple):
    """So many of so many."""

    count: int
    total: int

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Clopper and Pearson (1934), exact for the binomial; (0, 1) of nothing."""
        from scipy.stats import beta

        tail, count, total = (1 - confidence) / 2, self.count, self.total
        low = float(beta.ppf(tail, count, total - count + 1)) if count else 0.0
        high = float(beta.ppf(1 - tail, count + 1, total - count)) if count < total else 1.0
        return low, high

    def __str__(self) -> str:
        return f"{self.count}/{self.total}"


class Row(NamedTuple):
    """What the diagnoses of one kind said."""

    kind: Kind
    detected: Rate  # an expected finding fired; for exact models: any finding did
    named: Rate  # ... and none besides those that it allows; for exact models: nothing was said
    fired: dict[str, int]  # in how many diagnoses a finding was above info

    @property
    def promised(self) -> bool:
        """The rate is not below (false alarms: above) what is promised by more than chance explains."""
        if not self.kind.expected:
            return self.detected.interval()[0] <= FALSE
        return self.named.interval()[1] >= FOUND


def rows(outcomes: Iterable[Outcome]) -> list[Row]:
    """One row for each kind that was planted, in the order of the table of kinds."""
    by_kind: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_kind[outcome.task.kind].append(outcome)
    return [_row(kind, by_kind[name]) for name, kind in KINDS.items() if name in by_kind]


def _row(kind: Kind, outcomes: Sequence[Outcome]) -> Row:
    fired = Counter(id_ for outcome in outcomes for id_ in outcome.loud)
    total = len(outcomes)
    if not kind.expected:
        loud = sum(bool(outcome.loud) for outcome in outcomes)
        return Row(kind, Rate(loud, total), Rate(total - loud, total), dict(fired))
    expected, allowed = set(kind.expected), {*kind.expected, *kind.allowed}
    found = [outcome for outcome in outcomes if outcome.loud & expected]
    named = sum(outcome.loud <= allowed for outcome in found)
    return Row(kind, Rate(len(found), total), Rate(named, total), dict(fired))


def report(outcomes: Sequence[Outcome]) -> str:
    """Both tables and the notes, for a terminal."""
    found = {row.kind.name: row for row in rows(outcomes)}
    defects = [found[kind.name] for kind in DEFECTS if kind.name in found]
    exact = [found[kind.name] for kind in EXACT if kind.name in found]
    parts = []
    if defects:
        parts.append(_aligned([_HEADER, *map(_cells, defects)]))
    if notes := [f"  {row.kind.name}: {_note(row.kind)}" for row in defects if row.kind.allowed]:
        parts.append("\n".join(["May fire besides, and why:", *notes]))
    if exact:
        every = Rate(sum(row.detected.count for row in exact), sum(row.detected.total for row in exact))
        body = [_exact_cells(row.kind.name, row.detected, row.fired) for row in exact]
        parts.append(_aligned([_EXACT_HEADER, *body, _exact_cells("all", every, {})]))
    return "\n\n".join(parts)


def kept(outcomes: Iterable[Outcome]) -> bool:
    """Are all rates as promised, as far as so few diagnoses can tell?"""
    return all(row.promised for row in rows(outcomes))


_HEADER = ("planted", "expected", "detected", "named", "95 % interval", "findings")
_EXACT_HEADER = ("exact model", "", "accused", "", "95 % interval", "findings")


def _cells(row: Row) -> tuple[str, ...]:
    mark = "" if row.promised else " ✗"
    return (
        row.kind.name,
        " or ".join(row.kind.expected),
        str(row.detected),
        f"{row.named}{mark}",
        _interval(row.named),
        _fired(row.fired, row.detected.total),
    )


def _exact_cells(name: str, accused: Rate, fired: dict[str, int]) -> tuple[str, ...]:
    mark = " ✗" if accused.interval()[0] > FALSE else ""
    return name, "", f"{accused}{mark}", "", _interval(accused), _fired(fired, accused.total)


def _note(kind: Kind) -> str:
    return f"{', '.join(kind.allowed)}: {kind.note}"


def _fired(fired: dict[str, int], total: int) -> str:
    ordered = sorted(fired.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{id_} {100 * count / total:.0f} %" for id_, count in ordered) or "–"


def _interval(rate: Rate) -> str:
    low, high = rate.interval()
    return f"{100 * low:.1f}–{100 * high:.1f} %"


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    shown = [i for i, width in enumerate(widths) if width]
    return "\n".join("  ".join(line[i].ljust(widths[i]) for i in shown).rstrip() for line in lines)


def matrix(outcomes: Sequence[Outcome]) -> str:
    """Markdown: percent of diagnoses of each kind in which each finding was above info; the expected ones in bold."""
    every = rows(outcomes)
    ids = sorted({id_ for row in every for id_ in row.fired})
    lines = [
        f"| planted | runs | named | {' | '.join(ids)} |",
        f"| --- | --- | --- |{' --- |' * len(ids)}",
    ]
    for row in every:
        total = row.detected.total
        cells = [_percent(row.fired.get(id_, 0), total, id_ in row.kind.expected) for id_ in ids]
        named = f"{100 * row.named.count / total:.1f} %"
        lines.append(f"| {row.kind.name} | {total} | {named} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _percent(count: int, total: int, expected: bool) -> str:
    if not count:
        return "**0**" if expected else ""
    text = f"{100 * count / total:.3g}"
    return f"**{text}**" if expected else text
