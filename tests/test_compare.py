"""Paired differences: right in size and sign, honest about what they compare."""

from __future__ import annotations

import dataclasses
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from vaediag.compare import compare
from vaediag.errors import InputError
from vaediag.records.estimate import Estimate


@pytest.fixture(scope="module")
def synthetic():
    spec = importlib.util.spec_from_file_location("synthetic", Path(__file__).parent / "synthetic.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def pair(synthetic):
    """Two diagnoses of the same images by models of different names, equal in every row."""
    first = synthetic.exact(images=400)
    second = synthetic.change(synthetic.exact(images=400), model__name="other")
    return first, second


def test_a_diagnosis_does_not_differ_from_itself(pair):
    result = compare(*pair)
    assert {item.name for item in result.differences} == set(pair[0].rows)
    for item in result.differences:
        assert (item.difference.value, item.difference.standard_error, item.better) == (0.0, 0.0, None)


def test_pairing_sees_what_two_errors_apart_do_not(pair):
    first, second = pair
    noise = np.random.default_rng(1).normal(0.5, 1.0, 400)
    second.rows["elbo"] = first.rows["elbo"] + noise
    item = compare(first, second)["elbo"]
    assert item.difference.value == pytest.approx(noise.mean())
    assert item.difference.standard_error == pytest.approx(noise.std(ddof=1) / 20)
    assert item.difference.unit == "nats per image"
    assert item.difference.standard_error < first.rows["elbo"].std() / 20 / 3
    assert item.better == "second"


def test_swapping_the_models_swaps_sign_and_winner(pair):
    first, second = pair
    second.rows["prior.crps"] = first.rows["prior.crps"] - 0.01
    there, back = compare(first, second)["prior.crps"], compare(second, first)["prior.crps"]
    assert there.difference.value == -back.difference.value == pytest.approx(-0.01)
    assert (there.better, there.judged) == ("second", "lower")
    assert back.better == "first"


@pytest.mark.parametrize(
    ("row", "shift", "better"),
    [
        ("elbo", 1.0, "second"),
        ("elbo", -1.0, "first"),
        ("prior.log_score", 1.0, "first"),
        ("prior.interval_score", -0.1, "second"),
        ("posterior.dispersion", 0.3, "first"),
        ("prior.bias", 0.2, "first"),
        ("posterior.crps", -0.05, None),
        ("posterior.log_score", -9.0, None),
        ("posterior_mean.dispersion", 0.3, None),
        ("posterior_mean.crps", -0.05, None),
        ("rate", 5.0, None),
        ("distortion", 5.0, None),
    ],
)
def test_which_differences_mean_better(pair, row, shift, better):
    first, second = pair
    second.rows[row] = first.rows[row] + shift
    assert compare(first, second)[row].better == better


def test_nearer_to_the_exact_value_is_better_on_either_side(pair):
    first, second = pair
    noise = np.random.default_rng(0).normal(0, 0.1, 400)
    noise -= noise.mean()
    for low, high, better in ((0.7, 1.1, "second"), (0.9, 1.3, "first"), (0.9, 1.1, None)):
        first.rows["posterior.dispersion"] = low + noise
        second.rows["posterior.dispersion"] = high + noise[::-1]
        assert compare(first, second)["posterior.dispersion"].better == better


def test_three_standard_errors_are_needed(pair):
    first, second = pair
    for factor, better in ((2.9, None), (3.1, "second")):
        noise = np.random.default_rng(0).normal(0, 1, 400)
        noise = (noise - noise.mean()) / noise.std(ddof=1)
        second.rows["elbo"] = first.rows["elbo"] + noise + factor / 20
        assert compare(first, second)["elbo"].better == better


def test_undefined_pairs_are_dropped_and_counted(pair):
    first, second = pair
    first.rows["elbo"][[1, 2]] = np.nan
    second.rows["elbo"][[2, 3]] = np.inf
    result = compare(first, second)
    assert (result["elbo"].images, result["elbo"].dropped) == (397, 3)
    assert result["elbo"].difference.value == 0.0
    assert any("3 of 400 images are left out" in note for note in result.notes)


def test_one_image_has_no_standard_error(synthetic):
    one = synthetic.exact(images=1)
    item = compare(one, one)["elbo"]
    assert (item.difference.standard_error, item.better) == (None, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [("data__sha256", "1" * 64), ("data__count", 399), ("data__subset", "400 of 900 images, seed 3")],
)
def test_other_images_are_refused(synthetic, pair, field, value):
    first, second = pair
    with pytest.raises(InputError, match="the same images") as caught:
        compare(first, synthetic.change(second, **{field: value}))
    assert "\n" not in str(caught.value)


def test_what_is_no_diagnosis_is_refused(pair):
    with pytest.raises(InputError, match="load_diagnosis"):
        compare(pair[0], "report")  # pyright: ignore[reportArgumentType]
    with pytest.raises(InputError, match="rows"):
        compare(pair[0], dataclasses.replace(pair[1], rows={}))
    pair[1].rows["elbo"] = pair[1].rows["elbo"][:-1]
    with pytest.raises(InputError, match="rows of one length"):
        compare(*pair)


def test_a_mass_and_a_density_have_no_nats_in_common(synthetic, pair):
    first, second = pair
    second = synthetic.change(second, evidence__bits_per_dimension=Estimate(3.0, 0.1))
    second.rows["elbo"] = first.rows["elbo"] + 5
    second.rows["prior.crps"] = first.rows["prior.crps"] - 0.05
    result = compare(first, second)
    assert result["elbo"].better is None
    assert result["prior.crps"].better == "second"
    assert any("not on one scale" in note for note in result.notes)


def test_what_only_one_has_is_said(pair):
    del pair[1].rows["prior.crps"]
    result = compare(*pair)
    with pytest.raises(KeyError, match=r"prior\.crps"):
        result["prior.crps"]
    assert any(note == "Only in one of the two: prior.crps." for note in result.notes)


def test_it_prints_well(pair):
    first, second = pair
    second.rows["elbo"] = first.rows["elbo"] + np.random.default_rng(1).normal(0.5, 1.0, 400)
    text = repr(compare(first, second))
    assert text.splitlines()[0] == "other (second) against toy (first): 400 images of squares"
    assert any(line.startswith("elbo") and line.endswith("second") for line in text.splitlines())
    assert "do not compare models" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 100


def test_models_of_one_name_are_told_apart_and_escaped(synthetic, pair):
    first = synthetic.change(pair[0], model__name="<b>\x1b[31m")
    result = compare(first, first)
    assert (result.first != result.second, "\x1b" in repr(result)) == (True, False)
    assert "<b>" not in result._repr_html_()
