"""The data browser lists what the wish asks for, once per data and label, and says what is missing."""

from __future__ import annotations

import numpy as np
import pytest

from tests.gui import builders
from vaediag_gui.resolve.data import position, resolve_data
from vaediag_gui.state.answers import Answers, HelperState, Trouble
from vaediag_gui.state.wish import Wish

READY = HelperState("ready")
OPEN = Wish(data="toy-data")


def test_all_images_are_listed_with_count_and_shape() -> None:
    state = resolve_data(OPEN, Answers(data=builders.data_facts()))
    assert state.listed is not None
    assert list(state.listed.indices) == list(range(20))
    assert (state.name, state.count, state.about) == ("toy-data", "20 images", "test · 4 × 5 × 1")
    assert state.message is None
    assert (state.image, state.chosen) == (None, "No image: z is free")


def test_a_label_lists_only_its_images() -> None:
    state = resolve_data(Wish(data="toy-data", label="1", image=4), Answers(data=builders.data_facts()))
    assert state.listed is not None
    assert list(state.listed.indices) == [1, 4, 7, 10, 13, 16, 19]
    assert state.count == "7 of 20 images"
    assert state.chosen == "Image 4, label 1"


def test_a_label_that_no_image_has_offers_all() -> None:
    state = resolve_data(Wish(data="toy-data", label="9"), Answers(data=builders.data_facts()))
    assert state.listed is None
    assert state.message is not None
    assert state.message.wish == {"label": None}


def test_a_label_of_other_data_does_not_empty_unlabelled_data() -> None:
    answers = Answers(data=builders.data_facts(labels=None, label_names=()))
    state = resolve_data(Wish(data="toy-data", label="9", image=3), answers)
    assert state.listed is not None
    assert not state.typed
    assert state.chosen == "Image 3"


def test_too_many_labels_are_typed() -> None:
    labels = np.array([f"name {i}" for i in range(200)])
    answers = Answers(data=builders.data_facts(200, labels=labels, label_names=()))
    state = resolve_data(Wish(data="toy-data", label="name 150"), answers)
    assert state.typed
    assert state.listed is not None
    assert list(state.listed.indices) == [150]


def test_an_anchor_beyond_the_data_is_none() -> None:
    assert resolve_data(Wish(data="toy-data", image=99), Answers(data=builders.data_facts())).image is None


@pytest.mark.parametrize(
    ("wish", "answers", "words", "command"),
    [
        (Wish(), Answers(viewer=READY), "No data", "open_data"),
        (OPEN, Answers(viewer=READY), "Opening", ""),
        (OPEN, Answers(viewer=READY, data=builders.data_facts(source="old")), "Opening", ""),
        (OPEN, Answers(troubles={"data": Trouble("no such file")}), "could not be opened", "retry"),
        (OPEN, Answers(viewer=HelperState("given up", "it died")), "does not answer", "restart"),
    ],
)
def test_without_data_it_says_why(wish: Wish, answers: Answers, words: str, command: str) -> None:
    state = resolve_data(wish, answers)
    assert state.listed is None
    assert state.message is not None
    assert words in state.message.title
    assert state.message.command == command


@pytest.mark.parametrize("lane", ["thumbnails", "data", "anchor"])
def test_a_later_trouble_stands_above_the_images(lane: str) -> None:
    answers = Answers(data=builders.data_facts(), troubles={lane: Trouble("broken")})
    state = resolve_data(Wish(data="toy-data", image=1), answers)
    assert state.listed is not None
    assert state.message is not None
    assert (state.message.text, state.message.arguments) == ("broken", {"lane": lane})


def test_going_to_an_image_finds_its_place_in_the_list() -> None:
    answers = Answers(data=builders.data_facts(2000))
    assert position(resolve_data(OPEN, answers), " 1,234 ") == 1234
    labelled = resolve_data(Wish(data="toy-data", label="1"), answers)
    assert position(labelled, "7") == 2
    for text, words in (("2000", "0 to 1,999"), ("x", "not among"), ("", "not among"), ("8", "label 2")):
        with pytest.raises(ValueError, match=words):
            position(labelled, text)
    with pytest.raises(ValueError, match="no images"):
        position(resolve_data(Wish(), Answers()), "1")


def test_the_label_is_applied_once_per_data_and_label() -> None:
    facts = builders.data_facts(60_000, labels=np.array([str(i % 10) for i in range(60_000)]))
    answers, wish = Answers(data=facts), Wish(data="toy-data", label="3")
    first, again = resolve_data(wish, answers), resolve_data(wish, answers)
    assert again == first
    assert again.listed is first.listed
    assert resolve_data(OPEN, answers) != first


def test_images_that_the_model_cannot_make_are_said_before_one_is_chosen() -> None:
    wish = Wish(model="toy", data="toy-data")
    answers = Answers(model=builders.facts(event=(4, 5, 1)), data=builders.data_facts(event=(16, 16, 1)))
    message = resolve_data(wish, answers).message
    assert message is not None
    assert "16 × 16 × 1" in message.text
    assert "4 × 5 × 1" in message.text
    fitting = Answers(model=answers.model, data=builders.data_facts(event=(20,)))
    assert resolve_data(wish, fitting).message is None
