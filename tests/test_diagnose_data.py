"""What a diagnosis keeps of the data it was given: names, a subset, and what was taken for granted."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from vaediag import diagnose
from vaediag.errors import InputError
from vaediag.io.images import from_array
from vaediag.registry import images_for
from vaediag_models import oracles

NAMES = [f"gene {i}" for i in range(6)]


def test_a_table_with_a_limit():
    oracle = oracles.linear_gaussian(6, 2, 0.5, 1, event_shape=(6,))
    values = np.random.default_rng(0).normal(size=(200, 6)).astype(np.float32)
    frame = pd.DataFrame(values, columns=NAMES)
    frame["species"] = ["a", "b"] * 100
    subset = from_array(values).limit(60, seed=5)
    frame.loc[np.asarray(subset.indices)[7], "gene 2"] = np.nan
    found = diagnose(oracle.vae, frame, limit=60, seed=5, skip=("prior", "information", "corrected", "pictures"))
    assert found.data.subset == "60 of 200 images drawn with seed 5"
    np.testing.assert_array_equal(found.data.chosen, subset.indices)
    assert found.data.columns == tuple(NAMES)
    assert found.model.assumed[-2:] == (
        "column 'species' taken as labels, not as x",
        "1 missing value in 1 row kept as NaN",
    )
    assert (found.excluded.count, found.excluded.first) == (1, (7,))


class Declared:
    event_shape, preprocessing = (8, 8, 1), "unit+pad:8"


@pytest.mark.parametrize(("dtype", "name"), [(np.uint8, "unit"), (np.uint16, "unit16")])
def test_bytes_and_words_get_what_the_model_declares(dtype, name):
    values = np.full((3, 6, 6), np.iinfo(dtype).max, dtype)
    model = dataclasses.make_dataclass("Model", ["event_shape", "preprocessing"])((8, 8, 1), f"{name}+pad:8")
    images = images_for(model, values)
    assert images.preprocessing == f"{name}+pad:8"
    np.testing.assert_array_equal(images.values[..., 0], np.pad(np.ones((3, 6, 6)), ((0, 0), (1, 1), (1, 1))))


def test_other_numbers_are_taken_as_they_are_and_a_wrong_shape_says_what_is_missing():
    whole = np.ones((3, 8, 8), np.float32)
    assert images_for(Declared, whole).preprocessing == "none"
    with pytest.raises(InputError, match=r"declares preprocess='unit\+pad:8': these have 'none'"):
        images_for(Declared, whole[:, :6, :6])


def test_what_was_asked_for_takes_the_place_of_what_the_model_declares():
    bits = np.ones((3, 8, 8), np.uint8)
    with pytest.raises(
        InputError, match=r"declares preprocess='unit\+pad:8' for bytes\..*say so with preprocess='none'"
    ):
        images_for(Declared, bits)
    images = images_for(Declared, from_array(bits).preprocess("none"))
    assert images.preprocessing == "none"
    assert images.values.max() == 1


def test_a_preprocessing_is_an_argument_and_rows_that_become_images_are_spoken_of():
    oracle = oracles.linear_gaussian(16, 2, 0.5, 1, event_shape=(4, 4, 1))
    flat = np.full((60, 16), 255, np.uint8)
    found = diagnose(oracle.vae, flat, preprocess="unit", skip=("prior", "information", "corrected", "pictures"))
    assert found.data.preprocessing == "unit"
    assert (
        found.evidence.elbo
        == diagnose(
            oracle.vae, from_array(flat).preprocess("unit"), skip=("prior", "information", "corrected", "pictures")
        ).evidence.elbo
    )
    assert found.model.assumed[-1] == "rows of 16 values taken as images 4×4×1"
    assert images_for(Declared, np.ones((2, 8, 8), np.float32)).assumed == ()  # a channel added is no reshaping


def test_the_preprocessing_of_images_is_no_advice_for_a_table():
    with pytest.raises(InputError, match=r"These are rows of 30 values, not images.*another model\.$"):
        images_for(
            dataclasses.make_dataclass("M", ["event_shape", "preprocessing"])((8, 8, 1), "unit"), np.ones((3, 30))
        )
