"""The session survives a restart, and a damaged file."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaediag_gui.session import from_json, to_json
from vaediag_gui.state.wish import Maps, Path, Wish

WISH = Wish(
    model="digits",
    data="./x.npy",
    preprocess="unit",
    other="b",
    tab="collapse",
    z=(0.5, -1.25),
    image=7,
    anchor="draw",
    locked=frozenset({1, 0}),
    seed=9,
    hold_noise=False,
    views=("sample", "data"),
    p=0.9,
    level=0.5,
    pixel=(1, 2, 0),
    order="number",
    filter="used",
    label="3",
    path=Path(kind="grid", plane=(1, 0), low=-2.0, high=1.5, steps=5, end=3),
    maps=Maps(conditioning="prior", pixel=(0, 0, 0), latent=1),
    diagnosis_seed=4,
    limit=100,
    deep=True,
    ais_images=4,
    ais_temperatures=500,
)


def test_everything_comes_back():
    assert from_json(to_json(WISH)) == WISH


def test_what_moves_by_itself_comes_back_at_rest():
    moving = dataclasses.replace(WISH, shimmer=True, path=dataclasses.replace(WISH.path, step=2))
    assert from_json(to_json(moving)) == WISH


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tab", "nonsense"),
        ("z", ["a"]),
        ("z", [float("inf")]),
        ("seed", -1),
        ("seed", 2**40),
        ("image", -1),
        ("views", ["nonsense"]),
        ("p", 2.0),
        ("anchor", 3),
        ("locked", "01"),
        ("hold_noise", 1),
        ("path", {"steps": 10**9}),
        ("path", 3),
        ("maps", {"pixel": "x"}),
        ("model", 5),
        ("pixel", [[1]]),
        ("deep", "yes"),
        ("ais_images", 0),
        ("ais_temperatures", 10**9),
    ],
)
def test_a_damaged_value_gives_its_default_and_spares_the_rest(field: str, value: object):
    tree = json.loads(to_json(WISH))
    tree["wish"][field] = value
    found = from_json(json.dumps(tree))
    assert getattr(found, field) == getattr(Wish(), field) or field in ("path", "maps")
    if field != "model":
        assert found.model == "digits"
    assert 3 <= found.path.steps <= 21
    assert found.maps.pixel in (None, WISH.maps.pixel)


@given(st.text())
def test_any_text_gives_a_wish(text: str):
    assert from_json(text) == Wish()


@given(
    st.dictionaries(
        st.sampled_from([field.name for field in dataclasses.fields(Wish)]),
        st.integers() | st.text() | st.lists(st.floats()),
    )
)
def test_any_tree_gives_a_wish(tree: dict[str, object]):
    assert isinstance(from_json(json.dumps({"schema": 1, "wish": tree})), Wish)
