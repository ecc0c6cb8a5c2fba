"""Looks, anchors, pixels, paths and pairs: the library's own numbers, for the question that was asked."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

import vaediag as vd
from vaediag.errors import InputError

MODEL, DATA = {"model": "digits-bernoulli"}, {"data": "digits-binary", "preprocess": None}
Z = [0.5, -1.0, 0.0, 2.0, 0.1, -0.3]


@pytest.fixture(scope="module")
def vae() -> Any:
    return vd.load("digits-bernoulli")


@pytest.fixture(scope="module")
def images() -> Any:
    return vd.datasets.load("digits-binary")


def look(answer: Any, **changes: Any) -> Any:
    given = {**MODEL, "z": Z, "seed": 3, "p": 0.5, "level": 0.9, "views": ["mean", "sample"]}
    return answer("look", **{**given, **changes})


def test_a_look_is_the_librarys_look(answer: Any, vae: Any) -> None:
    shown = look(answer)
    expected = vd.look(vae, Z, views=("mean", "sample"), seed=3)
    assert (shown.z, shown.seed, shown.image) == (tuple(Z), 3, None)
    assert set(shown.views) == {"mean", "sample"}
    for view in shown.views:
        np.testing.assert_array_equal(shown.views[view], expected.views[view][0])


def test_a_look_with_an_image_has_the_data_and_the_residual(answer: Any, images: Any) -> None:
    shown = look(answer, views=["mean", "stddev", "residual"], image=4, **DATA)
    x = images.take([4])[0]
    assert shown.image == 4
    np.testing.assert_array_equal(shown.views["data"], x)
    np.testing.assert_allclose(
        shown.views["residual"], (x - shown.views["mean"]) / shown.views["stddev"], rtol=1e-4, atol=1e-5
    )


def test_only_the_data_can_be_looked_at(answer: Any) -> None:
    assert set(look(answer, views=[], image=4, **DATA).views) == {"data"}


def test_values_of_p_and_level_are_used(answer: Any) -> None:
    model = {"model": "digits-normal-image", "views": ["quantile", "interval_width", "mean"]}
    z = [0.0] * vd.load("digits-normal-image").latent_dim
    low, high = (look(answer, **model, z=z, p=p, level=level) for p, level in ((0.1, 0.5), (0.9, 0.99)))
    assert (low.views["quantile"] < low.views["mean"]).all()
    assert (high.views["quantile"] > high.views["mean"]).all()
    assert (low.views["interval_width"] < high.views["interval_width"]).all()
    assert low.notes["quantile"] == "p = 0.1"


def test_a_decoder_that_breaks_at_one_z_says_so(answer: Any, tasks: Any) -> None:
    broken = tasks._models.vae("digits-bernoulli", 0)
    law = broken._law
    try:
        broken._law = lambda z: law(z * np.float32(np.nan))
        shown = look(answer, views=["mean", "entropy"])  # a set of views that was not compiled before
    finally:
        broken._law = law
    assert np.isnan(shown.views["mean"]).all()
    assert "does not work" in shown.notes["mean"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": "nothing"}, "model"),
        ({"z": [0.0]}, "latents"),
        ({"views": ["beauty"]}, "beauty"),
        ({"image": 500, **DATA}, "from 0 to 499; got 500"),
        ({"image": -1, **DATA}, "got -1"),
        ({"image": 0, "data": "patches", "preprocess": None}, "shape"),
        ({"seed": -1}, "seed"),
    ],
)
def test_what_cannot_be_looked_at_is_a_sentence(answer: Any, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        look(answer, **changes)


def test_an_anchor_is_the_posterior_of_its_image(answer: Any, vae: Any, images: Any) -> None:
    anchor = answer("anchor", **MODEL, **DATA, image=7, how="mean", seed=0)
    q = vae.encode(images.take([7]))
    np.testing.assert_array_equal(anchor.x, images.take([7])[0])
    np.testing.assert_allclose(anchor.mean, q.mean().numpy()[0], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(anchor.stddev, q.stddev().numpy()[0], rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(anchor.z, anchor.mean)
    assert anchor.image == 7


def test_an_anchor_can_be_a_draw_of_the_posterior(answer: Any) -> None:
    draws = [answer("anchor", **MODEL, **DATA, image=7, how="draw", seed=seed) for seed in range(200)]
    z = np.array([each.z for each in draws])
    standardised = (z - draws[0].mean) / draws[0].stddev
    assert np.abs(standardised.mean(0)).max() < 5 / np.sqrt(200)
    np.testing.assert_allclose(standardised.std(0), 1.0, atol=0.3)
    again = answer("anchor", **MODEL, **DATA, image=7, how="draw", seed=5)
    np.testing.assert_array_equal(again.z, draws[5].z)


def test_the_law_of_a_pixel_is_the_librarys(answer: Any, vae: Any, images: Any) -> None:
    law = answer("pixel", **MODEL, z=Z, seed=3, index=[3, 4, 0], image=2, **DATA)
    expected = vd.pixel(vae, Z, (3, 4, 0), observed=float(images.take([2])[0][3, 4, 0]), seed=3)
    for field in dataclasses.fields(law):
        np.testing.assert_array_equal(getattr(law, field.name), getattr(expected, field.name), err_msg=field.name)
        assert type(getattr(law, field.name)) is type(getattr(expected, field.name)), field.name
    assert answer("pixel", **MODEL, z=Z, seed=3, index=[3, 4, 0]).observed is None
    with pytest.raises(InputError, match="index"):
        answer("pixel", **MODEL, z=Z, seed=3, index=[8, 0, 0])


WALK: dict[str, Any] = {**MODEL, "views": ["mean", "sample"], "seed": 1, "steps": 5, "hold_noise": True}
SPAN: dict[str, Any] = {"units": "prior", "span": [-2, 2]}


def same_walk(found: Any, expected: Any) -> None:
    for field in dataclasses.fields(expected):
        one, other = getattr(found, field.name), getattr(expected, field.name)
        if field.name == "views":
            assert one.keys() == other.keys()
            for view in one:
                np.testing.assert_allclose(one[view], other[view], rtol=1e-5, atol=1e-6)
        elif isinstance(other, np.ndarray):
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
        else:
            assert one == other, field.name


def test_paths_are_the_librarys(answer: Any, vae: Any, images: Any) -> None:
    shared = {"views": ("mean", "sample"), "seed": 1, "steps": 5}
    x, y = images.take([2]), images.take([9])
    same_walk(
        answer("walk", **WALK, **SPAN, kind="traversal", dims=[4, 0]),
        vd.traverse(vae, [4, 0], span=(-2, 2), **shared),
    )
    same_walk(
        answer("walk", **WALK, **SPAN, kind="traversal", dims=[4], z=Z),
        vd.traverse(vae, [4], start=Z, span=(-2, 2), **shared),
    )
    same_walk(
        answer("walk", **WALK, kind="traversal", dims=[4], units="posterior", span=[-1, 1], image=2, **DATA),
        vd.traverse(vae, [4], start=x[0], units="posterior", span=(-1, 1), **shared),
    )
    same_walk(
        answer("walk", **WALK, **SPAN, kind="grid", dims=[1, 3]),
        vd.grid(vae, (1, 3), span=(-2, 2), **shared),
    )
    same_walk(
        answer("walk", **WALK, kind="interpolation", image=2, end=9, **DATA),
        vd.interpolate(vae, x[0], y[0], **shared),
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "wander"}, "kind"),
        ({"kind": "interpolation"}, "both images"),
        ({"kind": "interpolation", "image": 2, "end": 900, **DATA}, "got 900"),
        ({"kind": "traversal", "dims": [6], **SPAN}, "dims"),
        ({"kind": "traversal", "dims": [0], **SPAN, "units": "posterior"}, "start"),
        ({"kind": "grid", "dims": [1, 1], **SPAN}, "different"),
        ({"kind": "traversal", "dims": [0], **SPAN, "steps": 1}, "steps"),
    ],
)
def test_paths_that_cannot_be_walked_are_a_sentence(answer: Any, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        answer("walk", **{**WALK, **changes})


def test_a_pair_shows_each_model_at_its_own_code(answer: Any, images: Any) -> None:
    pair = answer("pair", **MODEL, other="digits-collapsed", **DATA, image=3, seed=2)
    assert (pair.image, pair.first, pair.second, pair.seed) == (3, "digits-bernoulli", "digits-collapsed", 2)
    np.testing.assert_array_equal(pair.x, images.take([3])[0])
    assert set(pair.views) == {"first.mean", "first.sample", "second.mean", "second.sample"}
    anchor = answer("anchor", model="digits-collapsed", **DATA, image=3, how="mean", seed=0)
    shown = look(
        answer, model="digits-collapsed", z=[float(value) for value in anchor.mean], seed=2, views=["mean", "sample"]
    )
    np.testing.assert_allclose(pair.views["second.mean"], shown.views["mean"], rtol=1e-5)
    assert not np.allclose(pair.views["first.mean"], pair.views["second.mean"])
