"""Which latents are shown, in which order, and what is said of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gui import builders
from vaediag_gui.resolve.latents import LatentsState, matches, nats, resolve_latents
from vaediag_gui.state.answers import Answers, HelperState
from vaediag_gui.state.wish import Wish

KL = (0.001, 4.1, 0.5, 2.0)
STATUS = ("collapsed", "used", "mixed", "wasted")


def resolved(known: dict[str, Any] | None = None, **wish: Any) -> LatentsState:
    given: dict[str, Any] = {"model": "toy", "z": (0.0,) * 4, **wish}
    answers: dict[str, Any] = {
        "model": builders.facts(latents=4),
        "viewer": HelperState("ready"),
        "diagnosis": builders.diagnosis(KL, STATUS),
        **(known or {}),
    }
    return resolve_latents(Wish(**given), Answers(**answers))


def test_rows_are_sorted_by_kl_once_diagnosed():
    assert resolved().rows == (1, 3, 2, 0)
    assert resolved(order="number").rows == (0, 1, 2, 3)
    assert resolved({"diagnosis": None}).rows == (0, 1, 2, 3)


def test_an_undefined_kl_comes_last_and_is_no_number():
    state = resolved({"diagnosis": builders.diagnosis((float("nan"), 1.0, -0.2, 2.0), STATUS)})
    assert state.rows == (3, 1, 2, 0)
    assert (state.latents[0].kl, state.latents[0].kl_words, state.latents[0].share) == (None, "", None)
    assert state.latents[2].share == 0.0  # a negative estimate has no bar
    assert state.latents[3].share == 1.0


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", (1, 3, 2, 0)), ("3", (3,)), ("z3", (3,)), ("0-2", (1, 2, 0)), ("coll", (0,)), ("USED", (1,)),
        ("used, mixed", (1, 2)), ("3 0", (3, 0)), ("locked", (2,)), ("nothing", ()), ("12", ()),
    ],
)  # fmt: skip
def test_filter(text: str, rows: tuple[int, ...]):
    assert resolved(filter=text, locked=frozenset({2})).rows == rows


def test_a_filter_that_nothing_matches_is_answered_in_words():
    assert resolved(filter="used").nothing == ""
    assert resolved(filter="none such").nothing == "No latent matches “none such”."


def test_half_typed_ranges_do_not_fail():
    latent = resolved().latents[3]
    assert matches(latent, "3-")
    assert not matches(latent, "-3")
    assert not matches(latent, "z")


def test_summary_counts_the_statuses_in_words():
    assert resolved().summary == "4 latents: 1 used, 1 mixed, 1 wasted, 1 collapsed"
    assert resolved(filter="3").summary == "1 of 4 latents"
    assert resolved({"diagnosis": None}).summary == "4 latents"


def test_bands_are_those_of_the_wished_image():
    image = builders.anchor(image=2, latents=4)
    state = resolved({"anchor": image}, image=2)
    assert state.bands is not None
    assert state.bands[1] == pytest.approx((image.mean[1] - 0.6, image.mean[1] + 0.6))
    assert state.reset_to == "the posterior mean of image 2"
    assert resolved({"anchor": image}, image=3).bands is None
    assert resolved({"anchor": image}, image=3).reset_to == "the prior's mean"


def test_without_z_the_sliders_are_at_the_prior_mean():
    assert resolved(z=None).z == (0.0,) * 4
    assert resolved(z=(1.0, 2.0)).z == (0.0,) * 4  # of the model before


def test_a_diagnosis_of_another_model_is_not_shown():
    state = resolved({"diagnosis": builders.diagnosis((1.0, 2.0), ("used", "used"))})
    assert not state.diagnosed
    assert state.latents[0].status == ""
    assert not resolved({"diagnosis": builders.diagnosis(KL, STATUS, "another model")}).diagnosed


def test_what_does_not_move_with_z_is_the_same_object():
    known = {"model": builders.facts(latents=4), "diagnosis": builders.diagnosis(KL, STATUS),
             "anchor": builders.anchor(2, 4)}  # fmt: skip
    first, second = (resolved(known, image=2, z=(float(x), 0.0, 0.0, 0.0)) for x in (0, 1))
    assert first.latents is second.latents
    assert first.rows is second.rows
    assert first.bands is second.bands
    assert first != second


def test_without_a_model_there_is_a_message_instead():
    assert resolved({"model": None}).message is not None
    assert resolved({"model": None}).rows == ()
    assert resolved().message is None


def test_diagnosing_is_offered_where_it_can_be_done():
    assert not resolved().can_diagnose
    assert not resolved({"diagnosis": None}).can_diagnose  # no data
    assert resolved({"diagnosis": None, "data": builders.data_facts()}, data="toy-data").can_diagnose


@pytest.mark.parametrize(
    ("value", "words"), [(0.001, "0 nats"), (0.02, "0.02 nats"), (4.13, "4.1 nats"), (-0.3, "−0.30 nats")]
)
def test_nats(value: float, words: str):
    assert nats(value) == words
