"""Looks, pairs of looks and shimmers: every shape of x, one code or several, nothing clipped or on top."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from vaediag.errors import InputError
from vaediag.records.pictures import Look
from vaediag.report import style
from vaediag.report.figures.look import columns_for, draw_look
from vaediag.report.figures.pair import draw_pair
from vaediag.report.looks import shared_views, title, views_of
from vaediag.report.shimmer import FRAME, samples_of, shimmer_gif
from vaediag.report.stamp import Stamp

ALL = ("mean", "mode", "sample", "stddev", "entropy", "quantile", "interval_width", "residual")
SHAPES = [(8, 8, 1), (28, 28, 1), (32, 32, 3), (20,), (784,), (6, 20, 2), (5, 9)]
STAMP = Stamp("digits-normal-image (normal)", "", 0)
NOTES = {"quantile": "p = 0.9; inverted CDF", "interval_width": "level = 0.9", "entropy": "Monte Carlo, 1024 draws"}


@pytest.fixture(scope="module")
def make(build):
    def made(event_shape, *, codes=1, views=ALL, latents=16, model="digits-normal-image"):
        rng = np.random.default_rng(len(event_shape))
        z = rng.normal(size=(codes, latents))
        mean = build.blobs(event_shape, z)
        stddev = 0.05 + 0.1 * mean
        noise = rng.normal(size=mean.shape)
        every = {
            "mean": mean, "mode": mean, "sample": mean + stddev * noise, "stddev": stddev,
            "entropy": np.log(stddev) + 1.4, "quantile": mean + 1.28 * stddev, "interval_width": 3.3 * stddev,
            "residual": noise[::-1] * 1.5,
        }  # fmt: skip
        return Look(model, "normal", 0, z, {name: every[name] for name in views}, NOTES)

    return made


def words(figure):
    return [text.get_text() for text in figure.texts]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("count", [1, 3, 8])
def test_one_code_is_drawn_whole(make, faults, build, shape, count):
    record = make(shape, views=ALL[:count])
    figure = draw_look(record, shape, STAMP, x=build.blobs(shape, np.zeros((1, 3)))[0])
    assert faults(figure) == []
    assert any("seed 0" in line for line in words(figure))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_several_codes_are_drawn_whole(make, faults, shape):
    record = make(shape, codes=10)
    figure = draw_look(record, shape, STAMP, x=record.views["sample"])
    assert faults(figure) == []
    if len(shape) > 1:
        assert [f"code {n}" in words(figure) for n in (1, 8, 9)] == [True, True, False]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("shape", [(8, 8, 1), (20,)])
def test_any_view_on_its_own(make, faults, name, shape):
    assert faults(draw_look(make(shape, views=(name,)), shape, STAMP)) == []


def test_every_view_is_named_with_its_unit(make):
    figure = draw_look(make((8, 8, 1)), (8, 8, 1), STAMP)
    said = words(figure) + [ax.get_xlabel() for ax in figure.axes]
    for phrase in ("mean", "standard deviation σ", "p = 0.9", "level = 0.9", "units of x", "nats per pixel"):
        assert phrase in said, phrase
    assert "standard deviations" in said
    below = " ".join(words(figure))
    assert "quantile: inverted CDF." in below
    assert "entropy: Monte Carlo, 1024 draws." in below


def test_pictures_of_x_share_their_levels_and_others_have_their_own(make):
    record = make((8, 8, 1))
    by_id = {view.id: view for view in views_of(record, (8, 8, 1), x=np.zeros((8, 8, 1)), levels=(-1.0, 2.0))}
    grey = [by_id[name] for name in ("x", "mean", "mode", "sample", "quantile")]
    assert {(view.norm.vmin, view.norm.vmax) for view in grey} == {(-1.0, 2.0)}
    assert all(view.cmap is style.GREY_MAP for view in grey)
    assert (by_id["residual"].norm.vmin, by_id["residual"].norm.vmax) == (-4.0, 4.0)
    assert by_id["stddev"].norm.vmin == 0.0
    assert by_id["entropy"].norm.vmin < 0.0  # of a density; black is not zero


def test_means_a_little_below_zero_do_not_wash_the_picture_out():
    record = Look("m", "normal", 0, np.zeros((1, 2)), {"mean": np.linspace(-0.06, 0.98, 64).reshape(1, 8, 8, 1)}, {})
    assert [(view.norm.vmin, view.norm.vmax) for view in views_of(record, (8, 8, 1))] == [(0.0, 1.0)]


def test_undefined_residuals_are_not_white(make):
    record = make((8, 8, 1), views=("mean", "residual"))
    hole = record.views["residual"].copy()
    hole[0, 0, 0] = np.nan
    figure = draw_look(replace(record, views=record.views | {"residual": hole}), (8, 8, 1), STAMP)
    shown = [image.get_array() for ax in figure.axes for image in ax.images]
    assert any(np.allclose(rgba[0, 0, :3], np.array([0xD5, 0xDA, 0xE1]) / 255, atol=0.01) for rgba in shown)


def test_one_sigma_is_written_into_its_picture(make):
    record = make((8, 8, 1), views=("mean", "stddev"))
    flat = replace(record, views=record.views | {"stddev": np.full((1, 8, 8, 1), 0.125)})
    assert "σ = 0.12" in words(draw_look(flat, (8, 8, 1), STAMP))
    assert title(flat, (8, 8, 1)) == "p(x | z) at one z: every pixel spreads by σ = 0.12 around the mean"


def test_rows_are_about_equally_long():
    assert [columns_for(count) for count in range(1, 10)] == [1, 2, 3, 4, 3, 3, 4, 4, 3]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("views", [("mean", "sample"), ("mean", "sample", "stddev", "residual"), ("stddev",)], ids=len)
def test_two_models_on_one_image(make, faults, build, shape, views):
    first, second = make(shape, views=views), make(shape, views=views, latents=3, model="another-model")
    x = build.blobs(shape, np.zeros((1, 3)))[0]
    figure = draw_pair(first, second, x, shape, STAMP)
    assert faults(figure) == []
    said = words(figure)
    assert "digits-normal-image" in said
    assert "another-model" in said
    assert "another-model" in str(figure.get_label())


def test_a_pair_has_the_same_colours_for_both(make):
    first, second = make((8, 8, 1)), make((8, 8, 1))
    wider = replace(second, views=second.views | {"stddev": 3 * second.views["stddev"]})
    image, (one, other) = shared_views(first, wider, ("mean", "stddev"), np.zeros((8, 8, 1)), (8, 8, 1), None)
    assert [(a.norm.vmin, a.norm.vmax) for a in one] == [(b.norm.vmin, b.norm.vmax) for b in other]
    assert one[0].norm is image.norm
    assert (one[1].norm.vmax or 0) > 0.3
    np.testing.assert_array_equal(other[1].values, wider.views["stddev"][..., 0])


def test_hostile_names_in_a_pair(make, faults, build):
    first, second = make((8, 8, 1), model=build.HOSTILE), make((8, 8, 1), model="$x$\x1b[31m")
    figure = draw_pair(first, second, np.zeros((8, 8, 1)), (8, 8, 1), STAMP)
    assert faults(figure) == []
    assert any(r"\$x\$" in line for line in words(figure))


def test_a_pair_without_a_common_view_is_refused(make):
    with pytest.raises(InputError, match=r"views: expected a view among mean, .* that both models have; got mode and"):
        draw_pair(
            make((8, 8, 1), views=("mode",)), make((8, 8, 1), views=("mean",)), np.zeros((8, 8, 1)), (8, 8, 1), STAMP
        )


# ---- shimmer ----


def frames(data):
    with Image.open(io.BytesIO(data)) as movie:
        assert movie.info["loop"] == 0
        out = []
        for index in range(movie.n_frames):  # type: ignore[attr-defined]
            movie.seek(index)
            out.append((np.asarray(movie.convert("RGB")).astype(int), int(movie.info["duration"])))
        return out


@pytest.fixture(scope="module")
def seeds(make):
    def made(shape, count=5):
        one = make(shape, views=("mean", "sample"))
        rng = np.random.default_rng(1)
        draws = [one.views["mean"] + 0.3 * rng.normal(size=one.views["mean"].shape) for _ in range(count)]
        return [replace(one, seed=seed, views=one.views | {"sample": draw}) for seed, draw in enumerate(draws)]

    return made


@pytest.mark.parametrize("shape", [(8, 8, 1), (32, 32, 3), (20,)], ids=str)
def test_a_shimmer_changes_samples_ten_times_a_second(seeds, shape):
    seen = frames(shimmer_gif(seeds(shape), STAMP))
    assert [duration for _, duration in seen] == [FRAME] * 5 == [100] * 5
    moved = np.abs(seen[0][0] - seen[1][0]).max(axis=2) > 40
    assert moved.any()
    if len(shape) > 1:  # the mean, in the left half, stands still
        half = moved.shape[1] // 2
        assert moved[:, half:].sum() > 20 * max(1, moved[:, :half].sum())


def test_one_look_of_many_samples_is_the_same_as_many_looks(seeds):
    looks = seeds((8, 8, 1))
    joined = samples_of(looks)
    assert len(joined.z) == 5
    assert shimmer_gif(joined, STAMP) == shimmer_gif(looks, STAMP)


def test_what_cannot_shimmer(make, seeds):
    looks = seeds((8, 8, 1))
    with pytest.raises(InputError, match="at least two samples; got 1"):
        samples_of(looks[:1])
    with pytest.raises(InputError, match="one model at one z"):
        samples_of([looks[0], replace(looks[1], model="other")])
    with pytest.raises(InputError, match="one model at one z"):
        samples_of([looks[0], replace(looks[1], z=looks[1].z + 0.1)])
    with pytest.raises(InputError, match="one model at one z"):
        samples_of([looks[0], replace(looks[1], z=np.zeros((1, 3)))])
    with pytest.raises(InputError, match="views mean and sample"):
        samples_of(make((8, 8, 1), views=("mean",), codes=2))
    with pytest.raises(InputError, match="views mean and sample"):
        samples_of([])
