"""The rulebook: complete, in step with the rules, with the page made of it, and with the tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vaediag.explanations.contents import GROUPS
from vaediag.findings.catalogue import CARDS, RULEBOOK
from vaediag.findings.data import AUDIT
from vaediag.findings.page import page
from vaediag.findings.rules import RULES
from vaediag.records.finding import SEVERITIES

NAMES = {name for names in GROUPS.values() for name in names}
ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "vaediag" / "findings").glob("*.py"))
TESTS = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py") if path != Path(__file__))


def test_every_id_in_the_code_has_a_card_and_the_other_way_round():
    found = {id_ for path in SOURCES for id_ in re.findall(r'\bid="([a-z_.]+)"', path.read_text())}
    assert found | {f"audit.{id_}" for id_ in AUDIT} == set(CARDS)
    assert len(CARDS) == len(RULEBOOK)


@pytest.mark.parametrize("card", RULEBOOK, ids=lambda card: card.id)
def test_a_card_says_everything(card):
    assert card.question.endswith("?")
    assert set(card.severities) <= set(SEVERITIES)
    assert all((card.statistic, card.meaning, card.what_to_try))
    assert card.definition in NAMES
    assert all(text and not text.endswith(".") for text in card.confusable)


def test_thresholds_are_those_of_the_rules():
    assert CARDS["dependence"].margin == f"{RULES['lag_correlation'].margin} / {RULES['independence_cost'].margin}"
    assert CARDS["encoder"].exact == "1"
    used = {margin for card in RULEBOOK for margin in re.findall(r"[0-9.]+", card.margin)}
    assert {f"{rule.margin:g}" for rule in RULES.values()} <= used


def test_the_page_is_up_to_date():
    assert (ROOT / "docs" / "findings.md").read_text("utf-8") == page(), (
        "run: python -m vaediag.findings.page > docs/findings.md"
    )


@pytest.mark.parametrize("id_", list(CARDS))
def test_every_rule_is_fired_by_a_test(id_):
    """That it stays silent elsewhere is tested beside it: `ids(...) == [...]` names everything that fires."""
    assert f'"{id_}"' in TESTS or f'"{id_.removeprefix("audit.")}"' in TESTS


def test_findings_carry_the_page_that_defines_them(synthetic, only):
    from vaediag.records.estimate import Estimate

    finding = only(synthetic.change(synthetic.exact(), calibration__posterior__tail_weight=Estimate(2.0, 0.1)))
    assert finding.definition == "tail_weight" == CARDS["tails"].definition
