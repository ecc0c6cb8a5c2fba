"""Positions in a diagnosis of a subset are numbers in the data."""

from __future__ import annotations

import dataclasses

import numpy as np

from tests.report.builders import diagnosis
from vaediag.io.images import from_array
from vaediag_gui.resolve.subset import image_numbers


def test_the_numbers_are_those_that_the_library_draws() -> None:
    images = from_array(np.arange(50, dtype=np.float32)[:, None, None, None] * np.ones((1, 2, 2, 1), np.float32))
    limited = images.limit(20, seed=7)
    data = dataclasses.replace(diagnosis().data, subset=limited.subset_note)
    found = image_numbers(data, np.array([0, 5, 19]))
    assert [float(limited.take([at])[0, 0, 0, 0]) for at in (0, 5, 19)] == found.tolist()


def test_without_a_subset_and_with_other_notes_they_stay() -> None:
    data = diagnosis().data
    assert image_numbers(data, np.array([3, 1])).tolist() == [3, 1]
    for note in ("the first 20", "20 of 10 images drawn with seed 0", "2 of 5 images drawn with seed 0"):
        assert image_numbers(dataclasses.replace(data, subset=note), np.array([3])).tolist() == [3]
    assert image_numbers(data, np.empty(0)).tolist() == []
