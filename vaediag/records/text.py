"""A diagnosis for people: a compact table and the findings, as text for a terminal and as HTML for a notebook."""

from __future__ import annotations

import html
import textwrap
import unicodedata
from collections.abc import Iterable

from vaediag.records.assumed import assumed
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.finding import SEVERITIES, Finding
from vaediag.records.tables import Table, heading, independence, latents, tables

COLUMNS, LINES = 100, 130  # lines: room for eight findings in full and all tables
_FIELD = 4000  # characters of one sentence; what comes from a file can be of any length
_HELD = "\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}"  # no line ends between a number and its error
_NAME = 40  # of the id of a finding, which must stand beside its title
_ASSUMED = 6  # lines: what was taken for granted is not cut short lightly
_TITLE, _EVIDENCE, _ADVICE = 2, 6, 3  # lines of a finding; what is cut ends in " …"


def headline(diagnosis: Diagnosis) -> str:
    """Table and findings in order of severity, at most `COLUMNS` and `LINES`; control characters are left out."""
    lines = [*_wrapped(assumed(diagnosis), "", _ASSUMED), *_wrapped("; ".join(heading(diagnosis)), "", 3), ""]
    if _void(diagnosis):
        lines += ["The numbers are not shown: the images cannot have come from this likelihood.", ""]
        return "\n".join([*lines, *_findings(by_severity(diagnosis.findings), LINES - len(lines))])
    for table in tables(diagnosis):
        lines += [*_table(table), ""]
    lines += _wrapped(f"Latents: {latents(diagnosis)}", "", 2)
    if between := independence(diagnosis):
        lines += _wrapped(f"Pixels given z: {between}", "", 2)
    lines += [""]
    return "\n".join([*lines, *_findings(by_severity(diagnosis.findings), LINES - len(lines))])


def _void(diagnosis: Diagnosis) -> bool:
    """Most of the data is impossible under the likelihood: numbers would only distract from saying so."""
    items = {item.id: item.fraction for item in diagnosis.audit}
    return "byte_range" in items or items.get("off_support", 0) > 0.5


def headline_html(diagnosis: Diagnosis) -> str:
    """The same for a notebook; every string is escaped."""
    first, second = (_html(line) for line in heading(diagnosis))
    parts = [f"<p>{_html(assumed(diagnosis))}</p>", f"<p><strong>{first}</strong><br>{second}</p>"]
    for table in tables(diagnosis):
        head = "".join(f"<th>{_html(cell)}</th>" for cell in table.header)
        rows = "".join("<tr>" + "".join(f"<td>{_html(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
        parts.append(f"<table><caption>{_html(table.title)}</caption><tr>{head}</tr>{rows}</table>")
        parts += [f"<p>{_html(note)}</p>" for note in table.notes]
    parts.append(f"<p>Latents: {_html(latents(diagnosis))}</p>")
    if between := independence(diagnosis):
        parts.append(f"<p>Pixels given z: {_html(between)}</p>")
    parts.append(f"<p>{_html(counted(diagnosis.findings))}</p>")
    for finding in by_severity(diagnosis.findings):
        title = f"<strong>{_html(finding.severity)}: {_html(finding.title)}</strong> ({_html(finding.id)})"
        sentences = (finding.evidence, finding.meaning, f"Try: {finding.try_}", *_more(finding))
        parts.append("<p>" + "<br>".join([title, *(_html(sentence) for sentence in sentences)]) + "</p>")
    return f"<div class='vaediag'>{''.join(parts)}</div>"


def by_severity(findings: Iterable[Finding]) -> list[Finding]:
    """Problems first, then warnings, then infos; within one severity the order of the rules."""
    order = {name: len(SEVERITIES) - i for i, name in enumerate(SEVERITIES)}
    return sorted(findings, key=lambda finding: order.get(finding.severity, len(SEVERITIES)))


def counted(findings: Iterable[Finding]) -> str:
    """`1 problem, 2 warnings`; "no findings" if there are none."""
    return counted_words(finding.severity for finding in findings)


def counted_words(severities: Iterable[str]) -> str:
    """The same from the severities alone."""
    found = list(severities)
    words = {"info": ("note", "notes")}
    parts = []
    for severity in reversed(SEVERITIES):
        one, many = words.get(severity, (severity, f"{severity}s"))
        if count := found.count(severity):
            parts.append(f"{count} {one if count == 1 else many}")
    return ", ".join(parts) or "no findings"


def printable(text: str) -> str:
    """On one line and without control characters, which could drive a terminal."""
    kept = "".join(" " if char.isspace() else char for char in text if char.isspace() or not _is_control(char))
    return " ".join(kept.split())


def clipped(text: str, limit: int) -> str:
    """Whole, or the words that fit into `limit` characters and " …"."""
    if len(text) <= limit:
        return text
    head = text[: limit - 2]
    return f"{head.rpartition(' ')[0] or head} …"


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _findings(findings: list[Finding], room: int) -> list[str]:
    """As many findings in full as there is room for; then titles only; then how many more."""
    if not findings:
        return ["No findings: nothing here differs from an exact model by more than chance and tolerance."]
    lines, room = [counted(findings)], room - 1  # the last line says where the rest is
    titles = [_title(finding) for finding in findings]
    short = False  # from the first finding without its text on none has it: what is shown is the gravest
    for i, finding in enumerate(findings):
        block = [*titles[i], *_body(finding)]
        later = min(sum(map(len, titles[i + 1 :])), room // 2)  # a flood of titles leaves the gravest their text
        short = short or len(lines) + len(block) + later > room
        if short and len(lines) + len(titles[i]) > room:
            return [*lines, f"… and {len(findings) - i} more in .findings; all in full: vaediag report"]
        lines += titles[i] if short else block
    return [*lines, "More: vaediag report shows all of them in full"] if short else lines


def _title(finding: Finding) -> list[str]:
    """Severity and title, and always the id."""
    name = f" [{clipped(printable(finding.id), _NAME)}]"
    words = f"{finding.severity.upper()} {finding.title}"
    lines = _wrapped(words + name, "", _TITLE + 1)
    return lines if len(lines) <= _TITLE else _wrapped(words, "", _TITLE, cut=f" …{name}")


def _body(finding: Finding) -> list[str]:
    more = [line for words in _more(finding) for line in _wrapped(words, "  ", 1)]
    advice = _wrapped(f"Try: {finding.try_}", "  ", _ADVICE)
    return [*_wrapped(finding.evidence, "  ", _EVIDENCE), *advice, *more]


def _more(finding: Finding) -> tuple[str, ...]:
    """Where what was measured is defined."""
    return (f"More: vaediag explain {finding.definition}",) if finding.definition else ()


def _table(table: Table) -> list[str]:
    rows = [table.header, *table.rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(table.header))]
    while sum(widths) + 2 * len(widths) > COLUMNS:  # the page has room for all columns, a terminal for the first ones
        widths.pop()
    lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1 : len(widths)], widths[1:])]) for row in rows]
    notes = [line for note in table.notes for line in _wrapped(note, "  ", 3)]
    return [table.title, *(f"  {line}".rstrip() for line in lines), *notes]


def wrapped(text: str, *, most: int) -> list[str]:
    """A paragraph of at most so many lines of `COLUMNS`."""
    return _wrapped(text, "", most)


def _wrapped(text: str, indent: str, most: int, *, cut: str = " …") -> list[str]:
    """At most so many lines; `cut` stands at the end if there were more."""
    text, below = clipped(printable(text), _FIELD).replace(" ± ", _HELD), indent or "  "
    lines = textwrap.wrap(
        text, COLUMNS, initial_indent=indent, subsequent_indent=below, max_lines=most, placeholder=cut
    )
    lines = [line.replace(_HELD, " ± ") for line in lines]
    return lines or [indent]


def _html(text: str) -> str:
    return html.escape(printable(text))
