"""Which questions follow from a wish."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gui.builders import data_facts, facts
from vaediag_gui.jobs.asks import asks
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Path, Wish

OPEN = Answers(model=facts(), data=data_facts())
Z = (0.0, 0.5, 1.0)


def wish(**changes: Any) -> Wish:
    return Wish(**{"model": "toy", "data": "toy-data", "z": Z, "image": 2, **changes})


def lanes(made: Wish, known: Answers = OPEN) -> set[str]:
    return set(asks(made, known))


def test_nothing_is_asked_of_nothing() -> None:
    assert asks(Wish(), Answers()) == {}


def test_what_is_not_open_yet_is_opened_first() -> None:
    assert lanes(wish(), Answers()) == {"model", "data"}
    assert lanes(wish(), Answers(model=facts(source="another"))) == {"model", "data"}
    assert lanes(wish(model=None), Answers()) == {"data"}


def test_look_asks_for_the_anchor_the_views_and_the_pixel() -> None:
    found = asks(wish(pixel=(1, 2, 0), seed=4), OPEN)
    assert set(found) == {"model", "data", "anchor", "look", "pixel"}
    look = found["look"].arguments
    assert look["z"] == list(Z)
    assert look["seed"] == 4
    assert look["views"] == ["mean", "sample", "stddev"], "the data need no decoder"
    assert (look["image"], look["data"]) == (2, "toy-data")
    assert found["pixel"].arguments["index"] == [1, 2, 0]
    assert "look" not in lanes(wish(z=None))
    assert "look" not in lanes(wish(z=(0.0,))), "a code of another model"
    assert "pixel" not in lanes(wish(pixel=(1, 2)))


def test_without_an_image_there_is_no_residual() -> None:
    assert asks(wish(image=None, views=("mean", "residual")), OPEN)["look"].arguments["views"] == ["mean"]
    assert asks(wish(views=("mean", "residual")), OPEN)["look"].arguments["views"] == ["mean", "residual"]


def test_every_tab_asks_only_for_what_it_shows() -> None:
    assert "walk" in lanes(wish(tab="traverse"))
    assert not {"look", "pixel", "walk", "pair"} & lanes(wish(tab="collapse", pixel=(1, 2, 0)))
    assert "pair" not in lanes(wish(tab="compare"))
    assert "pair" in lanes(wish(tab="compare", other="toy-2"))


@pytest.mark.parametrize(
    ("path", "image", "asked"),
    [
        ({"kind": "interpolation", "end": 5}, 2, True),
        ({"kind": "interpolation"}, 2, False),
        ({"kind": "interpolation", "end": 5}, None, False),
        ({"units": "posterior"}, 2, True),
        ({"units": "posterior"}, None, False),
        ({"start": "image"}, None, False),
        ({"start": "code"}, None, True),
        ({"kind": "grid", "plane": (0, 1)}, None, True),
        ({"kind": "grid", "plane": (0, 3)}, None, False),
        ({"kind": "grid", "plane": (1, 1)}, None, False),
    ],
)
def test_only_paths_that_can_be_walked_are_asked_for(path: dict[str, Any], image: int | None, asked: bool) -> None:
    assert ("walk" in lanes(wish(tab="traverse", image=image, path=Path(**path)))) is asked


def test_a_reload_makes_every_question_a_new_one() -> None:
    for tab in ("look", "traverse", "compare"):
        before, after = (asks(wish(tab=tab, other="b", pixel=(1, 2, 0), reloads=n), OPEN) for n in (0, 1))
        assert before.keys() == after.keys()
        assert not [lane for lane in before if before[lane] == after[lane]]
