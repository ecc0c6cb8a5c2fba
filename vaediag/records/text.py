"""A diagnosis for people: a compact table and the findings, as text for a terminal and as HTML for a notebook."""

from __future__ import annotations

import html
import textwrap
import unicodedata
from collections.abc import Iterable

from vaediag.records.diagnosis import Diagnosis
from vaediag.records.finding import SEVERITIES, Finding
from vaediag.records.tables import Table, heading, independence, latents, tables

COLUMNS, LINES = 100, 60
_FIELD = 400  # characters of one sentence; what comes from a file can be of any length


def headline(diagnosis: Diagnosis) -> str:
    """Table and findings in order of severity, at most 100 columns and 60 lines; control characters are left out."""
    lines = [*_wrapped(heading(diagnosis)[0], "")[:2], *_wrapped(heading(diagnosis)[1], "")[:3], ""]
    if _void(diagnosis):
        lines += ["The numbers are not shown: the images cannot have come from this likelihood.", ""]
        return "\n".join([*lines, *_findings(by_severity(diagnosis.findings), LINES - len(lines))])
    for table in tables(diagnosis):
        lines += [*_table(table), ""]
    lines += _wrapped(f"Latents: {latents(diagnosis)}", "")[:2]
    if between := independence(diagnosis):
        lines += _wrapped(f"Pixels given z: {between}", "")[:2]
    lines += [""]
    return "\n".join([*lines, *_findings(by_severity(diagnosis.findings), LINES - len(lines))])


def _void(diagnosis: Diagnosis) -> bool:
    """Most of the data is impossible under the likelihood: numbers would only distract from saying so."""
    items = {item.id: item.fraction for item in diagnosis.audit}
    return "byte_range" in items or items.get("off_support", 0) > 0.5


def headline_html(diagnosis: Diagnosis) -> str:
    """The same for a notebook; every string is escaped."""
    first, second = (_html(line) for line in heading(diagnosis))
    parts = [f"<p><strong>{first}</strong><br>{second}</p>"]
    for table in tables(diagnosis):
        head = "".join(f"<th>{_html(cell)}</th>" for cell in table.header)
        rows = "".join("<tr>" + "".join(f"<td>{_html(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
        parts.append(f"<table><caption>{_html(table.title)}</caption><tr>{head}</tr>{rows}</table>")
        parts += [f"<p>{_html(table.note)}</p>"] if table.note else []
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
    found = [finding.severity for finding in findings]
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
    lines = [counted(findings)]
    for i, finding in enumerate(findings):
        left = len(findings) - i - 1
        block = _block(finding)
        if len(lines) + len(block) + left > room:
            block = block[:1]
        if len(lines) + 1 >= room and left:
            return [*lines, f"… and {left + 1} more in .findings"]
        lines += block
    return lines


def _block(finding: Finding) -> list[str]:
    title = _wrapped(f"{finding.severity.upper()} {finding.title} [{finding.id}]", "")[:1]
    advice = _wrapped(f"Try: {finding.try_}", "  ")[:4]
    more = [line for words in _more(finding) for line in _wrapped(words, "  ")[:1]]
    return [*title, *_wrapped(finding.evidence, "  ")[:4], *advice, *more]


def _more(finding: Finding) -> tuple[str, ...]:
    """Where what was measured is defined."""
    return (f"More: vaediag explain {finding.definition}",) if finding.definition else ()


def _table(table: Table) -> list[str]:
    rows = [table.header, *table.rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(table.header))]
    while sum(widths) + 2 * len(widths) > COLUMNS:  # the page has room for all columns, a terminal for the first ones
        widths.pop()
    lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1 : len(widths)], widths[1:])]) for row in rows]
    note = [f"  {table.note}"] if table.note else []
    return [table.title, *(f"  {line}".rstrip() for line in lines), *note]


def _wrapped(text: str, indent: str) -> list[str]:
    text = textwrap.shorten(printable(text), _FIELD, placeholder=" …")
    return textwrap.wrap(text, COLUMNS, initial_indent=indent, subsequent_indent=indent or "  ") or [indent]


def _html(text: str) -> str:
    return html.escape(printable(text))
