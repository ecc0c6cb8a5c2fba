"""Collapse: which latents carry information, in words."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.gui.builders import shallow
from tests.report.builders import diagnosis
from vaediag.records.estimate import Estimates
from vaediag_gui.resolve.collapse import CollapseState, listing, resolve_collapse, told, verdict
from vaediag_gui.resolve.rate_split import shares, split_words
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Maps, Wish


def made_with(status, kl=None, effect=None, **changes):
    total = len(status)
    made = diagnosis((8, 8, 1), total)
    values = np.linspace(2.0, 1.0, total) if kl is None else np.array(kl)
    collapse = dataclasses.replace(
        made.collapse,
        status=tuple(status),
        kl=Estimates(values, np.full(total, 0.01), "nats"),
        effect=None if effect is None else Estimates(np.array(effect), np.full(total, 0.01), "nats"),
        **changes,
    )
    return dataclasses.replace(made, collapse=collapse)


def state(made, **maps) -> CollapseState:
    wish = Wish(model=made.model.source, data=made.data.source, maps=Maps(**maps))
    return resolve_collapse(wish, Answers(diagnosis=made))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (["used", "collapsed", "used"], "1 of 3 latents carries nothing: z1"),
        (["collapsed"] * 3 + ["used"], "3 of 4 latents carry nothing: z0–z2"),
        (["collapsed"], "The only latent carries nothing"),
        (["collapsed", "collapsed"], "All 2 latents carry nothing"),
        (["used", "wasted"], "z1 is wasted: the decoder ignores it"),
        (["used", "noise", "noise"], "z1 and z2 are noise: the decoder turns prior noise into differences"),
        (["used", "mixed"], "All 2 latents carry information: from 1 nats (z1) to 2 nats (z0)"),
        (["used"], "The only latent carries 2 nats"),
    ],
)
def test_the_verdict_names_the_latents(status, words) -> None:
    assert verdict(made_with(status)) == words


def test_many_names_end_in_a_count() -> None:
    assert listing([3, 4, 5, 6, 7, 8, 10, 12, 13, 14]) == "z3–z8, z10 and z12–z14"
    assert listing(range(0, 40, 2)) == "z0, z2, z4, z6, z8 and 15 more"


def test_without_numbers_per_latent_the_reason_is_given() -> None:
    made = diagnosis((8, 8, 1), 4)
    bare = dataclasses.replace(
        made.collapse, status=None, kl=None, effect=None, posterior_kind=None, epsilon_delta=None
    )
    made = dataclasses.replace(made, collapse=bare, why_not={"collapse.kl": "the prior does not factorise"})
    assert "the prior does not factorise" in verdict(made)
    found = state(made)
    assert found.missing == "the prior does not factorise"
    assert found.order == (0, 1, 2, 3)


def test_latents_are_ordered_by_kl_and_the_chosen_one_described() -> None:
    made = made_with(["used", "wasted", "used"], kl=[0.5, 3.0, 1.0], effect=[1.0, 0.001, np.nan])
    found = state(made, latent=1)
    assert found.order == (1, 2, 0)
    assert found.chosen == 1
    assert found.chosen_title == "z1: wasted, the decoder ignores it"
    values = {fact.name: fact.value for fact in found.chosen_facts}
    assert values["KL"] == "3.000 ± 0.010"
    assert {fact.name: fact.value for fact in state(made, latent=2).chosen_facts}["effect"] == "infinite"


@pytest.mark.parametrize("latent", [None, -1, 3])
def test_a_latent_that_is_not_there_is_not_chosen(latent) -> None:
    assert state(made_with(["used"] * 3), latent=latent).chosen is None


def test_the_missing_effect_says_why() -> None:
    made = dataclasses.replace(made_with(["used"] * 2), why_not={"collapse.effect": "not requested"})
    found = state(made)
    assert "not requested" in found.effect_words
    assert "kl_effect" not in dict(found.figures)
    assert "kl_effect" in dict(state(made_with(["used"] * 2, effect=[1.0, 1.0])).figures)


def test_the_cursor_is_told_both_numbers() -> None:
    made = made_with(["used", "wasted"], effect=[1.0, 0.001], prune_cost=None)
    assert told(made.collapse, 0) == "z0, used: KL 2.000 ± 0.010, effect 1.000 ± 0.010 nats"


def test_what_each_latent_is_worth_or_the_offer_to_measure_it() -> None:
    made = diagnosis((8, 8, 1), 4)
    found = state(made, latent=0)
    assert found.prune_offer is None
    assert "256 images" in found.prune_words
    cost = made.collapse.prune_cost
    assert cost is not None
    facts = {fact.name: fact.value for fact in found.chosen_facts}
    assert float(facts["worth (prune cost)"].split(" ")[0]) == pytest.approx(cost.value[0], rel=0.01)
    assert "worth" in told(made.collapse, 0)
    assert "prune_cost" in dict(found.figures)
    bare = state(shallow(made), latent=0)
    assert bare.prune_offer is not None
    assert bare.prune_words == ""
    assert "worth (prune cost)" not in {fact.name for fact in bare.chosen_facts}
    assert "prune_cost" not in dict(bare.figures)


def test_the_parts_of_the_rate_with_their_bounds() -> None:
    made = diagnosis((8, 8, 1), 4)
    collapse = made.collapse
    parts = shares(made)
    assert [part.name for part in parts] == ["rate", "information", "total correlation", "one-dimensional KLs"]
    assert parts[0].lower is made.evidence.rate
    assert collapse.dimension_kl is not None
    assert parts[3].lower.value == pytest.approx(collapse.dimension_kl.value.sum())
    assert parts[1].said() == "information: 8.10 ± 0.10 to 8.50 ± 0.10 nats"
    assert split_words(made).startswith("72 % to 75 % of the rate is information")
    whole = dataclasses.replace(made, collapse=dataclasses.replace(collapse, total_correlation=None))
    assert [part.name for part in shares(whole)] == ["rate", "information", "distance from prior"]
    nothing = dataclasses.replace(made, collapse=dataclasses.replace(collapse, mutual_information=None))
    assert shares(nothing) == ()
    assert "rate_split" not in dict(state(nothing).figures)


def test_a_saturated_bound_has_no_share() -> None:
    made = diagnosis((8, 8, 1), 4)
    assert made.collapse.mutual_information is not None
    bounds = dataclasses.replace(made.collapse.mutual_information, saturated=True)
    made = dataclasses.replace(made, collapse=dataclasses.replace(made.collapse, mutual_information=bounds))
    assert "too few images to pin it down" in split_words(made)
    assert "%" not in split_words(made)
    assert "between 8.1 and 8.5" in state(made).split_words


def test_equal_states() -> None:
    made = made_with(["used", "wasted"])
    assert state(made, latent=0) == state(made, latent=0)
    assert state(made, latent=0) != state(made, latent=1)
