"""Findings: order, words, and what was not measured."""

from __future__ import annotations

import dataclasses

import pytest

from tests.gui.builders import data_facts, facts, shallow
from tests.report.builders import diagnosis
from vaediag.records.finding import Finding
from vaediag.report.catalogue import PANELS
from vaediag_gui.resolve.findings import TABS, FindingsState, as_text, resolve_findings, tab_of, verdict
from vaediag_gui.resolve.missing import missing
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import TABS as WINDOW_TABS
from vaediag_gui.state.wish import Maps, Wish

NOTE = Finding("trained_on", "info", "data", "Trained on these", "same hash", "Numbers flatter.", "use others.", None)
SCALE = Finding("scale", "problem", "calibration.posterior", "σ is too small", "χ² 9.9", "Too sure.", "learn σ.", "pit")
MORE = Finding("variance", "warning", "variance.prior", "Less variance", "ratio 0.8", "Holes.", "β nearer 1.", "worst")


def with_findings(*findings: Finding):
    return dataclasses.replace(diagnosis(), findings=findings)


def state(made, **maps) -> FindingsState:
    wish = Wish(model=made.model.source, data=made.data.source, maps=Maps(**maps))
    return resolve_findings(wish, Answers(diagnosis=made))


def test_problems_come_first_and_keep_their_position() -> None:
    found = state(with_findings(NOTE, SCALE, MORE), finding=2)
    assert [card.position for card in found.cards] == [1, 2, 0]
    assert [card.chosen for card in found.cards] == [False, True, False]
    assert found.cards[0].heading == "■ Problem: σ is too small"
    assert found.cards[0].advice == "Learn σ."
    assert [card.tab for card in found.cards] == ["calibration", "findings", None]
    assert found.verdict == "1 problem, 1 warning, 1 note"


def test_nothing_found_is_calm_and_says_its_limits() -> None:
    found = state(with_findings())
    assert found.verdict == "Nothing found"
    assert "450 images" in found.calm
    assert "does not make the model right" in found.calm
    assert state(with_findings(NOTE)).calm == ""


@pytest.mark.parametrize("figure", [panel.id for panel in PANELS])
def test_every_figure_of_the_report_has_a_tab(figure: str) -> None:
    assert figure in TABS
    assert tab_of(figure) in WINDOW_TABS


def test_figures_of_the_future_stay_here() -> None:
    assert tab_of("something_new") == "findings"


def test_text_holds_everything_on_lines() -> None:
    text = as_text(with_findings(SCALE))
    for part in ("■ Problem: σ is too small", "χ² 9.9", "Too sure.", "Try: Learn σ.", "Not measured"):
        assert part in text


def test_hostile_text_is_made_harmless() -> None:
    bad = dataclasses.replace(SCALE, title="a\x1b[31mred\nline")
    assert state(with_findings(bad)).cards[0].heading == "■ Problem: a[31mred line"


def test_missing_numbers_are_grouped_by_reason_in_words() -> None:
    found = missing(
        {
            **{
                f"calibration.{each}.ece": "x is not binary"
                for each in ("posterior", "posterior_mean", "prior", "corrected")
            },
            "calibration.prior.tail_weight": "defined given z, not under the prior",
            "calibration.corrected": "not requested",
            "collapse.effect": "not requested",
            "collapse.effect_all": "not requested",
            "variance.scale.beta_equivalent": "sigma is not one number",
            "calibration.prior.new_field": "not yet",
        }
    )
    words = dict(found)
    assert words["x is not binary"] == "Calibration error of the stated probabilities (ece)"
    assert words["Defined given z, not under the prior"] == "Tail weight (prior)"
    assert words["Not requested"] == (
        "Calibration with z from the corrected, effect of each latent on the decoder, effect of all latents together"
    )
    assert words["Sigma is not one number"] == "β that σ is equivalent to"
    assert words["Not yet"] == "New field (prior)"
    assert found[0][0] == "Not requested"
    assert not any("_" in what for _, what in found)


def test_what_was_not_asked_for_is_offered() -> None:
    def offered(made):
        wish = Wish(model=made.model.source, data=made.data.source)
        known = Answers(facts(source=made.model.source), data_facts(source=made.data.source), diagnosis=made)
        return resolve_findings(wish, known).deeper

    assert offered(diagnosis()) is None
    found = offered(shallow(diagnosis(why_not={})))
    assert found is not None
    assert found.command == "diagnose_in_depth"


def test_void_data_leave_nothing_to_judge() -> None:
    from vaediag.records.diagnosis import AuditItem

    made = dataclasses.replace(with_findings(SCALE), audit=(AuditItem("byte_range", 1.0, "0 to 255"),))
    assert verdict(made).endswith("nothing else can be judged before the data fit the model")
