"""What follows from a change of the wish by itself."""

from __future__ import annotations

import dataclasses

from vaediag_gui.state.settle import settle, start_code
from vaediag_gui.state.wish import Maps, Path, Wish

OLD = Wish(
    model="a", data="d", z=(1.0, 2.0), image=3, locked=frozenset({1}), pixel=(1, 1, 0), seed=5,
    path=Path(dims=(1,), end=4, step=2), maps=Maps(pixel=(1, 2, 0)), tab="traverse",
)  # fmt: skip


def to(**changes: object) -> Wish:
    return settle(OLD, dataclasses.replace(OLD, **changes))  # type: ignore[arg-type]


def test_another_model_starts_at_its_own_code_and_keeps_the_image():
    new = to(model="b")
    assert (new.z, new.locked, new.pixel, new.path.dims, new.maps) == (None, frozenset(), None, (), Maps())
    assert new.image == 3


def test_a_second_model_that_is_the_first_is_none():
    assert settle(dataclasses.replace(OLD, other="b"), dataclasses.replace(OLD, other="b", model="b")).other is None


def test_other_data_have_no_anchor_of_the_old_ones():
    new = to(data="e")
    assert new.image is None
    assert new.z is None
    assert new.path.end is None


def test_other_data_with_an_image_of_their_own_keep_it():
    assert to(data="e", image=0).image == 0


def test_another_image_or_anchor_starts_at_its_own_code():
    assert to(image=4).z is None
    assert to(anchor="draw").z is None
    assert to(image=4, z=(0.0, 0.0)).z == (0.0, 0.0)


def test_without_held_noise_every_move_draws_a_new_sample():
    free = dataclasses.replace(OLD, hold_noise=False)
    assert settle(free, dataclasses.replace(free, z=(0.0, 2.0))).seed == 6
    assert to(z=(0.0, 2.0)).seed == 5
    assert settle(free, dataclasses.replace(free, tab="look")).seed == 5
    last = dataclasses.replace(free, seed=2**31 - 1)
    assert settle(last, dataclasses.replace(last, z=(0.0, 2.0))).seed == 0


def test_play_stops_when_the_path_or_the_tab_changes():
    assert to(tab="look").path.step is None
    assert to(path=dataclasses.replace(OLD.path, steps=5)).path.step is None
    assert to(path=dataclasses.replace(OLD.path, step=3)).path.step == 3


def test_locked_latents_stay_where_they_were():
    assert start_code((9.0, 9.0), (1.0, 2.0), frozenset({1})) == (9.0, 2.0)
    assert start_code((9.0, 9.0), (1.0, 2.0, 3.0), frozenset({1})) == (9.0, 9.0)
    assert start_code((9.0, 9.0), None, frozenset({1})) == (9.0, 9.0)
