"""A verdict as JUnit XML, which continuous integration reads: one test case per rule and per threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from vaediag.cli.verdict import FAILED, SKIPPED, Check
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.text import printable


def junit(verdict: Sequence[Check], *, name: str, properties: Mapping[str, str], seconds: float) -> bytes:
    """The file's bytes, UTF-8.

    Args:
        verdict: the checks, in their order.
        name: of the suite.
        properties: what was checked, and how.
        seconds: how long it took.
    """
    counts = {
        "tests": str(len(verdict)),
        "failures": str(sum(each.state == FAILED for each in verdict)),
        "errors": "0",
        "skipped": str(sum(each.state == SKIPPED for each in verdict)),
        "time": f"{seconds:.3f}",
    }
    root = Element("testsuites", {"name": "vaediag check", **counts})
    suite = SubElement(root, "testsuite", {"name": printable(name), **counts})
    told = SubElement(suite, "properties")
    for key, value in properties.items():
        SubElement(told, "property", {"name": key, "value": printable(value)})
    for each in verdict:
        _case(suite, each)
    indent(root)
    return tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def properties(diagnosis: Diagnosis, *, fail_on: str, config: Path | None) -> dict[str, str]:
    """What was checked, and how, for the suite's properties."""
    model, data = diagnosis.model, diagnosis.data
    return {
        "model": model.source or model.name,
        "data": data.source or data.name,
        "images": str(data.count),
        "sha256": data.sha256,
        "seed": str(diagnosis.seed),
        "vaediag": diagnosis.versions.get("vaediag", ""),
        "fail-on": fail_on,
        "config": "" if config is None else config.name,
    }


def _case(suite: Element, check: Check) -> None:
    case = SubElement(
        suite, "testcase", {"classname": f"vaediag.{check.kind}", "name": printable(check.name), "time": "0"}
    )
    message, detail = printable(check.message), "\n".join(printable(line) for line in check.detail.splitlines())
    if check.state == FAILED:
        SubElement(case, "failure", {"message": message, "type": check.word}).text = detail or message
    elif check.state == SKIPPED:
        SubElement(case, "skipped", {"message": f"ignored: {message}" if check.word else message})
    elif message:
        SubElement(case, "system-out").text = "\n".join(filter(None, (f"{check.word} {message}".strip(), detail)))
