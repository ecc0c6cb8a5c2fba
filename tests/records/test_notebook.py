"""What a notebook shows of a record: escaped words, and pictures that a browser can read."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from vaediag.records.estimate import Estimate
from vaediag.records.loss_check import LossCheck
from vaediag.records.pictures import Look, Traversal
from vaediag.records.png import png


def look(shape, codes=3, name="<b>model</b>"):
    mean = np.linspace(0, 1, codes * int(np.prod(shape))).reshape(codes, *shape)
    return Look(name, "normal", 0, np.zeros((codes, 2)), {"mean": mean, "stddev": 0.1 + 0 * mean}, {})


def walk(rows, steps, shape=(4, 5, 1)):
    mean = np.arange(rows * steps * np.prod(shape), dtype=float).reshape(rows, steps, *shape)
    place = np.zeros((rows, steps))
    z, labels = np.zeros((rows, steps, 2)), tuple(f"z{row}" for row in range(rows))
    views = {"mean": mean, "sample": mean, "stddev": mean}
    return Traversal("m", "normal", 0, "traversal", tuple(range(rows)), "units", True, place, z, views, {}, labels)


def pictures(text):
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))) for data in re.findall(r"base64,([^']+)'", text)]


@pytest.mark.parametrize("shape", [(3, 7), (3, 7, 3), (1, 1), (64, 48, 3)])
def test_a_png_gives_back_what_went_in(shape):
    values = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(png(values)))), values)


def test_a_look_is_a_strip_per_view_with_its_codes_side_by_side():
    text = look((4, 6, 1))._repr_html_()
    mean, spread = pictures(text)
    assert mean.shape == (4, 3 * 6 + 2)
    assert (mean[0, 0], mean[-1, -1]) == (0, 255)
    assert (mean[:, 6] == 255).all(), "a white gap"
    assert 200 < spread[0, 0] < 230, "the largest spread is bright, yet no paper"
    assert "<b>" not in text
    assert pictures(look((4, 6, 3))._repr_html_())[0].shape == (4, 20, 3)


def test_a_traversal_has_a_strip_per_row_and_view():
    text = walk(2, 5)._repr_html_()
    found = pictures(text)
    assert len(found) == 6
    assert text.count("<td>z1</td>") == 3
    assert (np.diff(found[0][0, [0, 6, 12, 18, 24]].astype(int)) > 0).all(), "later steps are brighter"
    assert len(pictures(walk(20, 40)._repr_html_())) == 8 * 3
    assert "The first 8 of 20 rows" in walk(20, 40)._repr_html_()


def test_undefined_numbers_are_drawn_and_flat_data_are_left_to_the_text():
    undefined = look((4, 4))
    undefined.views["mean"][0] = np.nan
    assert len(pictures(undefined._repr_html_())) == 2
    assert look((12,))._repr_html_() is None


def test_a_loss_check_is_its_sentences():
    check = LossCheck(
        "differs", ("beta",), 1.0, Estimate(2.0, 0.1), 1.0, 2.0, "mean", None, None, ("β is <2>.", "Try.")
    )
    text = check._repr_html_()
    assert text == "<p><strong>The loss: differs</strong><br>β is &lt;2&gt;.<br>Try.</p>"
