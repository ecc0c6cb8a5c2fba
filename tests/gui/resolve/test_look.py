"""Which words stand on each view of Look, and what replaces a picture that is not there."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from tests.gui import builders
from vaediag_gui.resolve.look import LookState, Tile, resolve_look
from vaediag_gui.state.answers import Answers, HelperState, Trouble
from vaediag_gui.state.wish import VIEWS, Wish


def resolved(known: dict[str, Any] | None = None, **wish: Any) -> LookState:
    given: dict[str, Any] = {"model": "toy", "z": (0.0,) * 3, **wish}
    answers: dict[str, Any] = {
        "model": builders.facts(),
        "viewer": HelperState("ready"),
        "look": builders.shown(views=tuple(view for view in VIEWS if view != "data")),
        **(known or {}),
    }
    return resolve_look(Wish(**given), Answers(**answers))


def tile(state: LookState, view: str) -> Tile:
    return next(each for each in state.tiles if each.view == view)


def test_views_stand_in_the_order_of_the_menu():
    assert [each.view for each in resolved(views=("data", "stddev", "mean")).tiles] == ["mean", "stddev", "data"]


@pytest.mark.parametrize(
    ("view", "title", "says", "unit"),
    [
        ("mean", "mean", "not an image: the average of p(x | z)", "units of x"),
        ("sample", "sample", "one draw from p(x | z)", "units of x"),
        ("stddev", "standard deviation σ", "how far draws scatter around the mean", "units of x"),
        ("quantile", "quantile p = 0.25", "each pixel is below it with probability 0.25", "units of x"),
        ("interval_width", "width of the 80 % interval", "80 % of each pixel's draws lie in one this wide",
         "units of x"),
        ("entropy", "entropy", "how undecided each pixel is (differential: may be negative)", "nats"),
        ("residual", "residual (x − mean)/σ", "how many σ the data lie from the mean", "σ"),
        ("data", "data x", "image 2: the values that the model is given", "units of x"),
    ],
)  # fmt: skip
def test_every_view_says_which_it_is(view: str, title: str, says: str, unit: str):
    state = resolved({"anchor": builders.anchor(2)}, views=(view,), p=0.25, level=0.8, image=2)
    found = tile(state, view)
    assert (found.title, found.says, found.unit, found.missing) == (title, says, unit, "")


def test_the_entropy_of_masses_is_not_differential():
    state = resolved({"model": builders.facts(discrete=True)}, views=("entropy",))
    assert tile(state, "entropy").says == "how undecided each pixel is"


def test_without_an_image_the_data_and_the_residual_say_what_to_do():
    state = resolved(views=("data", "residual", "mean"))
    assert tile(state, "data").missing == "Choose an image in Data to compare"
    assert "Choose an image" in tile(state, "residual").missing
    assert tile(state, "mean").missing == ""


def test_what_is_on_its_way_says_so():
    assert tile(resolved({"look": None}), "mean").missing == "Decoding …"
    assert tile(resolved(image=2), "data").missing == "Encoding the image …"
    assert tile(resolved({"anchor": builders.anchor(5)}, image=2), "data").missing == "Encoding the image …"


def test_an_answer_of_another_model_is_not_shown():
    state = resolved({"look": builders.shown(event=(9, 9, 1))})
    assert state.shown is None
    assert tile(state, "mean").missing == "Decoding …"


def test_a_broken_decoder_is_said_instead_of_drawn():
    broken = builders.shown()
    broken.views["mean"][:] = np.nan  # type: ignore[index]
    state = resolved({"look": broken})
    assert "No value here is a number" in tile(state, "mean").missing
    assert tile(state, "sample").missing == ""


def test_notes_do_not_repeat_the_title():
    look = dataclasses.replace(
        builders.shown(("quantile", "mean")), notes={"quantile": "p = 0.5; Monte Carlo, 4096 draws", "mean": "exact"}
    )
    state = resolved({"look": look}, views=("quantile", "mean"))
    assert tile(state, "quantile").note == "Monte Carlo, 4096 draws"
    assert tile(state, "mean").note == "exact"


def test_trouble_stands_above_the_older_answer():
    state = resolved({"troubles": {"look": Trouble("It broke.")}})
    assert state.message is not None
    assert (state.message.text, state.message.command) == ("It broke.", "retry")
    assert dict(state.message.arguments or {}) == {"lane": "look"}
    assert tile(state, "mean").missing == ""
    assert tile(resolved({"look": None, "troubles": {"look": Trouble("It broke.")}}), "mean").missing == "Not decoded"


def test_without_a_model_only_a_message():
    state = resolved({"model": None})
    assert state.message is not None
    assert state.tiles == ()


@pytest.mark.parametrize(
    ("z", "image", "words"),
    [
        (None, None, "z: centre of the prior"),
        ((0.0, 0.0, 0.0), None, "z: centre of the prior"),
        ((0.0, 1.0, 0.0), None, "z: centre of the prior, except z1"),
        ((1.0, 2.0, 3.0), None, "z: set by hand or at random"),
        ("anchor", 2, "z: posterior mean of image 2"),
        ("but z0", 2, "z: posterior mean of image 2, except z0"),
        ((9.0, 9.0, 9.0), 2, "z: moved away from the posterior mean of image 2"),
    ],
)
def test_the_sentence_says_which_z_it_is(z: Any, image: int | None, words: str):
    anchor = builders.anchor(2)
    own = tuple(anchor.z.tolist())
    z = {"anchor": own, "but z0": (9.0, *own[1:])}.get(z, z) if isinstance(z, str) else z
    state = resolved({"anchor": anchor}, z=z, image=image)
    assert state.sentence == words
    assert state.assumed.startswith("Assumed: p(x | z) normal, one σ per image; q(z | x) normal;")


def test_a_draw_of_the_posterior_is_not_called_its_mean():
    anchor = builders.anchor(2)
    state = resolved({"anchor": anchor}, z=tuple(anchor.z.tolist()), image=2, anchor="draw")
    assert state.sentence.startswith("z: a draw from the posterior of image 2")


def test_sliders_are_there_for_the_views_that_have_one():
    assert (resolved().p, resolved().level) == (None, None)
    state = resolved(views=("quantile", "interval_width"), p=0.1, level=0.5)
    assert (state.p, state.level) == (0.1, 0.5)


def test_levels_are_the_model_s_and_shared_among_views_like_x():
    state = resolved({"anchor": builders.anchor(2)}, image=2, views=("mean", "data", "stddev", "residual"))
    assert tile(state, "mean").levels == tile(state, "data").levels == (0.0, 1.0)
    assert (tile(state, "stddev").levels, tile(state, "stddev").colours) == ((0.0, 0.5), "spread")
    assert (tile(state, "residual").levels, tile(state, "residual").colours) == ((-4.0, 4.0), "diverging")


@pytest.mark.parametrize(
    ("event", "kind"), [((4, 5), "grey"), ((4, 5, 1), "grey"), ((4, 5, 3), "colour"), ((7,), "flat")]
)
def test_kind(event: tuple[int, ...], kind: str):
    assert resolved({"model": builders.facts(event=event), "look": builders.shown(event=event)}).kind == kind


def test_equal_knowledge_gives_an_equal_state():
    known = {"model": builders.facts(), "look": builders.shown(), "anchor": builders.anchor(2)}
    assert resolved(known, image=2) == resolved(known, image=2)
    assert resolved(known, image=2) != resolved({**known, "look": builders.shown()}, image=2)
