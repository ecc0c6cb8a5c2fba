"""Images of a subset are called by their numbers in the data."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from vaediag.diagnostics.provenance import data_info
from vaediag.errors import InputError
from vaediag.findings import evaluate
from vaediag.io.images import from_array
from vaediag.records.consistency import check_consistent
from vaediag.records.numbered import numbered


def drawn(diagnosis):
    numbers = 3 * np.arange(diagnosis.data.count) + 1
    return dataclasses.replace(diagnosis, data=dataclasses.replace(diagnosis.data, chosen=numbers))


def test_pictures_are_numbered_as_in_the_data(synthetic):
    whole = synthetic.exact()
    assert numbered(whole) is whole
    part = drawn(whole)
    named = numbered(part).pictures
    for name in ("reconstructions", "worst"):
        before, after = getattr(whole.pictures, name), getattr(named, name)
        np.testing.assert_array_equal(after.index, 3 * before.index + 1)
        assert after.x is before.x
    if whole.pictures.one_code.image is not None:
        assert named.one_code.image == 3 * whole.pictures.one_code.image + 1


def test_findings_name_images_of_the_data(synthetic):
    whole = synthetic.exact()
    left_out = dataclasses.replace(whole.excluded, count=2, first=(4, 5))
    part = drawn(dataclasses.replace(whole, excluded=left_out))
    (finding,) = [each for each in evaluate(part) if each.id == "audit.not_finite"]
    assert "the first: 13, 16" in finding.evidence


def test_the_numbers_are_those_that_a_limit_draws():
    images = from_array(np.arange(50, dtype=np.float32)[:, None, None, None] * np.ones((1, 2, 2, 1), np.float32))
    limited = images.limit(20, seed=7)
    index = np.array([0, 5, 19])
    assert data_info(limited).numbers(index).tolist() == limited.take(index)[:, 0, 0, 0].tolist()
    assert data_info(images).numbers(index).tolist() == [0, 5, 19]


def test_as_many_numbers_as_images(synthetic):
    whole = drawn(synthetic.exact())
    check_consistent(whole)
    short = dataclasses.replace(whole.data, chosen=whole.data.chosen[1:])
    with pytest.raises(InputError, match=r"data\.chosen"):
        check_consistent(dataclasses.replace(whole, data=short))
