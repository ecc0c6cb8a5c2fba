"""Counting what was said."""

from __future__ import annotations

import pytest

from vaediag.findings.catalogue import CARDS
from vaediag_models.defects import table
from vaediag_models.defects.kinds import DEFECTS, KINDS
from vaediag_models.defects.run import Outcome, Task
from vaediag_models.defects.size import SMALL


def outcomes(kind: str, *said: str) -> list[Outcome]:
    """One outcome for each of `said`: the ids above info, separated by blanks."""
    return [
        Outcome(Task(kind, SMALL, seed), (("probe", "info"), *((id_, "warning") for id_ in ids.split())), 1.0)
        for seed, ids in enumerate(said)
    ]


def row(kind: str, *said: str) -> table.Row:
    (found,) = table.rows(outcomes(kind, *said))
    return found


def test_detected_is_not_yet_named():
    found = row("σ × 1.1", "scale", "scale variance", "tails", "")
    assert found.detected == (2, 4)
    assert found.named == (1, 4)
    assert found.fired == {"scale": 2, "variance": 1, "tails": 1}


def test_consequences_do_not_take_the_name_away():
    found = row("latent ignored by the decoder", "ignored encoder", "encoder", "ignored")
    assert found.detected == (2, 3)
    assert found.named == (2, 3)


def test_exact_models_are_accused_by_any_finding():
    found = row("exact, one σ", "", "", "scale shape", "")
    assert found.detected == (1, 4)
    assert found.named == (3, 4)


def test_interval():
    assert table.Rate(0, 20).interval() == pytest.approx((0, 1 - 0.025 ** (1 / 20)))
    assert table.Rate(20, 20).interval() == pytest.approx((0.025 ** (1 / 20), 1))
    assert table.Rate(0, 0).interval() == (0, 1)
    low, high = table.Rate(8, 10).interval()
    assert (low, high) == pytest.approx((0.4439, 0.9748), abs=1e-4)  # Clopper and Pearson's table


@pytest.mark.parametrize(
    ("kind", "right", "wrong", "promised"),
    [
        ("σ × 1.1", 3, 0, True),
        ("σ × 1.1", 2, 1, True),  # three diagnoses cannot tell 0.67 from 0.95
        ("σ × 1.1", 1, 2, False),
        ("σ × 1.1", 80, 20, False),
        ("exact, one σ", 29, 1, True),
        ("exact, one σ", 28, 2, True),
        ("exact, one σ", 27, 3, False),
    ],
)
def test_promise(kind, right, wrong, promised):
    good, bad = ("", "shape") if kind.startswith("exact") else ("scale", "tails")
    said = outcomes(kind, *[good] * right, *[bad] * wrong)
    assert table.kept(said) is promised
    assert ("✗" in table.report(said)) is not promised


def test_report_says_what_else_may_fire_and_why():
    text = table.report(outcomes("latent ignored by the decoder", "ignored encoder"))
    assert "ignored 100 %" in text
    assert f"encoder: {KINDS['latent ignored by the decoder'].note}" in text
    assert "exact" not in text


def test_matrix():
    lines = table.matrix([*outcomes("σ × 1.1", "scale", "scale tails"), *outcomes("t₅ noise", "")]).splitlines()
    assert lines[0] == "| planted | runs | named | scale | tails |"
    assert lines[2] == "| σ × 1.1 | 2 | 50.0 % | **100** | 50 |"
    assert lines[3] == "| t₅ noise | 1 | 0.0 % |  | **0** |"


def test_kinds():
    assert len(DEFECTS) >= 15
    assert len(KINDS) == len({*KINDS})
    for kind in DEFECTS:
        assert kind.expected
        assert bool(kind.allowed) == bool(kind.note)
        assert not set(kind.expected) & set(kind.allowed)
        assert {*kind.expected, *kind.allowed} <= set(CARDS)
