"""Names of parts of an image, and the rectangle that stands out."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag.findings.places import Place, as_image, best_rectangle, complement, name, standard


@pytest.mark.parametrize(
    ("box", "text"),
    [
        ((0, 4, 0, 3), "the upper left quarter"),
        ((4, 8, 3, 6), "the lower right quarter"),
        ((4, 8, 0, 6), "the lower half"),
        ((0, 8, 3, 6), "the right half"),
        ((2, 3, 0, 6), "row 2"),
        ((0, 8, 1, 3), "columns 1–2"),
        ((1, 3, 2, 6), "rows 1–2, columns 2–5"),
    ],
)
def test_name(box, text):
    assert name(box, (8, 6, 1)) == text


def test_the_values_of_a_vector_have_names():
    assert as_image(np.zeros(12)).shape == (1, 12, 1)
    shape, columns = (1, 12, 1), [f"gene {letter}" for letter in "abcdefghijkl"]
    assert name((0, 1, 3, 6), shape) == "x[3], x[4] and x[5]"
    assert name((0, 1, 3, 4), shape, columns) == "gene d"
    assert name((0, 1, 0, 9), shape, columns) == "the 9 columns from gene a to gene i"
    assert name((0, 1, 0, 9), shape) == "the 9 features from x[0] to x[8]"
    assert next(place.name for place in standard(shape, columns)) == "the 6 columns from gene a to gene f"


@pytest.mark.parametrize("shape", [(8, 8, 1), (5, 7, 3), (1, 12, 1), (1, 1, 1), (2, 1, 2)])
def test_standard_places_are_parts_of_the_image_and_all_different(shape):
    places = standard(shape)
    assert all(0 < place.mask.sum() < place.mask.size for place in places if shape[2] == 1 or place.mask.any())
    boxes = {place.mask.tobytes() for place in places}
    assert len(boxes) == len(places)
    assert ("channel 1" in [place.name for place in places]) == (shape[2] > 1)


def brute(values, valid):
    high, wide, _ = values.shape
    best, found = 0.0, None
    for top in range(high):
        for bottom in range(top + 1, high + 1):
            for left in range(wide):
                for right in range(left + 1, wide + 1):
                    mask = np.zeros(values.shape, bool)
                    mask[top:bottom, left:right] = True
                    inside, outside = values[mask & valid], values[~mask & valid]
                    if len(inside) and len(outside):
                        between = (inside.mean() - outside.mean()) ** 2 * len(inside) * len(outside)
                        if between > best * (1 + 1e-12):
                            best, found = between, mask
    return best, found


def test_the_best_rectangle_is_that_of_a_search():
    rng = np.random.default_rng(3)
    values, valid = rng.normal(size=(5, 4, 2)), rng.uniform(size=(5, 4, 2)) > 0.1
    values[1:3, 2:4] += 1.0
    place = best_rectangle(values, valid)
    best, mask = brute(values, valid)
    inside, outside = values[place.mask & valid], values[~place.mask & valid]
    assert (inside.mean() - outside.mean()) ** 2 * len(inside) * len(outside) == pytest.approx(best)
    assert np.array_equal(mask & valid, place.mask & valid) or np.array_equal(~mask & valid, place.mask & valid)


def test_large_images_are_searched_on_a_grid():
    values = np.zeros((96, 96, 1))
    values[0:48, 48:96] = 1.0
    assert best_rectangle(values, np.ones_like(values, bool)).name == "the upper right quarter"
    assert best_rectangle(np.zeros((4, 4, 1)), np.ones((4, 4, 1), bool)) is None


def test_the_rest_of_the_image_is_named_if_it_is_a_rectangle():
    mask = np.zeros((8, 8, 1), bool)
    mask[1:] = True
    assert complement(Place("rows 1–7", mask)).name == "row 0"
    mask[1:, 4:] = False
    assert complement(Place("", mask)) is None
