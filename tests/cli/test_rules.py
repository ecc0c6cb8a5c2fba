"""`vaediag rules`: the rulebook for a person, and sentences in columns."""

from __future__ import annotations

import pytest

from vaediag.cli.columns import in_columns
from vaediag.cli.run import run
from vaediag.findings.catalogue import RULEBOOK


def test_every_rule_is_listed_with_its_question(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    assert run(["rules"]) == 0
    shown = capsys.readouterr().out
    named = [line.split()[0] for line in shown.splitlines() if line and not line.startswith(" ")]
    assert named == [*(card.id for card in RULEBOOK), "vaediag"]
    for card in RULEBOOK:
        assert card.question.split()[-1] in shown
    assert max(map(len, shown.splitlines())) <= 70


@pytest.mark.parametrize("card", RULEBOOK, ids=lambda card: card.id)
def test_one_rule_is_told_whole(card, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", card.id]) == 0
    words = " ".join(capsys.readouterr().out.split())
    told = (card.question, card.statistic, card.margin, card.meaning, card.what_to_try, *card.confusable)
    for text in told:
        assert " ".join(text.split()) in words
    assert f"vaediag explain {card.definition}" in words


def test_an_unknown_rule_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "colapse"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "got 'colapse'. Did you mean collapse" in line


def test_columns_line_up_and_empty_ones_are_left_out() -> None:
    rows = [("a", "", "one sentence that is too long for its line"), ("long", "", "short")]
    assert in_columns(rows, 30, indent=2) == [
        "  a     one sentence that is too",
        "        long for its line",
        "  long  short",
    ]
    assert in_columns([], 30) == []


def test_a_narrow_terminal_still_gets_words() -> None:
    assert in_columns([("name", "a sentence of some length")], 5) == ["name  a sentence of some", "      length"]
