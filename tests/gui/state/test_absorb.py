"""What an answer changes, in whatever order answers arrive."""

from __future__ import annotations

import dataclasses

import numpy as np

from tests.gui.builders import anchor, data_facts, facts, shown
from vaediag_gui.state.absorb import THUMBNAILS, absorb, middle, without_anchor
from vaediag_gui.state.answers import Answers, Thumbnails
from vaediag_gui.state.wish import Wish


def test_a_model_gives_its_data_and_the_prior_mean():
    record = facts(prior_mean=np.array([1, 2, 3], np.float32))
    found, changes = absorb(Wish(model="toy"), Answers(), "model", record, None)
    assert found["model"] is record  # no data are open: its own levels
    assert changes == {"data": "toy-data", "z": (1.0, 2.0, 3.0), "pixel": (2, 2, 0)}


def test_a_model_does_not_move_a_code_that_fits():
    _, changes = absorb(
        Wish(model="toy", data="d", z=(5.0, 5.0, 5.0), pixel=(0, 0, 0)), Answers(), "model", facts(), None
    )
    assert changes == {}


def test_open_data_give_way_only_to_another_model_that_they_do_not_fit():
    wish = Wish(model="toy", data="mine", preprocess="scale", z=(5.0, 5.0, 5.0), pixel=(0, 0, 0))
    small = data_facts(event=(2, 2, 1), source="mine")
    before = Answers(model=facts(source="old"), data=small)
    assert absorb(wish, before, "model", facts(), None)[1] == {"data": "toy-data", "preprocess": None}
    assert absorb(wish, dataclasses.replace(before, model=None), "model", facts(), None)[1] == {}
    fitting = dataclasses.replace(before, data=data_facts(source="mine"))
    assert absorb(wish, fitting, "model", facts(), None)[1] == {}


def test_a_code_of_another_length_is_replaced():
    _, changes = absorb(Wish(model="toy", data="d", z=(5.0,), pixel=(0, 0, 0)), Answers(), "model", facts(), None)
    assert changes == {"z": (0.0, 0.0, 0.0)}


def test_a_model_with_an_anchor_waits_for_its_code():
    _, changes = absorb(Wish(model="toy", data="d", image=2, pixel=(0, 0, 0)), Answers(), "model", facts(), None)
    assert changes == {}


def test_another_model_forgets_what_belonged_to_the_old_one():
    known = Answers(model=facts(source="old"), look=shown(), anchor=anchor())
    found, _ = absorb(Wish(model="toy", data="d"), known, "model", facts(), None)
    assert found["look"] is None
    assert found["anchor"] is None
    same, _ = absorb(Wish(model="toy", data="d"), dataclasses.replace(known, model=facts()), "model", facts(), None)
    assert "look" not in same


def test_an_image_beyond_the_data_is_let_go():
    found, changes = absorb(Wish(data="toy-data", image=99), Answers(), "data", data_facts(count=20), None)
    assert changes == {"image": None}
    assert found["data"].count == 20


def test_an_anchor_gives_its_code_once_and_respects_locks():
    record = anchor(image=2)
    wish = Wish(model="toy", data="d", image=2, locked=frozenset({0}))
    _, changes = absorb(wish, Answers(), "anchor", record, (7.0, 7.0, 7.0))
    assert changes["z"] == (7.0, float(record.z[1]), float(record.z[2]))
    _, later = absorb(dataclasses.replace(wish, z=(0.0, 0.0, 0.0)), Answers(), "anchor", record, None)
    assert later == {}
    _, stale = absorb(dataclasses.replace(wish, image=3), Answers(), "anchor", record, None)
    assert stale == {}


def test_thumbnails_add_up_and_stay_bounded():
    tiny = np.zeros((2, 2), np.uint8)
    known = Answers(thumbnails=Thumbnails(dict.fromkeys(range(THUMBNAILS), tiny)))
    found, _ = absorb(Wish(), known, "thumbnails", Thumbnails({THUMBNAILS: tiny, 5: tiny}), None)
    pictures = found["thumbnails"].pictures
    assert len(pictures) == THUMBNAILS
    assert THUMBNAILS in pictures
    assert 0 not in pictures


def test_without_an_anchor_the_code_is_the_prior_mean():
    assert without_anchor(Wish(model="toy"), Answers(model=facts())) == (0.0, 0.0, 0.0)
    assert without_anchor(Wish(model="toy", image=1), Answers(model=facts())) is None
    assert without_anchor(Wish(model="other"), Answers(model=facts())) is None


def test_black_and_white_are_those_of_the_data_whichever_opens_first():
    wish, data = Wish(model="toy", data="toy-data", z=(0.0, 0.0, 0.0)), data_facts(levels=(-1.0, 2.0))
    later, _ = absorb(wish, Answers(model=facts()), "data", data, None)
    first, _ = absorb(wish, Answers(data=data), "model", facts(), None)
    for found in (later, first):
        levels = found["model"].levels
        assert levels["mean"] == levels["sample"] == levels["data"] == (-1.0, 2.0)
        assert levels["stddev"] == (0.0, 0.5)
    other, _ = absorb(dataclasses.replace(wish, data="other"), Answers(data=data), "model", facts(), None)
    assert other["model"].levels["mean"] == (0.0, 1.0)


def test_bytes_leave_a_model_that_preprocesses_them_its_own_black_and_white():
    wish, data = Wish(model="toy", data="toy-data", z=(0.0, 0.0, 0.0)), data_facts(levels=(0.0, 255.0))
    later, _ = absorb(wish, Answers(model=facts()), "data", data, None)
    assert later["model"].levels["mean"] == (0.0, 1.0)
    of_bytes = facts(levels={**facts().levels, "mean": (3.0, 240.0)})
    first, _ = absorb(wish, Answers(data=data), "model", of_bytes, None)
    assert first["model"].levels["mean"] == (0.0, 255.0)


def test_the_pixel_looked_at_first_is_in_the_middle():
    assert middle((8, 6, 3)) == (4, 3, 0)
    assert middle((8, 6)) == (4, 3)
    assert middle((12,)) == (6,)
