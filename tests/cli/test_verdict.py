"""What passes, fails and is skipped; what a person reads of it, and what continuous integration does."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest

from vaediag.cli.junit import junit, properties
from vaediag.cli.thresholds import Threshold
from vaediag.cli.verdict import FAILED, PASSED, SKIPPED, Check, checks, failed, lines
from vaediag.findings.catalogue import RULEBOOK
from vaediag.records.diagnosis import AuditItem
from vaediag.records.finding import Finding

IDS = [card.id for card in RULEBOOK]


def finding(id_: str = "scale", severity: str = "warning", **more: Any) -> Finding:
    return Finding(
        id_, severity, "calibration.posterior", "σ is too small", "χ² 4.0 ± 0.1", "It means", "try it", **more
    )


def verdict(diagnosis, *findings: Finding, fail_on="warning", ignore=(), thresholds=()) -> tuple[Check, ...]:
    diagnosis = dataclasses.replace(diagnosis, findings=findings)
    return checks(diagnosis, fail_on=fail_on, ignore=ignore, thresholds=thresholds)


def states(found: tuple[Check, ...]) -> dict[str, str]:
    return {each.name: each.state for each in found}


def test_there_is_one_check_per_rule_and_threshold(synthetic) -> None:
    limits = (Threshold("evidence.elbo", -60.0, None), Threshold("collapse.active_units", 9.0, None))
    found = verdict(synthetic.exact("normal"), thresholds=limits)
    assert [each.name for each in found] == [*IDS, "evidence.elbo", "collapse.active_units"]
    assert states(found)["evidence.elbo"] == PASSED
    assert states(found)["collapse.active_units"] == FAILED


@pytest.mark.parametrize(
    ("severity", "fail_on", "ignore", "state"),
    [
        ("problem", "warning", (), FAILED),
        ("warning", "warning", (), FAILED),
        ("warning", "problem", (), PASSED),
        ("info", "warning", (), PASSED),
        ("problem", "problem", ("scale",), SKIPPED),
        ("warning", "warning", ("bias",), FAILED),
    ],
)
def test_a_finding_fails_at_its_level_unless_it_is_ignored(synthetic, severity, fail_on, ignore, state) -> None:
    found = verdict(synthetic.exact("normal"), finding(severity=severity), fail_on=fail_on, ignore=ignore)
    assert states(found)["scale"] == state
    assert failed(found) is (state == FAILED)


def test_a_finding_that_no_card_knows_is_checked_all_the_same(synthetic) -> None:
    found = verdict(synthetic.exact("normal"), finding("from.elsewhere", "problem"))
    assert found[-1].name == "from.elsewhere"
    assert failed(found)


def test_a_rule_without_its_number_is_skipped_with_the_reason(synthetic) -> None:
    """A rule that had nothing to judge has not passed."""
    exact = dataclasses.replace(synthetic.exact("normal"), independence=None, why_not={"independence": "not requested"})
    found = {each.name: each for each in verdict(exact)}
    assert found["dependence"].state == SKIPPED
    assert found["dependence"].message == "independence: not requested"
    assert found["reliability"].state == SKIPPED  # x is not binary
    assert found["scale"].state == PASSED


def test_binary_x_is_judged_by_reliability(synthetic) -> None:
    found = states(verdict(synthetic.exact("bernoulli")))
    assert {name for name, state in found.items() if state == SKIPPED} >= {
        "tails",
        "scale",
        "scale.region",
        "bias",
        "shape",
    }
    assert found["reliability"] == PASSED


@pytest.mark.parametrize(
    ("id_", "fraction", "passed"), [("byte_range", 1.0, set()), ("grey", 0.2, {"encoder", "collapse"})]
)
def test_where_the_data_are_wrong_numbers_are_void(synthetic, id_: str, fraction: float, passed: set[str]) -> None:
    exact = dataclasses.replace(synthetic.exact("bernoulli"), audit=(AuditItem(id_, fraction, "values"),))
    found = states(verdict(exact, finding(f"audit.{id_}", "problem")))
    assert found[f"audit.{id_}"] == FAILED
    assert found["trained_on"] == PASSED
    assert all(found[name] == SKIPPED for name in ("reliability", "variance", "posterior_mean"))
    assert {name for name in ("encoder", "collapse") if found[name] == PASSED} == passed


def test_below_the_minimum_of_images_only_the_data_are_checked(synthetic) -> None:
    found = verdict(synthetic.exact("normal"), finding("few_images", "info"))
    assert {name for name, state in states(found).items() if state == PASSED} == {
        *(name for name in IDS if name.startswith("audit.")),
        "trained_on",
        "few_images",
    }
    shown = lines(found, synthetic.exact("normal"), fail_on="warning")
    assert shown[0] == "note: fewer images than the rules need: only the data were checked."
    assert shown[1].startswith("Passed")


def test_a_person_reads_what_failed_and_a_summary(synthetic) -> None:
    exact = synthetic.exact("normal")
    limits = (Threshold("evidence.elbo", -50.0, None),)
    found = verdict(exact, finding(), finding("bias", "problem"), ignore=("bias",), thresholds=limits)
    assert lines(found, exact, fail_on="warning") == [
        "warning: scale: σ is too small. χ² 4.0 ± 0.1",
        "threshold: evidence.elbo is -52.50 ± 0.40 nats per image, below min -50.",
        "Failed: 1 finding and 1 threshold: toy on 1000 images of squares. Ignored: bias.",
    ]
    kept = verdict(exact, thresholds=(Threshold("evidence.elbo", -60.0, None),))
    assert lines(kept, exact, fail_on="problem") == [
        "Passed: no finding at or above problem, 1 threshold kept: toy on 1000 images of squares."
    ]


def test_what_a_person_reads_cannot_drive_the_terminal(synthetic) -> None:
    nasty = dataclasses.replace(finding(), title="a\x1b[2Jb\nc", evidence="d\x07e")
    (line, _) = lines(verdict(synthetic.exact("normal"), nasty), synthetic.exact("normal"), fail_on="warning")
    assert line == "warning: scale: a[2Jb c. de"


def written(found: tuple[Check, ...], **more: Any) -> ElementTree.Element:
    given = {"name": "m on d", "properties": {"model": "m"}, "seconds": 1.25} | more
    data = junit(found, **given)
    assert data.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    return ElementTree.fromstring(data)


def test_junit_counts_what_it_holds(synthetic) -> None:
    limits = (Threshold("evidence.elbo", -50.0, None), Threshold("data.count", 10.0, None))
    found = verdict(synthetic.exact("normal"), finding(), finding("bias"), ignore=("bias",), thresholds=limits)
    root = written(found)
    (suite,) = root
    cases = suite.findall("testcase")
    for element in (root, suite):
        assert element.get("tests") == str(len(cases)) == str(len(IDS) + 2)
        assert element.get("failures") == str(len(suite.findall("testcase/failure"))) == "2"
        assert element.get("skipped") == str(len(suite.findall("testcase/skipped")))
        assert element.get("errors") == "0"
        assert element.get("time") == "1.250"
    assert suite[0].tag == "properties"
    assert all(set(case.attrib) == {"classname", "name", "time"} for case in cases)
    names = [(case.get("classname"), case.get("name")) for case in cases]
    assert len(set(names)) == len(names)
    assert names[-1] == ("vaediag.thresholds", "data.count")
    assert names[0] == ("vaediag.findings", IDS[0])


def test_a_failure_has_message_severity_and_evidence(synthetic) -> None:
    root = written(verdict(synthetic.exact("normal"), finding(severity="problem"), finding("posterior_mean", "info")))
    (failure,) = root.iter("failure")
    assert failure.attrib == {"message": "σ is too small.", "type": "problem"}
    assert failure.text == "χ² 4.0 ± 0.1\nIt means\nTry: try it"
    (told,) = (case for case in root.iter("testcase") if case.get("name") == "posterior_mean")
    assert told.findtext("system-out", "").startswith("info σ is too small.")


def test_any_text_gives_xml_that_can_be_read_again(synthetic) -> None:
    nasty = "<&>\"']]>\x00\x08\x1b[0m\ufffe\ud800 é\U0001f600\n\tx"
    found = verdict(synthetic.exact("normal"), dataclasses.replace(finding(), title=nasty, evidence=nasty))
    root = written(found, name=nasty, properties={"model": nasty})
    (failure,) = root.iter("failure")
    assert failure.get("message") == "<&>\"']]>[0m é\U0001f600 x."
    assert root[0].get("name") == "<&>\"']]>[0m é\U0001f600 x"


def test_the_properties_say_what_was_checked(synthetic) -> None:
    told = properties(synthetic.exact("normal"), fail_on="problem", config=None)
    assert told["model"] == "toys:toy"
    assert told["images"] == "1000"
    assert told["fail-on"] == "problem"
    assert all(isinstance(value, str) for value in told.values())
