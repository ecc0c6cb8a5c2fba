"""Traverse: what cannot be walked is said with a way out, and old pictures are known to be old."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from tests.gui import builders
from vaediag_gui.resolve.traverse import (
    code,
    next_step,
    parse_latents,
    played,
    resolve_traverse,
    where,
)
from vaediag_gui.state.answers import Answers, HelperState, Trouble
from vaediag_gui.state.wish import Path, Wish

READY = HelperState("ready")


def wished(image: int | None = None, **path: Any) -> Wish:
    return Wish(model="toy", data="toy-data", tab="traverse", z=(0.0, 0.0, 0.0), image=image,
                path=Path(**{"steps": 5, **path}))  # fmt: skip


def known(**changes: Any) -> Answers:
    return Answers(**{"model": builders.facts(), "data": builders.data_facts(), "viewer": READY, **changes})


def test_a_walk_is_named_row_by_row_and_column_by_column() -> None:
    state = resolve_traverse(wished(), known(walk=builders.traversal()))
    assert state.message is None
    assert not state.stale
    assert state.views == ("mean", "sample")
    assert state.labels == (("z0",), ("z1",), ("z2",))
    assert state.headings == ("−3", "−1.5", "0", "1.5", "3")
    assert state.axis == "σ of the prior"
    assert "one latent" in state.caption
    assert "prior's centre" in state.caption


@pytest.mark.parametrize(
    "path",
    [{"steps": 7}, {"low": -2.0}, {"hold_noise": False}, {"kind": "grid"}, {"dims": (1,)}, {"views": ("stddev",)}],
)
def test_a_walk_of_another_wish_is_stale(path: dict[str, Any]) -> None:
    state = resolve_traverse(wished(**path), known(walk=builders.traversal()))
    assert state.walk is not None
    assert state.stale


def test_a_walk_from_another_z_is_stale() -> None:
    walk = builders.traversal()
    wish = wished(start="code")
    assert not resolve_traverse(wish, known(walk=walk)).stale
    # row 0 moves z0, so that only the others say where it started
    assert not resolve_traverse(dataclasses.replace(wish, z=(1.0, 0.0, 0.0)), known(walk=walk)).stale
    assert resolve_traverse(dataclasses.replace(wish, z=(0.0, 1.0, 0.0)), known(walk=walk)).stale


def test_a_walk_from_an_image_that_is_not_encoded_yet_is_stale() -> None:
    anchor = builders.anchor(2)
    walk = builders.traversal(units="posterior")
    walk.z[:] = anchor.mean
    wish = wished(image=2, units="posterior")
    assert not resolve_traverse(wish, known(walk=walk, anchor=anchor)).stale
    assert resolve_traverse(dataclasses.replace(wish, image=3), known(walk=walk, anchor=anchor)).stale


def test_a_walk_of_another_model_is_not_shown() -> None:
    state = resolve_traverse(wished(), known(walk=builders.traversal(model="other")))
    assert state.walk is None
    assert state.message is not None
    assert state.message.title.startswith("Decoding")


@pytest.mark.parametrize(
    ("path", "image", "data", "words", "button"),
    [
        ({"start": "image"}, None, True, "start from", "prior's centre"),
        ({"units": "posterior"}, None, True, "start from", "prior's centre"),
        ({"kind": "interpolation"}, None, False, "images", "Open data"),
        ({"kind": "interpolation"}, None, True, "start from", "image 0"),
        ({"kind": "interpolation"}, 19, True, "end at", "image 0"),
        ({"kind": "interpolation", "end": 99}, 2, True, "end at", "image 3"),
        ({"kind": "grid", "plane": (1, 1)}, None, True, "different", "z0 and z1"),
        ({"kind": "grid", "plane": (0, 9)}, None, True, "different", "z0 and z1"),
        ({"dims": (7,)}, None, True, "None of", "in use"),
    ],
)
def test_what_cannot_be_walked_is_said_with_a_way_out(
    path: dict[str, Any], image: int | None, data: bool, words: str, button: str
) -> None:
    answers = known(walk=builders.traversal(), data=builders.data_facts() if data else None)
    state = resolve_traverse(wished(image, **path), answers)
    assert state.walk is None
    assert state.message is not None
    assert words in state.message.title + state.message.text
    assert button in state.message.button
    assert state.message.wish or state.message.command


def test_the_way_out_leads_out() -> None:
    wish = wished(kind="interpolation")
    for _ in range(2):
        message = resolve_traverse(wish, known()).message
        assert message is not None
        changes = dict(message.wish or {})
        if "path" in changes:
            changes["path"] = dataclasses.replace(wish.path, **changes["path"])
        wish = dataclasses.replace(wish, **changes)
    assert (wish.image, wish.path.end) == (0, 1)


def test_a_trouble_stands_above_the_older_walk() -> None:
    troubles = {"walk": Trouble("the decoder gave NaN.")}
    state = resolve_traverse(wished(), known(walk=builders.traversal(), troubles=troubles))
    assert state.walk is not None
    assert state.message is not None
    assert (state.message.severity, state.message.command) == ("problem", "retry")
    assert state.message.arguments == {"lane": "walk"}


def test_posterior_units_and_the_anchor_need_an_image() -> None:
    without = resolve_traverse(wished(), known())
    assert [choice.why_not != "" for choice in without.units] == [False, True]
    assert [choice.why_not != "" for choice in without.starts] == [False, True, False]
    assert not any(c.why_not for c in (lambda s: s.units + s.starts)(resolve_traverse(wished(image=2), known())))


def test_a_cell_in_words_and_its_z() -> None:
    walk = builders.traversal()
    assert where(walk, 2, 1) == "z2 = −1.5 σ of the prior (value −1.5)"
    assert code(walk, 2, 1) == (0.0, 0.0, -1.5)
    plane = builders.traversal(kind="grid")
    assert where(plane, 0, 4) == "z0 = −3, z1 = 3 σ of the prior"
    assert code(plane, 0, 4) == (-3.0, 3.0, 0.0)
    assert where(builders.traversal(kind="interpolation"), 0, 1) == "25 % of the way"


def test_states_of_the_same_answers_are_equal() -> None:
    answers, wish = known(walk=builders.traversal()), wished()
    assert resolve_traverse(wish, answers) == resolve_traverse(wish, answers)
    assert resolve_traverse(wish, answers) != resolve_traverse(wish, known(walk=builders.traversal()))


def test_playing_goes_there_and_back() -> None:
    step, forward, seen = 0, True, [0]
    for _ in range(7):
        step, forward = next_step(step, forward, 4)
        seen.append(step)
    assert seen == [0, 1, 2, 3, 2, 1, 0, 1]


@pytest.mark.parametrize(
    ("rows", "chosen", "expected"),
    [(2, None, (0, 1)), (9, None, (0, 1, 2, 3)), (9, 5, (4, 5, 6, 7)), (9, 8, (5, 6, 7, 8))],
)
def test_the_chosen_row_is_among_those_that_play(rows: int, chosen: int | None, expected: tuple[int, ...]) -> None:
    assert played(rows, chosen) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0, 3, 5", (0, 3, 5)), ("z3 z1", (3, 1)), ("2-4", (2, 3, 4)), ("1, 1;0", (1, 0)), (" 7 ", (7,))],
)
def test_latents_are_read_as_people_write_them(text: str, expected: tuple[int, ...]) -> None:
    assert parse_latents(text, 8) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [("8", "from 0 to 7"), ("a", "no latent"), ("", "Write"), ("4-2", "4-2"), ("1-99999999", "0 to 7")],
)
def test_a_latent_that_does_not_exist_is_named(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_latents(text, 8)


def test_before_there_is_a_model_its_progress_is_said() -> None:
    starting = resolve_traverse(Wish(model="toy"), Answers(viewer=HelperState("starting")))
    assert starting.message is not None
    assert "TensorFlow" in starting.message.title
    none = resolve_traverse(Wish(), Answers(viewer=READY))
    assert none.message is not None
    assert none.message.command == "start_page"
    failed = resolve_traverse(Wish(model="toy"), Answers(viewer=READY, troubles={"model": Trouble("no such file.")}))
    assert failed.message is not None
    assert failed.message.text == "no such file."


def test_512_latents_have_512_rows() -> None:
    latents = 512
    z = np.zeros((latents, 9, latents), np.float32)
    walk = builders.traversal(latents=latents, rows=3, steps=9)
    walk = dataclasses.replace(
        walk, z=z, dims=tuple(range(latents)), positions=np.tile(walk.positions[:1], (latents, 1))
    )
    state = resolve_traverse(wished(every=True, steps=9), known(walk=walk, model=builders.facts(latents)))
    assert len(state.labels) == latents
    assert not state.stale


def test_columns_of_a_table_are_named_and_are_no_curve() -> None:
    names = ("age", *(f"c{at}" for at in range(12)))
    facts = builders.facts(3, (13,))
    table = known(
        model=facts, data=builders.data_facts(event=(13,), columns=names), walk=builders.traversal(event=(13,))
    )
    state = resolve_traverse(wished(), table)
    assert state.apart
    assert state.caption.startswith("In each cell: age, c0, c1, c2, …, c11. Each row moves one latent.")
    state = resolve_traverse(wished(), known(walk=builders.traversal()))
    assert not state.apart
    assert "In each cell" not in state.caption
